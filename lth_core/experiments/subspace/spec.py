"""Training along random directions, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits, only_mlp, plain_units
from lth_core.spec import Data, Net, Spec, SpecError, Training
from lth_core.spec.bounds import number


@dataclass(frozen=True, kw_only=True)
class Subspace(Spec):
    """Training along a few random directions instead of all: chapter 6, claim C31 (Li et al. 2018)."""

    experiment: ClassVar[str] = "subspace"
    dimensions: tuple[int, ...] = number((10, 30, 100, 200, 400, 700, 1_000), least=1, most=20_000)
    along_lr: float = number(0.1, above=0, most=10)  # of the d numbers; `training.lr` is the ordinary net's

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "random directions move weights and biases alone")
        if self.training.optimiser != "adam":
            raise SpecError("training.optimiser", self.training.optimiser,
                            "adam: the only one for random directions here")
        for name, plain in (("weight_decay", 0), ("decay_at", ()), ("decay_to", ()), ("warmup", 0), ("augment", False)):
            if (value := getattr(self.training, name)) != plain:
                raise SpecError(f"training.{name}", value, f"{plain}: the steps along random directions are plain ones")
        if not self.dimensions or list(self.dimensions) != sorted({*self.dimensions}):
            raise SpecError("dimensions", self.dimensions, "rising numbers of directions")


# A run of a second or less.
TINY = Subspace(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                training=Training(steps=10, eval_every=5), dimensions=(2, 5))
