"""Trainings on shuffled labels, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import fits, one_cut
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.base import within
from lth_core.spec.bounds import number

TRAINING = Training(measure="train")  # a net stops when it knows its training images
NETS = ("dense", "ticket", "reinit", "random")  # what is trained, in this order


@dataclass(frozen=True, kw_only=True)
class RandomLabels(Spec):
    """A net learns labels of which a share was shuffled (Zhang et al. 2017); so do a ticket of it and two controls.

    share: of the training images, whose labels are dealt out anew among them. fit: the share of its training images
    that a net must get right; then it stops. pruning, level: the ticket's size, cut at once from the trained net.
    """

    experiment: ClassVar[str] = "random_labels"
    training: Training = TRAINING
    share: float = number(1.0, least=0, most=1)
    fit: float = number(0.999, above=0, most=1)
    pruning: Pruning = Pruning()
    level: int = number(7, least=1, most=200)

    def check(self) -> None:
        fits(self)
        one_cut(self, self.pruning, self.level)
        if self.training.measure not in ("train", "all"):
            raise SpecError("training.measure", self.training.measure,
                            "train or all: a net stops when it knows its training images")

    @property
    def rounds(self) -> int:
        """Its Snapshots count trainings."""
        return len(NETS)

    def share_done(self, point: Mapping[str, Any]) -> float:
        """A quarter for each net. Within a training nobody knows when it will be over: half its quarter at most."""
        told = NETS.index(point["condition"]) if point["condition"] in NETS else 0
        return min(1.0, (told + (1.0 if point["stage"] == "cell" else 0.5 * within(point))) / len(NETS))


# A run of a second or less.
TINY = RandomLabels(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                    training=Training(steps=10, eval_every=5, measure="train"), level=1)
