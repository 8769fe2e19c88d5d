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
>>> job.left_alone(now=114.0), job.left_alone(now=115.0)
(False, True)
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
ALONE_SECONDS = 90.0  # a minute after the last viewer was taken for gone: long enough for a reload on a bad line
USUAL_STEPS = 10_000  # training steps of a run that a page offers: LeNet takes about five seconds for them
MOST_COST = 10.0  # usual runs that may overtake the longest one


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
    address: str = ""  # where its owner came from; empty when that is unknown
    asked: float = 0.0  # when, by the engine's clock
    stands_back: bool = False  # it was asked to leave its worker to somebody else, and waits again afterwards
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

    @property
    def cost(self) -> float:
        """Its length in usual runs, for the queue: by training steps, which are all that can be told of any Spec."""
        return min(MOST_COST, max(1.0, self.spec.training.steps * (self.spec.rounds + 1) / USUAL_STEPS))

    def watch(self, viewer: str, now: float) -> None:
        """`viewer` is watching; those not seen for so long that they change nothing any more are forgotten."""
        self.viewers = {who: seen for who, seen in self.viewers.items() if now - seen < ALONE_SECONDS} | {viewer: now}

    def left_alone(self, now: float) -> bool:
        """Has nobody watched it for a minute? Then it makes room for those who wait."""
        return now - self.last_seen >= ALONE_SECONDS

    @property
    def last_seen(self) -> float:
        """When somebody watched it last, by the engine's clock."""
        return max(self.viewers.values(), default=self.asked)

    def watching(self, now: float) -> int:
        """How many viewers were seen lately, by the engine's clock."""
        return sum(now - seen < VIEWER_SECONDS for seen in self.viewers.values())
