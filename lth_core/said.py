"""Intervals as a reader wants them: what was measured, how sure it is, and how many seeds agree.

Where some seeds fell to chance, the median and the range over seeds stand in for mean and interval, and it is said so.
"""

from __future__ import annotations

import math

from lth_core.intervals import Interval, luck
from lth_core.spec import Spec

DATA = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar-10": "CIFAR-10",
        "cifar-10-jpeg": "CIFAR-10, JPEG copy", "own": "own images"}  # data sets by name


def budget(spec: Spec) -> str:
    """How long every training of a Spec was, as sentences say it.

    >>> from lth_core.presets import preset
    >>> budget(preset("paper")), budget(preset("quick"))
    ('50,000 steps', 'one epoch')
    """
    training = spec.training
    passes = training.steps * training.batch / spec.data.train
    return "one epoch" if math.isclose(passes, 1, rel_tol=0.01) else f"{training.steps:,} steps"


def seeds(count: int) -> str:
    """So many seeds.

    >>> seeds(1), seeds(3)
    ('1 seed', '3 seeds')
    """
    return f"{count} seed{'s' * (count != 1)}"


def percent(value: Interval) -> str:
    """An accuracy or an error with its interval.

    >>> from lth_core.intervals import accuracies
    >>> percent(accuracies([0.979, 0.980, 0.981])), percent(accuracies([0.98]))
    ('98.00 ± 0.25%', '98.00%')
    >>> percent(accuracies([0.979, 0.980, 0.1, 0.98, 0.981]))
    '98.00% (median; 10.00 to 98.10%; 1 of 5 seeds fell to chance)'
    """
    if not value.plain:
        low, high = (100 * end for end in value.ends)
        return f"{100 * value.centre:.2f}% (median; {low:.2f} to {high:.2f}%{fallen(value)})"
    return f"{100 * value.mean:.2f}" + (f" ± {100 * value.half:.2f}" if value.known else "") + "%"


def points(gap: Interval) -> str:
    """A difference of accuracies with its interval.

    >>> points(Interval(0.003, 0.001, 0.005, 5))
    '+0.30 points [+0.10, +0.50]'
    """
    return f"{100 * gap.centre:+.2f} points".replace("-", "−") + bounds(gap, signed=True)


def more(gap: Interval) -> str:
    """A difference of errors: `0.31 points [0.20, 0.42] more`.

    >>> more(Interval(-0.002, -0.003, -0.001, 3))
    '0.20 points [0.10, 0.30] less'
    >>> from lth_core.intervals import mean_ci
    >>> more(mean_ci([0.0126, 0.0144, 0.0110, 0.8769, 0.0948], fell=[0, 0, 0, 1, 0]))
    '1.44 points (median; 1.10 to 87.69; 1 of 5 seeds fell to chance) more'
    """
    shown = gap if gap.centre >= 0 else -gap
    return f"{100 * shown.centre:.2f} points{bounds(shown)} {'more' if shown is gap else 'less'}"


def bounds(value: Interval, *, scale: float = 100.0, signed: bool = False, places: int = 2) -> str:
    """What stands behind a figure: its interval in brackets; empty for a single seed. scale: 100 for points.

    >>> bounds(Interval(0.3, 0.1, 0.5, 5), scale=1, signed=True)
    ' [+0.10, +0.50]'
    """
    if not value.known:
        return ""
    low, high = (f"{scale * end:{'+' * signed}.{places}f}".replace("-", "−") for end in value.ends)
    return f" [{low}, {high}]" if value.plain else f" (median; {low} to {high}{fallen(value)})"


def fallen(value: Interval) -> str:
    """How many seeds fell to chance, behind a semicolon; empty when none did."""
    return f"; {value.fell} of {value.n} seeds fell to chance" if value.fell else ""


def signs(gap: Interval, mark: float = 0.0, side: str = "above") -> str:
    """How many seeds lie on one side of `mark`, and how often fair coins do as well.

    >>> from lth_core.intervals import mean_ci
    >>> signs(mean_ci([1.0, 2.0, 3.0, 1.0, 2.0])), signs(mean_ci([1.0, 2.0, -3.0]), side="below")
    ('5 of 5 seeds, by luck 3%', '1 of 3 seeds, by luck 88%')
    """
    agreeing = gap.over(mark) if side == "above" else (-gap).over(-mark)
    return f"{agreeing} of {gap.n} seeds, by luck {luck(agreeing, gap.n):.{0 if luck(agreeing, gap.n) >= 0.01 else 1}%}"


def say(gap: Interval) -> str:
    """A gap with its interval: "0.49 points [0.41, 0.57]"."""
    return _points(100 * gap.centre) + bounds(gap)


def _points(value: float) -> str:
    return f"{_signed(value)} point" + "s" * (f"{abs(value):.2f}" != "1.00")


def _signed(value: float) -> str:
    """Two digits, a real minus.

    >>> _signed(-0.5)
    '−0.50'
    """
    return f"{value:.2f}".replace("-", "−")
