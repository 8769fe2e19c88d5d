"""A trained net cut to size at one stroke: which weights each work keeps, and what it makes of the survivors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lth_core.experiments.curvature import diagonal, layerwise
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest, remove_lowest_globally
from lth_core.nets.params import Params

# Names under which a cut is recorded. `-global`: the lowest go wherever they are, as in the paper; otherwise every
# layer keeps as many weights as the ticket's. `obd-recursion`: with the paper's approximation of the diagonal.
OBD = ("magnitude-global", "obd-global", "obd-recursion", "magnitude", "obd")
RETRAINED = ("magnitude-global", "obd-global")
# `sparsegpt-mask`: its mask, the survivors left as they were. `magnitude-mended`: the other way round.
SPARSEGPT = ("magnitude", "obd", "wanda", "sparsegpt", "sparsegpt-mask", "magnitude-mended")
WALKED = ("wanda", "sparsegpt", "sparsegpt-mask", "magnitude-mended")  # layer by layer, each told of the cuts before
PATTERN = "2:4"


@dataclass(frozen=True)
class Cut:
    """A mask, and the parameters under it."""

    mask: Mask
    params: Params


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained net and the images (n, features) by which it is judged; what several cuts need is computed once."""

    params: Params
    images: np.ndarray
    dampening: float
    last: dict[Any, Cut] = field(default_factory=dict)

    @cached_property
    def whole(self) -> Mask:
        return Mask({name: np.ones(value.shape, np.bool_) for name, value in self.params.items()
                     if name.endswith(".weight")})

    @cached_property
    def magnitude(self) -> dict[str, np.ndarray]:
        return {name: np.abs(np.asarray(self.params[name], np.float64)) for name in self.whole}

    @cached_property
    def saliency(self) -> dict[str, np.ndarray]:
        """½ h w², with the exact diagonal."""
        return diagonal.saliency(self.params, diagonal.exact(self.params, self.images))

    @cached_property
    def approximate(self) -> dict[str, np.ndarray]:
        """½ h w², with the paper's recursion."""
        return diagonal.saliency(self.params, diagonal.recursion(self.params, self.images))

    @cached_property
    def first_hessian(self) -> np.ndarray:
        """Of the first layer, whose inputs no cut changes."""
        return layerwise.gram(self.images)

    @cached_property
    def first_factor(self) -> np.ndarray:
        return layerwise.factor(self.first_hessian, self.dampening)

    def scores(self, name: str) -> dict[str, np.ndarray]:
        """What ranks the weights of a cut that keeps the survivors as they are."""
        if name.startswith("magnitude"):
            return self.magnitude
        return self.approximate if name == "obd-recursion" else self.saliency

    def cut(self, name: str, counts: Mapping[str, int]) -> Cut:
        """The cut of that name: `counts` weights of each layer stay, or as many in all."""
        if name in WALKED:
            return self._walk(name, counts)
        remove = {layer: alive.size - counts[layer] for layer, alive in self.whole.items()}
        if name in OBD[:3]:
            mask = remove_lowest_globally(self.scores(name), self.whole, sum(remove.values()))
        else:
            mask = remove_lowest(self.scores(name), self.whole, remove)
        return Cut(mask, mask.apply(self.params))

    def patterned(self, name: str) -> Cut:
        """The cut of that name in the 2:4 pattern."""
        if name in WALKED:
            return self._walk(name, None)
        mask = Mask({layer: layerwise.two_of_four(scores) for layer, scores in self.scores(name).items()})
        return Cut(mask, mask.apply(self.params))

    def _walk(self, name: str, counts: Mapping[str, int] | None) -> Cut:
        """The cut layer by layer; SparseGPT's, asked for twice in a row, is found once."""
        if name == "sparsegpt-mask":
            mask = self._walk("sparsegpt", counts).mask
            return Cut(mask, mask.apply(self.params))
        asked = name, None if counts is None else tuple(counts.items())
        if asked not in self.last:
            found = self._layer_by_layer(name, counts)
            self.last.clear()
            self.last[asked] = found
        return self.last[asked]

    def _layer_by_layer(self, name: str, counts: Mapping[str, int] | None) -> Cut:
        """Cut layer after layer, each judged by what the layers before it, cut already, let through."""
        params, mask, signal = dict(self.params), {}, np.asarray(self.images, np.float64)
        for layer in self.whole:
            keep, now = self._one(name, layer, signal, None if counts is None else counts[layer])
            mask[layer], params[layer] = keep, np.where(keep, now, 0).astype(np.float32)
            bias = params[f"{layer.removesuffix('.weight')}.bias"]
            signal = np.maximum(signal @ np.asarray(params[layer], np.float64).T + bias, 0)
        return Cut(Mask(mask), params)

    def _one(self, name: str, layer: str, signal: np.ndarray, count: int | None) -> tuple[np.ndarray, np.ndarray]:
        """(mask, weights) of one layer; count: None for the 2:4 pattern."""
        weights = np.asarray(self.params[layer], np.float64)
        first = layer == next(iter(self.whole))
        if name == "wanda":
            scores = layerwise.wanda(weights, self.first_hessian if first else layerwise.gram(signal))
            return _kept(scores if count is None else layerwise.row_ranks(scores), count), weights
        upper = self.first_factor if first else layerwise.factor(layerwise.gram(signal), self.dampening)
        if name == "magnitude-mended":
            keep = _kept(self.magnitude[layer], count)
            return layerwise.sweep(weights, upper, layerwise.given(keep))
        if count is None:
            return layerwise.sweep(weights, upper, layerwise.pattern, layerwise.GROUP)
        return layerwise.sweep(weights, upper, layerwise.share(count, weights.shape))


def _kept(scores: np.ndarray, count: int | None) -> np.ndarray:
    """True at the `count` highest scores of a layer, or in the 2:4 pattern."""
    if count is None:
        return layerwise.two_of_four(scores)
    return remove_lowest({"layer": scores}, Mask({"layer": np.ones(scores.shape, np.bool_)}),
                         {"layer": scores.size - count})["layer"]
