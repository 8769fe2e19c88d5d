"""Pruning a trained net at one stroke, by curvature or by size, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_weights, only_mlp, plain_units, rising
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.base import within
from lth_core.spec.bounds import number, word

WORKS = ("obd", "sparsegpt")


@dataclass(frozen=True, kw_only=True)
class Curvature(Spec):
    """One dense training, then one cut to the size of a ticket, at each of `levels`.

    work: `obd` cuts by Optimal Brain Damage and by magnitude, over the whole net and layer by layer, and trains the
    survivors of the former for `retrain_steps` more; `sparsegpt` cuts layer by layer in six ways, and trains no more.
    pruning, levels: whose survivors are counted, and in which rounds. calibration: training images that are looked at.
    dampening: what SparseGPT adds to the diagonal of its Hessian, as a share of the diagonal's mean.
    """

    experiment: ClassVar[str] = "curvature"
    work: str = word("obd", *WORKS)
    pruning: Pruning = Pruning(rounds=24)
    levels: tuple[int, ...] = number((3, 5, 7, 10, 12, 15, 18, 21), least=1, most=200)
    calibration: int = number(2_048, least=1, most=10_000)
    retrain_steps: int = number(100, least=0, most=1_000_000)
    dampening: float = number(0.01, above=0, most=10)

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "second derivatives are taken of plain ReLU units")
        if self.calibration > self.data.train:
            raise SpecError("calibration", self.calibration, f"at most data.train = {self.data.train:,}")
        if self.pruning.scope != "layer":
            raise SpecError("pruning.scope", self.pruning.scope, "layer: survivors are counted layer by layer here")
        rising("levels", self.levels, self.pruning.rounds)
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "levels", self.levels[-1])

    @property
    def rounds(self) -> int:
        return self.pruning.rounds

    def share_done(self, point: Mapping[str, Any]) -> float:
        """The training is one half, the cuts are the other."""
        if point["stage"] == "train" or not point["round"]:
            return 0.5 * min(1.0, within(point))
        passed = [level for level in self.levels if level <= point["round"]]
        return 0.5 + 0.5 * len(passed) / len(self.levels)


# A run of a second or less.
TINY = Curvature(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                 training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2), levels=(1, 2), calibration=50,
                 retrain_steps=2)
