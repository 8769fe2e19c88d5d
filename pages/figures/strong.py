"""The lab of strong tickets: what Edge-Popup finds in wider and wider random nets."""

from __future__ import annotations

import numpy as np

from lth_core.intervals import accuracies
from lth_core.ledger import strong
from lth_core.ledger.strong import SCALED, Widths
from pages.figures import labs
from pages.figures.chart import Axis, Chart, Line, Mark

RECORD = "python -m lth_core record strong-tickets"
WIDTH = Axis("hidden units, against LeNet-300-100", unit="%", log=True)
NAMES = {SCALED: ("best mask found, scaled ±σ/√density", "lab"), "edge-popup": ("best mask found, plain ±σ",
                                                                               "lab-variant")}


def chart(found: Widths) -> Chart:
    """Test accuracy of the masks found against the width of the random net."""
    first, last = found.widths[0], found.widths[-1]
    return lines(found, "A mask in a wider random net",
                 f"from {first}% to {last}% of the width the best mask found goes from {found.reads(first).mean:.1%} "
                 f"to {found.reads(last).mean:.1%}")


def lines(found: Widths, title: str, takeaway: str) -> Chart:
    """The same with another title, for the back of a live run."""
    drawn = tuple(Line.with_interval(name, role, np.array(found.widths, np.float64), found.grid(condition), accuracies)
                  for condition, (name, role) in NAMES.items())
    trained = float(found.target().mean())
    return Chart(title, takeaway, WIDTH, labs.ACCURACY, drawn, (Mark("LeNet-300-100, trained", "dense", y=trained),),
                 source(found))


def during(found: Widths, width: int, seed: int) -> Chart:
    """What stands behind a live search: accuracy over its steps, with the recorded end."""
    spec = found.by_width[width][0].spec
    end = found.reads(width).mean
    return Chart(f"A search at {width}% of the width, seed {seed}", f"recorded searches end at {end:.1%} on average",
                 Axis("step", range=(0.0, float(spec.training.steps))), labs.ACCURACY,
                 (Line("recorded end", "dense", np.array([0.0, float(spec.training.steps)]), np.array([end, end])),),
                 (), source(found))


def table(found: Widths) -> dict[str, list[str]]:
    """A row a width: units, weights, accuracy, and how far the trained LeNet is."""
    runs = [found.by_width[width][0] for width in found.widths]
    kept = [run.tables["cells"]["kept"][0] for run in runs]
    return {"width": [f"{width}%" for width in found.widths],
            "hidden units": ["-".join(map(str, run.spec.net.sizes[1:-1])) for run in runs],
            "weights on": [f"{count:,}" for count in kept],
            "best mask found": [labs.percent(found.reads(width)) for width in found.widths],
            "against the trained LeNet": [labs.points(found.behind(width)) for width in found.widths]}


def step_by_step(found: Widths) -> str:
    """At how many steps of width the wider net is surely better, in a sentence."""
    return (f"The wider net's mask is surely better at {strong.won(found)} of {len(found.widths) - 1} steps from one "
            "width to the next.")


def source(found: Widths) -> str:
    """How the runs were made, in a sentence."""
    spec = found.by_width[found.widths[0]][0].spec
    training = spec.training
    return (f"MNIST, {training.steps:,} steps, scores with SGD at {training.lr:g}, momentum "
            f"{training.momentum:g}, cosine, weights frozen; {found.seeds} seeds, bands: 95% intervals of the mean "
            "(Student's t).")
