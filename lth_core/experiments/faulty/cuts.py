"""The pruning step with a fault in it, three times; the right one is `masks.prune.prune`."""

from __future__ import annotations

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune, rates
from lth_core.masks.select import remove_lowest, round_half_up
from lth_core.nets.params import Params
from lth_core.spec import Pruning
from lth_core.streams import stream


def cut(fault: str, pruning: Pruning, mask: Mask, params: Params, seed: int, level: int) -> Mask:
    """The mask of round `level` out of the trained `params`, with the fault if it is one of pruning."""
    faulty = {"biases": biases_too, "quantile": by_quantile, "zeros": by_quantile_of_all}
    return faulty[fault](pruning, mask, params) if fault in faulty else prune(pruning, mask, params, seed, level)


def biases_too(pruning: Pruning, mask: Mask, params: Params) -> Mask:
    """Fault: every tensor of the net is pruned, its biases among them.

    >>> mask, params = Mask({"fc1.weight": np.ones((1, 4))}), {"fc1.weight": np.ones((1, 4)), "fc1.bias": np.ones(4)}
    >>> biases_too(Pruning(output_rate=0.25), mask, params).counts()
    {'fc1.weight': 3, 'fc1.bias': 3}
    """
    everything = Mask({name: mask.get(name, np.ones_like(value)) for name, value in params.items()})
    output = list(params)[-1].removesuffix(".bias")
    counts = {name: round_half_up((pruning.output_rate if name.startswith(output) else pruning.rate) * alive)
              for name, alive in everything.counts().items()}
    return remove_lowest({name: np.abs(params[name]) for name in everything}, everything, counts)


def by_quantile(pruning: Pruning, mask: Mask, params: Params) -> Mask:
    """Fault: a threshold, where there should be a count. A layer with one weight left loses it.

    >>> mask, params = Mask({"fc1.weight": [[1, 0, 0]]}), {"fc1.weight": np.array([[3.0, 0.0, 0.0]])}
    >>> by_quantile(Pruning(), mask, params).kept
    0
    """
    layers = {}
    for name, rate in rates(pruning, mask).items():
        sizes, alive = np.abs(params[name]), mask[name]
        threshold = np.quantile(sizes[alive], rate) if alive.any() else 0.0
        layers[name] = alive & (sizes > threshold)
    return Mask(layers)


def by_quantile_of_all(pruning: Pruning, mask: Mask, params: Params) -> Mask:
    """Fault: the zeros of earlier rounds are counted among the smallest, so that nothing is left to take.

    >>> mask, params = Mask({"fc1.weight": [[0, 1, 1, 1, 1]]}), {"fc1.weight": np.array([[0.0, 1.0, 2.0, 3.0, 4.0]])}
    >>> by_quantile_of_all(Pruning(output_rate=0.2), mask, params).kept
    4
    """
    layers = {}
    for name, rate in rates(pruning, mask).items():
        sizes = np.abs(params[name])
        layers[name] = mask[name] & (sizes > np.quantile(sizes, rate))
    return Mask(layers)


def one_density(mask: Mask, seed: int, *indices: int) -> Mask:
    """Fault: a random control in which every weight stays with the density of the whole net, whatever its layer."""
    # A number of its own, 5,003, keeps this stream apart from those of the fair controls.
    return Mask({name: stream(seed, "mask", 5_003, *indices, at).random(alive.shape) < mask.density
                 for at, (name, alive) in enumerate(mask.items())})
