"""The control experiments: what each condition starts from.

Every control keeps something of the winning ticket and breaks something else, so that a difference has one cause
(Frankle & Carbin section 2 and appendix F; Zhou et al. 2019; Su et al. 2020). All chance comes from named streams
indexed by replicate and round: two conditions that share a random mask share it exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.layers import layers
from lth_core.nets.params import Params, glorot_sigma, initial
from lth_core.own.functions import began
from lth_core.spec import Condition, Net
from lth_core.spec.names import is_own
from lth_core.streams import stream

TICKET = Condition("ticket")


@dataclass(frozen=True)
class Start:
    """Where one training begins. frozen: keep pruned weights at their values (untrained) instead of zero.
    trains: False for a supermask. fresh: begins at step 0 with new weights, whatever the rewind step."""

    params: Params
    mask: Mask
    frozen: bool = False
    trains: bool = True
    fresh: bool = False


def begin(condition: Condition, net: Net, seed: int, level: int, mask: Mask, rewound: Params) -> Start:
    """The start of `condition` at `level` (the round), given the ticket's mask and the weights it rewinds to.

    rewound: θ₀, or θ_k when rewinding late; never changed. Returns a Start that shares no array with it.
    """
    return begin_with(condition, seed, level, mask, rewound, lambda *at: initial(net, seed, "reinit", *at),
                      lambda: _constant(net, rewound))


def begin_with(
    condition: Condition, seed: int, level: int, mask: Mask, rewound: Params,
    fresh: Callable[..., dict[str, np.ndarray]], constant: Callable[[], dict[str, np.ndarray]],
) -> Start:
    """The same for any net. fresh: makes new first parameters, given replicate and level. constant: parameters whose
    weights have their layer's σ as magnitude."""
    name, at = condition.name, (condition.replicate, level)
    copy = {key: np.array(value) for key, value in rewound.items()}
    if name in ("ticket", "frozen", "supermask"):
        return Start(copy, mask, frozen=name == "frozen", trains=name != "supermask")
    if name == "reinit":
        return Start(fresh(*at), mask, fresh=True)
    if name == "random":
        return Start(copy, random_like(mask, seed, *at))
    if name == "random-reinit":
        return Start(fresh(*at), random_like(mask, seed, *at), fresh=True)
    if name == "random-global":
        return Start(copy, random_global(mask, seed, *at))
    if name == "keep-signs":
        return Start(_signed(fresh(*at), copy, mask), mask, fresh=True)
    if name == "constant-signs":
        return Start(_signed(constant(), copy, mask), mask, fresh=True)
    if name == "shuffled-mask":
        return Start(copy, shuffled_mask(mask, seed, *at))
    if name == "shuffled-init":
        return Start(shuffled_init(copy, mask, seed, *at), mask)
    if is_own(name):
        params, kept, anew = began(name, mask, copy, lambda: fresh(*at), stream(seed, "own", *at))
        return Start(params, kept, fresh=anew)
    raise KeyError(f"unknown condition {name!r}")


def random_like(mask: Mask, seed: int, *indices: int) -> Mask:
    """A uniformly random mask with exactly as many survivors in every layer."""
    layers = {}
    for position, (name, alive) in enumerate(mask.items()):
        keep = np.zeros(alive.size, np.bool_)
        chosen = stream(seed, "mask", *indices, position).permutation(alive.size)[: np.count_nonzero(alive)]
        keep[chosen] = True
        layers[name] = keep.reshape(alive.shape)
    return Mask(layers)


def random_global(mask: Mask, seed: int, *indices: int) -> Mask:
    """A uniformly random mask with exactly as many survivors in the whole net, wherever they fall."""
    keep = np.zeros(mask.total, np.bool_)
    keep[stream(seed, "mask", *indices).permutation(mask.total)[: mask.kept]] = True
    layers, start = {}, 0
    for name, alive in mask.items():
        layers[name] = keep[start : start + alive.size].reshape(alive.shape)
        start += alive.size
    return Mask(layers)


def shuffled_mask(mask: Mask, seed: int, *indices: int) -> Mask:
    """The mask's own entries, permuted within each layer (in a fully connected layer: another random mask)."""
    return Mask({
        name: stream(seed, "shuffle", *indices, position).permutation(alive.ravel()).reshape(alive.shape)
        for position, (name, alive) in enumerate(mask.items())
    })


def shuffled_init(params: Params, mask: Mask, seed: int, *indices: int) -> dict[str, np.ndarray]:
    """The surviving initial values of each layer dealt to the survivors anew; everything else untouched."""
    dealt = {name: np.array(value) for name, value in params.items()}
    for position, (name, alive) in enumerate(mask.items()):
        # 101 keeps this stream apart from the one that permutes masks.
        dealt[name][alive] = stream(seed, "shuffle", *indices, 101 + position).permutation(dealt[name][alive])
    return dealt


def _signed(magnitudes: Params, signs: Params, mask: Mask) -> dict[str, np.ndarray]:
    """Weights with the magnitudes of one set and the signs of another; biases from `magnitudes`."""
    return {name: np.abs(value) * np.where(signs[name] < 0, np.float32(-1), np.float32(1)) if name in mask else value
            for name, value in magnitudes.items()}


def _constant(net: Net, params: Params) -> dict[str, np.ndarray]:
    """Every weight at its layer's Glorot σ (Zhou et al. 2019, "signed constant"); the rest as a fresh net has it."""
    fresh = initial(net, 0)
    for layer in layers(net):
        name = f"{layer.name}.weight"
        fresh[name] = np.full_like(params[name], glorot_sigma(*layer.fans))
    return fresh
