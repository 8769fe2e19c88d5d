"""How small a trained net becomes, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.experiments.fits import can_prune, fits, leaves_weights, only_mlp, plain_units
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from lth_core.spec.base import within
from lth_core.spec.bounds import number


@dataclass(frozen=True, kw_only=True)
class Compression(Spec):
    """Deep Compression: a training, a cut to the size of the ticket of round `pruning.rounds`, `retrain_steps` more;
    then weights that share 2**bits values a layer, the values trained for `tune_steps`; then Huffman's code.

    bits: which are tried, rising; stored: the one whose file is told stage by stage. index_bits: of the gaps between
    survivors.
    """

    experiment: ClassVar[str] = "compression"
    pruning: Pruning = Pruning(rounds=11)  # 8.6% left, and 31% of the output layer; the paper has 8, 9 and 26%
    retrain_steps: int = number(917, least=0, most=1_000_000)
    bits: tuple[int, ...] = number((1, 2, 3, 4, 5, 6), least=1, most=8)
    stored: int = number(6, least=1, most=8)  # as in the paper, table 2
    index_bits: int = number(5, least=1, most=8)  # as in the paper, table 2
    tune_steps: int = number(200, least=0, most=1_000_000)
    tune_lr: float = number(5e-4, above=0, most=10)

    def check(self) -> None:
        fits(self)
        only_mlp(self)
        plain_units(self, "what BatchNorm keeps would have to be stored too")
        if self.pruning.scope != "layer":
            raise SpecError("pruning.scope", self.pruning.scope, "layer: survivors are counted layer by layer here")
        if not self.bits or list(self.bits) != sorted({*self.bits}):
            raise SpecError("bits", self.bits, "at least one number, rising, each once")
        if self.stored not in self.bits:
            raise SpecError("stored", self.stored, f"one of bits = {', '.join(map(str, self.bits))}")
        can_prune(self, self.pruning)
        leaves_weights(self, self.pruning, "pruning.rounds", self.pruning.rounds)
        self._check_layers()

    def _check_layers(self) -> None:
        """Every layer keeps a weight, and one for each value of its codebook."""
        counts = schedule(self.pruning, Mask.dense(self.net))[-1]
        layer, least = min(counts.items(), key=lambda item: item[1])
        layer = layer.removesuffix(".weight")
        if not least:
            raise SpecError("pruning.rounds", self.pruning.rounds, f"fewer rounds: layer {layer} has no weight left")
        if 2 ** self.bits[-1] > least:
            raise SpecError("bits", self.bits, f"at most {least.bit_length() - 1}: layer {layer} keeps {least:,} "
                                               "weights, and no codebook may have more values")

    @property
    def rounds(self) -> int:
        return self.pruning.rounds

    def share_done(self, point: Mapping[str, Any]) -> float:
        """Two trainings, a share for each number of bits, another training."""
        first, last = {"dense": (0.0, 0.2), "whole": (0.2, 0.2), "pruned": (0.2, 0.35),
                       "dense-longer": (0.85, 1.0)}.get(point["condition"], (0.35, 0.85))
        return first + (last - first) * within(point)


# A run of a second or less.
TINY = Compression(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)),
                   training=Training(steps=10, eval_every=5), pruning=Pruning(rounds=2), retrain_steps=5, bits=(2, 3),
                   stored=3, index_bits=3, tune_steps=3)
