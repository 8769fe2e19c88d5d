"""Two siblings and the hill between them, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_weights
from lth_core.experiments.lottery.spec import Lottery
from lth_core.spec import Data, Net, Pruning, Rewind, Spec, SpecError, Training
from lth_core.spec.bounds import number


@dataclass(frozen=True, kw_only=True)
class Instability(Spec):
    """Two siblings from step k under different data orders, and the error barrier between (Frankle et al. 2020)."""

    experiment: ClassVar[str] = "instability"
    pruning: Pruning = Pruning()
    step: int = number(0, least=0, most=10_000_000)
    level: int = number(0, least=0, most=200)  # round whose mask is used; 0 is the dense net
    alphas: int = number(31, least=3, most=301)  # points on the straight line between the siblings

    def check(self) -> None:
        fits(self)
        if self.step > self.training.steps:
            raise SpecError("step", self.step, f"at most training.steps = {self.training.steps:,}")
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "level", self.level)
        leaves_weights(self, self.pruning, "pruning.rounds", self.pruning.rounds)

    @property
    def lottery(self) -> Lottery:
        """The lottery whose masks these are: it rewinds to the same step k."""
        return Lottery(data=self.data, net=self.net, training=self.training, seed=self.seed, pruning=self.pruning,
                       rewind=Rewind(step=self.step))


# A run of a second or less.
TINY = Instability(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                   training=Training(steps=10, eval_every=5), step=2, level=1, alphas=3)
