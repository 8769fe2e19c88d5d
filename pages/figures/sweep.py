"""Chapter 5's curves over density: ticket, one-shot ticket, reinit, random mask and dense net by six measures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from lth_core import said
from lth_core.intervals import Interval, accuracies, errors, excess, leads, mean_ci, paired
from lth_core.ledger.runs import Runs, at_step, curves, reads
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.conditions import source
from pages.figures.rounds import lottery
from pages.figures.runs import KINDS

LEFT = Axis("weights left", percent=True, log=True)
STABILIZING = "Frankle et al. 2019, Figs 2–3"

# Text-verified figures of the papers: condition, share of weights left, accuracy, ± as printed.
ANCHORS = (("dense", 1.0, 0.980, 0.002), ("ticket", 0.107, 0.983, 0.001), ("random", 0.107, 0.975, 0.003))

# Steps at which curves are cut: the paper's protocol looks at the test split at each of these (epochs 1, 2.5, 5, 10,
# 20, 40 among them), the one-epoch protocol at the validation split.
LOOKS = 8  # of other runs every eighth look is a choice, counted from the end
STEPS = (50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 917, 2_300, 4_600, 9_200, 18_400, 36_800, 50_000)


@dataclass(frozen=True, eq=False)
class Sweep:
    """The recorded runs of one protocol. one_shot: None while none is recorded."""

    runs: Runs
    one_shot: Runs | None

    @property
    def tested(self) -> bool:
        """Were curves measured on the test split? Otherwise on the validation split."""
        return lottery(self.runs.results[0]).training.measure in ("test", "all")

    def curves(self) -> dict[str, tuple[Runs, str]]:
        """What is drawn: key → where its numbers come from."""
        found = {name: (self.runs, name) for name in ("ticket", "reinit", "random") if self.runs.has(name)}
        if self.one_shot is not None:
            found["one-shot"] = (self.one_shot, "ticket")
        return found

    def grid(self, curve: str, measure: str, step: int = 0) -> np.ndarray:
        """Values of one curve, (seeds, levels + 1); column 0 is the dense net. measure: a key of MEASURES."""
        runs, condition = self.curves()[curve]
        if measure == "step":
            return at_step(runs, condition, step, "test_accuracy" if self.tested else "validation_accuracy")
        column = MEASURES[measure].column
        values = runs.grid(condition, reads(runs.results[0]) if column == "test_accuracy" else column)
        return 1 - values if measure == "error" else values

    def steps(self) -> tuple[int, ...]:
        """The members of STEPS at which every seed has a point of the dense net; of runs that were looked at at other
        steps, some of these."""
        name = "test_accuracy" if self.tested else "validation_accuracy"
        known = (step for step in STEPS if np.isfinite(at_step(self.runs, "ticket", step, name)[:, 0]).all())
        return tuple(known) if self.lenet else tuple(curves(self.runs, "ticket", 0, name).step[::-LOOKS][::-1].tolist())

    @property
    def lenet(self) -> bool:
        """Is it the net that the papers' printed points belong to?"""
        return self.runs.results[0].spec.net.name == "mlp"

    @property
    def images(self) -> str:
        """What the net reads, for a sentence."""
        return "digits" if self.runs.results[0].spec.data.name == "mnist" else "images"


@once(8)
def sweep(results: tuple[Result, ...], one_shot: tuple[Result, ...]) -> Sweep:
    """The curves of these runs; the same object for the same runs. Raises ValueError without any."""
    return Sweep(Runs.of(results), Runs.of(one_shot) if one_shot else None)


@dataclass(frozen=True)
class Measure:
    """One choice of what stands on the y axis. word: on the switch. column: of `cells`. axis: with its title."""

    word: str
    column: str
    axis: Axis
    title: str


