"""What runs where the computing is done: consume the engine's Snapshots, tell the world, save the Result.

Everything a run leaves goes through the store's folder (Result, checkpoint, stop flag), which workers on other
machines must therefore reach under the same path. Nothing but small JSON-able points travels back.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from lth_core.checkpoint import remove
from lth_core.cores import cores
from lth_core.results.atlas import default_atlas
from lth_core.results.recorder import Stream
from lth_core.results.store import Store
from lth_core.running.look import Look
from lth_core.snapshot import Snapshot
from lth_core.spec import Spec

# A measured moment as it travels to the browser: stage, round, rounds, condition, step, steps, measures; or a picture
# of the net in training (`running.look`).
Point: TypeAlias = dict[str, Any]
Publish: TypeAlias = Callable[[list[Point]], None]

PERIOD = 0.08  # seconds between two messages at least: nothing is told later than 100 ms, 200 watchers stay cheap
CHECKPOINT_SECONDS = 10.0  # a killed server costs a run no more than this
STOP_EVERY = 0.2  # seconds after which a cancel is noticed at the latest
PICTURE_EVERY = 0.04  # seconds to wait for a point before a picture goes alone: with PERIOD about eight a second
DRAWN_SECONDS = 30.0  # three heartbeats of a page that draws: after that nobody is taken to draw


class Stopped(Exception):
    """The run was asked to stop, and did. Its checkpoint stays."""


@dataclass(frozen=True)
class Task:
    """A run as it travels to a worker. stop: a file whose existence means "please stop". stream: None is the engine.
    anew: train every round, also those that a shorter run in the store has been through. draw: a file that is touched
    while somebody draws the net."""

    key: str
    spec: str
    root: str
    stop: str
    stream: Stream | None = None
    anew: bool = False
    draw: str = ""


def moments(task: Task, stopped: Callable[[], bool], look: Look | None = None) -> Iterator[Point]:
    """Run the task, yielding each measured moment; the Result is in the store when this ends. look: who draws.

    Raises Stopped once `stopped()` is true, and whatever the engine or the store raises.
    """
    spec, store = Spec.from_json(task.spec), Store(task.root)
    if task.key in store:  # another process was faster
        return
    checkpoint = store.checkpoint(task.key)
    stream = task.stream or partial(live_stream, store=store, anew=task.anew, look=look)
    snapshots = stream(spec, checkpoint)
    for snapshot in snapshots:
        if snapshot.result is not None:
            store.save(snapshot.result)
            remove(checkpoint)
            return
        if stopped():
            if isinstance(snapshots, Generator):
                snapshots.close()  # now: a run may keep what it has when it is left
            raise Stopped(task.key)
        yield point(snapshot)


def live_stream(
    spec: Spec, checkpoint: Path | None, store: Store, anew: bool = False, look: Look | None = None
) -> Iterator[Snapshot]:
    """The engine on all cores: somebody waits for this run, unlike for a recorded one. A mask that it needs is looked
    for in the atlas, then among the results in `store`, where a shorter run may lie too that it goes on from, unless it
    is to run `anew`."""
    from lth_core import engine  # here, because it imports torch and numba

    # All cores, free or not: the page that was just pressed keeps one busy at this very moment. Threads that meet often
    # ask for free ones themselves, again and again; those that train nets of their own lose nothing by sharing a core.
    return engine.stream(spec, engine.Options(cores(), checkpoint=checkpoint, checkpoint_seconds=CHECKPOINT_SECONDS,
                                              masks=engine.MaskSource(default_atlas(), store.root),
                                              shelf=None if anew else store, look=look))


def work(task: Task, publish: Publish) -> None:
    """Run the task to its end; `publish` is called from a thread of its own, at most every PERIOD."""
    look = Look()
    with Publisher(publish, Path(task.stop), look, Path(task.draw) if task.draw else None) as out:
        for moment in moments(task, lambda: out.stopped, look):
            out.add(moment)


def point(snapshot: Snapshot) -> Point:
    """A Snapshot without its arrays, JSON-able: six digits, None for what is not a finite number."""
    measures = {name: _plain(value) for name, value in snapshot.measures.items()}
    return {
        "stage": snapshot.stage,
        "round": snapshot.round,
        "rounds": snapshot.rounds,
        "condition": snapshot.condition,
        "step": snapshot.step,
        "steps": snapshot.steps,
        "measures": measures,
    }


def _plain(value: float | str) -> float | str | None:
    if isinstance(value, str):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None


class Publisher:
    """Collects points and publishes them in batches, at once when the last batch is long enough ago; watches the flags.
    While the `draw` flag is touched, a picture of the net goes with them, or alone.

    A thread, because the training must neither wait for the network nor keep its last point back until the next one.
    """

    def __init__(self, publish: Publish, stop: Path, look: Look | None = None, draw: Path | None = None) -> None:
        self.stopped = stop.exists()
        self._publish, self._stop, self._look, self._draw = publish, stop, look, draw
        self._touched, self._drawn_at = 0, -math.inf
        self._pending: list[Point] = []
        self._lock, self._wake, self._closing = threading.Lock(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._loop, name="publisher", daemon=True)

    def add(self, moment: Point) -> None:
        with self._lock:
            self._pending.append(moment)
        self._wake.set()

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._closing.set()
        self._wake.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(PICTURE_EVERY if self._drawn() else STOP_EVERY)
            self._flush()
            self.stopped = self._stop.exists()
            self._closing.wait(PERIOD)
        self._flush()

    def _flush(self) -> None:
        self._wake.clear()
        with self._lock:
            batch, self._pending = self._pending, []
        if self._look and self._drawn() and (picture := self._look.picture()):
            batch.append(picture)
        if batch:
            self._publish(batch)

    def _drawn(self) -> bool:
        """Has the flag been touched lately? By our own clock: the web process may be on another machine."""
        try:
            touched = self._draw.stat().st_mtime_ns if self._draw else 0
        except OSError:
            touched = 0
        if touched != self._touched:
            self._touched, self._drawn_at = touched, time.monotonic()
        return touched > 0 and time.monotonic() - self._drawn_at < DRAWN_SECONDS
