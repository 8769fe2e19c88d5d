"""One chart, all methods: every mask recorded so far at equal density, with its price in trainings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lth_core.catalogue import curvature, early_bird
from lth_core.experiments.early_bird import read
from lth_core.ledger.bench import Bench
from lth_core.ledger.runs import value
from lth_core.results.result import Result
from pages.figures import labs
from pages.figures.chart import Chart, Mark
from pages.figures.labs import ACCURACY, source
from pages.figures.sweep import LEFT

ONE_SHOT, EARLY = "one-shot", "early-bird"
DRAWN = 300  # steps after which the early mask is drawn, a third of an epoch
BEFORE = "before training"


@dataclass(frozen=True)
class Method:
    """How one mask is chosen. looks: what it looks at. trainings: round of the ticket → whole trainings until the
    sparse net is done. cut: when, and what becomes of the survivors."""

    name: str
    role: str
    looks: str
    trainings: Callable[[int], float]
    cut: str = BEFORE


def _once(_: int) -> int:
    return 1


STEPS = curvature("obd", 0).retrain_steps
TRAINED_ON = f"after training; {STEPS} steps more"


def _more(_: int) -> float:
    return 1 + STEPS / curvature("obd", 0).training.steps


# Condition → method, the dearest first. Equal density means exactly as many weights as the ticket of the same round.
METHODS: Mapping[str, Method] = {
    "ticket": Method("winning ticket (IMP)", "kept", "trained weights, round by round", lambda level: level + 1,
                     "after each training; back to θ₀"),
    ONE_SHOT: Method("magnitude, one-shot", "kept-raw", "trained weights, once", lambda _: 2,
                     "after training; back to θ₀"),
    EARLY: Method(f"Early-Bird, {DRAWN} steps", "keep-signs", "hardly trained weights, once",
                  lambda level: 1 + DRAWN / early_bird(level, 0).budget, "early in training; back to θ₀"),
    "magnitude-global-retrained": Method("magnitude, trained on", "after-variant", "trained weights, once", _more,
                                         TRAINED_ON),
    "obd-global-retrained": Method("Optimal Brain Damage, trained on", "after", "curvature of the loss", _more,
                                   TRAINED_ON),
    "sparsegpt": Method("SparseGPT", "after-third", "trained weights, and what each layer sees", _once,
                        "after training; survivors moved, not trained"),
    "snip-global": Method("SNIP", "lab", "slope of the loss", _once),
    "grasp": Method("GraSP", "lab-variant", "slope and curvature of the loss", _once),
    "synflow": Method("SynFlow", "lab-third", "first weights alone", _once),
    "magnitude-start": Method("magnitude at the start", "lab-fourth", "first weights alone", _once),
    "edge-popup-scaled": Method("Edge-Popup", "constant-signs", "learns the mask, never a weight", _once,
                                "while scores train; weights never do"),
    "erk": Method("ERK, random places", "lab-fifth", "layer sizes alone", _once),
    "random": Method("random, same layer sizes", "random", "nothing", _once),
    "random-global": Method("random, whole net", "random-global", "nothing", _once),
}


def with_one_shot(found: Bench, runs: Sequence[Result]) -> Bench:
    """The bench with the one-shot lotteries of its seeds, where all of them are recorded.

    Raises ValueError when they keep other numbers of weights than the tickets.
    """
    by_place = {(run.spec.seed, level): run for run in runs for level in found.levels}
    return _with(found, ONE_SHOT, by_place, "ticket", lambda run, level: value(run, "ticket", level))


def with_early(found: Bench, runs: Sequence[Result]) -> Bench:
    """The bench with the tickets that Early-Bird draws after DRAWN steps and sends back to θ₀, where all are recorded.

    Raises ValueError when they keep other numbers of weights than the tickets.
    """
    by_place = {(run.spec.seed, read.spec_of(run).level): run for run in runs}
    return _with(found, EARLY, by_place, "restarted", lambda run, _: read.restarted(run, DRAWN))


def _with(found: Bench, method: str, runs: Mapping[tuple[int, int], Result], condition: str,
          reads: Callable[[Result, int], float]) -> Bench:
    """The bench with a column of accuracies, where `runs` has every (seed, level) of it; checked for equal sizes."""
    places = [[(lottery.spec.seed, level) for level in found.levels] for lottery in found.lotteries]
    if not {place for row in places for place in row} <= runs.keys():
        return found
    for lottery, row in zip(found.lotteries, places, strict=True):
        for seed, level in row:
            if value(runs[seed, level], condition, level, "kept") != value(lottery, "ticket", level, "kept"):
                raise ValueError(f"{method} and iterative pruning keep different numbers of weights in round {level}")
    column = np.array([[reads(runs[place], place[1]) for place in row] for row in places])
    return replace(found, accuracy={**found.accuracy, method: column})


def with_board(found: Bench, board: Bench) -> Bench:
    """The bench with the METHODS of another one, where that has all its seeds and sizes."""
    seeds, theirs = ([run.spec.seed for run in one.lotteries] for one in (found, board))
    if not (set(seeds) <= set(theirs) and set(found.levels) <= set(board.levels)):
        return found
    at = np.ix_([theirs.index(seed) for seed in seeds], [board.levels.index(level) for level in found.levels])
    more = {name: values[at] for name, values in board.accuracy.items() if name in METHODS and name not in
            found.accuracy}
    return replace(found, accuracy={**found.accuracy, **more})


def shown(found: Bench) -> list[str]:
    """The methods that this bench has."""
    return [one for one in METHODS if one in found.accuracy]


def chart(found: Bench, level: int) -> Chart:
    """Every method against weights left, with a mark at the size of round `level`."""
    banded = labs.chart(found, {one: (METHODS[one].name, METHODS[one].role) for one in shown(found)}, "", "").lines
    lines = tuple(replace(line, low=None, high=None, seeds=None) for line in banded)  # a dozen bands hide lines
    density = float(found.density[found.levels.index(level)])
    said = source(found, "means; their 95% intervals stand in the table")
    return Chart("One chart, all methods", takeaway(found, level), LEFT, ACCURACY, lines,
                 (Mark(f"{density:.1%} left", x=density),), said)


def takeaway(found: Bench, level: int) -> str:
    """Who reads most at this size."""
    first, second = (METHODS[one].name for one in ranked(found, level)[:2])
    return f"with {found.density[found.levels.index(level)]:.1%} of the weights left, first is {first}, then {second}"


def best(found: Bench, level: int) -> str:
    """The best for about one training, cut before or while it goes on, and the best cut after it, beside the ticket."""
    density = found.density[found.levels.index(level)]
    cheap = [one for one in ranked(found, level) if METHODS[one].trainings(level) < 2]
    bests = {when: next((one for one in cheap if METHODS[one].cut.startswith("after") is (when == "after")), None)
             for when in ("before or during", "after")}
    told = [f"The best mask cut {when} training is {METHODS[best].name}: "
            + labs.compared(found.gap(best, "ticket", level), "it", "the ticket") + "."
            for when, best in bests.items() if best is not None]
    return f"Left: {density:.1%} of the weights. To spend: about one training. {' '.join(told)}"


def ranked(found: Bench, level: int) -> list[str]:
    """The methods from the highest mean to the lowest."""
    return sorted(shown(found), key=lambda one: -found.mean(one, level).mean)


def rows(found: Bench, level: int) -> list[dict[str, str]]:
    """A row a method, best first: accuracy, gap to the ticket, price."""
    def row(one: str) -> dict[str, str]:
        method = METHODS[one]
        gap = "–" if one == "ticket" else labs.points(found.gap(one, "ticket", level))
        return {"Mask": method.name, "Test accuracy": labs.percent(found.mean(one, level)), "Against the ticket": gap,
                "Cut": method.cut, "Trainings": f"{method.trainings(level):.2g}", "Looks at": method.looks}

    return [row(one) for one in ranked(found, level)]
