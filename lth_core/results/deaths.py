"""Nested masks as one byte a weight: the round in which it died.

Pruning never revives a weight, so the masks of all rounds are one number each: the first round whose mask lacks it.
Sixteen masks of LeNet-300-100 are then 266,200 bytes, and the browser finds any round's mask by one comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lth_core.masks.mask import Mask

SURVIVED = 0  # round 0 is the dense net, in which nothing has died yet, so 0 is free to mean "alive to the end"
MOST_ROUNDS = 255  # what a byte counts; `spec.Pruning.rounds` admits at most 200


def died(masks: Sequence[Mask]) -> dict[str, np.ndarray]:
    """For each weight the first round whose mask lacks it, SURVIVED for the last round's; uint8 of the masks' shapes.

    masks[r] is the mask in force in round r; masks[0] is dense. Raises ValueError when it is not, when they are not
    nested (naming the round), or when they are more than a byte can count.

    >>> died([Mask({"w": [[1, 1, 1]]}), Mask({"w": [[1, 0, 1]]}), Mask({"w": [[0, 0, 1]]})])["w"].tolist()
    [[2, 1, 0]]
    """
    if not 1 <= len(masks) <= MOST_ROUNDS + 1:
        raise ValueError(f"{len(masks)} masks: round 0 and at most {MOST_ROUNDS} more fit")
    if masks[0].kept != masks[0].total:
        raise ValueError(f"the mask of round 0 keeps {masks[0].kept:,} of {masks[0].total:,} weights: it must be dense")
    for number, (earlier, later) in enumerate(pairwise(masks), start=1):
        if list(later) != list(earlier) or not later.within(earlier):
            raise ValueError(f"the mask of round {number} is not nested in that of round {number - 1}")
    alive = {name: np.sum([mask[name] for mask in masks], axis=0) for name in masks[0]}  # rounds lived through
    return {name: np.where(count == len(masks), SURVIVED, count).astype(np.uint8) for name, count in alive.items()}


def masks_at(deaths: Mapping[str, np.ndarray], round: int) -> Mask:  # noqa: A002  (the field's word)
    """The mask in force in `round`: the inverse of `died`.

    >>> masks_at({"w": np.array([[2, 1, 0]], np.uint8)}, 1)["w"].tolist()
    [[True, False, True]]
    """
    return Mask({name: (values == SURVIVED) | (values > round) for name, values in deaths.items()})