MEASURES = {
    "accuracy": Measure("Test accuracy", "test_accuracy", Axis("test accuracy", percent=True),
                        "Test accuracy as weights go"),
    "error": Measure("Test error, log", "test_accuracy", Axis("test error", percent=True, log=True),
                     "Test error as weights go"),
    "stop": Measure("Early stop", "early_stop_step", Axis("step of the lowest validation loss"),
                    "When training should have stopped"),
    "stopped": Measure("Accuracy at early stop", "early_stop_test_accuracy",
                       Axis("test accuracy at the early stop", percent=True), "Test accuracy at the early stop"),
    "train": Measure("Train accuracy", "train_accuracy", Axis("training accuracy", percent=True),
                     "Training accuracy as weights go"),
    "step": Measure("Accuracy at a step", "", Axis("accuracy", percent=True), "Accuracy after {step:,} steps"),
}


def spread_of(measure: str) -> Callable[[ArrayLike], Interval]:
    """How values of a measure are spread over seeds: accuracies and errors know what cannot be."""
    if measure == "stop":
        return partial(mean_ci, bounds=(0.0, math.inf))
    return errors if measure == "error" else accuracies


def compared_by(measure: str) -> Callable[[ArrayLike, ArrayLike], Interval]:
    """How two curves are compared by a measure, within seeds."""
    if measure == "stop":
        return paired
    return excess if measure == "error" else leads


def measures(case: Sweep) -> tuple[str, ...]:
    """The measures that these runs have: the early stop's accuracy only where the test split was looked at then, and
    as at the end."""
    same = reads(case.runs.results[0]) == MEASURES["accuracy"].column
    seen = same and np.isfinite(case.grid("ticket", "stopped")).all()
    return tuple(name for name in MEASURES if name != "stopped" or seen)


def chart(case: Sweep, measure: str, step: int = 0) -> Chart:
    """Every curve against the share of weights left: mean over seeds, 95% interval, each seed. A control that was not
    run in every round has points where it was, and none at the dense net."""
    kind = MEASURES[measure]
    x = case.runs.density[::-1]
    lines = [_line(case, curve, measure, step) for curve in case.curves()]
    dense = np.repeat(case.grid("ticket", measure, step)[:, :1], len(x), axis=1)
    lines.append(Line.with_interval("dense net", "dense", x, dense, spread_of(measure)))
    axis = kind.axis
    if measure == "step":
        axis = Axis("test accuracy" if case.tested else "validation accuracy", percent=True)
    marks = anchors(measure) if case.lenet and measure in ("accuracy", "error") else ()
    return Chart(kind.title.format(step=step), takeaway(case, measure, step), LEFT, axis, tuple(lines), marks,
                 source(case.runs, "bands: 95% interval of the mean, Student's t"), case.runs.origin)


