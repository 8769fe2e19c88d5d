"""Several masks pruned side by side, round by round: what the labs that compare them remember of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lth_core.masks.mask import Mask
from lth_core.running.book import Book

Masks = dict[str, Mask]


def begun(book: Book) -> int:
    """The round that an interrupted run was in; 0 for a new one."""
    return int(book.notes.get("level", 0))


def masks(book: Book, level: int, chains: Sequence[str], prune: Callable[[Masks], Masks]) -> Masks:
    """The mask of every chain in round `level`, whole in round 0. Pruned once a round, from what `run_cell` kept of the
    round before; a resumed run finds them in the book."""
    found = {chain: Mask(book.get(f"mask/{chain}")) if book.get(f"mask/{chain}") else Mask.dense(book.spec.net)
             for chain in chains}
    if level > begun(book):
        found = prune(found)
    for chain, mask in found.items():
        book.put(f"mask/{chain}", mask)
    book.notes["level"] = level
    return found
