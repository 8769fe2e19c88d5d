"""The loss around a ticket's training, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import fits, has_level, only_mlp, plain_units
from lth_core.experiments.lottery.spec import Lottery, lottery_of
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.bounds import number

NETS = ("dense", "ticket", "reinit", "random")  # what is trained: the whole net, the ticket, and two controls
ACROSS = "across"  # the line from the ticket's end (0) to the whole net's (1)
SHARES = (0.0, 0.0002, 0.0006, 0.002, 0.006, 0.02, 0.06, 0.2, 0.6, 1.0)  # of the training, at which it is looked at


@dataclass(frozen=True, kw_only=True)
class Landscape(Spec):
    """The loss on the lines that trainings span and on the plane of θ₀, the ticket's end and the dense end."""

    experiment: ClassVar[str] = "landscape"
    pruning: Pruning = Pruning()
    level: int = number(10, least=1, most=200)  # round whose ticket it is
    alphas: int = number(31, least=3, most=301)  # points on each line
    points: int = number(25, least=3, most=101)  # along each side of the plane

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "between two nets its running statistics fit neither")
        has_level(self, self.pruning, self.level)
        if self.training.steps < 1:
            raise SpecError("training.steps", self.training.steps, "at least 1: start and end must differ")

    @property
    def lottery(self) -> Lottery:
        """The lottery whose ticket this is."""
        return lottery_of(self, self.pruning)

    @property
    def looks(self) -> tuple[int, ...]:
        """Steps at which each training is looked at, the first 0 and the last its end.

        >>> Landscape().looks
        (0, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 50000)
        """
        return tuple(sorted({round(share * self.training.steps) for share in SHARES}))


    def share_done(self, point: Mapping[str, Any]) -> float:
        """By images: a step of training takes its batch forward and twice as far back, a reading 10,000 at a time."""
        parts = {"train": len(NETS) * self.training.steps * 3 * self.training.batch,
                 "line": (len(NETS) + 1) * self.alphas * 20_000, "plane": self.points**2 * 10_000}
        stage = "train" if point["stage"] == "cell" else point["stage"]
        if stage == "done":
            return 1.0
        if stage not in parts or point["round"] < self.level:  # the lottery that finds the mask
            return 0.0
        lines = (*NETS, ACROSS)
        place, of = (0, 1) if stage == "plane" else (lines.index(point["condition"]), len(lines) - (stage == "train"))
        before = sum(parts[name] for name in list(parts)[: list(parts).index(stage)])
        here = parts[stage] * (place + point["step"] / max(1, point["steps"])) / of
        return float((before + here) / sum(parts.values()))


# A run of a second or less.
TINY = Landscape(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                 training=Training(steps=10, eval_every=5), level=1, alphas=3, points=3)