@once(64)
def as_shown(case: Sweep, measure: str, step: int, linear: bool, each: bool, first: int, last: int) -> Chart:
    """The chart as the curve reader draws it: rounds `first` to `last` from left to right, bands or every seed. A
    measure or step that these runs lack gives way as it does there."""
    steps, known = case.steps(), measures(case)
    whole = chart(case, measure if measure in known else known[0], step if step in steps else steps[len(steps) // 2])
    density = case.runs.density
    low, high = float(density[last]) * 0.999, float(density[first]) * 1.001
    lines = (line.within(low, high) for line in whole.lines)
    marks = tuple(mark for mark in whole.marks if mark.x is not None and low <= mark.x <= high)
    diamonds = f" Diamonds: as printed in {STABILIZING}, after 50,000 steps." if marks else ""
    return replace(whole, x=replace(LEFT, log=not linear, falling=True), marks=marks, source=whole.source + diamonds,
                   lines=tuple(replace(line, low=None, high=None) if each else line for line in lines))


def _line(case: Sweep, curve: str, measure: str, step: int) -> Line:
    name, role = ("one-shot ticket", "kept-raw") if curve == "one-shot" else (KINDS[curve].name, KINDS[curve].role)
    grid = case.grid(curve, measure, step)
    there = recorded(grid)
    x = case.curves()[curve][0].density[there][::-1]
    return Line.with_interval(name, role, x, grid[:, there][:, ::-1], spread_of(measure))


def recorded(grid: np.ndarray) -> np.ndarray:
    """At which levels a curve has a point, (levels + 1,). Where rounds are missing, the dense net is none of its own.

    >>> recorded(np.array([[0.9, np.nan, 0.8]])).tolist()
    [False, False, True]
    """
    there: np.ndarray = np.isfinite(grid).any(0)
    if not there.all():
        there[0] = False
    return there


def anchors(measure: str) -> tuple[Mark, ...]:
    """The paper's own points; they stand in STABILIZING."""
    marks = []
    for name, density, accuracy, spread in ANCHORS:
        called, role = ("dense net", "dense") if name == "dense" else (KINDS[name].name, KINDS[name].role)
        y = 1 - accuracy if measure == "error" else accuracy
        marks.append(Mark(f"{called} {100 * accuracy:.1f} ± {100 * spread:.1f}%", role, density, y))  # as printed
    return tuple(marks)


def takeaway(case: Sweep, measure: str, step: int = 0) -> str:
    """What the chart says, computed."""
    axis = MEASURES[measure].axis
    mean = case.grid("ticket", measure, step).mean(0)
    lower = measure in ("error", "stop")
    best = int(np.argmin(mean) if lower else np.argmax(mean))
    word = {"stop": "earliest", "error": "lowest"}.get(measure, "highest")
    if not best:
        return f"no ticket does better than the dense net's {_say(axis, mean[0])}"
    return (f"tickets are {word} with {case.runs.density[best]:.1%} of the weights left: {_say(axis, mean[best])} on "
            f"average, against {_say(axis, mean[0])} for the dense net")


def _say(axis: Axis, value: float) -> str:
    return f"{value:.2%}" if axis.percent else f"{value:,.0f}"


@dataclass(frozen=True)
class Reading:
    """One curve at one level. against: the dense net, within seeds; None for the dense net itself."""

    curve: str
    value: Interval
    against: Interval | None


def readings(case: Sweep, measure: str, level: int, step: int = 0) -> tuple[Reading, ...]:
    """Exact values at one level, the dense net last: what the read-outs of the page show."""
    found = []
    for curve in case.curves():
        grid = case.grid(curve, measure, step)
        compare = compared_by(measure)
        found.append(Reading(curve, spread_of(measure)(grid[:, level]), compare(grid[:, level], grid[:, 0])))
    return (*found, Reading("dense", spread_of(measure)(case.grid("ticket", measure, step)[:, 0]), None))


# What a ticket does, by measure, with its mean for {}, the step for {step} and what it reads for {images}.
TELLING = {
    "accuracy": "reads **{:.2%}** of the test {images}", "error": "gets **{:.2%}** of the test {images} wrong",
    "stop": "should have stopped at step **{:,.0f}**",
    "stopped": "reads **{:.2%}** of the test {images} at its early stop",
    "train": "reads **{:.2%}** of the training {images}",
    "step": "reads **{:.2%}** of the {images} after {step:,} steps",
}


def sentence(case: Sweep, level: int, measure: str = "accuracy", step: int = 0) -> str:
    """One level in Markdown: what is left, what the ticket comes to by this measure, and how that compares."""
    measure = measure if measure in measures(case) else "accuracy"
    steps = case.steps()
    step = step if step in steps else steps[len(steps) // 2]
    ticket = next(item for item in readings(case, measure, level, step) if item.curve == "ticket")
    kept = int(case.runs.grid("ticket", "kept")[0, level])
    told = TELLING[measure].format(ticket.value.mean, step=step, images=case.images)
    text = f"In runs of {case.runs.budget}, with **{case.runs.density[level]:.1%}** of the weights left ({kept:,}), " \
           f"the ticket {told}"
    if not level:
        return f"{text}: it is the dense net."
    if measure != "stop":
        return f"{text}, {versus(ticket.against)} the dense net." if ticket.against else f"{text}."
    dense = float(case.grid("ticket", measure)[:, 0].mean())
    return f"{text}, the dense net at step {dense:,.0f}."


def versus(gap: Interval) -> str:
    """A difference of accuracies with its interval, before "the dense net": "+0.30 points [+0.21, +0.39] against".

    >>> versus(Interval(0.003, 0.0021, 0.0039, 5))
    '+0.30 points [+0.21, +0.39] against'
    """
    return f"{said.points(gap)} against"
