"""Parameters of a net and how they begin.

`Params` maps torch's own state-dict names to float32 arrays: `fc1.weight` of shape (out, in), `fc1.bias` of shape
(out,), so that a stored ticket loads into PyTorch unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from lth_core.spec import Net
from lth_core.streams import stream

Params: TypeAlias = Mapping[str, np.ndarray]


def layer_names(net: Net) -> tuple[str, ...]:
    """`fc1 … fcL`, from input to output.

    >>> layer_names(Net())
    ('fc1', 'fc2', 'fc3')
    """
    return tuple(f"fc{i}" for i in range(1, len(net.sizes)))


def weight_names(net: Net) -> tuple[str, ...]:
    """Names of the prunable weights, from input to output. Biases are never pruned."""
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
    pairs = list(zip(net.sizes, net.sizes[1:], strict=False))
    for position, (layer, (fan_in, fan_out)) in enumerate(zip(layer_names(net), pairs, strict=True)):
        draw = stream(seed, name, *indices, position).standard_normal((fan_out, fan_in), dtype=np.float32)
        params[f"{layer}.weight"] = draw * np.float32(glorot_sigma(fan_in, fan_out))  # (out, in)
        params[f"{layer}.bias"] = np.zeros(fan_out, np.float32)
        if net.batchnorm and position < len(pairs) - 1:
            bn = layer.replace("fc", "bn")
            params |= {f"{bn}.weight": np.ones(fan_out, np.float32), f"{bn}.bias": np.zeros(fan_out, np.float32)}
            params |= {f"{bn}.running_mean": np.zeros(fan_out, np.float32)}
            params |= {f"{bn}.running_var": np.ones(fan_out, np.float32)}
    return params
