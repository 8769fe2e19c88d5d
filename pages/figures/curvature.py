"""The labs of second derivatives: a trained net cut at one stroke, by size and by curvature, beside the ticket."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lth_core import said
from lth_core.intervals import accuracies, leads, mean_ci
from lth_core.ledger import curvature
from lth_core.ledger.bench import Bench
from lth_core.ledger.runs import value
from pages.figures import labs
from pages.figures.chart import Axis, Chart, Line
from pages.figures.sweep import LEFT

RECORD = "python -m lth_core record labs"

# Condition → (name on the chart, role).
OBD = {
    "ticket": ("winning ticket, trained alone", "kept"),
    "obd-global-retrained": ("Optimal Brain Damage, trained on", "lab"),
    "magnitude-global-retrained": ("magnitude, trained on", "keep-signs"),
    "obd-global": ("Optimal Brain Damage, as cut", "lab-variant"),
    "magnitude-global": ("magnitude, as cut", "constant-signs"),
}
CUTS = {  # layer by layer, never trained again
    "ticket": ("winning ticket, trained alone", "kept"),
    "sparsegpt": ("SparseGPT", "lab"),
    "wanda": ("Wanda", "keep-signs"),
    "obd": ("Optimal Brain Damage", "constant-signs"),
    "magnitude": ("magnitude", "random"),
}
MENDED = {  # mask and update taken apart
    "sparsegpt": ("SparseGPT: its mask, survivors mended", "lab"),
    "magnitude-mended": ("magnitude's mask, survivors mended", "keep-signs"),
    "sparsegpt-mask": ("SparseGPT's mask alone", "lab-variant"),
    "magnitude": ("magnitude's mask alone", "random"),
}
LOST = {**{name: CUTS[name] for name in ("magnitude", "obd", "wanda", "sparsegpt")},
        "sparsegpt-mask": MENDED["sparsegpt-mask"], "magnitude-mended": ("magnitude's mask, survivors mended", "dense")}
NAMES = {name: words for name, (words, _) in {**MENDED, **CUTS}.items()}


def chart(found: Bench, names: Mapping[str, tuple[str, str]], title: str, takeaway: str) -> Chart:
    """Test accuracy against weights left, one line a condition of `names`."""
    return labs.chart(found, names, title, takeaway, source(found))


def plain(found: Bench, names: Mapping[str, tuple[str, str]], cut: str, place: int) -> Chart:
    """The cut by magnitude beside the ticket: what is known before a bet. cut: magnitude's condition in `names`. place:
    of the size that the bet is about."""
    return chart(found, {one: names[one] for one in ("ticket", cut)}, "A net cut by magnitude",
                 f"at {found.density[place]:.1%} of the weights it reads "
                 f"{found.mean(cut, found.levels[place]).centre:.0%}, not trained again")


def errors(found: Bench) -> Chart:
    """The share of the first layer's output that each cut gets wrong, against weights left."""
    order, lines = np.argsort(found.density), []
    for condition, (name, role) in LOST.items():
        wrong = np.array([[value(result, condition, level, "lost") for level in found.levels]
                          for result in found.labs])
        lines.append(Line.with_interval(name, role, found.density[order], wrong[:, order], mean_ci))
    least = found.levels[len(found.levels) // 2]
    ends = [f"{curvature.wrong(found, name, least).mean:.1%}" for name in ("magnitude", "sparsegpt")]
    return Chart("How wrong is the first layer?",
                 f"at {found.density[found.levels.index(least)]:.1%} of the weights, cutting by magnitude gets "
                 f"{ends[0]} of its output wrong, SparseGPT {ends[1]}", LEFT,
                 Axis("output that is wrong", percent=True), tuple(lines), (), source(found))


def source(found: Bench) -> str:
    """How the runs were made, in a sentence."""
    spec = found.labs[0].spec
    sizes, training, own = "-".join(map(str, spec.net.sizes)), spec.training, spec.to_dict()
    return (f"{sizes} on MNIST, {training.steps:,} steps of Adam at {training.lr:g}, then "
            f"one cut, judged by {own['calibration']:,} training images; {found.seeds} seeds, bands: 95% intervals "
            "of the mean (Student's t).")


def patterns(found: Bench) -> dict[str, list[str]]:
    """Every cut in the 2:4 pattern, as a table: accuracy, and what it lost against the whole net."""
    rows, whole = curvature.pattern(found), curvature.whole(found)
    return {"two of each four stay": [NAMES[name] for name in rows],
            "test accuracy": [said.percent(accuracies(values)) for values in rows.values()],
            "against the whole net": [said.points(leads(values, whole)) for values in rows.values()]}


def sizes(found: Bench, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Accuracies at all sizes as a table. names: condition → head of its column."""
    columns = {"weights left": [f"{density:.1%}" for density in found.density]}
    return columns | {head: [said.percent(found.mean(name, level)) for level in found.levels]
                      for name, head in names.items()}
