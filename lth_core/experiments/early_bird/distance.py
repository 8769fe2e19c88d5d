"""How far apart two masks are, and when a row of masks counts as settled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lth_core.masks.mask import Mask

EPSILON, QUEUE = 0.1, 5  # You et al. 2020: the newest of five masks lies within 0.1 of the others


def distance(one: Mask, other: Mask) -> float:
    """Hamming distance over alive weights: places where the masks differ, as a share of what the two keep.

    0 for equal masks, 1 where no kept weight is shared. Of masks of one size it is the share of kept weights that the
    other lacks.

    >>> distance(Mask({"w": [1, 1, 0, 0]}), Mask({"w": [1, 0, 1, 0]}))
    0.5
    """
    kept = one.kept + other.kept
    return _differ(one, other) / kept if kept else 0.0


def over_all(one: Mask, other: Mask) -> float:
    """Hamming distance over all weights, as the paper's own code has it: the share of places where the masks differ.

    Of masks that keep a share ρ it never exceeds 2ρ, however little they have in common.

    >>> over_all(Mask({"w": [1, 0, 0, 0]}), Mask({"w": [0, 0, 0, 1]}))
    0.5
    """
    return _differ(one, other) / one.total


def _differ(one: Mask, other: Mask) -> int:
    return sum(int(np.count_nonzero(alive ^ other[name])) for name, alive in one.items())


def settled(distances: np.ndarray, epsilon: float = EPSILON, queue: int = QUEUE) -> int | None:
    """The first mask whose distances to the `queue` − 1 masks before it are all at most `epsilon`; None for none.

    distances: (masks, masks), of masks drawn at even intervals, in order.

    >>> settled(np.array([[0, .3, .3], [.3, 0, .1], [.3, .1, 0]]), queue=2)
    2
    """
    found = np.asarray(distances, np.float64)
    for newest in range(queue - 1, len(found)):
        if np.all(found[newest, newest - queue + 1 : newest] <= epsilon):
            return newest
    return None


def pairs(earlier: Sequence[Mask], newest: Mask) -> list[tuple[float, float]]:
    """Both distances of the newest mask to each earlier one: over alive weights, and over all."""
    return [(distance(mask, newest), over_all(mask, newest)) for mask in earlier]
