"""Whole neurons or single weights, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_units, leaves_weights, only_mlp, plain_units
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training


@dataclass(frozen=True, kw_only=True)
class Structured(Spec):
    """Whole neurons or single weights, pruned round by round to the same numbers of weights: chapter 6."""

    experiment: ClassVar[str] = "structured"
    pruning: Pruning = Pruning()  # of single weights; the neurons' share follows from how many weights it leaves

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "neurons are told by their weights and biases alone")
        if self.pruning.criterion != "magnitude":
            raise SpecError("pruning.criterion", self.pruning.criterion, "magnitude: neurons go by the norm of theirs")
        if self.pruning.schedule != "iterative":
            raise SpecError("pruning.schedule", self.pruning.schedule, "iterative: each round is judged after training")
        can_prune(self, self.pruning)
        leaves_units(self, self.pruning, "pruning.rounds", self.pruning.rounds)
        leaves_weights(self, self.pruning, "pruning.rounds", self.pruning.rounds)

    @property
    def rounds(self) -> int:
        return self.pruning.rounds


# A run of a second or less.
TINY = Structured(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                  training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2))
