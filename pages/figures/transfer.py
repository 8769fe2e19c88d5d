"""Chapter 6's journeys: a ticket found on one data set and trained on another, beside the native one and controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import accuracies
from lth_core.results.result import Result
from lth_core.spec import Data
from pages.figures.chart import Axis, Chart, Line
from pages.figures.findings import ENOUGH, OPEN
from pages.figures.findings import verdict as counted
from pages.figures.grid import Grid, grid
from pages.figures.labs import compared, percent, told, value
from pages.figures.methods import Judged
from pages.figures.pipeline import DATA
from pages.records.once import once

# Condition → (name on the chart, role).
NETS = {
    "native": ("native ticket", "kept"),
    "moved": ("travelled ticket", "lab"),
    "moved-reinit": ("travelled, fresh weights", "reinit"),
    "largest": ("largest of θ₀", "lab-variant"),
    "random": ("random mask", "random"),
}


@dataclass(frozen=True, eq=False)
class Journey:
    """source, target: what the images are, in words. runs: what several seeds measured on the target."""

    source: str
    target: str
    runs: Grid

    @property
    def name(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def worth(self) -> list[int]:
        """Rounds in which a ticket is worth something here: the native one surely beats a random mask."""
        return self.runs.ahead("native", "random")


@once(16)
def journey(results: tuple[Result, ...]) -> Journey:
    """The recorded runs of one pair of data sets."""
    spec = results[0].spec
    return Journey(images(spec.source), images(spec.data), grid(results, "native", tuple(NETS)))  # type: ignore[attr-defined]


def images(data: Data) -> str:
    """What the images are, in words.

    >>> images(Data(train=25_000, classes=(0, 1, 2))), images(Data(name="fashion-mnist"))
    ('digits 0–2', 'Fashion-MNIST')
    """
    if not data.classes:
        return DATA[data.name]
    first, last = data.classes[0], data.classes[-1]
    whole = data.classes == tuple(range(first, last + 1))
    labels = f"{first}–{last}" if whole else ", ".join(map(str, data.classes))
    return f"{'digits' if data.name == 'mnist' else DATA[data.name] + ' classes'} {labels}"


def chart(found: Journey) -> Chart:
    """Accuracy on the target, round by round."""
    runs, last = found.runs, found.runs.levels[-1]
    takeaway = (f"on {found.target}, with {runs.share('native', last):.1%} of the weights left, the native ticket "
                f"reads {runs.mean('native', last).mean:.1%}, the one from {found.source} "
                f"{runs.mean('moved', last).mean:.1%}, a random mask {runs.mean('random', last).mean:.1%}")
    return runs.chart(f"From {found.source} to {found.target}", takeaway, NETS, source(runs))


def source(runs: Grid) -> str:
    """How the runs were made, in a sentence."""
    spec = runs.results[0].spec
    return (f"Recorded by lth_core: MLP {'-'.join(map(str, spec.net.sizes))}, {spec.training.steps:,} steps of Adam a "
            f"training, {spec.data.train:,} training images; {runs.seeds} seed{'s' * (runs.seeds > 1)}, bands: 95% "
            "intervals of the mean.")


def sentence(found: Journey, level: int) -> str:
    """The travelled ticket beside the native one, a random mask and its own mask with fresh weights, in Markdown."""
    runs = found.runs
    beside = {"native": "the native one", "random": "a random mask", "moved-reinit": "its mask with fresh weights",
              "largest": "the largest weights of θ₀"}
    return (f"With **{runs.share('moved', level):.1%}** left the ticket from {found.source} reads "
            f"**{percent(runs.mean('moved', level))}** of {found.target}. "
            + told(*(compared(runs.gap("moved", other, level), "it" if at else "the travelled ticket", called)
                     for at, (other, called) in enumerate(beside.items()))))


def rows(found: Sequence[Journey], level: int) -> list[dict[str, str]]:
    """One row a journey, in round `level`; the verdict counts all rounds in which a ticket is worth something."""
    return [{
        "Journey": one.name, "Whole net": percent(accuracies(one.runs.dense)),
        **{name[:1].upper() + name[1:]: percent(one.runs.mean(key, level)) for key, (name, _) in NETS.items()},
        "Verdict": (f"{len(_won(one))} of {len(one.worth)} · " if one.runs.seeds >= ENOUGH else "") + _verdict([one]),
    } for one in found if level in one.runs.levels]


def _won(found: Journey) -> list[int]:
    """Rounds, of those in which a ticket is worth something, in which the travelled one surely beats a random mask."""
    return found.runs.ahead("moved", "random", found.worth)


def _verdict(found: Sequence[Journey]) -> str:
    enough = [one for one in found if one.runs.seeds >= ENOUGH]
    return counted(sum(len(_won(one)) for one in enough), sum(len(one.worth) for one in enough)) if enough else OPEN


def judged(found: Sequence[Journey]) -> Judged:
    """C33: tickets transfer, that is, beat random masks on other data wherever a native ticket does."""
    settled = [one for one in found if one.runs.seeds >= ENOUGH]
    if not settled:
        return Judged(33, OPEN, f"Whether tickets travel: fewer than {ENOUGH} seeds settle nothing yet")
    won, of = sum(len(_won(one)) for one in settled), sum(len(one.worth) for one in settled)
    short = sum(len(one.runs.ahead("native", "moved", one.worth)) for one in settled)
    return Judged(33, _verdict(found),
                  f"There are **{of}** cases, of journeys and sizes, in which a ticket found on the very images surely "
                  f"beats a random mask. The travelled ticket does so too in **{won}** of them, and is surely behind "
                  f"the native one in **{short}**")


def overlap(found: Journey, level: int) -> str:
    """How much the masks have in common, in a sentence."""
    shared = {name: float(np.mean([_shared(run, level, name) for run in found.runs.results]))
              for name in ("moved", "random", "largest")}
    return (f"Of all weights that the native or the travelled mask keeps, both keep **{shared['moved']:.1%}** with "
            f"{found.runs.share('native', level):.1%} left. A random mask shares {shared['random']:.1%} with the "
            f"native one, the largest weights of θ₀ {shared['largest']:.1%}")


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
                 f"Recorded by lth_core, seed {run.spec.seed}.")
