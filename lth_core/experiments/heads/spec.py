"""A small Transformer without some of its attention heads, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import fits
from lth_core.nets.layers import BLOCKS, HEADS
from lth_core.spec import Data, Net, Spec, SpecError, Training
from lth_core.spec.base import within
from lth_core.spec.bounds import number

ALL = BLOCKS * HEADS
NET = Net("transformer", (784, 10))


@dataclass(frozen=True, kw_only=True)
class Heads(Spec):
    """One training of a small Transformer, then every set of its heads read, and heads pruned one after the other.

    judged: validation images on which sets are chosen, and test images on which they are read, at most so many of each.
    calibration: training images that say how important a head is. retrain_steps: of the survivors, at the last rate of
    the training; 0 for none. rewound: numbers of pruned heads at which the net without them is also trained from θ₀,
    beside a ticket of as many weights.
    """

    experiment: ClassVar[str] = "heads"
    net: Net = NET
    judged: int = number(10_000, least=1, most=10_000)
    calibration: int = number(2_000, least=1, most=60_000)
    retrain_steps: int = number(100, least=0, most=1_000_000)
    rewound: tuple[int, ...] = number((ALL,), least=1, most=ALL)

    def check(self) -> None:
        fits(self)
        if self.net.name != "transformer":
            raise SpecError("net.name", self.net.name, "transformer: attention heads are pruned here")
        if not self.data.validation:
            raise SpecError("data.validation", 0, "at least 1: the best heads are chosen on validation images")
        if self.calibration > self.data.train:
            raise SpecError("calibration", self.calibration, f"at most data.train = {self.data.train:,}")
        if list(self.rewound) != sorted({*self.rewound}):
            raise SpecError("rewound", self.rewound, "rising numbers of heads, or none")

    @property
    def rounds(self) -> int:
        return ALL

    def share_done(self, point: Mapping[str, Any]) -> float:
        """A third each for the training, for reading all sets, and for what is trained on."""
        if point["stage"] == "sets":
            return (1 + within(point)) / 3
        if not point["round"]:
            return min(1.0, within(point)) / 3
        return float(2 + point["round"] / ALL) / 3


# A run of a second or less.
TINY = Heads(data=Data(pool=7, train=300, validation=100), net=Net("transformer", (16, 10), width=0.25),
             training=Training(steps=4, eval_every=5), judged=40, calibration=20, retrain_steps=1, rewound=(8,))
