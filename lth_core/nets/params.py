"""Parameters of a net and how they begin.

`Params` maps torch's own state-dict names to float32 arrays: `fc1.weight` of shape (out, in), `conv1.weight` of shape
(out, in, 3, 3), `fc1.bias` of shape (out,), so that a stored ticket loads into PyTorch unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from lth_core.nets.layers import layers
from lth_core.spec import Net
from lth_core.streams import stream

Params: TypeAlias = Mapping[str, np.ndarray]


def layer_names(net: Net) -> tuple[str, ...]:
    """Names of the layers with weights, from input to output; `fc1 … fcL` of an MLP.

    >>> layer_names(Net())
    ('fc1', 'fc2', 'fc3')
    """
    return tuple(layer.name for layer in layers(net))


def weight_names(net: Net) -> tuple[str, ...]:
    """Names of the weights that masks cover, from input to output. Biases and BatchNorm are never pruned."""
    return tuple(f"{name}.weight" for name in layer_names(net))


def glorot_sigma(fan_in: int, fan_out: int) -> float:
    """Standard deviation √(2 / (fan_in + fan_out)) of Gaussian Glorot initialisation (Glorot & Bengio 2010, eq. 12).

    >>> round(glorot_sigma(784, 300), 4)
    0.043
    """
    return float(np.sqrt(2.0 / (fan_in + fan_out)))


def initial(net: Net, seed: int, name: str = "init", *indices: int) -> dict[str, np.ndarray]:
    """Fresh parameters: Gaussian Glorot weights, zero biases; BatchNorm scale 1 and shift 0.

    The stream is `(seed, name, *indices, layer)`, so widening one layer leaves the others' draws alone.

    >>> initial(Net(sizes=(4, 3, 2)), seed=0)["fc1.weight"].shape
    (3, 4)
    """
    params: dict[str, np.ndarray] = {}
    for position, layer in enumerate(layers(net)):
        draw = stream(seed, name, *indices, position).standard_normal(layer.shape, dtype=np.float32)
        params[f"{layer.name}.weight"] = draw * np.float32(glorot_sigma(*layer.fans))
        out = layer.shape[0]
        if layer.bias:
            params[f"{layer.name}.bias"] = np.zeros(out, np.float32)
        if layer.norm:
            fresh = {"weight": np.ones, "bias": np.zeros, "running_mean": np.zeros, "running_var": np.ones}
            params |= {f"{layer.norm}.{part}": make(out, np.float32) for part, make in fresh.items()}
    return params
