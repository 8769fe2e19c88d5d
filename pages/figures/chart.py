"""A chart as a value: what is plotted and what it says, before any drawing.

One object, four outputs: `drawing.drawing`, `in_words.alt`, `in_words.table` and `in_words.csv` (and
`in_words.as_dict` for charts that move) all read the same Chart, so picture, sentence and numbers cannot
disagree.

>>> import numpy as np
>>> sparsity = np.array([0.0, 0.5, 1.0])
>>> line = Line("magnitude", "kept", sparsity, np.array([0.97, 0.96, 0.1]))
>>> chart = Chart("Accuracy against sparsity", "Half the weights were idle.",
...               Axis("sparsity", percent=True), Axis("test accuracy", percent=True), (line,))
>>> chart.lines[0].at(0.5)
0.96
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from lth_core.intervals import Interval, mean_ci
from lth_core.ledger.runs import Origin
from pages.figures import palette


@dataclass(frozen=True)
class Axis:
    """One axis. Values of a `percent` axis are shares in 0–1 and only labelled in percent.

    log: logarithmic. error: plotted as 1 − value on a logarithmic axis but labelled with the value, to pull apart
    accuracies that crowd at 98%. range: (lowest, highest) value shown; None fits the data. falling: from the highest
    value to the lowest.
    """

    title: str
    unit: str = ""
    log: bool = False
    percent: bool = False
    range: tuple[float, float] | None = None
    error: bool = False
    falling: bool = False

    def __post_init__(self) -> None:
        if self.log and self.error:
            raise ValueError(f"axis {self.title!r}: log and error exclude each other")

    @property
    def label(self) -> str:
        """Title with its unit: "steps", "time (s)", "sparsity (%)"."""
        unit = "%" if self.percent else self.unit
        return f"{self.title} ({unit})" if unit else self.title

    def format(self, value: float) -> str:
        """`value` as a reader wants it.

        >>> Axis("accuracy", percent=True).format(0.97531), Axis("weights").format(266200), Axis("loss").format(0.05)
        ('97.53%', '266,200', '0.05')
        """
        if self.percent:
            return f"{100 * value:.4g}%"
        number = f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"
        return f"{number} {self.unit}".rstrip()


@dataclass(frozen=True, eq=False)
class Line:
    """One line: `x` rising, `y` its values (the mean over seeds where there are several), both (points,).

    low, high: a band around y, (points,) each; band: what its two ends are called in tables. seeds: each seed's own
    values, (seeds, points).
    """

    name: str
    role: str
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    seeds: np.ndarray | None = None
    band: tuple[str, str] = ("lowest", "highest")

    def __post_init__(self) -> None:
        for item in fields(self)[2:-1]:
            if (values := getattr(self, item.name)) is not None:
                object.__setattr__(self, item.name, _frozen(values))
        self._check()

    def _check(self) -> None:
        palette.style(self.role)
        where = f"line {self.name!r}"
        if self.x.ndim != 1 or self.x.size == 0:
            raise ValueError(f"{where}: x must be a list of at least one number, not shape {self.x.shape}")
        if np.any(np.diff(self.x) <= 0) or not np.isfinite(self.x).all():
            raise ValueError(f"{where}: x must rise from point to point")
        for name in ("y", "low", "high"):
            values = getattr(self, name)
            if values is not None and values.shape != self.x.shape:
                raise ValueError(f"{where}: {name} has shape {values.shape}, x has {self.x.shape}")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{where}: a band needs both low and high")
        if self.seeds is not None and (self.seeds.ndim != 2 or self.seeds.shape[1] != self.x.size):
            raise ValueError(f"{where}: seeds must be (seeds, {self.x.size}), not {self.seeds.shape}")

    @classmethod
    def over_seeds(cls, name: str, role: str, x: np.ndarray, seeds: np.ndarray) -> Line:
        """The mean over `seeds` (seeds, points), with lowest and highest as band.

        >>> Line.over_seeds("loss", "training", np.array([1, 2]), np.array([[1., 2.], [3., 4.]])).y.tolist()
        [2.0, 3.0]
        """
        seeds = np.asarray(seeds, np.float64)
        return cls(name, role, x, seeds.mean(0), seeds.min(0), seeds.max(0), seeds)

    @classmethod
    def with_interval(cls, name: str, role: str, x: np.ndarray, seeds: np.ndarray,
                      spread: Callable[[np.ndarray], Interval] = mean_ci) -> Line:
        """The mean over `seeds` (seeds, points) with its 95% interval by Student's t; no band from a single seed.

        spread: `accuracies` or `errors` for those. Where t may not speak, for some seeds fell to chance or it would
        name what cannot be, the band spans the seeds.

        >>> line = Line.with_interval("loss", "training", np.array([1]), np.array([[1.], [2.], [3.]]))
        >>> line.y.tolist(), line.low.round(3).tolist(), line.band
        ([2.0], [-0.484], ('95% low', '95% high'))
        """
        found = [spread(column) for column in np.asarray(seeds, np.float64).T]
        mean = np.array([each.mean for each in found])
        low, high = np.array([each.ends for each in found]).T
        known = any(each.known for each in found)
        return cls(name, role, x, mean, low if known else None, high if known else None, seeds,
                   ("95% low", "95% high"))

    def within(self, first: float, last: float) -> Line:
        """The line's points from x = `first` to `last`.

        >>> Line("loss", "training", np.array([1, 2, 3]), np.array([4., 5., 6.])).within(2, 3).y.tolist()
        [5.0, 6.0]
        """
        inside = (self.x >= first) & (self.x <= last)
        low, high, seeds = (None if part is None else part[..., inside] for part in (self.low, self.high, self.seeds))
        return replace(self, x=self.x[inside], y=self.y[inside], low=low, high=high, seeds=seeds)

    def at(self, x: float) -> float:
        """The recorded value at the point nearest to `x`: measured, never interpolated."""
        return float(self.y[np.argmin(np.abs(self.x - x))])


@dataclass(frozen=True)
class Mark:
    """A labelled reference: a vertical line (x only), a horizontal line (y only) or a point (both).

    named: a point whose label stands beside it, not only under the pointer.
    """

    label: str
    role: str = "dense"
    x: float | None = None
    y: float | None = None
    named: bool = False

    def __post_init__(self) -> None:
        palette.style(self.role)
        if self.x is None and self.y is None:
            raise ValueError(f"mark {self.label!r} needs an x, a y or both")


@dataclass(frozen=True, eq=False)
class Chart:
    """What a figure shows. takeaway: the finding in one sentence. source: where the numbers come from, in words.
    origin: the same for machines; it travels in the files a reader takes home."""

    title: str
    takeaway: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    source: str = ""
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError(f"chart {self.title!r} needs at least one line")
        names = [line.name for line in self.lines]
        if len(set(names)) != len(names):
            raise ValueError(f"chart {self.title!r}: two lines have one name, {names}")


def _frozen(values: np.ndarray) -> np.ndarray:
    copy = np.array(values, np.float64)  # a copy: a chart never changes under its owner's feet
    copy.setflags(write=False)
    return copy
