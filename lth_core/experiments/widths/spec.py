"""How wide must a layer be, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits, only_mlp
from lth_core.spec import Data, Net, Spec, SpecError, Training
from lth_core.spec.bounds import number


@dataclass(frozen=True, kw_only=True)
class Widths(Spec):
    """How wide must one hidden layer be to fit the training set? Every width from several seeds: claim C1."""

    experiment: ClassVar[str] = "widths"
    widths: tuple[int, ...] = number((1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 64, 128, 300), least=1, most=4096)
    replicates: int = number(20, least=1, most=1000)  # replicate r runs with seed + r

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        if not self.widths or len({*self.widths}) != len(self.widths):
            raise SpecError("widths", self.widths, "at least one width, each once")


# A run of a second or less.
TINY = Widths(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
              training=Training(steps=10, eval_every=5), widths=(1, 3), replicates=2)
