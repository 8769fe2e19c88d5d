"""What `kill -9` costs: `python -m tests.load.bench_kills [--kills 100]`.

The real app and real trainings. First the worker that computes is killed, and the time until its run tells something
new is taken. Then workers or the whole server, by chance and at any moment, again and again, while readers ask for more
runs; a last server finishes them. After each death every stored result must be whole and none may be gone; no process
may be left; and in the end every run that anybody asked for is there, bit for bit as it is without a death.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil

from lth_core.engine import run
from lth_core.presets import preset
from lth_core.results.compare import compare as verdict
from lth_core.results.result import Result
from lth_core.results.store import Store
from tests.browser.serving import free_port
from tests.load.bench_load import LOTTERY, ONE_RUN, PAGE, RUN, begin, first_points, server, show, stop
from tests.load.sessions import Session, Watcher

BURST = 0.04  # seconds: the back-log comes at once, news of a run 0.08 s apart at least
FIRST = 7_001  # seeds of the small net's runs, which begin, go on and end while servers die
GOING = 3  # runs that are asked for and not done, at any time
WORKERS = 0.5  # of all deaths
LONGEST = 4.0  # seconds between two deaths
COMPARED = 4  # runs that are computed again, undisturbed
PATIENCE = 240.0


@dataclass
class Report:
    """Seconds, the worst of all deaths, and counts."""

    load_average: float = 0.0
    worker_back_s: float = 0.0  # from the kill of the worker to its run's next news
    server_back_s: float = 0.0  # from the start of the next server to its first answer
    page_live_s: float = 0.0  # from then until a reader's page shows the interrupted run with all that it told
    page_live_median_s: float = 0.0
    orphans_gone_s: float = 0.0
    kills: int = 0
    of_workers: int = 0
    runs: int = 0  # that were asked for
    runs_given_up: int = 0  # after four deaths of the worker: asked for again, they went on from their checkpoints
    results_damaged: int = 0
    results_lost: int = 0
    results_different: int = 0
    orphans: int = 0


BOUNDS = {"worker_back_s": 4, "page_live_s": 2, "results_damaged": 0, "results_lost": 0, "results_different": 0,
          "orphans": 0}


async def news(port: int, path: str) -> float:
    """When the run's first points after the back-log came."""
    watcher = await Watcher(port, path).open()
    opened, deadline = time.perf_counter(), time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        times = [opened, *watcher.point_times]
        fresh = [later for earlier, later in pairwise(times) if later - earlier > BURST]
        if fresh:
            await watcher.close()
            return fresh[0]
        await asyncio.sleep(0.005)
    raise TimeoutError("the run tells nothing new")


async def worker_dies(port: int, app: int, path: str) -> float:
    """Seconds from the kill of the computing worker to the next news of its run."""
    workers = [child for child in psutil.Process(app).children(recursive=True) if "spawn_main" in str(child.cmdline())]
    max(workers, key=lambda child: sum(child.cpu_times()[:2])).kill()
    killed = time.perf_counter()
    await asyncio.sleep(0.3)  # what was already on its way
    return await news(port, path) - killed


