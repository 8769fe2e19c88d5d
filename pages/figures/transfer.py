"""Chapter 6's journeys: a ticket found on one data set and trained on another, beside the native one and controls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lth_core import said
from lth_core.intervals import accuracies
from lth_core.ledger.grid import Grid
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import value
from lth_core.ledger.transfer import Journey, _verdict, _won
from lth_core.results.result import Result
from lth_core.said import budget
from pages.figures.chart import Axis, Chart, Line
from pages.figures.grid import chart as drawn
from pages.figures.labs import compared, percent, told

# Condition → (name on the chart, role).
NETS = {
    "native": ("native ticket", "kept"),
    "moved": ("travelled ticket", "lab"),
    "moved-reinit": ("travelled, fresh weights", "reinit"),
    "largest": ("largest of θ₀", "lab-variant"),
    "random": ("random mask", "random"),
}


def chart(found: Journey) -> Chart:
    """Accuracy on the target, round by round."""
    runs, last = found.runs, found.runs.levels[-1]
    takeaway = (f"on {found.target}, with {runs.share('native', last):.1%} of the weights left, the native ticket "
                f"reads {runs.mean('native', last).mean:.1%}, the one from {found.source} "
                f"{runs.mean('moved', last).mean:.1%}, a random mask {runs.mean('random', last).mean:.1%}")
    return drawn(runs, f"From {found.source} to {found.target}", takeaway, NETS, source(runs))


def source(runs: Grid) -> str:
    """How the runs were made, in a sentence."""
    spec = runs.results[0].spec
    return (f"{said.seeds(runs.seeds)}; {'-'.join(map(str, spec.net.sizes))}, "
            f"{spec.training.steps:,} steps of Adam a training, {spec.data.train:,} training images; bands: 95% "
            "intervals.")


def sentence(found: Journey, level: int) -> str:
    """The travelled ticket beside the native one, a random mask and its own mask with fresh weights, in Markdown."""
    runs = found.runs
    beside = {"native": "the native one", "random": "a random mask", "moved-reinit": "its mask with fresh weights",
              "largest": "the largest weights of θ₀"}
    return (f"After {budget(runs.results[0].spec)}, with **{runs.share('moved', level):.1%}** of the weights left, the "
            f"ticket from {found.source} reads **{runs.mean('moved', level).mean:.1%}** of {found.target}. "
            + told(*(compared(runs.gap("moved", other, level), "it" if at else "the travelled ticket", called)
                     for at, (other, called) in enumerate(beside.items()))))


def rows(found: Sequence[Journey], level: int) -> list[dict[str, str]]:
    """One row a journey, in round `level`; the verdict counts all rounds in which a ticket is worth something."""
    return [{
        "Journey": one.name, "Whole net": percent(accuracies(one.runs.dense)),
        **{name[:1].upper() + name[1:]: percent(one.runs.mean(key, level)) for key, (name, _) in NETS.items()},
        "Verdict": (f"{len(_won(one))} of {len(one.worth)} · " if one.runs.seeds >= ENOUGH else "") + _verdict([one]),
    } for one in found if level in one.runs.levels]


def overlap(found: Journey, level: int) -> str:
    """How much the masks have in common, in a sentence."""
    shared = {name: float(np.mean([_shared(run, level, name) for run in found.runs.results]))
              for name in ("moved", "random", "largest")}
    return (f"Of all weights that the native or the travelled mask keeps, both keep **{shared['moved']:.1%}**, with "
            f"{found.runs.share('native', level):.1%} left. A random mask shares {shared['random']:.1%} with the "
            f"native one. The largest weights of θ₀ share {shared['largest']:.1%}")


def pixels(found: Journey, level: int) -> str:
    """How many pixels each ticket looks at, in a sentence."""
    seen = {name: np.mean([value(run, name, level, "live_inputs") for run in found.runs.results])
            for name in ("native", "moved")}
    return (f"With {found.runs.share('native', level):.1%} left the native ticket looks at {seen['native']:.0f} of "
            f"{found.runs.results[0].spec.net.sizes[0]} pixels, the travelled one at {seen['moved']:.0f}")


def _shared(run: Result, level: int, name: str) -> float:
    table = run.tables["overlap"]
    return float(table[name][table["round"] == level][0])


def learning(found: Journey, level: int) -> Chart:
    """The recorded trainings of one seed in round `level`: what a live run is drawn over."""
    run = found.runs.results[0]
    curves, lines = run.tables["curves"], []
    for condition, (name, role) in NETS.items():
        mine = (curves["condition"] == condition) & (curves["round"] == level)
        lines.append(Line(name, role, curves["step"][mine].astype(np.float64), curves["validation_accuracy"][mine]))
    return Chart("Learning on the other images", f"recorded, seed {run.spec.seed}, "
                 f"{found.runs.share('native', level):.1%} of the weights left",
                 Axis("training step", range=(0.0, float(run.spec.training.steps))),
                 Axis("validation accuracy", percent=True, error=True), tuple(lines), (),
                 f"Recorded, seed {run.spec.seed}.")
