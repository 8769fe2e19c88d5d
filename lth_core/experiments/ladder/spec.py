"""Chapter 1's slider, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import fits
from lth_core.spec import Data, Net, Spec, Training
from lth_core.spec.bounds import number, word


@dataclass(frozen=True, kw_only=True)
class Ladder(Spec):
    """One dense training, then one-shot pruning at every rung 0, 1/(n−1) … 1 of sparsity: chapter 1's slider."""

    experiment: ClassVar[str] = "ladder"
    rungs: int = number(101, least=2, most=1001)
    retrain_steps: int = number(300, least=0, most=1_000_000)
    scope: str = word("global", "layer", "global")

    def check(self) -> None:
        fits(self)

    def share_done(self, point: Mapping[str, Any]) -> float:
        """One training, then two retrainings a rung: steps are the measure."""
        climb = 2 * self.retrain_steps
        done = self.training.steps + (point["round"] + 1) * climb if point["stage"] == "rung" else point["step"]
        return min(1.0, float(done / max(1, self.training.steps + self.rungs * climb)))


# A run of a second or less.
TINY = Ladder(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
              training=Training(steps=10, eval_every=5), rungs=3, retrain_steps=2)
