"""What listeners are told: that there is something new in these jobs, never what.

>>> news, heard = News(threading.RLock()), []
>>> stop = news.listen(heard.append)
>>> news.of("a"); news.of("b"); news.tell(); sorted(heard[0])
1
2
['a', 'b']
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TypeAlias

Listener: TypeAlias = Callable[[frozenset[str]], None]


class News:
    """Numbers the events of all jobs, and keeps which jobs have some that the listeners have not been told about.

    lock: the engine's, which must not be held when they are told.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._lock, self._seq = lock, 0
        self._listeners: set[Listener] = set()
        self._keys: set[str] = set()

    def number(self) -> int:
        """The next event's number."""
        self._seq += 1
        return self._seq

    def of(self, key: str) -> int:
        """Something happens in this job: the number of that event."""
        self._keys.add(key)
        return self.number()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(keys)` from any thread when these jobs have new events; returns the way to stop that.

        It must return quickly: the run's messages wait for it.
        """
        with self._lock:
            self._listeners = {*self._listeners, listener}  # a new set: `tell` may be walking through the old one

        def stop() -> None:
            with self._lock:
                self._listeners = self._listeners - {listener}

        return stop

    def tell(self) -> None:
        """Tell all listeners what they have not been told yet."""
        with self._lock:
            keys, self._keys = frozenset(self._keys), set()
        for listener in self._listeners:
            with contextlib.suppress(Exception):  # a page that is going away must not disturb the others
                listener(keys)
