"""A fair queue: whoever submits many runs waits behind everyone who submitted few.

Each run gets a turn when it joins: its cost after its owner's last turn, but not before the turn being served. Runs
are served by turn, then by arrival. So a newcomer's first run stands in front of the third run of a busy session, a
short run overtakes a long one that has not begun, and nobody waits for ever: every run that is served moves the turn
on (self-clocked fair queueing, Golestani 1994).

>>> queue = FairQueue()
>>> for owner, key in [("ann", "a1"), ("ann", "a2"), ("ann", "a3"), ("bob", "b1")]:
...     queue.push(owner, key)
>>> queue.order()
['a1', 'b1', 'a2', 'a3']
>>> queue.push("cid", "long", cost=3.5)
>>> queue.push("dan", "short")
>>> queue.order()
['a1', 'b1', 'short', 'a2', 'a3', 'long']
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import count


class FairQueue:
    """Keys in waiting. Not thread-safe by itself: the engine's lock guards it."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[float, int]] = {}  # key → (turn, arrival)
        self._line: list[tuple[float, int, str]] = []  # the same, as they will be served
        self._last_turn: dict[str, float] = {}  # owner → turn of the latest run
        self._served = 0.0
        self._arrivals = count()

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, owner: str, key: str, cost: float = 1.0) -> None:
        """Add a run of `owner`. cost: its length, in usual runs."""
        turn = max(self._served, self._last_turn.get(owner, 0.0)) + cost
        self._last_turn[owner] = turn
        self.remove(key)
        self._waiting[key] = (turn, next(self._arrivals))
        insort(self._line, (*self._waiting[key], key))

    def pop(self, key: str = "") -> str:
        """Take the next run, or the one named. Raises IndexError when nobody waits, KeyError for one that does not."""
        key = key or self._line[0][-1]
        turn, _ = self._waiting[key]
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
