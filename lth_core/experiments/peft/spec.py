"""A trained net taught something new with most of it frozen, as a Spec."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from lth_core.experiments.fits import fits, only_mlp, plain_units
from lth_core.spec import Data, Net, Spec, SpecError, Training
from lth_core.spec.bounds import number
from lth_core.spec.sections import check_data

LOW, HIGH = (Data(train=25_000, validation=2_500, classes=half) for half in ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9)))
ONE = ("outputs", "biases", "all")  # ways to tune that have no size
SIZED = ("lora", "ticket", "random")  # those of a rank, with equally many numbers each


@dataclass(frozen=True, kw_only=True)
class Peft(Spec):
    """A net trained on `source` and then taught `data`, in many ways: parameter-efficient fine-tuning.

    The net has an output for every class of `source` and, behind them, one for every class of `data`; the latter are
    untrained until it is taught. tune_steps: steps of every tuning. ranks: of LoRA, which also say how many weights
    the masks let move. alpha: LoRA's update is scaled by alpha / rank. bottlenecks: units of the adapters. The rates
    are Adam's, by what moves: `all_lr` the whole net, `few_lr` outputs and biases, `mask_lr` the weights of a mask.
    """

    experiment: ClassVar[str] = "peft"
    data: Data = HIGH
    source: Data = LOW
    tune_steps: int = number(417, least=0, most=1_000_000)  # one pass over 25,000 images
    ranks: tuple[int, ...] = number((1, 2, 4, 8, 16), least=1, most=4096)
    alpha: float = number(16.0, above=0, most=1_000)
    bottlenecks: tuple[int, ...] = number((2, 8, 32), least=1, most=4096)
    # Each the best of three or more on validation images of the seeds 100 to 102, which are never recorded.
    all_lr: float = number(4e-3, above=0, most=1)
    few_lr: float = number(0.1, above=0, most=1)
    lora_lr: float = number(0.01, above=0, most=1)
    adapter_lr: float = number(0.01, above=0, most=1)
    mask_lr: float = number(0.03, above=0, most=1)

    def check(self) -> None:
        check_data("source", self.source)
        fits(self, self.data, self.source, outputs=self.old + self.new)
        only_mlp(self)
        plain_units(self, "the ways to tune are those of plain layers")
        if len(self.net.sizes) < 3:
            raise SpecError("net.sizes", self.net.sizes, "at least one hidden layer: it is what is tuned")
        for name, sizes in (("ranks", self.ranks), ("bottlenecks", self.bottlenecks)):
            if not sizes or list(sizes) != sorted({*sizes}):
                raise SpecError(name, sizes, "rising whole numbers, at least one")
        for name, images in (("source", self.source), ("data", self.data)):
            if self.training.batch > images.train:
                raise SpecError("training.batch", self.training.batch, f"at most {name}.train = {images.train:,}")
        self._check_ranks()

    def _check_ranks(self) -> None:
        """A rank beyond a layer's size, or beyond what makes LoRA smaller than the weights, is none."""
        shapes = list(pairwise(self.net.sizes[:-1]))
        most = min(*map(min, shapes), sum(a * b for a, b in shapes) // sum(a + b for a, b in shapes))
        if most < 1:
            raise SpecError("net.sizes", self.net.sizes, "wider layers: even rank 1 has more numbers than its weights")
        if self.ranks[-1] > most:
            raise SpecError("ranks", self.ranks, f"at most {most} in this net: no layer has a higher rank, or LoRA "
                                                 "would have more numbers than the weights it changes")

    @property
    def old(self) -> int:
        """Outputs that the first training taught, one for each class of `source`."""
        return len(self.source.classes) or 10

    @property
    def new(self) -> int:
        """Outputs that are taught now, one for each class of `data`."""
        return len(self.data.classes) or 10

    @property
    def tunings(self) -> tuple[tuple[str, int], ...]:
        """Every tuning in the order of the run: how, and its rank or bottleneck, 0 for a way without a size."""
        return (*((how, 0) for how in ONE), *((how, size) for size in self.ranks for how in SIZED),
                *(("adapter", size) for size in self.bottlenecks))

    def rate(self, how: str) -> float:
        """Adam's learning rate for a way to tune."""
        return {"all": self.all_lr, "lora": self.lora_lr, "adapter": self.adapter_lr, "ticket": self.mask_lr,
                "random": self.mask_lr}.get(how, self.few_lr)

    @property
    def rounds(self) -> int:
        """Tunings; the training before them is round 0."""
        return len(self.tunings)


# A run of a second or less.
TINY = Peft(data=Data(pool=7, train=300, validation=100, classes=(5, 6, 7, 8, 9)),
            source=Data(pool=7, train=300, validation=100, classes=(0, 1, 2, 3, 4)), net=Net(sizes=(16, 8, 6, 10)),
            training=Training(steps=10, eval_every=5), tune_steps=5, ranks=(1, 2), bottlenecks=(2,))
