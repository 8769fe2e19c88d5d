"""Which weights go: selection by exact rank.

Scores are ranked and the lowest `n` go, with n an exact count and ties broken by index. Comparing against a threshold
instead removes one weight too many, or all of a tie at once: a fault of several public code bases.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lth_core.masks.mask import Mask


def round_half_up(value: float) -> int:
    """Nearest whole number, halves upwards (Python's `round` sends 2.5 to 2 and 3.5 to 4)."""
    return int(np.floor(value + 0.5))


def remove_lowest(scores: Mapping[str, np.ndarray], mask: Mask, remove: Mapping[str, int]) -> Mask:
    """Layer-wise: kill the `remove[layer]` alive weights with the lowest score in each layer.

    scores: arrays of the mask's shapes; entries of dead weights are ignored. remove: exact counts, capped by what is
    alive. Returns a mask nested in `mask`.

    >>> mask = Mask({"w": np.ones((2, 2), bool)})
    >>> remove_lowest({"w": np.array([[1., 4.], [1., 2.]])}, mask, {"w": 1})["w"].tolist()
    [[False, True], [True, True]]
    """
    layers = {}
    for name, alive in mask.items():
        keep = alive.copy()
        keep.ravel()[_lowest(scores[name].ravel(), alive.ravel(), remove.get(name, 0))] = False
        layers[name] = keep
    return Mask(layers)


def remove_lowest_globally(scores: Mapping[str, np.ndarray], mask: Mask, remove: int) -> Mask:
    """Global: kill the `remove` alive weights with the lowest score wherever they are."""
    flat_scores = np.concatenate([scores[name].ravel() for name in mask])
    flat_alive = np.concatenate([mask[name].ravel() for name in mask])
    flat_alive[_lowest(flat_scores, flat_alive, remove)] = False
    layers, start = {}, 0
    for name, alive in mask.items():
        layers[name] = flat_alive[start : start + alive.size].reshape(alive.shape)
        start += alive.size
    return Mask(layers)


def death_order(scores: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Global rank of every weight, 0 for the first to go: pruning n weights kills exactly the ranks below n.

    >>> death_order({"w": np.array([[3., 1.], [2., 1.]])})["w"].tolist()
    [[3, 0], [2, 1]]
    """
    flat = np.concatenate([array.ravel() for array in scores.values()])
    ranks = np.empty(flat.size, np.int32)
    ranks[np.argsort(flat, kind="stable")] = np.arange(flat.size, dtype=np.int32)
    layers, start = {}, 0
    for name, array in scores.items():
        layers[name] = ranks[start : start + array.size].reshape(array.shape)
        start += array.size
    return layers


def _lowest(scores: np.ndarray, alive: np.ndarray, count: int) -> np.ndarray:
    """Flat indices, rising, of the `count` lowest-scored alive entries; of equal scores the first ones go.

    A partial sort finds the score up to which all go: several times as fast as sorting them all.
    """
    candidates = np.flatnonzero(alive)
    ranked = scores[candidates]
    if not np.isfinite(ranked).all():
        raise ValueError("scores of alive weights must be finite")
    if count <= 0 or count >= len(candidates):
        return candidates[: max(0, count)]
    last = np.partition(ranked, count - 1)[count - 1]
    goes = ranked < last
    goes[np.flatnonzero(ranked == last)[: count - np.count_nonzero(goes)]] = True
    lowest: np.ndarray = candidates[goes]
    return lowest
