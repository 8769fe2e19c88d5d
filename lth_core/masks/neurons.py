"""Smaller matrices: dropping units that do nothing, and choosing whole neurons to drop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params


def shrunk(params: Params) -> dict[str, np.ndarray]:
    """The same function in smaller matrices: hidden units with no way in or no way out are gone, and what a unit
    without inputs says all the time, relu(bias), moves into the biases of the next layer. Plain ReLU MLPs.

    params: `fc1.weight` (out, in), `fc1.bias` (out,) … in order. Exact up to the rounding of another order of sums.

    >>> net = {"fc1.weight": np.array([[1.0], [0.0]]), "fc1.bias": np.array([0.0, 2.0]),
    ...        "fc2.weight": np.array([[1.0, 3.0]]), "fc2.bias": np.array([0.5])}
    >>> {name: value.tolist() for name, value in shrunk(net).items()}
    {'fc1.weight': [[1.0]], 'fc1.bias': [0.0], 'fc2.weight': [[1.0]], 'fc2.bias': [6.5]}
    """
    small = {name: np.array(value) for name, value in params.items()}
    names = [name.removesuffix(".weight") for name in small if name.endswith("weight")]
    for this, following in pairwise(names):  # forwards: constants travel to the output
        silent = ~np.any(small[f"{this}.weight"], axis=1)
        constant = np.maximum(small[f"{this}.bias"][silent], 0)
        small[f"{following}.bias"] = small[f"{following}.bias"] + small[f"{following}.weight"][:, silent] @ constant
        _keep(small, this, following, ~silent)
    for this, following in reversed(list(pairwise(names))):  # backwards: nobody listens
        _keep(small, this, following, np.any(small[f"{following}.weight"], axis=0))
    return small


def _keep(params: dict[str, np.ndarray], this: str, following: str, units: np.ndarray) -> None:
    for name in (f"{this}.weight", f"{this}.bias"):
        params[name] = np.ascontiguousarray(params[name][units])
    params[f"{following}.weight"] = np.ascontiguousarray(params[f"{following}.weight"][:, units])


def by_neurons(params: Params, most: int, scores: Params | None = None) -> Mask:
    """A mask without the lowest hidden units, the same share of every hidden layer, as large as it can be with at most
    `most` weights. Raises ValueError when one unit a layer has more already.

    scores: what ranks the units of each layer, (units,) by the weights' name; without, the norm of what comes in.
    """
    weights = {name: value for name, value in params.items() if name.endswith("weight")}
    names, inputs = list(weights), next(iter(weights.values())).shape[1]
    widths = [len(weights[name]) for name in names]
    for share in np.linspace(1, 0, 1001):
        kept = [max(1, round(share * width)) for width in widths[:-1]] + [widths[-1]]
        if sum(a * b for a, b in zip([inputs, *kept], kept, strict=False)) <= most:
            break
    else:
        raise ValueError(f"most = {most} is fewer weights than one unit a layer has: prune less")
    alive, before = {}, np.ones(inputs, np.bool_)
    for name, count in zip(names, kept, strict=True):
        ranks = scores[name] if scores else np.linalg.norm(weights[name], axis=1)
        units = np.isin(np.arange(len(ranks)), np.argsort(-ranks, kind="stable")[:count])
        alive[name] = units[:, None] & before[None, :]
        before = units
    return Mask(alive)
