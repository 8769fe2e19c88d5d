"""All conditions at one level of a lottery, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits, has_level, trained_to
from lth_core.experiments.lottery.spec import Lottery, lottery_of
from lth_core.spec import Condition, Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number


@dataclass(frozen=True, kw_only=True)
class Ablation(Spec):
    """All conditions at one level of a lottery, trained side by side in the same order: chapter 4.

    pruning, step: of the lottery that finds the mask and rewinds to step k, whose ticket after `level` rounds this is
    about. Whoever has its own first weights starts from θₖ, fresh weights from step 0.
    """

    experiment: ClassVar[str] = "ablation"
    pruning: Pruning = Pruning()
    level: int = number(10, least=1, most=200)
    conditions: tuple[Condition, ...] = (Condition("ticket"), Condition("reinit"), Condition("random"))
    step: int = number(0, least=0, most=10_000_000, later=True)

    def check(self) -> None:
        fits(self)
        if not self.conditions or len(set(self.conditions)) != len(self.conditions):
            raise SpecError("conditions", self.conditions, "at least one, each condition and replicate once")
        trained_to(self, "step", self.step)
        has_level(self, self.pruning, self.level)

    @property
    def lottery(self) -> Lottery:
        """The lottery whose masks these are: it rewinds to the same step k."""
        return lottery_of(self, self.pruning, self.step)


# A run of a second or less.
TINY = Ablation(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=1), level=1)
