"""The real server before a hostile, a large and a lasting audience, in seconds.

The long versions: `tests.load.hostile`, `tests.load.bench_day`, and with deaths `tests.load.bench_kills`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import psutil
import pytest
import websockets

from pages.serving import crowd
from pages.text.chapters import CHAPTERS
from tests.browser.serving import Server, running
from tests.load import hostile
from tests.load.bench_load import rss
from tests.load.sessions import Session

SCHOOL, ELSEWHERE = "198.51.100.7", "203.0.113.9"  # addresses of nobody's (RFC 5737), as a server in front names them
PLACES = [("", ""), (CHAPTERS[0].slug, "sparsity=90"), (CHAPTERS[3].slug, ""), ("ledger", "claim=3"), ("proof", "")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(LTH_STORE=str(tmp_path_factory.mktemp("store"))) as server:
        yield server


def test_hostile_addresses_and_requests_break_nothing(server: Server) -> None:
    report = hostile.measure(server, 12, 300, seed=5)
    assert (report.addresses, report.requests) == (12, 300)
    assert not report.found, report.found
    assert not report.tracebacks, server.told()


def test_a_hostile_value_that_broke_a_page_would_be_seen(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure itself: an answer of 500, and none, are found."""
    assert asyncio.run(hostile.ask(1, b"GET / HTTP/1.1\r\n\r\n")) == 0
    report = hostile.Report()

    async def fails(port: int, request: bytes) -> int:
        return 500

    monkeypatch.setattr(hostile, "ask", fails)
    asyncio.run(hostile.send(server, hostile.requests(3, 0), report))
    assert report.requests_5xx == 3 and len(report.found) == 3


async def _sit(server: Server, address: str) -> websockets.ClientConnection:
    return await websockets.connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream", origin=websockets.Origin(server.url), max_size=None,
        subprotocols=[websockets.Subprotocol("streamlit")], additional_headers={"X-Forwarded-For": address},
    )


def _page(server: Server, address: str) -> bytes:
    return (f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX-Forwarded-For: {address}\r\nAccept: text/html\r\n"
            "Connection: close\r\n\r\n").encode()


def test_a_school_gets_in_a_flood_from_one_network_does_not_and_others_do(server: Server) -> None:
    async def play() -> None:
        async with contextlib.AsyncExitStack() as open_pages:
            for count in range(crowd.MOST_PAGES):
                if count == 200:  # a year's readers behind one router
                    assert await hostile.ask(server.port, _page(server, SCHOOL)) == 200
                open_pages.push_async_callback((await _sit(server, SCHOOL)).close)
            with pytest.raises(websockets.InvalidStatus) as refused:
                await _sit(server, SCHOOL)
            assert refused.value.response.status_code == 503
            assert await hostile.ask(server.port, _page(server, SCHOOL)) == 503
            assert await hostile.ask(server.port, _page(server, ELSEWHERE)) == 200
            await (await _sit(server, ELSEWHERE)).close()
        for _ in range(100):  # all of them leave
            if await hostile.ask(server.port, _page(server, SCHOOL)) == 200:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("whoever left still takes up room")

    asyncio.run(play())


def test_who_reads_on_and_on_takes_no_more_memory(server: Server) -> None:
    web = psutil.Process(server.process.pid)

    async def walk(times: int) -> float:
        for _ in range(times):
            sessions = [await Session(server.port, *place).open() for place in PLACES]
            for session in sessions:
                for session.page, session.query in PLACES[:2]:
                    await session.rerun()
                    assert not session.exceptions
                await session.close()
        return rss(web)

    warm = asyncio.run(walk(2))
    assert asyncio.run(walk(2)) <= 1.05 * warm
