"""Several masks pruned side by side, round by round: what the labs that compare them remember of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lth_core.masks.mask import Mask
from lth_core.running.book import Book

Masks = dict[str, Mask]


def masks(book: Book[Any], level: int, chains: Sequence[str], prune: Callable[[Masks], Masks]) -> Masks:
    """The mask of every chain in round `level`, whole in round 0. Pruned once a round, from what `run_cell` kept of the
    round before; a resumed run finds them in the book."""
    state = book.state
    found = {chain: state.masks.get(chain) or Mask.dense(book.spec.net) for chain in chains}
    if level > state.level:
        found = prune(found)
    state.masks, state.level = found, level
    return found
