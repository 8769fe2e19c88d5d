"""What a watcher is told about a job, and how long it will probably take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["queued", "running", "stopping", "done", "failed", "cancelled"]

OVER = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Status:
    """A job at one moment, JSON-able by `vars`.

    position: runs in front of it in the queue, plus one (0 when it does not wait). wait: expected seconds until it
    starts. share: how much of it is done, 0–1. eta: expected seconds until it ends. viewers: people watching. error:
    one sentence, for the reader. None where nothing is known yet.
    """

    key: str
    state: State
    position: int = 0
    wait: float | None = None
    share: float = 0.0
    eta: float | None = None
    viewers: int = 0
    error: str | None = None

    @property
    def over(self) -> bool:
        """Nothing more will happen."""
        return self.state in OVER


def expected_wait(position: int, running: Sequence[float | None], typical: float | None, slots: int) -> float | None:
    """Seconds until the run at `position` starts: each run in front takes `typical`, each running one its ETA.

    >>> expected_wait(2, [10.0], 30.0, 1), expected_wait(1, [10.0, 4.0], None, 2), expected_wait(1, [None], None, 1)
    (40.0, 4.0, None)
    """
    free = [0.0] * max(0, slots - len(running))
    for eta in running:
        if eta is None and typical is None:
            return None
        free.append(eta if eta is not None else typical or 0.0)
    for _ in range(position - 1):
        if typical is None:
            return None
        free[free.index(min(free))] += typical
    return min(free)
