"""How blind mode deals its letters, as `js/blind.js` does: a link and the server agree on who is who."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_WHOLE = 0xFFFFFFFF


def dealt(shown: Iterable[str], deal: int) -> list[str]:
    """Conditions in the order of their letters, A first.

    >>> dealt(("ticket", "reinit", "random"), 7) == dealt(("random", "ticket", "reinit"), 7)
    True
    """
    order, chance = sorted(shown), _chance(deal * 7919 + 104729)
    for i in range(len(order) - 1, 0, -1):
        j = int(next(chance) * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def _chance(seed: int) -> Iterator[float]:
    """Numbers from 0 to 1 that `seed` fixes (mulberry32, public domain)."""
    state = seed & _WHOLE
    while True:
        state = (state + 0x6D2B79F5) & _WHOLE
        mixed = ((state ^ (state >> 15)) * (state | 1)) & _WHOLE
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & _WHOLE)) & _WHOLE
        yield (mixed ^ (mixed >> 14)) / 2**32
