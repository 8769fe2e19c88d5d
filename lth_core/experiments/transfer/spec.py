"""A ticket that travels, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_weights, rising
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number
from lth_core.spec.sections import check_data


@dataclass(frozen=True, kw_only=True)
class Transfer(Spec):
    """A ticket found on `source` and trained on `data`: chapter 6, claim C33 (Morcos et al. 2019).

    levels: the rounds at which the travelled ticket and its controls are trained.
    """

    experiment: ClassVar[str] = "transfer"
    source: Data = Data(name="fashion-mnist")
    pruning: Pruning = Pruning()
    levels: tuple[int, ...] = number((3, 7, 12, 15), least=1, most=200)

    def check(self) -> None:
        check_data("source", self.source)
        if self.training.batch > self.source.train:
            raise SpecError("training.batch", self.training.batch, f"at most source.train = {self.source.train:,}")
        fits(self, self.data, self.source)
        if self.pruning.schedule != "iterative":
            raise SpecError("pruning.schedule", self.pruning.schedule, "iterative: both lotteries train every round")
        rising("levels", self.levels, self.pruning.rounds)
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "levels", self.levels[-1])

    @property
    def rounds(self) -> int:
        return self.pruning.rounds


# A run of a second or less.
TINY = Transfer(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2), levels=(1, 2),
                source=Data(pool=7, train=200, validation=50))
