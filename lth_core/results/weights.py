"""How a Result keeps a trained net, and how it comes back.

A Result keeps a trained net as one flat float32 array: the survivors of its mask, matrix by matrix, then everything
that is never pruned (biases, BatchNorm), sorted by name. Shipped copies leave these arrays
out unless a page needs them.

>>> from lth_core.masks.mask import Mask
>>> net = Net(sizes=(2, 1))
>>> mask = Mask({"fc1.weight": [[True, False]]})
>>> stored = flat({"fc1.weight": np.float32([[3, 0]]), "fc1.bias": np.float32([7])}, mask)
>>> {name: value.tolist() for name, value in whole(net, mask, stored).items()}
{'fc1.weight': [[3.0, 0.0]], 'fc1.bias': [7.0]}
"""

from __future__ import annotations

import math

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.spec import Net


class Missing(LookupError):
    """The Result does not hold these weights. Says which, and how to get them."""


def flat(params: Params, mask: Mask) -> np.ndarray:
    """Survivors of `mask` and all that is never pruned, as one float32 array."""
    return np.concatenate([*(params[name][mask[name]] for name in mask), rest(params, mask)])


def rest(params: Params, mask: Mask) -> np.ndarray:
    """What is never pruned, as one float32 array."""
    return np.concatenate([params[name].ravel() for name in sorted(params) if name not in mask])


def named(net: Net, mask: Mask, stored: np.ndarray) -> dict[str, np.ndarray]:
    """What is behind `rest`: torch's names and shapes."""
    shapes = {name: value.shape for name, value in initial(net, 0).items() if name not in mask}
    ends = np.cumsum([math.prod(shapes[name]) for name in sorted(shapes)])
    return {name: part.reshape(shapes[name])
            for name, part in zip(sorted(shapes), np.split(stored, ends[:-1]), strict=True)}


def whole(net: Net, mask: Mask, stored: np.ndarray) -> dict[str, np.ndarray]:
    """The parameters behind `flat`: torch's names and shapes, pruned weights zero. Raises ValueError for another
    length."""
    params = {name: np.zeros_like(value) for name, value in initial(net, 0).items()}
    places = [(name, mask[name]) for name in mask]
    places += [(name, np.ones(params[name].shape, np.bool_)) for name in sorted(params) if name not in mask]
    ends = np.cumsum([np.count_nonzero(where) for _, where in places])
    if ends[-1] != stored.size:
        raise ValueError(f"{stored.size:,} values do not fill this net: it has {ends[-1]:,}")
    for (name, where), values in zip(places, np.split(stored, ends[:-1]), strict=True):
        params[name][where] = values
    return params
