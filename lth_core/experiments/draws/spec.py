"""Many random tickets of one net, as a Spec."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits
from lth_core.experiments.lottery.spec import Lottery
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number


@dataclass(frozen=True, kw_only=True)
class Draws(Spec):
    """Many random sub-networks of one small dense net, each trained: how rare are winners? Chapter 2.

    What counts as winning is not part of it: that is how the result is read (`experiments.draws.read`).
    """

    experiment: ClassVar[str] = "draws"
    density: float = number(0.32, above=0, most=1)  # share kept in every layer
    draws: int = number(50, least=1, most=10_000)
    first: int = number(0, least=0, most=1_000_000)  # number of the first ticket: a later run goes on from there
    dense_seeds: int = number(5, least=0, most=100)  # trainings of the whole net, the target; 0 when it is known
    found: bool = True  # also find a ticket of the same density by iterative magnitude pruning

    def check(self) -> None:
        fits(self)
        if self.found and self.density < 1:
            try:
                found_by_pruning(self)
            except SpecError as refused:
                raise SpecError("density", self.density,
                                f"a share that pruning can reach, or found = false ({refused})") from None


# Rounds of iterative pruning lose about this share of what remains, as in the paper.
RATE = 0.2


def found_by_pruning(spec: Draws) -> Lottery:
    """The same net, data and budget, with the ticket *found* by iterative magnitude pruning down to the same density.

    As many rounds as come nearest to a fifth each, and the same rate in every layer, so that the last round keeps as
    many weights per layer as a draw does (but for rounding, round by round). Below a density of 1 only.

    >>> found_by_pruning(Draws(density=0.32)).pruning.rounds
    5
    """
    rounds = max(1, round(math.log(spec.density) / math.log(1 - RATE)))
    rate = 1 - spec.density ** (1 / rounds)
    pruning = Pruning(rate=rate, output_rate=rate, rounds=rounds)
    return Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed, pruning=pruning)


# A run of a second or less.
TINY = Draws(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
             training=Training(steps=10, eval_every=5), draws=3, dense_seeds=1)
