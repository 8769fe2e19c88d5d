"""Chapter 8's labs: other ways to a sparse net beside the ticket and a random mask of exactly the same size.

All comparisons are within seeds: a lab's run shares split, θ₀ and batch order with the recorded lottery of its seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from lth_core import said
from lth_core.experiments import Lottery
from lth_core.intervals import Interval, accuracies
from lth_core.ledger.bench import Bench
from lth_core.said import percent as percent  # the labs' pages ask for it here
from pages.figures.chart import Axis, Chart, Line
from pages.figures.sweep import LEFT

RECORD = "python -m lth_core record labs"  # makes the runs behind every lab
ACCURACY = Axis("test accuracy", percent=True, error=True)

# Condition → (name on the chart, role): first what the labs train, then what the lottery has at the same rounds.
SNIP = {
    "ticket": ("winning ticket", "kept"),
    "snip-global": ("SNIP, whole net", "lab"),
    "snip-layer": ("SNIP, layer by layer", "lab-variant"),
    "snip-shuffled": ("SNIP's mask, shuffled in each layer", "shuffled-mask"),
    "random": ("random structure", "random"),
}
POPUP = {
    "ticket": ("winning ticket, trained", "kept"),
    "edge-popup-scaled": ("Edge-Popup, scaled ±σ/√density", "lab"),
    "random": ("random structure, trained", "random"),
    "edge-popup": ("Edge-Popup, plain ±σ", "lab-variant"),
    "supermask": ("the ticket's mask, untrained", "supermask"),
    "start": ("random mask, untrained", "random-raw"),
}


# ── charts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def chart(found: Bench, names: Mapping[str, tuple[str, str]], title: str, takeaway: str,
          made: str = "") -> Chart:
    """Accuracy against weights left: mean over seeds with its 95% interval, one line a condition of `names`.

    made: how, where `source` does not say it.
    """
    order = np.argsort(found.density)
    lines = tuple(Line.with_interval(name, role, found.density[order], found.accuracy[condition][:, order],
                                     accuracies)
                  for condition, (name, role) in names.items())
    return Chart(title, takeaway, LEFT, ACCURACY, lines, (), made or source(found))


def ends(found: Bench, title: str) -> Chart:
    """The winning ticket and a random mask alone: what is known before a bet on something between them."""
    sparsest = found.levels[-1]
    read = {name: f"{found.mean(name, sparsest).mean:.1%}" for name in ("ticket", "random")}
    return chart(found, {one: SNIP[one] for one in read}, title,
                 f"at {found.density[-1]:.1%} of the weights the ticket reads {read['ticket']}, a random mask "
                 f"{read['random']}")


def source(found: Bench, spread: str = "bands: 95% intervals of the mean (Student's t)") -> str:
    """How the runs were made, in a sentence. spread: where it says how far seeds lie apart."""
    spec = found.lotteries[0].spec
    assert isinstance(spec, Lottery)
    lab = found.labs[0].spec.training
    sizes, training = "-".join(map(str, spec.net.sizes)), spec.training
    other = "" if lab.optimiser == "adam" else f"; scores with SGD at {lab.lr:g}, momentum {lab.momentum:g}, cosine"
    return (f"{sizes} on MNIST, {training.steps:,} steps of Adam at {training.lr:g}, batch "
            f"{training.batch}{other}; {found.seeds} seeds, {spread}.")


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


def points(found: Interval) -> str:
    """A difference of accuracies with its interval, in points.

    >>> points(Interval(-0.036, -0.04, -0.032, 5))
    '−3.60 points [−4.00, −3.20]'
    """
    return said.points(found)


def told(*findings: str) -> str:
    """Findings, a sentence each: no sentence carries more than one interval.

    >>> told("A reads more than B", "it reads less than C")
    'A reads more than B. It reads less than C.'
    """
    return " ".join(f"{one[:1].upper()}{one[1:]}." for one in findings)


def compared(gap: Interval, one: str, other: str) -> str:
    """Which of two reads more, or that these seeds cannot tell.

    >>> compared(Interval(0.01, 0.005, 0.015, 5), "SNIP's mask", "a random one")
    "SNIP's mask reads 1.00 points [0.50, 1.50] more than a random one"
    """
    if not gap.known:
        return f"between {one} and {other} one seed says {points(gap)}, which settles nothing"
    if gap.above() or gap.below():
        return f"{one} reads {said.more(gap)} than {other}"
    return f"between {one} and {other} these {gap.n} seeds show no clear difference: {points(gap)}"


def against(found: Bench, condition: str, name: str, level: int, others: Mapping[str, str]) -> str:
    """`condition`, called `name`, beside each of `others` (condition → what to call it) at `level`, in a sentence."""
    return told(*(compared(found.gap(condition, other, level), name, called) for other, called in others.items()))


def closes(found: Bench, condition: str, level: int) -> float:
    """How far `condition` comes from the random structure (0) to the ticket (1), by means over seeds."""
    low, mine, high = (found.mean(name, level).mean for name in ("random", condition, "ticket"))
    return (mine - low) / (high - low)


def layer_table(found: Bench, level: int) -> dict[str, list[str]]:
    """What share of each layer the ticket and SNIP keep: columns of equal length for a table."""
    sizes = found.labs[0].spec.net.sizes
    names = [f"{a} × {b}" for a, b in pairwise(sizes)]
    totals = [a * b for a, b in pairwise(sizes)]
    columns = {"layer": names}
    for condition, head in (("ticket", "the ticket keeps"), ("snip-global", "SNIP keeps")):
        kept = found.layers(condition, level)
        columns[head] = [f"{count:,.0f} ({count / total:.1%})" for count, total in zip(kept, totals, strict=True)]
    return columns
