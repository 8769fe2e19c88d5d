"""Who computes, who waits and in which order, and for how long: the jobs of one engine, in memory alone.

The engine acts (journal, runner, news); here it looks up who is next. Not thread-safe by itself: the engine's lock
guards it.

>>> from pathlib import Path
>>> from lth_core.experiments import Dense
>>> from lth_core.jobs.told import Told
>>> line = Line(Limits(), slots=lambda: 1, clock=lambda: 0.0)
>>> for seed in range(3):
...     spec = Dense(seed=seed)
...     line.join(spec.key, Job(spec, "ann", Told(Path("run"), spec.key)))
>>> first = line.next()
>>> first == Dense().key, line.next(), [line.status(key).position for key in line.jobs]
(True, None, [0, 1, 2])
"""

from __future__ import annotations

from collections.abc import Callable

from lth_core.jobs import alone
from lth_core.jobs.fair import FairQueue
from lth_core.jobs.job import Job
from lth_core.jobs.limits import Limits, Refused
from lth_core.jobs.status import OVER, Status, expected_wait

REMEMBERED = 200  # finished jobs whose last status is kept in memory; their Results are in the store for longer


class Line:
    """The jobs by key, the newest last. slots: how many compute at a time. people: see `JobEngine`."""

    def __init__(
        self, limits: Limits, slots: Callable[[], int], clock: Callable[[], float], people: bool = True
    ) -> None:
        self.jobs: dict[str, Job] = {}
        self.running: set[str] = set()
        self.limits, self._slots, self._clock, self._people = limits, slots, clock, people
        self._queue = FairQueue()
        self._typical: dict[str, float] = {}  # experiment → seconds its last run took

    def going(self, key: str) -> Job | None:
        """The job, if it waits or is under way."""
        job = self.jobs.get(key)
        return None if job is None or job.state in OVER else job

    def admit(self, viewer: str, address: str) -> str | None:
        """May `viewer` ask for one more run? The key of a run nobody watches that has to leave a full line for it.
        Raises Refused."""
        going, now = [job for job in self.jobs.values() if job.state not in OVER], self._clock()
        own = sum(job.owner == viewer and not job.left_alone(now) for job in going)
        if own >= self.limits.own:
            raise Refused(f"You already have {own} runs under way. Cancel one, or wait until one is finished.")
        beside = sum(job.address == address for job in going) if address else 0
        if beside >= self.limits.address:
            raise Refused(f"{beside} runs from your network are under way already. Try again in a few minutes.")
        if len(self._queue) < self.limits.waiting:
            return None
        leaves = alone.dispensable(self._queue.order(), self.jobs, now)
        if leaves is None:
            raise Refused(f"{len(self._queue)} runs are waiting already. Try again in a few minutes.")
        return leaves

    def join(self, key: str, job: Job) -> None:
        """A job joins the line; the oldest of those that are over is forgotten."""
        self.jobs.pop(key, None)  # so that the newest are last
        self.jobs[key] = job
        over = [old for old, job in self.jobs.items() if job.state in OVER]
        for old in over[: max(0, len(over) - REMEMBERED)]:
            del self.jobs[old]
        self.wait(key)

    def wait(self, key: str) -> None:
        """It waits, for the first time or again."""
        job = self.jobs[key]
        job.state = "queued"
        self._queue.push(job.owner, key, job.cost)

    def leave(self, key: str) -> None:
        """It waits no longer."""
        self._queue.remove(key)

    def next(self) -> str | None:
        """Who is served now, if a place is free: it counts as running from here on."""
        if not self._queue or len(self.running) >= self._slots():
            return None
        key = self._queue.pop(self.order()[0] if self._people else "")
        self.running.add(key)
        job = self.jobs[key]
        job.state, job.began, job.pace = "running", self._clock(), []
        job.attempts += 1  # who only waited through a crash was not its cause
        return key

    def ended(self, key: str, finished: bool) -> None:
        """A place is free again. finished: its run came to its end, and tells how long such runs take."""
        self.running.discard(key)
        if finished:
            self._typical[self.jobs[key].spec.experiment] = self._clock() - self.jobs[key].began

    def stepping_back(self) -> list[str]:
        """Runs that nobody watches and that hold a worker which somebody waits for."""
        if not self._people:
            return []
        return alone.stepping_back([*self.running], self._queue.order(), self.jobs, self._slots(), self._clock())

    def moved(self) -> list[str]:
        """Who waits at another place than its watchers know; of a sweep nobody is told."""
        line = self.order() if self._people else []
        return [key for place, key in enumerate(line, 1) if self.jobs[key].place != place]

    def order(self) -> list[str]:
        """Who waits, in the order of service."""
        line = self._queue.order()
        return alone.served(line, self.jobs, self._clock()) if self._people else line

    def status(self, key: str) -> Status:
        """What a watcher of this job is told. Raises KeyError."""
        job, wait = self.jobs[key], None
        position = self._position(key) if job.state == "queued" else 0
        if position:
            etas = [self.jobs[other].eta for other in self.running]
            wait = expected_wait(position, etas, self._typical.get(job.spec.experiment), self._slots())
        share = 1.0 if job.state == "done" else job.share
        eta = job.eta if job.state == "running" else None
        return Status(key, job.state, position, wait, share, eta, job.watching(self._clock()), job.error)

    def _position(self, key: str) -> int:
        return self.order().index(key) + 1 if self._people else self._queue.place(key)
