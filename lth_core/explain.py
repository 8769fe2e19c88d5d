"""What a start looks like before any training: how strongly its layers answer, how large its weights are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, glorot_sigma, initial
from lth_core.results.deaths import masks_at
from lth_core.running.conditions import begin
from lth_core.spec import Condition, Net


def signals(params: Params, mask: Mask, images: np.ndarray) -> tuple[float, ...]:
    """Root mean square of each layer's pre-activations over `images` (batch, features) and units, input to output.

    Plain ReLU MLPs, biases included. The last entry is the size of the logits.

    >>> ones = {"fc1.weight": np.ones((2, 3), np.float32), "fc1.bias": np.zeros(2, np.float32)}
    >>> signals(ones, Mask({"fc1.weight": [[1, 1, 0], [1, 1, 0]]}), np.ones((4, 3), np.float32))
    (2.0,)
    """
    found, activation = [], images
    for name in mask:
        weight = np.where(mask[name], params[name], np.float32(0))  # (out, in)
        pre = activation @ weight.T + params[name.replace("weight", "bias")]  # (batch, out)
        found.append(float(np.sqrt(np.mean(np.square(pre, dtype=np.float64)))))
        activation = np.maximum(pre, 0)
    return tuple(found)


def starting_signals(
    net: Net, seed: int, deaths: Mapping[str, np.ndarray], conditions: Sequence[str], levels: Sequence[int],
    images: np.ndarray,
) -> np.ndarray:
    """`signals` of the very starts that the conditions were trained from, (conditions, levels, layers).

    deaths: for each weight the round it died in (`results.deaths`). Level 0 is the dense net. images (batch, features).
    """
    theta0 = initial(net, seed)
    found = np.empty((len(conditions), len(levels), len(net.sizes) - 1))
    for column, level in enumerate(levels):
        mask = masks_at(deaths, level)
        for row, condition in enumerate(conditions):
            start = begin(Condition(condition if level else "ticket"), net, seed, level, mask, theta0)
            found[row, column] = signals(start.params, start.mask, images)
    return found


def typical_size(net: Net, layer: int) -> float:
    """Mean |θ₀| of a whole layer under Gaussian Glorot: σ·√(2/π). layer: 0 is the first.

    >>> round(typical_size(Net(), 0), 4)
    0.0343
    """
    return glorot_sigma(net.sizes[layer], net.sizes[layer + 1]) * math.sqrt(2 / math.pi)
