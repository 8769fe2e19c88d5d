"""Two siblings and the hill between them, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits, has_level, trained_to
from lth_core.experiments.lottery.spec import Lottery, lottery_of
from lth_core.spec import Data, Net, Pruning, Spec, Training
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
        trained_to(self, "step", self.step)
        has_level(self, self.pruning, self.level)

    @property
    def lottery(self) -> Lottery:
        """The lottery whose masks these are: it rewinds to the same step k."""
        return lottery_of(self, self.pruning, self.step)


# A run of a second or less.
TINY = Instability(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                   training=Training(steps=10, eval_every=5), step=2, level=1, alphas=3)
