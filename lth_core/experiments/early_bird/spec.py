"""Tickets drawn while the whole net trains, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import fits, one_cut
from lth_core.spec import Data, Net, Pruning, Spec, Training
from lth_core.spec.base import within
from lth_core.spec.bounds import number

EARLY = (10, 30, 100, 300)  # steps within the first epoch at which a mask is drawn too


@dataclass(frozen=True, kw_only=True)
class EarlyBird(Spec):
    """One dense training in which a mask is drawn at many moments (You et al. 2020); each mask is then trained.

    training: of the whole net. pruning, level: whose survivors are counted, and after which round: every mask has
    exactly as many weights of each layer. budget: steps for which each drawn ticket is trained.
    """

    experiment: ClassVar[str] = "early_bird"
    pruning: Pruning = Pruning()
    level: int = number(7, least=1, most=200)
    budget: int = number(917, least=0, most=10_000_000)

    def check(self) -> None:
        fits(self)
        one_cut(self, self.pruning, self.level)

    @property
    def epoch(self) -> int:
        """Steps that see every training image about once."""
        return max(1, round(self.data.train / self.training.batch))

    @property
    def moments(self) -> tuple[int, ...]:
        """Steps of the dense training after which a mask is drawn: EARLY ones, the end of every epoch, and its end.

        >>> EarlyBird(training=Training(steps=1834)).moments
        (10, 30, 100, 300, 917, 1834)
        """
        end = self.training.steps
        return tuple(sorted({step for step in (*EARLY, *range(self.epoch, end, self.epoch), end) if step <= end}))

    @property
    def rounds(self) -> int:
        """Its Snapshots count masks."""
        return len(self.moments)

    def share_done(self, point: Mapping[str, Any]) -> float:
        """A mask, its way there and its two tickets are one part each."""
        share = PARTS.get(point["condition"], 1.0) * within(point)
        return float(min(1.0, max(0.0, point["round"] - 1 + share) / self.rounds))


PARTS = {"dense": 0.2, "restarted": 0.6}  # how much of a mask's part is done when that training is

# A run of a second or less.
TINY = EarlyBird(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                 training=Training(steps=12, eval_every=5), level=1, budget=4)
