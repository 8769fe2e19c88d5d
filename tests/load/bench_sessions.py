"""A whole lecture hall at once: `python -m tests.load.bench_sessions`, with `--processes 2` behind one scheduler.

200 real websocket sessions on the real app: half of them read and do nothing, a quarter drags chapter 1's slider and
lets go every two seconds, a quarter watches four live lotteries in one stream. The clients share the cores with the
server, and so does the training: an idle machine of two cores shows the worst that a server of two cores will see.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import psutil

from tests.browser.serving import free_port, running
from tests.load.bench_load import LOTTERY, ONE_RUN, PAGE, SEEDS, all_of, begin, rss, show
from tests.load.sessions import Session, Watcher

IDLE, DRAGGING, WATCHING = 100, 50, 50
SECONDS = 30.0
BETWEEN = 2.0  # seconds from one release of the slider to the next
GONE = 5  # seconds after which the server forgets a session that left; Streamlit's own 120 would only prolong this
RUNGS = range(1, 100)


@dataclass
class Report:
    """Milliseconds, megabytes (of the largest web process), and shares of one core (of all web processes)."""

    load_average: float = 0.0  # of the whole machine, before anything began
    rss_start_mb: float = 0.0
    rss_sessions_mb: float = 0.0
    rss_left_mb: float = 0.0  # after all have left
    rss_again_mb: float = 0.0  # with a second hall of as many: what the first left was freed, or this is higher
    open_ms: float = 0.0  # median, from connecting to the page's last message
    rerun_p50_ms: float = 0.0
    rerun_p95_ms: float = 0.0
    reruns_per_second: float = 0.0
    live_p95_ms: float = 0.0  # how much later a point comes than to the first watcher of the same process
    answer_p95_ms: float = 0.0  # of the plainest request: for so long the server's loop hears nobody
    points_per_second: float = 0.0  # and watcher
    cpu: float = 0.0
    errors: int = 0


BOUNDS = {"rerun_p95_ms": 250, "live_p95_ms": 150, "rss_sessions_mb": 300, "rss_again_mb": 300, "errors": 0}


class Hall:
    """The clients of one measurement, dealt to the servers in turn."""

    def __init__(self, ports: list[int]) -> None:
        self.ports, self.errors = ports, 0
        self.sessions: list[Session] = []
        self.watchers: list[list[Watcher]] = [[] for _ in ports]
        self.waits: list[float] = []
        self.opened: list[float] = []

    async def fill(self, streams: list[str]) -> None:
        """Everybody comes, ten at once. streams: of each server, the address of the live run."""
        pages = [PAGE] * (IDLE + DRAGGING) + [LOTTERY] * WATCHING
        all_of_them = [Session(self.ports[i % len(self.ports)], page) for i, page in enumerate(pages)]
        for first in range(0, len(all_of_them), 10):
            await asyncio.gather(*(self._come(session) for session in all_of_them[first:first + 10]))
        for i in range(WATCHING):
            server = i % len(self.ports)
            self.watchers[server].append(await Watcher(self.ports[server], streams[server]).open())

    async def _come(self, session: Session) -> None:
        began = time.perf_counter()
        await session.open()
        self.opened.append(time.perf_counter() - began)
        self.sessions.append(session)

    async def work(self) -> None:
        """The dragging quarter lets go again and again, not all in one moment."""
        dragging = [session for session in self.sessions if session.page == PAGE][:DRAGGING]
        await asyncio.gather(*(self._drag(session, i) for i, session in enumerate(dragging)))

    async def _drag(self, session: Session, place: int) -> None:
        ends = time.perf_counter() + SECONDS
        await asyncio.sleep(BETWEEN * place / DRAGGING)
        turn = place
        while time.perf_counter() < ends:
            began, turn = time.perf_counter(), turn + 7
            try:
                self.waits.append(await session.release("lottery.network_view", RUNGS[turn % len(RUNGS)]))
            except Exception as error:
                self.errors += 1
                print("error:", repr(error)[:200])
                return
            await asyncio.sleep(max(0.0, BETWEEN - (time.perf_counter() - began)))

    async def leave(self) -> None:
        for client in [*self.sessions, *(watcher for group in self.watchers for watcher in group)]:
            await client.close()

    def lags(self) -> np.ndarray:
        """Of every point and watcher: how much later it came than to the first watcher of the same server."""
        late = []
        for group in self.watchers:
            for number in set.intersection(*(set(watcher.heard) for watcher in group)) if group else ():
                times = [watcher.heard[number] for watcher in group]
                late += [when - min(times) for when in times]
        return np.array(late or [np.nan])


async def measure(ports: list[int], servers: list[psutil.Process]) -> Report:
    report = Report(load_average=psutil.getloadavg()[0])
    await (await Session(ports[0], PAGE).open()).close()  # what is made once a server
    streams, runners = await started(ports)
    report.rss_start_mb = max(map(rss, servers))
    hall = Hall(ports)
    await hall.fill(streams)
    report.rss_sessions_mb, report.open_ms = max(map(rss, servers)), 1e3 * float(np.median(hall.opened))
    for process in servers:
        process.cpu_percent()
    for watcher in (each for group in hall.watchers for each in group):
        watcher.heard.clear()
    answers: list[float] = []
    asking = asyncio.create_task(ask(ports[0], answers))
    await hall.work()
    asking.cancel()
    report.cpu = sum(process.cpu_percent() for process in servers) / 100
    report.rss_sessions_mb = max(report.rss_sessions_mb, *map(rss, servers))
    report.rerun_p50_ms, report.rerun_p95_ms = (1e3 * float(np.percentile(hall.waits or [np.nan], q)) for q in (50, 95))
    report.reruns_per_second = len(hall.waits) / SECONDS
    report.live_p95_ms = 1e3 * float(np.percentile(hall.lags(), 95))
    report.answer_p95_ms = 1e3 * float(np.percentile(answers or [np.nan], 95))
    heard = [len(watcher.heard) for group in hall.watchers for watcher in group]
    report.points_per_second, report.errors = float(np.mean(heard)) / SECONDS, hall.errors
    await hall.leave()
    await asyncio.sleep(2 * GONE)
    report.rss_left_mb = max(map(rss, servers))
    again = Hall(ports)
    await again.fill(streams)
    report.rss_again_mb = max(map(rss, servers))
    await again.leave()
    for session in runners:
        await session.close()
    return report


async def started(ports: list[int]) -> tuple[list[str], list[Session]]:
    """Live runs that outlast the measurement, begun on the first server; each server's stream of them."""
    streams, runners = [], []
    for port in ports:  # the others join: one run for equal requests
        mine = [(await begin(port, LOTTERY, ONE_RUN.format(seed=seed)))[0] for seed in SEEDS]
        streams.append(all_of(mine))
        runners += mine
    return streams, runners


