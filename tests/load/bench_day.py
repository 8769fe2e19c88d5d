"""A day of a class, accelerated: `python -m tests.load.bench_day [--hours 8] [--readers 40]`.

The real server. Forty readers come and go, each for about twenty minutes; each does something every 75 seconds, as
somebody does who reads at 200 words a minute: turns to another page, moves a control, or trains the small net and
watches. No one waits between two deeds, so that hours take minutes; the memory of the web process is noted all along.
After a warm-up of a fifth of the day it must stay the same, within five percent. Where readers wander through every
state of every page, caches fill for longer than that; `--pages` keeps them on a few.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import psutil

from tests.browser.serving import Server, running
from tests.load.bench_load import PAGE, RUN, rss, show
from tests.load.hostile import PAGES, parameters
from tests.load.sessions import Session, Watcher

READERS, HOURS = 40, 8.0
DEED = 75.0  # simulated seconds between two deeds of a reader
VISIT = 1200.0  # simulated seconds of a visit, on average
TURNS, TRAINS = 0.3, 0.02  # which share of the deeds is another page, or a live run
WARM_UP = 0.2  # of the day
AT_ONCE = 4  # deeds under way: a server of two cores has no use for more
SETTLE = 130.0  # seconds for which Streamlit keeps the session of a lost line, and a little


@dataclass
class Report:
    """Megabytes of the web process, counts, and seconds."""

    hours: float = 0.0  # simulated
    readers: int = 0
    deeds: int = 0
    visits: int = 0
    runs: int = 0
    exceptions: int = 0
    deed_p50_ms: float = 0.0
    deed_p95_ms: float = 0.0
    rss_start_mb: float = 0.0
    rss_warm_mb: float = 0.0  # median of the hour (an eighth of the day) after the warm-up
    rss_last_mb: float = 0.0  # and of the last one
    drift: float = 0.0  # from the one to the other, as a share
    most_off: float = 0.0  # the sample after the warm-up that is farthest from their median, as a share
    rss_left_mb: float = 0.0  # when all have gone
    seconds: float = 0.0
    samples: list[float] = field(default_factory=list)


BOUNDS = {"exceptions": 0, "drift": 0.05, "most_off": 0.05, "deed_p95_ms": 1000}


class Class:
    """The readers of a day, by chance `seed`."""

    def __init__(self, server: Server, readers: int, seed: int = 0, pages: Sequence[str] = PAGES,
                 trains: float = TRAINS) -> None:
        self.server, self.chance, self.pages, self.trains = server, random.Random(seed), pages, trains
        self.words = {name: own for name, own in parameters().items() if own}
        self.sessions: list[Session | None] = [None] * readers
        self.watchers: list[Watcher | None] = [None] * readers
        self.waits: list[float] = []
        self.report = Report(readers=readers)

    async def deed(self, reader: int) -> None:
        """One reader does one thing."""
        session = self.sessions[reader]
        if session is not None and self.chance.random() < DEED / VISIT:
            await self._leave(reader)
            session = None
        began = time.perf_counter()
        if session is None:
            self.sessions[reader] = session = await Session(self.server.port, self.chance.choice(self.pages)).open()
            self.report.visits += 1
        elif self.chance.random() < self.trains:
            await self._train(reader, session)
        elif self.chance.random() < TURNS:
            session.page, session.query = self.chance.choice(self.pages), ""
            await session.rerun()
        else:
            name = self.chance.choice(sorted(self.words))
            session.query = f"{name}={self.chance.choice(self.words[name])}".replace(" ", "+").replace("%", "%25")
            await session.rerun()
        self.waits.append(time.perf_counter() - began)
        self.report.deeds += 1
        self.report.exceptions += len(session.exceptions)

    async def _train(self, reader: int, session: Session) -> None:
        session.page, session.query = PAGE, f"net=Small+net&source=Live&new={self.chance.randrange(5, 9_999)}"
        await session.rerun()
        if RUN in session.widgets:
            await session.press(RUN)
            self.report.runs += 1
        if session.stream:
            await self._look_away(reader)
            self.watchers[reader] = await Watcher(self.server.port, session.stream).open()

    async def _look_away(self, reader: int) -> None:
        if (watcher := self.watchers[reader]) is not None:
            await watcher.close()
        self.watchers[reader] = None

    async def _leave(self, reader: int) -> None:
        await self._look_away(reader)
        if (session := self.sessions[reader]) is not None:
            await session.close()
        self.sessions[reader] = None

    async def day(self, hours: float, minutes: float = np.inf) -> Report:
        """So many simulated hours, or as many as real minutes hold, and all go home."""
        report, web, began = self.report, psutil.Process(self.server.process.pid), time.perf_counter()
        report.rss_start_mb = rss(web)
        deeds = int(hours * 3600 / DEED) * len(self.sessions)
        line = [number % len(self.sessions) for number in range(deeds)][::-1]
        busy: set[int] = set()

        async def hand() -> None:
            while line and time.perf_counter() < began + 60 * minutes:
                reader = line.pop()
                while reader in busy:
                    await asyncio.sleep(0.005)
                busy.add(reader)
                await self.deed(reader)
                busy.discard(reader)
                if report.deeds % max(1, deeds // 200) == 0:
                    report.samples.append(rss(web))

        await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
        await asyncio.gather(*(self._leave(reader) for reader in range(len(self.sessions))))
        report.seconds, report.hours = time.perf_counter() - began, report.deeds * DEED / len(self.sessions) / 3600
        self._sum_up()
        return report

    def _sum_up(self) -> None:
        report, samples = self.report, np.array(self.report.samples)
        report.deed_p50_ms, report.deed_p95_ms = (1e3 * float(np.percentile(self.waits, q)) for q in (50, 95))
        warm = samples[int(WARM_UP * len(samples)) :]
        hour = max(1, len(samples) // 8)
        report.rss_warm_mb, report.rss_last_mb = float(np.median(warm[:hour])), float(np.median(warm[-hour:]))
        report.drift = report.rss_last_mb / report.rss_warm_mb - 1
        report.most_off = float(np.abs(warm / np.median(warm) - 1).max())


async def measure(server: Server, asked: argparse.Namespace) -> Report:
    pages, trains = (asked.pages, 0.0) if asked.pages else (PAGES, TRAINS)
    report = await Class(server, asked.readers, 0, pages, trains).day(asked.hours, asked.minutes)
    await asyncio.sleep(SETTLE)
    report.rss_left_mb = rss(psutil.Process(server.process.pid))
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=HOURS)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--minutes", type=float, default=np.inf, help="real ones, after which the day is cut short")
    parser.add_argument("--pages", nargs="*", help="these alone, untrained: what sessions cost, not caches")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as store, running(LTH_STORE=store) as server:
        report = asyncio.run(measure(server, asked))
    figures = asdict(report)
    samples = figures.pop("samples")
    print("web process, MB:", " ".join(f"{mb:.0f}" for mb in samples[:: max(1, len(samples) // 40)]))
    show(figures, BOUNDS)


if __name__ == "__main__":
    main()
