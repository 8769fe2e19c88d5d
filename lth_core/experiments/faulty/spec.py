"""The search for tickets with one fault of popular code, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits, leaves_weights, only_mlp, plain_units
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import word
from lth_core.spec.names import is_own

FAULTS = (
    "none",  # the right procedure, for comparison
    "biases",  # biases are pruned like weights
    "quantile",  # a threshold at a quantile of the survivors, where there should be a count
    "zeros",  # that quantile is taken over all weights, the zeros of earlier rounds among them
    "unmasked",  # the mask is put on at the start and not held while training
    "untrained",  # the last ticket is cut and rewound, never trained: a round prints what was read before its cut
    "density",  # the random mask has one density in every layer
    "peeking",  # the test set chooses the epoch
)


@dataclass(frozen=True, kw_only=True)
class Faulty(Spec):
    """The search for tickets with one fault of popular code, or none: chapter 3."""

    experiment: ClassVar[str] = "faulty"
    pruning: Pruning = Pruning()
    fault: str = word("none", *FAULTS)

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "the faults are told on weights and biases alone")
        for name, plain in (("criterion", "magnitude"), ("scope", "layer"), ("schedule", "iterative")):
            if (value := getattr(self.pruning, name)) != plain:
                raise SpecError(f"pruning.{name}", value, f"{plain}: the only one that the faults are written for")
        if self.training.augment:
            raise SpecError("training.augment", True, "false: the faults are shown on images as they are")
        if is_own(self.training.optimiser):
            raise SpecError("training.optimiser", self.training.optimiser, "adam or sgd")
        leaves_weights(self, self.pruning, "pruning.rounds", self.pruning.rounds)
        if self.fault == "peeking" and not self.data.validation:
            raise SpecError("data.validation", 0, "at least 1: the right procedure chooses the epoch by it")
        if self.fault == "peeking" and self.training.measure not in ("test", "all"):
            raise SpecError("training.measure", self.training.measure, "test or all: or there is nothing to peek at")

    @property
    def rounds(self) -> int:
        return self.pruning.rounds


# A run of a second or less.
TINY = Faulty(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
              training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2), fault="biases")
