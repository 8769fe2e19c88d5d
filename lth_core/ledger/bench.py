"""Other ways to a sparse net beside the ticket and a random mask of exactly the same size (C38, C39).

All comparisons are within seeds: a lab's run shares split, θ₀ and batch order with the recorded lottery of its seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Lab
from lth_core.ledger.grid import Compared
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Rule
from lth_core.ledger.runs import value
from lth_core.results.result import Result


@dataclass(frozen=True, eq=False)
class Bench(Compared):
    """A lab's runs and the lotteries of the same seeds. density: share of weights left, (levels,), falling."""

    labs: tuple[Result, ...]
    lotteries: tuple[Result, ...]
    density: np.ndarray

    @property
    def seeds(self) -> int:
        return len(self.labs)

    def layers(self, condition: str, level: int) -> list[float]:
        """Weights that each layer keeps at `level`, means over seeds."""
        results = self.labs if condition in self.labs[0].tables["cells"]["condition"] else self.lotteries
        columns = [f"fc{depth}.kept" for depth in range(1, len(self.labs[0].spec.net.sizes))]
        return [float(np.mean([value(result, condition, level, name) for result in results])) for name in columns]


def bench(labs: Sequence[Result], lotteries: Sequence[Result]) -> Bench:
    """Pair every lab's run with the lottery of its seed; runs without a partner are left out.

    Raises ValueError when nothing is left, or when the sizes compared are not exactly equal.
    """
    partner = {result.spec.seed: result for result in lotteries}
    mine = sorted((lab for lab in labs if lab.spec.seed in partner), key=lambda lab: lab.spec.seed)
    if not mine:
        raise ValueError("no lab run has a recorded lottery of the same seed")
    theirs = [partner[lab.spec.seed] for lab in mine]
    levels = _spec(mine[0]).levels
    for lab, lottery in zip(mine, theirs, strict=True):
        _same_sizes(lab, lottery, levels)
    accuracy = {
        condition: np.array([[value(result, condition, level) for level in levels] for result in results])
        for results in (mine, theirs) for condition in sorted(set(results[0].tables["cells"]["condition"]))
    }
    if "start_test_accuracy" in mine[0].tables["cells"]:
        accuracy["start"] = np.array([[value(lab, "edge-popup", level, "start_test_accuracy") for level in levels]
                                      for lab in mine])
    density = np.array([value(theirs[0], "ticket", level, "density") for level in levels])
    return Bench(levels, accuracy, tuple(mine), tuple(theirs), density)


def joined(benches: Sequence[Bench]) -> Bench:
    """Several labs on one bench, over the seeds that all of them have; they must compare the same sizes.

    Raises ValueError where they share no seed or compare other sizes.
    """
    first = benches[0]
    if any(one.levels != first.levels for one in benches):
        raise ValueError("these labs compare different sizes")
    shared = set.intersection(*({run.spec.seed for run in one.labs} for one in benches))
    if not shared:
        raise ValueError("these labs were run with different seeds")

    def mine(one: Bench) -> list[int]:
        return [at for at, run in enumerate(one.labs) if run.spec.seed in shared]

    accuracy = {name: values[mine(one)] for one in benches for name, values in one.accuracy.items()}
    labs, lotteries = (tuple(runs[at] for at in mine(first)) for runs in (first.labs, first.lotteries))
    return Bench(first.levels, accuracy, labs, lotteries, first.density)


def _spec(result: Result) -> Lab:
    if not isinstance(result.spec, Lab):
        raise ValueError(f"this figure shows labs, not {result.spec.experiment!r}")
    return result.spec


def _same_sizes(lab: Result, lottery: Result, levels: Sequence[int]) -> None:
    """Raise ValueError unless all trainings compared keep exactly as many weights as the ticket."""
    for level in levels:
        wanted = value(lottery, "ticket", level, "kept")
        for condition in sorted(set(lab.tables["cells"]["condition"])):
            kept = value(lab, condition, level, "kept")
            if kept != wanted and not np.isnan(kept):  # checks are made at one size alone
                raise ValueError(f"{condition} and the ticket keep different numbers of weights in round {level}")


@dataclass(frozen=True)
class Beside:
    """A condition of a lab beside the ticket and the random structure."""

    bench: Bench
    condition: str
    seeds: int

    def _any(self, other: str, below: bool) -> bool:
        gaps = (self.bench.gap(self.condition, other, level) for level in self.bench.levels)
        return any(gap.below() if below else gap.above() for gap in gaps)

    @property
    def behind(self) -> bool:
        """Surely behind the ticket at some size."""
        return self._any("ticket", below=True)

    @property
    def ahead(self) -> bool:
        """Surely ahead of a random mask at some size."""
        return self._any("random", below=False)


BESIDE = Rule("beside the ticket", (
    Case(CONFIRMED, "at no size surely behind the ticket", lambda seen: not seen.behind),
    Case(PARTLY, "surely behind it somewhere, and somewhere surely ahead of a random mask", lambda seen: seen.ahead),
    Case(FAILED, "behind the ticket, and nowhere ahead of a random mask", lambda seen: True)))


# Chapter 8's masks chosen before training, ERK's lots left out: method of the lab → the condition that has its mask.
CHOSEN = {"grasp": "grasp", "synflow": "synflow", "magnitude-start": "magnitude-start", "snip": "snip-global"}


@dataclass(frozen=True)
class Several:
    """Several conditions of labs beside the ticket and the random structure, each judged alone."""

    each: tuple[Beside, ...]
    seeds: int

    @property
    def behind(self) -> bool:
        """Every one of them is surely behind the ticket at some size."""
        return all(one.behind for one in self.each)

    @property
    def ahead(self) -> bool:
        """One of them is surely ahead of a random mask at some size."""
        return any(one.ahead for one in self.each)


BEFORE = Rule("masks before training", (
    Case(CONFIRMED, "one of SNIP, GraSP, SynFlow and magnitude at the start is at no size surely behind the ticket",
         lambda seen: not seen.behind),
    Case(PARTLY, "each is surely behind it somewhere, and one of them somewhere surely ahead of a random mask",
         lambda seen: seen.ahead),
    Case(FAILED, "each behind the ticket, and none anywhere ahead of a random mask", lambda seen: True)))


def before(found: Bench) -> Several:
    """Those of CHOSEN that the bench has."""
    return Several(tuple(Beside(found, one, found.seeds) for one in CHOSEN.values() if one in found.accuracy),
                   found.seeds)


def verdict(found: Bench, condition: str) -> str:
    """What became of a way to find masks without pruning."""
    return BESIDE(Beside(found, condition, found.seeds))
