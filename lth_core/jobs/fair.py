"""A fair queue: whoever submits many runs waits behind everyone who submitted few.

Each run gets a turn when it joins: one after its owner's last turn, but not before the turn being served. Runs are
served by turn, then by arrival. So a newcomer's first run stands in front of the third run of a busy session, and
nobody waits for ever (start-time fair queueing, Goyal, Vin & Cheng 1996, with every run weighing the same).

>>> queue = FairQueue()
>>> for owner, key in [("ann", "a1"), ("ann", "a2"), ("ann", "a3"), ("bob", "b1")]:
...     queue.push(owner, key)
>>> queue.order()
['a1', 'b1', 'a2', 'a3']
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import count


class FairQueue:
    """Keys in waiting. Not thread-safe by itself: the engine's lock guards it."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[int, int]] = {}  # key → (turn, arrival)
        self._line: list[tuple[int, int, str]] = []  # the same, as they will be served
        self._last_turn: dict[str, int] = {}  # owner → turn of the latest run
        self._served = 0
        self._arrivals = count()

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, owner: str, key: str) -> None:
        """Add a run of `owner`."""
        turn = max(self._served, self._last_turn.get(owner, 0)) + 1
        self._last_turn[owner] = turn
        self.remove(key)
        self._waiting[key] = (turn, next(self._arrivals))
        insort(self._line, (*self._waiting[key], key))

    def pop(self) -> str:
        """Take the next run. Raises IndexError when nobody waits."""
        turn, _, key = self._line[0]
        self.remove(key)
        self._served = max(self._served, turn)
        self._last_turn = {owner: turn for owner, turn in self._last_turn.items() if turn > self._served}
        return key

    def remove(self, key: str) -> None:
        """Take a run out of turn; nothing happens when it does not wait."""
        if key in self._waiting:
            del self._line[self.place(key) - 1]
            del self._waiting[key]

    def place(self, key: str) -> int:
        """Where it stands in the line, from 1. Raises KeyError for a run that does not wait."""
        return bisect_left(self._line, self._waiting[key]) + 1

    def order(self) -> list[str]:
        """Keys in the order in which they would be served now."""
        return [key for *_, key in self._line]
