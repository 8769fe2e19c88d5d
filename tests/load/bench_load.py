"""How many readers one small server carries while a run computes: `python -m tests.load.bench_load`.

The real app on loopback and real trainings in a worker process: chapter 7's lottery on LeNet, which says something
new ten times a second on an idle machine. 50 readers watch it live, one more reader works on chapter 1 with recorded
results, then 200 event streams alone, and at last 10,000 clients that all want a stream. Takes about three minutes;
other work on the machine spoils the figures, so its load is printed with them. What kills cost: `bench_kills`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import psutil

from pages.live.api import query
from pages.live.run import WORDS as STEERING
from pages.text.chapters import CHAPTERS
from pages.widgets.run_panel import WORDS
from tests.browser.serving import free_port, running
from tests.load.sessions import Session, Watcher

SESSIONS, WATCHERS, FLOOD = 50, 200, 10_000
SECONDS = 15.0  # of each measurement
AT_ONCE = 250  # clients of the flood that knock in the same moment
PAGE, LOTTERY = CHAPTERS[0].slug, CHAPTERS[2].slug
ONE_RUN = "net=LeNet-300-100&seed={seed}"  # some twenty trainings; four such runs outlast the measurements
AGAIN = "Run it again, here and now"  # what chapter 3 offers of a recorded run
SEEDS, FIRST = (0, 1, 2, 3), 4  # the first run, cold, may end before anybody watches
RUN, CANCEL, LEAVE = WORDS["run"], STEERING["cancel"], STEERING["leave"]


@dataclass
class Report:
    """Milliseconds, megabytes, and shares of one core (1.0 is a whole core)."""

    load_average: float = 0.0  # of the whole machine, before anything began
    cold_submit_to_page_ms: float = 0.0  # the page answers, whatever the workers do
    cold_first_progress_ms: float = 0.0
    warm_first_progress_ms: float = 0.0
    rss_start_mb: float = 0.0
    rss_sessions_mb: float = 0.0
    per_session_mb: float = 0.0
    watching_cpu: float = 0.0
    watching_events_per_second: float = 0.0
    watching_gap_p95_ms: float = 0.0
    bystander_p50_ms: float = 0.0
    bystander_p95_ms: float = 0.0
    streams_cpu: float = 0.0
    streams_events_per_second: float = 0.0
    streams_rss_mb: float = 0.0
    flood_served: int = 0
    flood_refused: int = 0  # with a plain 503; whoever is neither got no answer
    flood_page_ms: float = 0.0  # the slowest answer of a page meanwhile
    flood_rss_mb: float = 0.0


# What each figure should be at most; the others have no bound of their own.
BOUNDS = {
    "cold_submit_to_page_ms": 1000, "warm_first_progress_ms": 300, "rss_sessions_mb": 250, "per_session_mb": 1,
    "watching_cpu": 0.6, "bystander_p95_ms": 150, "streams_cpu": 0.25, "flood_served": 500,
}


async def measure(port: int, server: psutil.Process) -> Report:
    report = Report(load_average=psutil.getloadavg()[0])
    first, submitted = await begin(port, LOTTERY, ONE_RUN.format(seed=FIRST))
    report.cold_submit_to_page_ms = 1e3 * submitted
    watcher = await Watcher(port, first.stream).open()
    began = time.perf_counter()
    report.cold_first_progress_ms = 1e3 * (await first_points(watcher) - began + submitted)
    await asyncio.sleep(20)  # the workers have loaded everything by now
    await watcher.close()
    await stop(first)
    await warm_start(port, report)
    long = [(await begin(port, LOTTERY, ONE_RUN.format(seed=seed)))[0] for seed in SEEDS]
    await fifty(port, server, long, report)
    await streams(port, server, long, report)
    await flood(port, server, long, report)
    for session in (first, *long):
        await session.close()
    return report


async def begin(port: int, page: str, query: str) -> tuple[Session, float]:
    """A reader who starts a run: the session, and seconds from the click until the page showed the live chart."""
    session = await Session(port, page, query).open()
    if AGAIN in session.widgets:
        await session.turn_on(AGAIN)
    seconds = await session.press(RUN)
    if not session.stream:
        raise RuntimeError("the page shows no live chart after the button was pressed")
    return session, seconds


async def first_points(watcher: Watcher) -> float:
    deadline = time.perf_counter() + 60
    while not watcher.points and time.perf_counter() < deadline:
        await asyncio.sleep(0.002)
    return watcher.point_times[0] if watcher.points else float("nan")


async def warm_start(port: int, report: Report) -> None:
    """The time a reader waits once workers are up and free: median of three runs of the net that trains in seconds."""
    waits = []
    for seed in (6_010, 6_011, 6_012):
        session, shown = await begin(port, PAGE, f"net=Small+net&source=Live&new={seed}")
        began = time.perf_counter()
        watcher = await Watcher(port, session.stream).open()
        waits.append(await first_points(watcher) - began + shown)
        await watcher.close()
        await stop(session)
        await session.close()
    report.warm_first_progress_ms = 1e3 * float(np.median(waits))


async def stop(session: Session) -> None:
    """Cancel the run that this session watches, and wait until it has stopped."""
    await asyncio.sleep(3.5)  # a closed stream is forgotten as viewer only then, and the run would go on for it
    await session.rerun()
    for label in (CANCEL, LEAVE):
        if label in session.widgets:
            await session.press(label)
            break
    await asyncio.sleep(1.5)


def all_of(long: list[Session]) -> str:
    """One stream of all the long runs: they take turns, and together they last."""
    keys = [key for session in long for key in parse_qs(urlsplit(session.stream).query)["key"]]
    return query(keys, "bench")


async def fifty(port: int, server: psutil.Process, long: list[Session], report: Report) -> None:
    """50 readers watch, one works."""
    bystander = await Session(port, PAGE).open()
    for seed in range(5):  # what is computed once a server is not what this measures
        await bystander.choose("Seed", str(seed))
    report.rss_start_mb = rss(server)
    page = ONE_RUN.format(seed=SEEDS[0])
    sessions = [await Session(port, LOTTERY, page).open() for _ in range(SESSIONS)]
    watchers = [await Watcher(port, all_of(long)).open() for _ in sessions]
    report.rss_sessions_mb = rss(server)
    report.per_session_mb = (report.rss_sessions_mb - report.rss_start_mb) / SESSIONS
    for watcher in watchers:
        watcher.times.clear()
    server.cpu_percent()
    waits, ends = [], time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        waits.append(await bystander.choose("Seed", str(len(waits) % 5)))
        await asyncio.sleep(0.5)
    report.watching_cpu = server.cpu_percent() / 100
    gaps = np.concatenate([np.diff(watcher.times) for watcher in watchers if len(watcher.times) > 1] or [[np.nan]])
    report.watching_events_per_second = float(np.mean([len(watcher.times) for watcher in watchers])) / SECONDS
    report.watching_gap_p95_ms = 1e3 * float(np.percentile(gaps, 95))
    report.bystander_p50_ms, report.bystander_p95_ms = (1e3 * float(np.percentile(waits, q)) for q in (50, 95))
    for client in [*watchers, *sessions, bystander]:
        await client.close()


async def streams(port: int, server: psutil.Process, long: list[Session], report: Report) -> None:
    """200 event streams and nothing else."""
    watchers = [await Watcher(port, all_of(long)).open() for _ in range(WATCHERS)]
    await asyncio.sleep(1)
    server.cpu_percent()
    for watcher in watchers:
        watcher.times.clear()
    await asyncio.sleep(SECONDS)
    report.streams_cpu, report.streams_rss_mb = server.cpu_percent() / 100, rss(server)
    report.streams_events_per_second = float(np.mean([len(watcher.times) for watcher in watchers])) / SECONDS
    for watcher in watchers:
        await watcher.close()


async def flood(port: int, server: psutil.Process, long: list[Session], report: Report) -> None:
    """Ten thousand clients ask for a stream and stay; a reader works meanwhile."""
    path, answers, slowest, lines = all_of(long), Counter[str](), 0.0, []

    async def knock() -> None:
        with contextlib.suppress(OSError, TimeoutError):
            reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 20)
            lines.append(writer)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            answers[(await asyncio.wait_for(reader.readline(), 20)).decode()[9:12]] += 1

    page = await Session(port, PAGE).open()
    for _ in range(0, FLOOD, AT_ONCE):
        _, waited = await asyncio.gather(asyncio.gather(*(knock() for _ in range(AT_ONCE))), page.rerun())
        slowest = max(slowest, waited)
    report.flood_served, report.flood_refused = answers["200"], answers["503"]
    report.flood_page_ms, report.flood_rss_mb = 1e3 * slowest, rss(server)
    for line in lines:
        line.close()
    await page.close()


def rss(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 2**20)


def show(figures: Mapping[str, float], bounds: Mapping[str, float]) -> None:
    """The figures beside what they should be at most, then all of them as one line of JSON."""
    for name, value in figures.items():
        bound = f"≤ {bounds[name]:g}" + ("" if value <= bounds[name] else "   missed") if name in bounds else ""
        print(f"{name:32} {value:10.2f}   {bound}")
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


@contextlib.contextmanager
def server(port: int, store: Path) -> Iterator[subprocess.Popen[str]]:
    """The real app on `port` with its results in `store`, as a reader's first request finds it."""
    with running(port=port, LTH_STORE=str(store)) as app:
        yield app.process


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as store, server(port, Path(store)) as app:
        report = asyncio.run(asyncio.wait_for(measure(port, psutil.Process(app.pid)), 400))
    show(asdict(report), BOUNDS)


if __name__ == "__main__":
    main()
