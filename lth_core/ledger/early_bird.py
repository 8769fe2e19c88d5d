"""Early-Bird tickets beside the lottery's of exactly the same size: when the mask is known, and what it is worth.

All comparisons are within seeds: the masks of a seed are drawn in one training, from the θ₀ that its ticket has too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lth_core.experiments.early_bird import read
from lth_core.intervals import Interval, accuracies, leads, mean_ci
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Rule
from lth_core.ledger.runs import value
from lth_core.results.result import Result

RESTARTED, TRAINED_ON, TICKET, RANDOM = "restarted", "trained-on", "ticket", "random"


@dataclass(frozen=True, eq=False)
class Birds:
    """Runs of one size and the lotteries of the same seeds. moments: steps at which masks were drawn."""

    runs: tuple[Result, ...]
    lotteries: tuple[Result, ...]
    moments: tuple[int, ...]

    @property
    def seeds(self) -> int:
        return len(self.runs)

    @property
    def level(self) -> int:
        return read.spec_of(self.runs[0]).level

    @property
    def epoch(self) -> int:
        return read.spec_of(self.runs[0]).epoch

    @property
    def density(self) -> float:
        return float(self.runs[0].tables["cells"]["density"][0])

    @cached_property
    def distances(self) -> np.ndarray:
        """(seeds, moments, moments), over alive weights."""
        return np.stack([read.matrix(run) for run in self.runs])

    @cached_property
    def accuracy(self) -> dict[str, np.ndarray]:
        """Test accuracy by way, (seeds, moments); `ticket` and `random` are the lottery's, the same at every moment."""
        found = {way: np.stack([read.accuracy(run, way) for run in self.runs]) for way in (RESTARTED, TRAINED_ON)}
        rivals = {name: np.array([value(run, name, self.level) for run in self.lotteries]) for name in (TICKET, RANDOM)}
        return found | {name: np.repeat(one[:, None], len(self.moments), axis=1) for name, one in rivals.items()}

    @cached_property
    def reads(self) -> np.ndarray:
        """Test accuracy of the whole net at the moments, (seeds, moments)."""
        return np.stack([read.whole(run) for run in self.runs])

    def known(self, moment: int) -> Interval:
        """What the whole net reads of the test images then."""
        return accuracies(self.reads[:, self.moments.index(moment)])

    def shared(self, first: int, second: int) -> Interval:
        """The share of kept weights that the masks of two moments have in common."""
        one, other = self.moments.index(first), self.moments.index(second)
        return mean_ci(1 - self.distances[:, one, other], bounds=(0.0, 1.0))

    def mean(self, way: str, moment: int) -> Interval:
        """What a drawn ticket reads of the test images."""
        return accuracies(self.accuracy[way][:, self.moments.index(moment)])

    def gap(self, way: str, moment: int, other: str, then: int) -> Interval:
        """A drawn ticket less another one, within seeds."""
        return leads(self.accuracy[way][:, self.moments.index(moment)],
                     self.accuracy[other][:, self.moments.index(then)])

    def fired(self, over: str = "alive") -> list[int | None]:
        """Where the paper's criterion first fires, by seed. over: which distance it asks."""
        return [read.emerged(run, over) for run in self.runs]


def birds(runs: Sequence[Result], lotteries: Sequence[Result]) -> Birds:
    """Pair every run with the lottery of its seed; runs without a partner, or whose training diverged, are left out.

    Raises ValueError when nothing is left, or when the masks are not exactly of the ticket's size.
    """
    partner = {one.spec.seed: one for one in lotteries}
    mine = sorted((run for run in runs if run.spec.seed in partner
                   and read.moments(run) == read.spec_of(run).moments), key=lambda run: run.spec.seed)
    if not mine:
        raise ValueError("no Early-Bird run has a recorded lottery of the same seed")
    found = Birds(tuple(mine), tuple(partner[run.spec.seed] for run in mine), read.moments(mine[0]))
    for run, lottery in zip(found.runs, found.lotteries, strict=True):
        if set(np.asarray(run.tables["cells"]["kept"]).tolist()) != {value(lottery, TICKET, found.level, "kept")}:
            raise ValueError("a drawn mask and the ticket keep different numbers of weights")
    return found


@dataclass(frozen=True)
class Early:
    """At how many of `of` sizes the criterion fires in every seed before the training ends, and at how many the mask of
    the first epoch is as good as the last one."""

    settles: int
    as_good: int
    of: int
    seeds: int


EARLY = Rule("drawn early", (
    Case(CONFIRMED, "at all sizes the criterion fires in every seed, by the distance over alive weights, and the "
         "mask of the first epoch, back at θ₀, is not surely behind the last one",
         lambda seen: seen.settles == seen.as_good == seen.of),
    Case(PARTLY, "one of the two holds at some size", lambda seen: seen.settles + seen.as_good > 0),
    Case(FAILED, "neither holds at any", lambda seen: True)))


def early(sizes: Sequence[Birds]) -> Early:
    """What the rule looks at. sizes: the runs of every size."""
    settles = sum(all(step is not None for step in one.fired()) for one in sizes)
    as_good = sum(not one.gap(RESTARTED, one.epoch, RESTARTED, one.moments[-1]).below() for one in sizes)
    return Early(settles, as_good, len(sizes), min(one.seeds for one in sizes))
