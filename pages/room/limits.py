"""How much one phone, and one address, may ask. A whole lecture hall may share one address: those bounds are wide."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

MOST_GUESTS = 1_000  # of a room
MOST_ROOMS = 20  # open at once
MOST_BODY = 4_096  # bytes of a message; a drawn curve of 64 points is 1,500
MOST_LINES = 1_200  # event streams of a room
MOST_PHONE_LINES = 3  # of one phone: a reload may open the next before the last is closed
MOST_BOARDS = 12
KEPT = 4_096  # ids and addresses that are remembered; the oldest are forgotten

BY_GUEST = (8, 2.0)  # messages at once, then so many a second: a slider that is dragged to and fro
BY_ADDRESS = (2_000, 400.0)  # 500 phones behind one address, all at once and again
FREE_TRIES = 10  # wrong codes of an address before it has to wait
LONGEST = 60.0  # seconds of a wait
FORGOTTEN = 600.0  # seconds without a wrong code after which an address begins anew

Clock = Callable[[], float]
Kept = TypeVar("Kept")


class Bucket:
    """A few at once, and then so many a second, for each name.

    >>> now = [0.0]
    >>> bucket = Bucket(2, 1.0, clock=lambda: now[0])
    >>> [bucket.wait("a") for _ in range(3)], bucket.wait("b")
    ([0.0, 0.0, 1.0], 0.0)
    >>> now[0] = 1.0
    >>> bucket.wait("a")
    0.0
    """

    def __init__(self, most: int, rate: float, clock: Clock = time.monotonic) -> None:
        self.most, self.rate, self._clock = most, rate, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # name → (what is left, when that was)

    def wait(self, name: str) -> float:
        """Take one: 0 when there was one, else the seconds until there is."""
        now = self._clock()
        left, at = self._left.pop(name, (float(self.most), now))
        left = min(float(self.most), left + (now - at) * self.rate)
        taken = left >= 1
        _remember(self._left, name, (left - 1 if taken else left, now))
        return 0.0 if taken else (1 - left) / self.rate


class Backoff:
    """After a few wrong codes an address waits, twice as long each time.

    >>> now = [0.0]
    >>> tries = Backoff(free=2, clock=lambda: now[0])
    >>> [tries.wrong("a") for _ in range(4)], tries.wait("a"), tries.wait("b")
    ([0.0, 0.0, 1.0, 2.0], 2.0, 0.0)
    >>> now[0] = 1.5
    >>> tries.wait("a")
    0.5
    """

    def __init__(self, free: int = FREE_TRIES, clock: Clock = time.monotonic) -> None:
        self.free, self._clock = free, clock
        self._tried: OrderedDict[str, tuple[int, float]] = OrderedDict()  # name → (wrong ones, when it may try again)

    def wait(self, name: str) -> float:
        """Seconds until this address may try a code; 0 for now."""
        return max(0.0, self._tried.get(name, (0, 0.0))[1] - self._clock())

    def wrong(self, name: str) -> float:
        """A wrong code came from there: the seconds that it has to wait."""
        now = self._clock()
        count, until = self._tried.pop(name, (0, now))
        count = 1 if now - until > FORGOTTEN else count + 1
        pause = min(LONGEST, 2.0 ** (count - self.free - 1)) if count > self.free else 0.0
        _remember(self._tried, name, (count, now + pause))
        return pause


def _remember(kept: OrderedDict[str, Kept], name: str, value: Kept) -> None:
    kept[name] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)
