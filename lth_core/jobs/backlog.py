"""What happened in a job so far, for those who come later: bounded, however long the job runs."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

# At 10 events a second the first 200 s are kept whole; after that the older half is thinned again and again.
# 2,000 events of about 300 bytes are 0.6 MB a job.
MOST = 2_000


@dataclass(frozen=True)
class Event:
    """One message to the watchers. seq: rises over all jobs of an engine. text: JSON. points: False for a status and
    for a picture of the net, of which the latest is enough."""

    seq: int
    text: str
    points: bool
    picture: bool = False


class Backlog:
    """Events of one job in order.

    >>> log = Backlog(most=4)
    >>> [log.add(Event(seq, "{}", True)) for seq in range(1, 7)]
    [False, False, False, False, True, True]
    >>> [event.seq for event in log.since(0)], [event.seq for event in log.since(4)]
    ([3, 4, 5, 6], [5, 6])
    """

    def __init__(self, most: int = MOST) -> None:
        self._events: list[Event] = []
        self._most = most

    def add(self, event: Event) -> bool:
        """Append an event; a status or a picture replaces earlier ones; beyond the limit every second old point goes,
        then True."""
        if not event.points:
            self._events = [old for old in self._events if old.points or old.picture != event.picture]
        self._events.append(event)
        if len(self._events) <= self._most:
            return False
        half = len(self._events) // 2
        self._events = [old for i, old in enumerate(self._events[:half]) if i % 2 or not old.points] \
            + self._events[half:]
        return True

    def since(self, seq: int) -> list[Event]:
        """Events after number `seq`."""
        return self._events[bisect_right(self._events, seq, key=lambda event: event.seq) :]

    def forget_points(self) -> None:
        """Keep the status alone: the job is over and its curves are in the store."""
        self._events = [event for event in self._events if not event.points and not event.picture]
