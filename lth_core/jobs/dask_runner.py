"""Runs computed by dask.distributed: worker processes on this machine, or a cluster named by its scheduler's address.

Without an address an embedded cluster starts at the first need, in the background: a worker process for each core
that this process may use but one, as many as its memory holds (see `places`), with torch and the kernels loaded before
the first click. Each computes one run at a time, on as many cores as are free, and gives way to the web process. With
an address the same code talks to that scheduler; its workers must run this version of the project and reach the store
under the same path. A worker that dies is replaced, and its run goes on from the checkpoint.

Trust: Dask's own channel uses pickle, so whoever reaches a scheduler's port can run code. The embedded one listens
on the loopback interface only; never name a scheduler that strangers can reach.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lth_core import cores
from lth_core.jobs.runner import OnEnd, OnPoints
from lth_core.jobs.work import Point, Task, work

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = "LTH_SCHEDULER"  # environment variable with a scheduler's address, such as tcp://node7:8786
TOPIC = "lth-jobs"
WORKERS = "LTH_WORKERS"  # environment variable with the number of workers, where the rule does not suit
MOST_WORKERS = 16  # a run takes all cores that are free: more workers serve more runs at once, not each one faster
WORKER_MEMORY = 2**30  # bytes that a worker needs at least: torch, kernels and images are half of it
NICE = 10  # priority of computing, from 0 (like everybody) to 19 (only when nobody else wants the core)

log = logging.getLogger(__name__)

# Settings of the embedded cluster, each because the default costs time and serves nobody here.
CONFIG = {
    "distributed.worker.profile.enabled": False,  # samples every thread's stack 100 times a second
    "distributed.scheduler.http.routes": [],  # no web pages of Dask's own
    "distributed.worker.http.routes": [],
    "distributed.scheduler.work-stealing": False,  # we never submit more than there are workers
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.admin.low-level-log-length": 1000,  # messages the scheduler keeps of our topic
    # A worker beyond its share of the memory ends and is replaced, before the system ends whom it likes. Nothing
    # pauses one that comes near: on a small server, where torch takes much of a share, it would wait for ever.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
}


def places() -> int:
    """Workers of an embedded cluster: one a usable core but one, which is the web process's, at most MOST_WORKERS and
    as many as the memory holds; or what `$LTH_WORKERS` says."""
    told = os.environ.get(WORKERS, "")
    if told.isdigit() and int(told):
        return int(told)
    return max(1, min(cores.cores() - 1, MOST_WORKERS, cores.memory() // WORKER_MEMORY))


class DaskRunner:
    """Computes tasks on Dask. address: of a scheduler, by default from the environment; workers: of the embedded one.

    preload: import torch and warm the kernels when a worker starts (tests with other streams do without).
    """

    def __init__(self, address: str | None = None, workers: int | None = None, preload: bool = True) -> None:
        self.address = address or os.environ.get(ADDRESS)
        self.slots = workers or places()
        self.preload = preload
        self._client: Client | None = None
        self._cluster: Any = None
        # One thread does all that may block (starting workers takes a second), in order: no page waits for it. What
        # follows belongs to it alone; what happens elsewhere is put in its line.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lth-dask")
        self._closing = threading.Event()
        self._tasks: dict[str, tuple[Task, OnPoints, OnEnd]] = {}
        self._heard: dict[str, dict[str, int]] = {}  # key → worker run → number of the last message
        self._futures: dict[str, Future[None]] = {}

    def warm(self) -> None:
        """Start the workers in the background."""
        if self._client is None:
            self._later(self._connected)

    def connect(self) -> None:
        """Start or find the workers and wait for them: then `slots` is their number. Raises OSError when nobody is at
        the address, ValueError when it is none."""
        self._thread.submit(self._connected).result()

    def start(self, task: Task, on_points: OnPoints, on_end: OnEnd) -> None:
        """Send a task to a worker; returns at once."""
        self._later(self._submit, task, on_points, on_end)

    def close(self) -> None:
        """Ask running tasks to stop, then end client and workers. Nothing is left running."""
        self._closing.set()
        self._later(self._disconnect)
        self._thread.shutdown()

    def workers(self) -> list[int]:
        """Process ids of the workers (empty before the start)."""
        return list(self._client.run(os.getpid).values()) if self._client else []

    def _later(self, do: Callable[..., object], *about: Any) -> None:
        """Put something in our thread's line, from any thread; nothing happens when the line is closed."""
        with contextlib.suppress(RuntimeError):
            self._thread.submit(self._attempt, do, *about)

    # ── in our thread ────────────────────────────────────────────────────────────────────────────────────────────

    def _attempt(self, do: Callable[..., object], *about: Any) -> None:
        try:
            do(*about)
        except Exception:
            log.exception("%s failed; the next run will try again", do.__name__)

    def _connected(self) -> Client:
        if self._client is not None and self._client.status not in ("closing", "closed"):
            return self._client
        self._let_go()  # a client whose scheduler was lost for good
        try:
            return self._begin()
        except BaseException:
            self._let_go()
            raise

    def _begin(self) -> Client:
        import dask
        from distributed import LocalCluster

        with dask.config.set(CONFIG):
            if self.address:
                self._client = _client(self.address, timeout=10, name="lth")
                self.slots = max(1, sum(self._client.nthreads().values()))
            else:
                share = max(2 * WORKER_MEMORY, cores.memory() // self.slots)
                self._cluster = LocalCluster(
                    n_workers=self.slots, threads_per_worker=1, processes=True, host="127.0.0.1", memory_limit=share,
                    dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
                )  # fmt: skip
                self._client = _client(self._cluster, set_as_default=False)
        self._client.subscribe_topic(TOPIC, lambda event: self._later(self._hear, event))
        if self.preload:
            self._client.register_plugin(_preload_plugin(), name="lth-preload")
        return self._client

    def _submit(self, task: Task, on_points: OnPoints, on_end: OnEnd) -> None:
        if self._closing.is_set():
            return
        self._tasks[task.key] = (task, on_points, on_end)
        try:
            client = self._connected()
            # The key makes two servers on one scheduler share a run.
            future = client.submit(_run, task, key=f"lth-{task.key}", pure=True)
            self._futures[task.key] = future
            if self.address:  # it may have been running for another server already
                for event in client.get_events(TOPIC):
                    self._hear(event)
            future.add_done_callback(lambda done: self._later(self._finish, task.key, _error(done)))
        except Exception as error:
            self._finish(task.key, error)

    def _disconnect(self) -> None:
        for task, *_ in self._tasks.values():
            with contextlib.suppress(OSError):  # else the worker is waited for, then killed
                Path(task.stop).touch()
        self._tasks.clear()
        self._let_go()

    def _let_go(self) -> None:
        for part in (self._client, self._cluster):
            if part is not None:
                with contextlib.suppress(Exception):
                    part.close(timeout=5)
        self._client = self._cluster = None

    def _hear(self, event: tuple[float, Any]) -> None:
        match event[1]:
            case {"key": str(key), "run": str(run), "number": int(number), "points": [*points]}:
                heard = self._heard.setdefault(key, {})
                # A message may come twice (as backlog and as news), or for another server's run.
                if key in self._tasks and number > heard.get(run, -1):
                    heard[run] = number
                    self._tasks[key][1](key, points)

    def _finish(self, key: str, error: BaseException | None) -> None:
        future = self._futures.pop(key, None)
        if future is not None:
            future.release()  # so that the same Spec can run again
        self._heard.pop(key, None)
        if (entry := self._tasks.pop(key, None)) is not None:
            entry[2](key, error)


def _client(of: Any, **options: Any) -> Client:
    """A client of a cluster or an address. One that cannot begin is closed at once: left to the garbage collection, its
    end may fall into the beginning of the next one, and both would wait for one lock for ever."""
    from distributed import Client

    client = Client.__new__(Client)
    try:
        Client.__init__(client, of, **options)
    except BaseException:
        with contextlib.suppress(Exception):
            client.close(timeout=5)
        raise
    return client


def _error(future: Future[None]) -> BaseException | None:
    """What a finished task raised. Called where Dask calls back: after the end nobody answers this question."""
    try:
        error: BaseException | None = future.exception()
    except BaseException as lost:  # cancelled, or the scheduler is gone
        return lost
    return error


def _run(task: Task) -> None:
    """In the worker: the work, with its points sent as events of the scheduler."""
    from distributed import get_worker

    worker, run, numbers = get_worker(), uuid.uuid4().hex[:8], itertools.count()
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such thing
        # Of this thread and those it starts: on a full machine the web process goes first, and pages stay quick.
        os.setpriority(os.PRIO_PROCESS, 0, NICE)

    def publish(points: list[Point]) -> None:
        worker.log_event(TOPIC, {"key": task.key, "run": run, "number": next(numbers), "points": points})

    work(task, publish)


def _preload_plugin() -> Any:
    from distributed import WorkerPlugin

    class Preload(WorkerPlugin):
        """Imports the engine in every worker, also in one that replaces a killed one."""

        def setup(self, worker: Any) -> None:
            preload()

    return Preload()


def preload() -> None:
    """Import the engine and warm its kernels, so that the first click does not pay for it.

    In a thread: the worker can take its first task meanwhile, which then waits only for what it really needs.
    """
    threading.Thread(target=_load_engine, name="preload", daemon=True).start()


def _load_engine() -> None:
    """One step of each net that pages train live, dense, sparse and side by side: reads the data, loads the kernels."""
    from lth_core import engine
    from lth_core.experiments import Draws, Lottery
    from lth_core.presets import DRAWABLE_DATA, DRAWABLE_NET, preset
    from lth_core.spec import Data, Net, Pruning, Training

    step = Training(steps=1, eval_every=1, measure="validation")
    for data, net in ((DRAWABLE_DATA, DRAWABLE_NET), (Data(), Net())):
        engine.run(Lottery(data=data, net=net, training=step, pruning=Pruning(rate=0.9, rounds=1)))
    engine.run(Draws(net=preset("tickets").net, training=step, draws=2, dense_seeds=0, found=False))
