"""A training of the whole net, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lth_core.experiments.fits import fits
from lth_core.spec import Data, Net, Spec, Training


@dataclass(frozen=True, kw_only=True)
class Dense(Spec):
    """One ordinary training of the whole net: the reference for everything else."""

    experiment: ClassVar[str] = "dense"

    def check(self) -> None:
        fits(self)


# A run of a second or less.
TINY = Dense(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 10)),
             training=Training(steps=10, eval_every=5))
