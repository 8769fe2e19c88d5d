"""Chapter 8's labs, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_weights, only_mlp, plain_units, rising
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number, word

LABS = ("snip", "edge-popup", "grasp", "synflow", "magnitude-start", "erk", "snip-reinit", "collapse")

# Batches that SNIP looks at before the cut: the first that training will see. The paper takes one of 100 images for
# MNIST.
LOOKS = 100


@dataclass(frozen=True, kw_only=True)
class Lab(Spec):
    """Another way to a sparse net, at the sizes of a ticket: chapter 8.

    pruning: whose survivors are counted, layer by layer. levels: the rounds at which the two are compared.
    """

    experiment: ClassVar[str] = "lab"
    method: str = word("snip", *LABS)
    pruning: Pruning = Pruning()
    levels: tuple[int, ...] = number((3, 7, 12, 15), least=1, most=200)

    def check(self) -> None:
        fits(self)
        if self.method == "edge-popup":
            self._check_scores()
        if self.pruning.scope != "layer":
            raise SpecError("pruning.scope", self.pruning.scope, "layer: survivors are counted layer by layer here")
        rising("levels", self.levels, self.pruning.rounds)
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "levels", self.levels[-1])

    def _check_scores(self) -> None:
        """Edge-Popup's weights are frozen, and its scores learn in one way alone."""
        only_mlp(self)
        plain_units(self, "Edge-Popup's weights are frozen, and so would be BatchNorm's")
        if self.training.optimiser != "sgd":
            raise SpecError("training.optimiser", self.training.optimiser, "sgd, with which Edge-Popup's scores learn")
        for name, plain in (("decay_at", ()), ("decay_to", ()), ("warmup", 0), ("augment", False)):
            if (value := getattr(self.training, name)) != plain:
                raise SpecError(f"training.{name}", value, f"{plain}: Edge-Popup's rate falls on a cosine")

    @property
    def rounds(self) -> int:
        return self.pruning.rounds


# A run of a second or less.
TINY = Lab(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
           training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2), levels=(1, 2))
