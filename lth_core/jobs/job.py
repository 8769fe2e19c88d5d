"""A run as the engine knows it: who asked, who watches, how far it is and how fast it goes.

>>> from lth_core.experiments import Dense
>>> from lth_core.jobs.told import Told
>>> from pathlib import Path
>>> job = Job(Dense(), "ann", Told(Path("run"), Dense().key), viewers={"ann": 0.0, "bob": 25.0})
>>> job.watching(now=29.0), job.watching(now=31.0)
(2, 1)
>>> job.share, job.pace = 0.5, [(10.0, 0.0), (30.0, 0.5)]
>>> job.eta
20.0
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lth_core.jobs.backlog import Backlog, Event
from lth_core.jobs.journal import Note
from lth_core.jobs.status import State
from lth_core.jobs.told import Told
from lth_core.spec import Spec

VIEWER_SECONDS = 30.0  # twice the heartbeat of a watching page: after that it is taken for closed


@dataclass
class Job:
    """One run that was asked for. owner: the viewer whose turn in the queue it takes."""

    spec: Spec
    owner: str
    told: Told  # what was heard of it, on disk while it is unfinished
    anew: bool = False  # every round is to be trained, whatever is stored
    attempts: int = 0
    state: State = "queued"
    error: str | None = None
    viewers: dict[str, float] = field(default_factory=dict)  # id → last seen
    backlog: Backlog = field(default_factory=Backlog)
    share: float = 0.0
    began: float = 0.0
    noted: float = 0.0  # share in the journal
    place: int = 0  # in the line, as its watchers know it
    pace: list[tuple[float, float]] = field(default_factory=list)  # clock and share at the first and the latest point

    @property
    def note(self) -> Note:
        """What the journal keeps of it."""
        return Note(self.spec, self.attempts, self.noted, self.anew)

    @property
    def eta(self) -> float | None:
        """Expected seconds to the end, from the pace so far; None before there is a pace."""
        if not self.pace or (gained := self.pace[1][1] - self.pace[0][1]) < 0.01:
            return None
        return (self.pace[1][0] - self.pace[0][0]) * (1 - self.share) / gained

    def hear(self, point: Mapping[str, Any], now: float) -> bool:
        """The run's latest point, at `now` by the engine's clock. True when it came further than before its last start:
        no crash was its fault so far, and the journal should know."""
        self.share = max(self.share, self.spec.share_done(point))
        latest = (now, self.share)
        self.pace = [self.pace[0] if self.pace else latest, latest]
        further = self.attempts > 0 and self.share > self.noted
        if further:
            self.attempts, self.noted = 0, self.share
        return further

    def keep(self, event: Event) -> None:
        """One more event: in memory, and on disk if it has points."""
        if self.backlog.add(event):
            self.told.replace(old.text for old in self.backlog.since(0) if old.points)
        elif event.points:
            self.told.add(event.text)

    def watching(self, now: float) -> int:
        """How many viewers were seen lately, by the engine's clock."""
        return sum(now - seen < VIEWER_SECONDS for seen in self.viewers.values())
