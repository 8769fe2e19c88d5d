"""How many readers one small server carries while a run computes: `python -m tests.load.bench_load`.

The real app on loopback, chapter 1, a real training in a worker process; 50 readers watch it live, one more reader
works on the same page with recorded results, and then 200 event streams alone. Takes about a minute and a half.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

from pages.chapters import CHAPTERS
from pages.widgets.run_panel import WORDS
from tests.browser.serving import ROOT, _wait, free_port
from tests.load.sessions import Session, Watcher

SESSIONS, WATCHERS = 50, 200
SECONDS = 15.0  # of each measurement
PAGE = CHAPTERS[0].slug
RUN, CANCEL, LEAVE = (WORDS[name] for name in ("run", "cancel", "leave"))
NETS = {"lenet": "LeNet-300-100", "drawable": "Small net"}  # as the page names them


@dataclass
class Report:
    """Milliseconds, megabytes, and shares of one core (1.0 is a whole core)."""

    load_average: float = 0.0
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
    streams_rss_mb: float = 0.0


async def measure(port: int, server: psutil.Process) -> Report:
    report = Report(load_average=psutil.getloadavg()[0])
    first, submitted = await begin(port, 6_001, "lenet")
    report.cold_submit_to_page_ms = 1e3 * submitted
    watcher = await Watcher(port, first.stream).open()
    began = time.perf_counter()
    report.cold_first_progress_ms = 1e3 * (await first_points(watcher) - began + submitted)
    await asyncio.sleep(20)  # the workers have loaded everything by now
    await watcher.close()
    await warm_start(port, first, report)
    await fifty(port, server, first, report)
    await streams(port, server, first, report)
    await first.close()
    return report


async def begin(port: int, seed: int, net: str) -> tuple[Session, float]:
    """A reader who starts a run: the session, and seconds from the click until the page showed the live chart."""
    session = await panel(port, seed, net)
    seconds = await session.press(RUN)
    if not session.stream:
        raise RuntimeError("the page shows no live chart after the button was pressed")
    return session, seconds


async def panel(port: int, seed: int, net: str) -> Session:
    """A reader on the page of a new seed, who got there as a hand does: by its controls."""
    session = await Session(port, PAGE).open()
    await session.switch("Run", "Live")
    await session.switch("Network", NETS[net])
    await session.enter("New seed", seed)
    return session


async def first_points(watcher: Watcher) -> float:
    deadline = time.perf_counter() + 60
    while not watcher.points and time.perf_counter() < deadline:
        await asyncio.sleep(0.002)
    return watcher.first_points or float("nan")


async def warm_start(port: int, long: Session, report: Report) -> None:
    """The time a reader waits once workers are up: median of three runs of the net that trains in seconds.

    On two cores there is one worker, so the long run makes room first and is begun again afterwards.
    """
    await stop(long)
    waits = []
    for seed in (6_010, 6_011, 6_012):
        session, shown = await begin(port, seed, "drawable")
        began = time.perf_counter()
        watcher = await Watcher(port, session.stream).open()
        waits.append(await first_points(watcher) - began + shown)
        await watcher.close()
        await stop(session)
        await session.close()
    report.warm_first_progress_ms = 1e3 * float(np.median(waits))
    await long.rerun()
    await long.press(RUN)


async def stop(session: Session) -> None:
    """Cancel the run that this session watches, and wait until it has stopped."""
    await asyncio.sleep(3.5)  # a closed stream is forgotten as viewer only then, and the run would go on for it
    await session.rerun()
    for label in (CANCEL, LEAVE):
        if label in session.widgets:
            await session.press(label)
            break
    await asyncio.sleep(1.5)


async def fifty(port: int, server: psutil.Process, first: Session, report: Report) -> None:
    """50 readers watch, one works."""
    report.rss_start_mb = rss(server)
    sessions = [await Session(port, PAGE, states=dict(first.states)).open() for _ in range(SESSIONS)]
    watchers = [await Watcher(port, session.stream or first.stream).open() for session in sessions]
    bystander = await Session(port, PAGE).open()
    await bystander.choose("Seed", "1")
    report.rss_sessions_mb = rss(server)
    report.per_session_mb = (report.rss_sessions_mb - report.rss_start_mb) / SESSIONS
    for watcher in watchers:
        watcher.times.clear()
        watcher.points = 0
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


async def streams(port: int, server: psutil.Process, first: Session, report: Report) -> None:
    """200 event streams and nothing else."""
    watchers = [await Watcher(port, first.stream).open() for _ in range(WATCHERS)]
    await asyncio.sleep(1)
    server.cpu_percent()
    await asyncio.sleep(SECONDS)
    report.streams_cpu, report.streams_rss_mb = server.cpu_percent() / 100, rss(server)
    for watcher in watchers:
        await watcher.close()


def rss(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 2**20)


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as store:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "LTH_STORE": str(Path(store))}, text=True,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            _wait(server, f"http://127.0.0.1:{port}")
            report = asyncio.run(asyncio.wait_for(measure(port, psutil.Process(server.pid)), 280))
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
    for name, value in asdict(report).items():
        print(f"{name:32} {value:10.2f}")
    print(json.dumps({name: round(value, 3) for name, value in asdict(report).items()}))


if __name__ == "__main__":
    main()
