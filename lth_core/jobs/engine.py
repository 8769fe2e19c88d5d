"""The job engine: one run a Spec, however many ask; fair turns; a cancel that never hurts a neighbour.

        submit ──► queued ──► running ──► done         Result in the store
                     │           ├──────► failed       error says why
                     │       (stopping)
                     └───────────┴──────► cancelled    the last watcher left; its checkpoint stays

A job has viewers, named by opaque ids (a browser session). Submitting what already runs joins it. Whoever cancels
leaves; the run itself stops when nobody else is watching, and a viewer not seen for VIEWER_SECONDS is not counted, so
a closed tab cannot keep another's run from being cancelled, nor does it stop its own. A run that nobody has watched for
a minute makes room for those who wait (see `alone`). Jobs unfinished when the server dies are in the journal and go on,
from their checkpoints, when the next engine opens the same store.

>>> import tempfile
>>> from lth_core.jobs.runner import InlineRunner
>>> engine = JobEngine(Store(tempfile.mkdtemp()), InlineRunner())
>>> engine.status("0" * 24) is None
True
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection

from lth_core.checkpoint import remove
from lth_core.jobs.backlog import Event
from lth_core.jobs.job import VIEWER_SECONDS, Job
from lth_core.jobs.journal import Journal, Note
from lth_core.jobs.limits import USUAL, Limits
from lth_core.jobs.line import Line
from lth_core.jobs.news import Listener, News
from lth_core.jobs.runner import Runner
from lth_core.jobs.status import OVER, State, Status
from lth_core.jobs.stories import Stories
from lth_core.jobs.told import Told
from lth_core.jobs.trouble import sentence
from lth_core.jobs.work import Point, Stopped, Task
from lth_core.results.recorder import Stream
from lth_core.results.result import Result
from lth_core.results.store import Store, explained
from lth_core.running.look import PICTURE
from lth_core.spec import Spec

GRACE_SECONDS = 3.0  # for a reload or a hiccup of the network, in which a neighbour's cancel must not stop the run

log = logging.getLogger(__name__)


class JobEngine:
    """Runs Specs on `runner`, results in `store`. Safe to use from any thread; open one a process and store.

    people: those who wait are people: they are told whenever they move up, and a run that nobody watches steps back. A
    sweep of thousands tells each run when it starts, and watches none.
    """

    def __init__(
        self,
        store: Store,
        runner: Runner,
        limits: Limits = USUAL,
        stream: Stream | None = None,
        clock: Callable[[], float] = time.monotonic,
        people: bool = True,
    ) -> None:
        self.store, self.runner = store, runner
        self._stream, self._clock = stream, clock
        self._line = Line(limits, lambda: runner.slots, clock, people)
        self._jobs = self._line.jobs
        self._lock = threading.RLock()
        self._news = News(self._lock)
        self._stories = Stories(self._line, self._news)
        self._closed = False
        self._journal = Journal(store.root)
        for note in self._journal.adopt():
            self._enqueue(note, "restart")

    # ── what pages call ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def limits(self) -> Limits:
        """What one reader, one address and the whole line may ask for; the line goes by them."""
        return self._line.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._line.limits = limits

    def submit(self, spec: Spec, viewer: str, fresh: bool = False, address: str = "") -> Status:
        """Ask for a run. A stored result is `done` at once, a run under way is joined, otherwise it is queued.

        fresh: compute it although a result is stored ("re-run this now"); that result is forgotten. Otherwise a lottery
        goes on from the longest shorter run of itself that is stored. address: where the viewer comes from, if known.
        Raises Refused when a limit is reached, StoreError when the store's disk refuses.
        """
        key = spec.key
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.state in OVER:
                if key in self.store and not (fresh and self._forget(key)):
                    return Status(key, "done", share=1.0)
                if (leaves := self._line.admit(viewer, address)) is not None:
                    self._stop(leaves, self._jobs[leaves])
                note = Note(spec, 0, 0.0, fresh)
                self._journal.write(note)
                job = self._enqueue(note, viewer, address)
            elif job.state == "stopping":  # somebody wants it after all
                self._journal.lower(key)
                job.state = "running"
            job.watch(viewer, self._clock())
            self._step_back()
            self._stories.status(key)
            status = self._line.status(key)
        self._news.tell()
        return status

    def cancel(self, key: str, viewer: str) -> Status | None:
        """`viewer` leaves the job; it stops when nobody else watches. None when there is no such job.

        Raises StoreError when the store's disk refuses.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return None
            job.viewers.pop(viewer, None)
            if job.state in ("queued", "running") and not job.watching(self._clock()):
                self._stop(key, job)
            self._stories.status(key)
            status = self._line.status(key)
        self._news.tell()
        return status

    def seen(self, keys: Collection[str], viewer: str) -> None:
        """`viewer` is watching these jobs (it joins those it does not watch yet)."""
        with self._lock:
            for key in keys:
                if (job := self._line.going(key)) is not None:
                    known = viewer in job.viewers
                    job.watch(viewer, self._clock())
                    if not known:
                        self._stories.status(key)  # the others see that they are one more
        self._news.tell()

    def drawn(self, keys: Collection[str]) -> None:
        """Somebody draws the nets of these jobs: for DRAWN_SECONDS their workers tell how the weights move."""
        with self._lock:
            for key in filter(self._line.going, keys):
                with contextlib.suppress(OSError):  # then the drawing stands still, and nothing else
                    self._journal.draw_flag(key).touch()

    def gone(self, keys: Collection[str], viewer: str) -> None:
        """`viewer`'s page has closed or lost its line: it is forgotten after GRACE_SECONDS, unless seen again."""
        with self._lock:
            for key in keys:
                job = self._jobs.get(key)
                if job is not None and viewer in job.viewers:
                    job.viewers[viewer] = self._clock() - VIEWER_SECONDS + GRACE_SECONDS

    def mind(self) -> None:
        """Look after the line, every few seconds: runs left alone step back, and those ended from outside end."""
        with self._lock:
            for key in self._journal.to_end():
                self._end(key)
            self._step_back()
        self._news.tell()

    def line(self) -> list[tuple[Spec, Status]]:
        """Every job under way, then those that wait in the order of service: for whoever looks after the line."""
        with self._lock:
            keys = [key for key in self._jobs if key in self._line.running] + self._line.order()
            return [(self._jobs[key].spec, self._line.status(key)) for key in keys]

    def end(self, keys: Collection[str]) -> None:
        """End these jobs whoever watches; their checkpoints stay. Raises StoreError when the store's disk refuses."""
        with self._lock:
            for key in keys:
                self._end(key)
        self._news.tell()

    def status(self, key: str) -> Status | None:
        """The job now; `done` for any stored result; None for a key nobody asked for."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.state != "done":
                return self._line.status(key)
        if key not in self.store:  # a result may have been evicted or set aside
            return None
        with self._lock:
            return self._line.status(key) if key in self._jobs else Status(key, "done", share=1.0)

    def unfinished(self, wanted: Callable[[Spec], bool]) -> list[str]:
        """Keys of the jobs queued or under way whose Spec is `wanted`."""
        with self._lock:
            return [key for key, job in self._jobs.items() if job.state not in OVER and wanted(job.spec)]

    def result(self, key: str) -> Result | None:
        """The finished Result, from the store."""
        return self.store.load(key)

    def events(self, keys: Collection[str], since: int = 0, pictures: bool = False) -> list[Event]:
        """What happened in these jobs after event number `since`, in order. Unknown keys have no events.

        pictures: with the latest one of the net in training, for those who draw it.
        """
        with self._lock:
            return self._stories.since(keys, since, pictures)

    def story(self, key: str) -> list[str]:
        """The messages with points of a run that was stopped, as far as its checkpoint goes: what it goes on from."""
        with self._lock:
            return self._told(key).read()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(keys)` when these jobs have new events; returns the way to stop that. See `News`."""
        return self._news.listen(listener)

    def warm(self) -> None:
        """Begin to start the workers, in the background."""
        self.runner.warm()

    def close(self) -> None:
        """Stop computing. What is unfinished stays in the journal for the next engine."""
        with self._lock:
            self._closed = True
            for key, job in self._jobs.items():
                if job.state not in OVER:  # a server that is told to end is not a crash: it counts as no attempt
                    job.attempts = max(0, job.attempts - (key in self._line.running))
                    self._journal.renew(job.note)
        self.runner.close()
        self._journal.close()

    # ── what happens inside (with the lock held) ─────────────────────────────────────────────────────────────────

    def _step_back(self) -> None:
        """Runs that nobody watches leave their workers to those who wait; they go on later, from their checkpoints."""
        for key in self._line.stepping_back():
            self._journal.ask_to_stop(key)
            self._jobs[key].stands_back = True

    def _forget(self, key: str) -> bool:
        """Remove a stored result, its checkpoint and its story, unless someone is just reading it."""
        with explained(self.store.checkpoint(key), "write"):
            remove(self.store.checkpoint(key))
        self._told(key).forget()
        return self.store.remove(key)

    def _told(self, key: str) -> Told:
        return Told(self.store.checkpoint(key), key)

    def _enqueue(self, note: Note, owner: str, address: str = "") -> Job:
        key = note.spec.key
        self._journal.lower(key)
        job = Job(note.spec, owner, self._told(key), note.anew, note.attempts, noted=note.share, address=address,
                  asked=self._clock())
        self._stories.take_up(job)
        self._line.join(key, job)
        self._dispatch()
        return job

    def _dispatch(self) -> None:
        """Start what may start, and tell those who moved up in the line."""
        while not self._closed and (key := self._line.next()) is not None:
            job = self._jobs[key]
            self._journal.renew(job.note)
            self._stories.status(key)
            flag = self._journal.stop_flag(key)
            task = Task(key, job.spec.to_json(), str(self.store.root), str(flag), self._stream, job.anew,
                        str(self._journal.draw_flag(key)))
            self.runner.start(task, self._on_points, self._on_end)
        for key in self._line.moved():
            self._stories.status(key)

    def _end(self, key: str) -> None:
        job = self._jobs.get(key)
        if job is not None and job.state in ("queued", "running"):
            self._stop(key, job)
            self._stories.status(key)

    def _stop(self, key: str, job: Job) -> None:
        if job.state == "queued":
            self._line.leave(key)
            self._over(key, "cancelled")
            self._dispatch()
        else:
            self._journal.ask_to_stop(key)
            job.state = "stopping"

    def _over(self, key: str, state: State, error: str | None = None) -> None:
        job = self._jobs[key]
        job.state, job.error = state, error
        job.backlog.forget_points()
        if state == "done":
            job.told.forget()
        self._journal.erase(key)
        self._stories.status(key)

    # ── what runners call, from threads of theirs ────────────────────────────────────────────────────────────────

    def _on_points(self, key: str, points: list[Point]) -> None:
        with self._lock:
            job = self._jobs.get(key)
            if job is None or key not in self._line.running:
                return
            pictures = [point for point in points if point["stage"] == PICTURE]
            if points := [point for point in points if point["stage"] != PICTURE]:
                self._hear(key, job, points)
            if pictures:
                self._stories.picture(key, pictures[-1])
        self._news.tell()

    def _hear(self, key: str, job: Job, points: list[Point]) -> None:
        """Points of a job, with the lock held."""
        if job.hear(points[-1], self._clock()):
            self._journal.renew(job.note)
        self._stories.points(key, points, job.watching(self._clock()))
        if self._clock() - job.began > self.limits.seconds and job.state == "running":
            job.error = f"stopped after {self.limits.seconds / 60:.0f} minutes, the most one run may take here"
            self._stop(key, job)

    def _on_end(self, key: str, error: BaseException | None) -> None:
        with self._lock:
            job = self._jobs.get(key)
            if self._closed or job is None or key not in self._line.running:
                return
            finished = error is None and key in self.store
            self._line.ended(key, finished)
            if finished:
                self._over(key, "done")
            elif isinstance(error, Stopped) and job.error:
                self._over(key, "failed", job.error)
            elif isinstance(error, Stopped) and job.state == "stopping":
                self._over(key, "cancelled")
            elif isinstance(error, Stopped):  # it stood back, or its stop was taken back: go on from the checkpoint
                self._journal.lower(key)
                job.attempts, job.stands_back = max(0, job.attempts - 1), False
                self._line.wait(key)
            else:
                log.error("job %s failed", key, exc_info=error)
                self._over(key, "failed", sentence(error))
            self._dispatch()
        self._news.tell()