async def ask(port: int, answers: list[float]) -> None:
    """How long the plainest request waits, ten times a second."""
    url = f"http://127.0.0.1:{port}/_stcore/health"
    while True:
        began = time.perf_counter()
        await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=20).read())
        answers.append(time.perf_counter() - began)
        await asyncio.sleep(0.1)


@contextlib.contextmanager
def scheduler(folder: str) -> Iterator[str]:
    """A Dask scheduler and two workers, as `--scheduler` names them; yields its address."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    commands = [[*dask[:2], dask[2] + "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
                [*dask[:2], dask[2] + "worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard",
                 "--local-directory", folder]]
    begun = []
    try:
        for command in commands:
            begun.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.2)
        yield address
    finally:
        for process in reversed(begun):
            process.terminate()
            process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=1, help="web processes on one store and one scheduler")
    wanted = parser.parse_args().processes
    with tempfile.TemporaryDirectory() as store, contextlib.ExitStack() as stack:
        asked = {"LTH_STORE": store, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(GONE)}
        if wanted > 1:
            asked["LTH_SCHEDULER"] = stack.enter_context(scheduler(store))
        apps = [stack.enter_context(running(**asked)) for _ in range(wanted)]
        servers = [psutil.Process(app.process.pid) for app in apps]
        report = asyncio.run(asyncio.wait_for(measure([app.port for app in apps], servers), 500))
        told = "".join(app.told() for app in apps)
        report.errors += told.count("Traceback")
        for line in [line for line in told.splitlines() if "Error" in line][:10]:
            print(line)
    print(f"{IDLE} idle, {DRAGGING} dragging, {WATCHING} watching; {wanted} web process{'es' if wanted > 1 else ''}")
    show(asdict(report), BOUNDS)


if __name__ == "__main__":
    main()
