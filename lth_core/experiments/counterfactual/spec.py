"""One weight changed and everything trained again, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits, has_level, only_mlp
from lth_core.experiments.lottery.spec import Lottery, lottery_of
from lth_core.nets.layers import weight_count
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number, word

ACTIONS = ("revive", "kill", "flip")  # flip: the weight starts from −θ₀


@dataclass(frozen=True, kw_only=True)
class Counterfactual(Spec):
    """One weight of a ticket put back, taken out or turned round, and everything trained again: chapter 3.

    edge: the weight's flat index, matrix by matrix from input to output, each (out, in). level: the round whose ticket
    is trained. orders: how many orders of the examples, each with and without the change, so that chance is seen too.
    """

    experiment: ClassVar[str] = "counterfactual"
    pruning: Pruning = Pruning()
    edge: int = number(0, least=0, most=50_000_000)
    level: int = number(1, least=0, most=200)
    action: str = word("kill", *ACTIONS)
    orders: int = number(5, least=1, most=100)

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        if self.edge >= weight_count(self.net):
            raise SpecError("edge", self.edge, f"a weight of the net, 0 to {weight_count(self.net) - 1:,}")
        has_level(self, self.pruning, self.level)

    @property
    def lottery(self) -> Lottery:
        """The lottery whose masks these are."""
        return lottery_of(self, self.pruning)


# A run of a second or less.
TINY = Counterfactual(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                      training=Training(steps=10, eval_every=5), edge=130, orders=1)
