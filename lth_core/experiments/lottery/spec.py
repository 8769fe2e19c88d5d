"""The lottery itself, as a Spec."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_weights, trained_to
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Spec, SpecError, Training
from lth_core.spec.base import within


@dataclass(frozen=True, kw_only=True)
class Lottery(Spec):
    """Train → prune → rewind → repeat, with control conditions at every density (Frankle & Carbin, section 2).

    >>> spec = Lottery(pruning=Pruning(rounds=18), conditions=(Condition("ticket"), Condition("reinit")))
    >>> spec.net.sizes, spec.training.steps, spec.rewind.step
    ((784, 300, 100, 10), 50000, 0)
    """

    experiment: ClassVar[str] = "lottery"
    pruning: Pruning = Pruning()
    rewind: Rewind = Rewind()
    conditions: tuple[Condition, ...] = (Condition("ticket"),)

    def shortened(self, rounds: int) -> Lottery:
        """The same lottery with its first `rounds` rounds alone, at most those it has.

        >>> Lottery().shortened(3).pruning.rounds, Lottery().shortened(99) == Lottery()
        (3, True)
        """
        most = min(rounds, self.pruning.rounds)
        return dataclasses.replace(self, pruning=dataclasses.replace(self.pruning, rounds=most))

    def check(self) -> None:
        fits(self)
        trained_to(self, "rewind.step", self.rewind.step)
        if len(set(self.conditions)) != len(self.conditions):
            raise SpecError("conditions", self.conditions, "each condition and replicate once")
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "pruning.rounds", self.pruning.rounds)

    @property
    def rounds(self) -> int:
        return self.pruning.rounds

    def stops(self, level: int) -> tuple[int, ...]:
        """The dense training also stops at the step that later rounds rewind to."""
        return (self.rewind.step,) if level == 0 else ()

    def share_done(self, point: Mapping[str, Any]) -> float:
        """The dense net alone, then the ticket and every control a round.

        >>> here = {"stage": "train", "round": 1, "rounds": 3, "condition": "ticket", "step": 50, "steps": 100}
        >>> Lottery(pruning=Pruning(rounds=3)).share_done(here)
        0.375
        """
        names = ["ticket", *(condition.name for condition in self.conditions if condition.name != "ticket")]
        before = 1 + (point["round"] - 1) * len(names) if point["round"] else 0
        before += names.index(point["condition"]) if point["condition"] in names else 0
        return min(1.0, float(before + within(point)) / (1 + self.pruning.rounds * len(names)))

    def ticket(self, result: Any, level: int, trained: bool) -> Mapping[str, Any]:
        from lth_core.experiments.lottery import read  # here, because it reads Results, whose Specs these are

        return read.ticket(result, level, trained)


def lottery_of(spec: Spec, pruning: Pruning, step: int = 0) -> Lottery:
    """The lottery on the net, images and training of another experiment's Spec, which rewinds to `step`.

    >>> lottery_of(Lottery(seed=3), Pruning(rounds=2), step=500).rewind.step
    500
    """
    return Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed, pruning=pruning,
                   rewind=Rewind(step=step))


# A run of a second or less.
TINY = Lottery(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
               training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2),
               conditions=(Condition("ticket"), Condition("reinit")))
