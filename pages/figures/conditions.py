"""Chapter 4's conditions: how far each falls behind the winning ticket that it takes something from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lth_core import said
from lth_core.intervals import Interval, accuracies
from lth_core.ledger.lenet import GOAL
from lth_core.ledger.runs import Runs, column_of, curves, steps_to
from lth_core.ledger.start import POPULAR
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.said import DATA, _points, budget, percent, say
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.rounds import lottery, points
from pages.figures.runs import DENSE, KINDS, THREE, Kind

ACCURACY = Axis("test accuracy", percent=True, error=True)
ROUNDS = Axis("rounds of pruning")
BEHIND = Axis("behind the ticket", "points")


def accuracy(runs: Runs, names: Sequence[str] = THREE) -> Chart:
    """Test accuracy of the conditions, round after round, on an error axis."""
    levels = np.arange(1, runs.levels + 1)
    lines = tuple(Line.over_seeds(KINDS[name].name, KINDS[name].role, levels, runs.grid(name, "test_accuracy")[:, 1:])
                  for name in names)
    dense = float(runs.grid("ticket", "test_accuracy")[:, 0].mean())
    last = {name: float(runs.grid(name, "test_accuracy")[:, -1].mean()) for name in names}
    takeaway = f"at {runs.density[-1]:.1%} of the weights " + ", ".join(
        f"{KINDS[name].name} {value:.1%}" for name, value in last.items())
    return Chart("What is left without the mask, or without θ₀", takeaway, ROUNDS, ACCURACY, lines,
                 (Mark(f"dense net {dense:.2%}", "dense", y=dense), *landmarks(runs)), source(runs), runs.origin)


LEARNING = {  # measure → column and axis; the same stretch at every density, so that charts can be laid side by side
    "accuracy": ("validation_accuracy", Axis("validation accuracy", percent=True, range=(0.0, 1.0))),
    "error": ("validation_accuracy", Axis("validation accuracy", percent=True, error=True, range=(0.5, 0.99))),
    "loss": ("validation_loss", Axis("validation loss", "nats", log=True, range=(0.04, 3.0))),
}
LONG = 5_000  # steps: beyond, time is drawn logarithmically, because most happens in the first thousand


@once(64)
def learning(runs: Runs, level: int, measure: str, names: tuple[str, ...]) -> Chart:
    """Learning curves of the dense net and the conditions at one level. measure: a key of LEARNING."""
    name, axis = LEARNING[measure]
    lines, told = [], []
    for condition in (DENSE, *names):
        found = curves(runs, "ticket", 0, name) if condition == DENSE else curves(runs, condition, level, name)
        x, values = found.step, found.values
        if x[-1] == 0 and runs.steps:  # a supermask is never trained: the same at every step
            x, values = np.array([0, runs.steps]), np.repeat(values, 2, axis=1)
        drawn = x > 0 if runs.steps > LONG else x >= 0  # a logarithm has no place for the start
        kind = Kind("dense net", "dense", "", "") if condition == DENSE else KINDS[condition]
        lines.append(Line.over_seeds(kind.name, kind.role, x[drawn], values[:, drawn]))
        told.append(f"{kind.name} {axis.format(float(values[:, -1].mean()))}")
    return Chart(f"Learning with {runs.density[level]:.1%} of the weights", "at the end: " + ", ".join(told),
                 Axis("training step", log=runs.steps > LONG), axis, tuple(lines), (), source(runs), runs.origin)


def behind(runs: Runs, names: Sequence[str], title: str = "Behind the ticket") -> Chart:
    """How many points each condition lies behind the ticket: mean over seeds with its 95% interval."""
    levels = np.arange(1, runs.levels + 1)
    lines, told = [], []
    for name in names:
        gaps = [runs.gap(name, int(level)) for level in levels]
        mean, low, high = (100 * np.array([getattr(gap, part) for gap in gaps]) for part in ("mean", "low", "high"))
        band = (low, high) if gaps[0].known else (None, None)
        lines.append(Line(KINDS[name].name, KINDS[name].role, levels, mean, *band))
        told.append(f"{KINDS[name].name} {_points(mean[-1])}")
    takeaway = f"at {runs.density[-1]:.1%} of the weights: " + ", ".join(told)
    return Chart(title, takeaway, ROUNDS, BEHIND, tuple(lines), landmarks(runs),
                 source(runs, "bands: 95% interval of the difference within seeds"), runs.origin)


def speed(runs: Runs, goal: float, names: Sequence[str] = THREE) -> Chart | None:
    """Steps until the validation accuracy first reads `goal`: the median seed; a line has points where at least half
    of the seeds arrive. None where no condition does."""
    lines, told = [], []
    for name in names:
        middle = np.array([np.median(steps_to(runs, name, level, goal)) for level in range(1, runs.levels + 1)])
        there = np.flatnonzero(np.isfinite(middle))
        if there.size:
            lines.append(Line(KINDS[name].name, KINDS[name].role, there + 1, middle[there]))
        told.append(f"{KINDS[name].name} " + (f"down to {runs.density[there[-1] + 1]:.1%} left" if there.size else
                                              "at no density"))
    if not lines:
        return None
    dense = float(np.median(steps_to(runs, "ticket", 0, goal)))
    marks = (Mark(f"dense net {dense:,.0f}", "dense", y=dense),) if np.isfinite(dense) else ()
    takeaway = "at least half of the seeds get there: " + ", ".join(told)
    return Chart(f"Steps to {goal:.0%} validation accuracy", takeaway, ROUNDS, Axis("training steps"), tuple(lines),
                 (*marks, *landmarks(runs)), source(runs, "lines: the median seed"), runs.origin)


def speed_sentence(runs: Runs, level: int) -> str:
    """When ticket and reinit first read GOAL of the validation digits: the median seed, in Markdown."""
    ticket, reinit = (float(np.median(steps_to(runs, name, level, GOAL))) for name in ("ticket", "reinit"))
    late = f"at step **{reinit:,.0f}**" if np.isfinite(reinit) else f"not within {runs.steps:,} steps"
    return (f"In our runs of {runs.budget}, with {runs.density[level]:.1%} left, the ticket first reads {GOAL:.0%} of "
            f"the validation digits at step **{ticket:,.0f}**. Random reinit reads as many {late}.")


LANDMARKS = (0.107, 0.01)  # where the popular figures are quoted, and about where such gaps are; more would collide


def landmarks(runs: Runs) -> tuple[Mark, ...]:
    """Densities worth finding on an axis of rounds."""
    levels = sorted({runs.nearest(density) for density in LANDMARKS} - {0})
    return tuple(Mark(f"{runs.density[level]:.1%} left", "target", x=float(level)) for level in levels)


def source(runs: Runs, bands: str = "bands: lowest to highest seed") -> str:
    """How the runs were made, in a sentence."""
    spec = lottery(runs.results[0])
    deep = spec.net.name != "mlp"
    net = net_name(spec.net.name) if deep else f"MLP {'-'.join(map(str, spec.net.sizes))}"
    rates = (f"{spec.pruning.rate:.0%} a round in each layer, "
             + f"{spec.pruning.conv_rate:.0%} in convolutions, " * deep + f"{spec.pruning.output_rate:.0%} in the last")
    return (
        f"Recorded by lth_core: {net} on {DATA[spec.data.name]}, {spec.training.steps:,} steps of "
        f"Adam at {spec.training.lr:g}, batch {spec.training.batch}; {rates}; "
        f"{said.seeds(runs.seeds)}; {bands}."
    )


def net_name(word: str) -> str:
    """A convolutional net as the paper writes it.

    >>> net_name("conv2")
    'Conv-2'
    """
    return word.replace("conv", "Conv-")


# ── where does a gap open? ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Opening:
    """From which level on, to the end, the mean gap is at least `gap`; level 0: never. widest: the largest mean gap."""

    gap: float
    level: int
    density: float
    widest: float


def opening(runs: Runs, condition: str, gap: float) -> Opening:
    """Search the record for the popular gap."""
    means = np.array([runs.gap(condition, level).mean for level in range(1, runs.levels + 1)])
    wide = means >= gap
    last_small = np.flatnonzero(~wide)
    level = 1 if not last_small.size else int(last_small[-1]) + 2
    level = level if level <= runs.levels else 0
    return Opening(gap, level, float(runs.density[level]), float(np.nanmax(means)))


def opening_sentence(runs: Runs, condition: str) -> str:
    """Where the popular gap opens, or that it does not."""
    found = opening(runs, condition, POPULAR["ticket"] - POPULAR[condition])
    name, wanted = KINDS[condition].name, points(found.gap, 0).lstrip("+")
    if found.level:
        return (f"After {runs.budget} the {name} falls {wanted} behind the ticket in round {found.level}, with "
                f"**{found.density:.1%}** of the weights left")
    return f"After {runs.budget} the {name} **never** falls {wanted} behind: {_points(100 * found.widest)} at most"


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


def at_level(runs: Runs, level: int) -> str:
    """The three conditions at one level, in Markdown."""
    ticket = runs.grid("ticket", "test_accuracy")[:, level].mean()
    behind = {name: _less(runs.gap(name, level)) for name in ("reinit", "random")}
    return (
        f"After {runs.budget}, with **{runs.density[level]:.1%}** of the weights left, the winning ticket reads "
        f"**{ticket:.2%}** of the test digits. The same mask with fresh weights reads **{behind['reinit']}**. A random "
        f"mask of the same size reads **{behind['random']}**."
    )


def _less(gap: Interval) -> str:
    """`0.47 points less`, of a condition that lies so far behind the ticket."""
    return f"{_points(100 * abs(gap.centre))} {'less' if gap.centre >= 0 else 'more'}"


def rows(protocols: Sequence[Runs], level: int) -> list[dict[str, str]]:
    """The three conditions at one level as a table: what each is made of, and what it reads by each protocol."""
    return [{"Net": KINDS[name].name, "Mask": KINDS[name].mask, "First values": KINDS[name].start,
             **{f"After {runs.budget}": percent(accuracies(runs.grid(name, "test_accuracy")[:, level]))
                for runs in protocols}} for name in THREE]


def against_ticket(name: str, gap: Interval) -> str:
    """One condition against the ticket, by the interval of their difference: ticket − condition."""
    called = f"**{KINDS[name].name}**"
    if gap.known and gap.below():
        return f"{called} is *ahead* of the ticket by {_points(-100 * gap.centre)}"
    if gap.known and not gap.above():
        return f"{called} cannot be told from the ticket"
    return f"{called} lies {_points(100 * gap.centre)} behind the ticket"


def level_of(result: Result) -> int:
    """The level at which a live run trained its conditions."""
    return int(result.tables["cells"]["round"][0])


def replayed(result: Result, runs: Runs) -> str:
    """What a live run of one level measured, beside the recorded run of the same seed."""
    cells = result.tables["cells"]
    names, level = cells["condition"].tolist(), level_of(result)
    now = dict(zip(names, np.asarray(cells["test_accuracy"], np.float64).tolist(), strict=True))
    told = ", ".join(f"{KINDS[name].name} **{value:.2%}**" for name, value in now.items())
    sentence = (f"Just now, seed {result.spec.seed}, {float(cells['density'][0]):.1%} left, after "
                f"{budget(result.spec)}: {told}.")
    old = next((run for run in runs.results if run.spec.seed == result.spec.seed), None)
    if old is None:
        return sentence
    worst = max(abs(value - column_of(old, name, "test_accuracy", runs.levels)[level]) for name, value in now.items())
    if worst == 0:
        return sentence + " Every one as recorded, to the last digit."
    return sentence + f" The record of this seed differs by at most {_points(100 * worst)}."


def compared(runs: Runs, names: Sequence[str], level: int) -> str:
    """Conditions against the ticket at one level, as a sentence."""
    told = [against_ticket(name, runs.gap(name, level)) for name in names]
    return f"After {runs.budget}, with {runs.density[level]:.1%} of the weights left, " + "; ".join(told) + "."


def gap_rows(names: Sequence[str], columns: Mapping[str, Mapping[str, Interval]]) -> list[dict[str, str]]:
    """How far `names` lie behind the ticket, with their intervals, as a table. columns: head → condition → gap."""
    return [{"Net": KINDS[name].name, **{head: say(gaps[name]) if name in gaps else "not trained"
                                      for head, gaps in columns.items()}} for name in names]


def looks(runs: Runs) -> str:
    """How closely the speed chart can be read: the steps at which these runs were looked at."""
    step = curves(runs, "ticket", 0).step
    return (f"In these runs of {runs.budget} the nets were looked at {len(step)} times, {int(step[-3] - step[-4]):,} "
            "steps apart towards the end.")
