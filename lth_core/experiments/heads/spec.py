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
FULL = WITHOUT, TICKET = "heads-rewound", "ticket"  # what is trained from θ₀ in full


@dataclass(frozen=True, kw_only=True)
class Heads(Spec):
    """One training of a small Transformer, then every set of its heads read, and heads pruned one after the other.

    judged: validation images on which sets are chosen, and test images on which they are read, at most so many of each.
    calibration: training images that say how important a head is. retrained: numbers of pruned heads at which the
    survivors are trained on, for `retrain_steps` at the last rate. rewound: at which the net without the heads is also
    trained from θ₀, beside a ticket of as many weights.
    """

    experiment: ClassVar[str] = "heads"
    net: Net = NET
    judged: int = number(2_000, least=1, most=10_000)
    calibration: int = number(2_000, least=1, most=60_000)
    retrained: tuple[int, ...] = number((2, 4, 6, ALL), least=1, most=ALL)
    retrain_steps: int = number(100, least=0, most=1_000_000)
    rewound: tuple[int, ...] = number((), least=1, most=ALL)

    def check(self) -> None:
        fits(self)
        if self.net.name != "transformer":
            raise SpecError("net.name", self.net.name, "transformer: attention heads are pruned here")
        if not self.data.validation:
            raise SpecError("data.validation", 0, "at least 1: the best heads are chosen on validation images")
        if self.calibration > self.data.train:
            raise SpecError("calibration", self.calibration, f"at most data.train = {self.data.train:,}")
        for name in ("retrained", "rewound"):
            if list(levels := getattr(self, name)) != sorted({*levels}):
                raise SpecError(name, levels, "rising numbers of heads, or none")

    @property
    def rounds(self) -> int:
        return ALL

    def share_done(self, point: Mapping[str, Any]) -> float:
        """The training, reading all sets and pruning are a part each, and so is every training from θ₀.

        >>> here = {"stage": "train", "round": 8, "condition": "ticket", "step": 1, "steps": 2}
        >>> Heads(rewound=(8,)).share_done(here)
        0.9
        """
        done = within(point) + (point["stage"] == "sets")
        if level := point["round"]:
            before = len(FULL) * sum(rewound < level for rewound in self.rewound)
            here = FULL.index(point["condition"]) + within(point) if point["condition"] in FULL else 0
            done = 2 + level / ALL + before + here
        return min(1.0, float(done / (3 + len(FULL) * len(self.rewound))))


# A run of a second or less.
TINY = Heads(data=Data(pool=7, train=300, validation=100), net=Net("transformer", (16, 10), width=0.25),
             training=Training(steps=4, eval_every=5), judged=40, calibration=20, retrained=(4,), retrain_steps=1,
             rewound=(8,))
