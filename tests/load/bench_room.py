"""How many phones a room carries: `python -m tests.load.bench_room [phones]`, 500 by default.

The real server and its door; each phone joins over plain HTTP, keeps one event stream open, and bets in every round at
a moment of its own within SPREAD seconds, as people do. In the last round all bet at once. A round trip is from the
first byte sent to the last byte of the answer. A lost answer is one that was thanked for and is not in the file.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.room.code import digest
from tests.browser.serving import running
from tests.load.bench_load import rss, show
from tests.load.sessions import Session

PHONES, ROUNDS, SPREAD = 500, 3, 10.0
DICE = random.Random(0)
BOUNDS = {"bet_p95_ms": 150, "memory_mb": 150, "lost": 0, "unheard": 0, "refused": 0}


@dataclass
class Report:
    """Times in ms, memory of the server's process in MB. all_at_once: the last round. heard: from the presenter's press
    to the last phone that knows. unheard: phones that never heard of a question."""

    phones: int = 0
    join_p95_ms: float = 0.0
    bet_p50_ms: float = 0.0
    bet_p95_ms: float = 0.0
    all_at_once_p50_ms: float = 0.0
    all_at_once_p95_ms: float = 0.0
    heard_p95_ms: float = 0.0
    memory_before_mb: float = 0.0
    memory_mb: float = 0.0
    refused: int = 0
    lost: int = 0
    unheard: int = 0


@dataclass(eq=False)
class Phone:
    """One phone: a kept-alive connection for what it says, and its stream. question: the last that it heard of."""

    host: str
    port: int
    code: str
    cookie: str = ""
    question: str = ""
    heard_at: float = 0.0

    async def open(self) -> float:
        """Come in; seconds that it took."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        took, status, head, _ = await self.post("join", {})
        found = re.search(r"set-cookie: ([^;]+)", head, re.IGNORECASE)
        assert status == 200 and found, head
        self.cookie = found[1]
        self.listening = asyncio.create_task(self._listen())
        return took

    @property
    def guest(self) -> str:
        return digest(self.cookie.partition("=")[2])

    async def post(self, deed: str, message: object) -> tuple[float, int, str, bytes]:
        """Seconds, status, head and body of the answer."""
        body = json.dumps(message).encode()
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        began = time.perf_counter()
        self.writer.write(f"POST /room/{self.code}/{deed} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{cookie}"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)).decode()
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        told = await self.reader.readexactly(int(length[1]) if length else 0)
        return time.perf_counter() - began, int(head.split()[1]), head, told

    async def _listen(self) -> None:
        reader, self.stream = await asyncio.open_connection(self.host, self.port)
        self.stream.write(f"GET /room/{self.code}/events HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
                          f"Cookie: {self.cookie}\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"data: ") and b'"question"' in line:
                key = json.loads(line[6:])["question"]["key"]
                if key != self.question:
                    self.question, self.heard_at = key, time.perf_counter()

    async def close(self) -> None:
        self.listening.cancel()
        with suppress(OSError):
            self.writer.close()
            self.stream.close()


@dataclass(frozen=True)
class App:
    """A running server. pages, door: its two ports."""

    process: subprocess.Popen[str]
    store: Path
    pages: int
    door: int
    code: str


@contextmanager
def server(store: Path) -> Iterator[App]:
    """The app with a room, as `run --room` starts it."""
    with running(LTH_STORE=str(store), LTH_ROOM="1") as app:
        found = re.search(r"phones: (\S+) +Code: (\w+)", app.told())
        assert found, app.told()
        yield App(app.process, store, app.port, urlsplit(found[1]).port or 80, found[2])


@dataclass
class Presenter(Session):
    """Whoever presents: a Streamlit session to which the room that the terminal opened belongs."""

    asks: list[str] = field(default_factory=list)  # widget ids of a chapter's buttons "Ask the room"

    def _look(self, element, fragment: str) -> None:
        super()._look(element, fragment)
        if element.WhichOneof("type") == "button" and element.button.label == "Ask the room":
            self.asks = [*dict.fromkeys((*self.asks, element.button.id))]

    async def put(self, number: int) -> None:
        """Put one of the questions to the room."""
        await self.rerun(WidgetState(id=self.asks[number % len(self.asks)], trigger_value=True))


async def measure(app: App, phones: int, rounds: int = ROUNDS, spread: float = SPREAD) -> Report:
    """Let `phones` of them join and bet for `rounds` rounds, then all at once. The questions are chapter 1's."""
    report, process = Report(phones), psutil.Process(app.process.pid)
    presenter = await Presenter(app.pages, "room_board").open()
    presenter.page = "paradox"
    await presenter.rerun()
    report.memory_before_mb = rss(process)
    crowd = [Phone("127.0.0.1", app.door, app.code) for _ in range(phones)]
    joins: list[float] = []
    for start in range(0, phones, 25):  # as a hall comes in: some at a time
        joins += await asyncio.gather(*(phone.open() for phone in crowd[start:start + 25]))
    report.join_p95_ms = 1e3 * float(np.percentile(joins, 95))
    thanked: dict[str, dict[str, int]] = {}
    bets: list[float] = []
    for number in range(rounds + 1):
        over = spread if number < rounds else 0.0
        took = await _round(presenter, number, crowd, over, thanked, report)
        if over:
            bets += took
        else:
            report.all_at_once_p50_ms, report.all_at_once_p95_ms = _quantiles(took)
    report.bet_p50_ms, report.bet_p95_ms = _quantiles(bets)
    report.memory_mb = rss(process) - report.memory_before_mb
    report.lost = _lost(app.store / "rooms.sqlite", thanked)
    for phone in crowd:
        await phone.close()
    await presenter.close()
    return report


async def _round(
    presenter: Presenter, number: int, crowd: list[Phone], spread: float, thanked: dict[str, dict[str, int]],
    report: Report,
) -> list[float]:
    """One question: seconds of each bet's round trip."""
    before = {id(phone): phone.question for phone in crowd}
    pressed = time.perf_counter()
    await presenter.put(number)
    until = time.perf_counter() + 10
    while any(phone.question == before[id(phone)] for phone in crowd) and time.perf_counter() < until:
        await asyncio.sleep(0.02)
    deaf = [phone for phone in crowd if phone.question == before[id(phone)]]
    report.unheard += len(deaf)
    times = [1e3 * (phone.heard_at - pressed) for phone in crowd if phone not in deaf]
    report.heard_p95_ms = max(report.heard_p95_ms, float(np.percentile(times, 95)))

    async def bet(place: int, phone: Phone) -> float:
        await asyncio.sleep(DICE.uniform(0, spread))
        answer = (place + number) % 2
        took, status, _, _ = await phone.post("answer", {"key": phone.question, "value": answer})
        if status == 200:
            thanked.setdefault(phone.question, {})[phone.guest] = answer
        report.refused += status != 200
        return took

    return list(await asyncio.gather(*(bet(place, phone) for place, phone in enumerate(crowd) if phone not in deaf)))


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    """Half of them and 95% took at most so many ms."""
    return 1e3 * float(np.percentile(seconds, 50)), 1e3 * float(np.percentile(seconds, 95))


def _lost(file: Path, thanked: dict[str, dict[str, int]]) -> int:
    """Answers that were thanked for and are not in the file."""
    with sqlite3.connect(file) as book:
        kept = {(question, guest): json.loads(value)
                for question, guest, value in book.execute("SELECT question, guest, value FROM answers")}
    return sum(kept.get((question, guest)) != answer
               for question, answers in thanked.items() for guest, answer in answers.items())


def main() -> None:
    phones = int(sys.argv[1]) if len(sys.argv) > 1 else PHONES
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as app:
        report = asyncio.run(asyncio.wait_for(measure(app, phones), 400))
    show(asdict(report), BOUNDS)


if __name__ == "__main__":
    main()