def orphans(relatives: list[psutil.Process]) -> tuple[float, int]:
    """Seconds until what a dead server started has ended too, and how many are left after ten."""
    began = time.perf_counter()
    while time.perf_counter() < began + 10:
        left = [one for one in relatives if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        if not left:
            return time.perf_counter() - began, 0
        time.sleep(0.02)
    return 10.0, len(left)


@dataclass
class Class:
    """Readers who ask for runs of the small net, one seed after the other."""

    port: int
    store: Path
    asked: list[int] = field(default_factory=list)

    @property
    def waiting(self) -> list[int]:
        there = set(Store(self.store).keys())
        return [seed for seed in self.asked if key_of(seed) not in there]

    async def ask(self, report: Report) -> None:
        """Until GOING runs are under way."""
        for seed in self.waiting:
            session = await self._open(seed)
            if RUN in session.widgets and key_of(seed) not in Store(self.store):
                await session.press(RUN)  # its worker was killed too often
                report.runs_given_up += 1
            await session.close()
        while len(self.waiting) < GOING:
            self.asked.append(FIRST + len(self.asked))
            session = await self._open(self.asked[-1])
            await session.press(RUN)
            await session.close()
        report.runs = len(self.asked)

    async def _open(self, seed: int) -> Session:
        return await Session(self.port, PAGE, f"net=Small+net&source=Live&new={seed}").open()

    async def look(self, since: float) -> float | None:
        """Seconds until a page shows a run that was interrupted, and hears of it; None when none was."""
        if not self.waiting:
            return None
        session = await self._open(self.waiting[0])
        if not session.stream:  # it ended meanwhile, or was given up
            await session.close()
            return None
        watcher = await Watcher(self.port, session.stream).open()
        while not watcher.times:
            await asyncio.sleep(0.002)
        await watcher.close()
        await session.close()
        return watcher.times[0] - since

    async def finish(self, report: Report) -> None:
        """Until every run is in the store."""
        deadline = time.perf_counter() + PATIENCE
        while self.waiting:
            if time.perf_counter() > deadline:
                report.results_lost += len(self.waiting)
                return
            await asyncio.sleep(2)
            for seed in self.waiting[:1]:
                session = await self._open(seed)
                if RUN in session.widgets and key_of(seed) not in Store(self.store):
                    await session.press(RUN)
                    report.runs_given_up += 1
                await session.close()


def key_of(seed: int) -> str:
    return preset("ladder-drawable", seed).key


def measure(store: Path, kills: int, seed: int) -> Report:
    report, chance, port = Report(psutil.getloadavg()[0]), random.Random(seed), free_port()
    readers, seen, live = Class(port, store), set[str](), list[float]()
    with server(port, store) as app:
        report.worker_back_s = asyncio.run(first_death(port, app.pid))
    while report.kills < kills:
        began = time.perf_counter()
        with server(port, store) as app:
            answered = time.perf_counter()
            report.server_back_s = max(report.server_back_s, answered - began)
            if (seconds := asyncio.run(readers.look(answered))) is not None:
                live.append(seconds)
            relatives = deaths(app, readers, chance, kills, report)
        gone, left = orphans(relatives)
        report.orphans_gone_s, report.orphans = max(report.orphans_gone_s, gone), report.orphans + left
        look(store, seen, report)
    with server(port, store):
        asyncio.run(readers.finish(report))
    look(store, seen, report)
    compare(readers.asked, store, report)
    report.page_live_s, report.page_live_median_s = max(live, default=0.0), float(np.median(live or [0.0]))
    return report


async def first_death(port: int, app: int) -> float:
    """Seconds from the death of the worker of a long run to its next news; the run is then cancelled."""
    session, _ = await begin(port, LOTTERY, ONE_RUN.format(seed=0))
    watcher = await Watcher(port, session.stream).open()
    await first_points(watcher)
    await watcher.close()
    seconds = await worker_dies(port, app, session.stream)
    await stop(session)
    await session.close()
    return seconds


def deaths(
    app: subprocess.Popen[str], readers: Class, chance: random.Random, kills: int, report: Report,
) -> list[psutil.Process]:
    """Kill workers while more runs are asked for, and at last the server; returns what it had started."""
    while True:
        asyncio.run(readers.ask(report))
        time.sleep(chance.uniform(0, LONGEST))
        report.kills += 1
        relatives = psutil.Process(app.pid).children(recursive=True)
        workers = [one for one in relatives if "spawn_main" in str(one.cmdline())]
        if chance.random() >= WORKERS or not workers or report.kills >= kills:
            app.kill()
            app.wait()
            return relatives
        report.of_workers += 1
        with suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()


def look(store: Path, seen: set[str], report: Report) -> None:
    """Every result is whole, and none that was there has gone."""
    shelf = Store(store)
    whole = {key for key in shelf if shelf.load(key) is not None}
    report.results_lost += len(seen - whole)
    seen |= whole
    with suppress(FileNotFoundError):
        report.results_damaged = len(os.listdir(store / "damaged"))


def compare(seeds: list[int], store: Path, report: Report) -> None:
    """Is what came through the deaths what an undisturbed run gives?"""
    shelf = Store(store)
    for seed in seeds[:: -(-len(seeds) // COMPARED)]:
        found = shelf.load(key_of(seed))
        report.results_different += found is None or not equal(found, run(preset("ladder-drawable", seed)))


def equal(one: Result, other: Result) -> bool:
    """The same bits, but for what clocks say."""
    return all(column.same or column.name.endswith("seconds") for column in verdict(one, other).differences)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of workers and servers; 100 take about a quarter hour")
    parser.add_argument("--seed", type=int, default=0, help="of the chance that chooses victims and moments")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as store:
        report = measure(Path(store), asked.kills, asked.seed)
    show(asdict(report), BOUNDS)


if __name__ == "__main__":
    main()
