"""The price of sparse nets, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_units, leaves_weights, only_mlp, plain_units, rising
from lth_core.experiments.lottery.spec import Lottery, lottery_of
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number, word


@dataclass(frozen=True, kw_only=True)
class Cost(Spec):
    """What sparse nets cost: chapter 6's price.

    `training`: one update, by every backend, at the levels of a lottery. `inference`: one answer of its tickets and of
    nets with whole neurons gone, stored in several ways.
    """

    experiment: ClassVar[str] = "cost"
    pruning: Pruning = Pruning()
    what: str = word("training", "training", "inference")
    levels: tuple[int, ...] = number(tuple(range(16)), least=0, most=200)  # rounds; 0 is the dense net
    repeats: int = number(7, least=1, most=1000)  # measurements of each, taken in turns; the fastest counts

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "the kernels that are compared know weights and biases alone")
        if self.training.augment:
            raise SpecError("training.augment", True, "false: only one of the kernels that are compared can do it")
        rising("levels", self.levels, self.pruning.rounds)
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "pruning.rounds", self.pruning.rounds)
        if self.what == "inference":
            leaves_units(self, self.pruning, "levels", self.levels[-1])

    @property
    def lottery(self) -> Lottery:
        """The lottery whose masks these are."""
        return lottery_of(self, self.pruning)


# A run of a second or less.
TINY = Cost(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
            training=Training(steps=10, eval_every=5), levels=(0, 1), repeats=1)
