"""What `kill -9` costs: `python -m tests.load.bench_kills [--kills 20]`.

The real app and real trainings of LeNet. First the worker that computes is killed, and the time until its run tells
something new is taken; then the whole server, again and again at random moments, until a last one finishes the runs.
After each death every stored result must be whole, no process may be left, and the run must go on where it was.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from lth_core.presets import preset
from lth_core.results.store import Store
from pages.live.api import query
from tests.browser.serving import free_port
from tests.load.bench_load import LOTTERY, ONE_RUN, PAGE, begin, first_points, server, show
from tests.load.sessions import Watcher

BURST = 0.04  # seconds: the back-log comes at once, news of a run 0.08 s apart at least
SHORT = (7_001, 7_002, 7_003)  # seeds of the small net's runs, which end while servers die
PATIENCE = 240.0


@dataclass
class Report:
    """Seconds, the worst of all deaths, and counts."""

    load_average: float = 0.0
    worker_back_s: float = 0.0  # from the kill of the worker to its run's next news
    server_orphans_gone_s: float = 0.0
    server_back_s: float = 0.0  # from the start of the next server to its first answer
    run_goes_on_s: float = 0.0  # and to the interrupted run's next news
    kills: int = 0
    results_damaged: int = 0
    results_lost: int = 0
    orphans: int = 0


BOUNDS = {"worker_back_s": 4, "results_damaged": 0, "results_lost": 0, "orphans": 0}


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


async def start(port: int) -> list[str]:
    """Three short runs and a long one; the addresses of their streams."""
    paths = []
    for seed in SHORT:
        session, _ = await begin(port, PAGE, f"net=Small+net&source=Live&new={seed}")
        paths.append(session.stream)
    session, _ = await begin(port, LOTTERY, ONE_RUN.format(seed=0))
    return [session.stream, *paths]


def orphans(relatives: list[psutil.Process]) -> tuple[float, int]:
    """Seconds until what a dead server started has ended too, and how many are left after ten."""
    began = time.perf_counter()
    while time.perf_counter() < began + 10:
        left = [one for one in relatives if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        if not left:
            return time.perf_counter() - began, 0
        time.sleep(0.02)
    return 10.0, len(left)


def look(store: Path, seen: set[str], report: Report) -> None:
    """Every result is whole, and none that was there has gone."""
    shelf = Store(store)
    whole = {key for key in shelf if shelf.load(key) is not None}
    report.results_lost += len(seen - whole)
    seen |= whole
    with suppress(FileNotFoundError):
        report.results_damaged = len(os.listdir(store / "damaged"))


def measure(store: Path, kills: int) -> Report:
    report, port, chance, seen = Report(psutil.getloadavg()[0]), free_port(), random.Random(0), set[str]()
    paths: list[str] = []
    for number in range(kills + 1):
        began = time.perf_counter()
        with server(port, store) as app:
            answered = time.perf_counter()
            if number == 0:
                paths = asyncio.run(start(port))
                asyncio.run(first_news(port, paths))
                report.worker_back_s = asyncio.run(worker_dies(port, app.pid, every(paths)))
            else:
                report.server_back_s = max(report.server_back_s, answered - began)
                if unfinished := [path for path in paths if key_of(path) not in Store(store)]:
                    report.run_goes_on_s = max(report.run_goes_on_s, asyncio.run(news(port, every(unfinished))) - began)
            if number == kills:
                asyncio.run(until(store, SHORT))
                break
            time.sleep(chance.uniform(0.5, 6))
            relatives = psutil.Process(app.pid).children(recursive=True)
            app.kill()
            app.wait()
        gone, left = orphans(relatives)
        report.server_orphans_gone_s, report.orphans = max(report.server_orphans_gone_s, gone), report.orphans + left
        report.kills += 1
        look(store, seen, report)
    look(store, seen, report)
    return report


async def first_news(port: int, paths: list[str]) -> None:
    """Until anything computes."""
    await first_points(await Watcher(port, every(paths)).open())


def key_of(path: str) -> str:
    return path.partition("key=")[2][:24]


def every(paths: list[str]) -> str:
    return query([key_of(path) for path in paths], "bench")


async def until(store: Path, seeds: tuple[int, ...]) -> None:
    """Until the short runs are in the store."""
    keys, deadline = {preset("ladder-drawable", seed).key for seed in seeds}, time.perf_counter() + 240
    while not keys <= set(Store(store).keys()):
        if time.perf_counter() > deadline:
            raise TimeoutError("the runs that were interrupted did not end")
        await asyncio.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5, help="of the server")
    with tempfile.TemporaryDirectory() as store:
        report = measure(Path(store), parser.parse_args().kills)
    show(asdict(report), BOUNDS)


if __name__ == "__main__":
    main()
