"""Clients that begin and do not go on, against a real uvicorn server whose clocks run fast."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from pages.serving import patient

HEAD, BODY, READ = 0.3, 0.25, 0.5
HELLO = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def below(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body; then says hello, or at /much sends thirty megabytes, or at /slow takes its time."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(2 * HEAD)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]
                if scope["path"] != "/much" else [(b"transfer-encoding", b"chunked")]})
    for _ in range(30 if scope["path"] == "/much" else 0):
        await send({"type": "http.response.body", "body": bytes(1_000_000), "more_body": True})
    await send({"type": "http.response.body", "body": b"" if scope["path"] == "/much" else b"hello"})


def against(play: Callable[[Any, Any], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run `play(reader, writer)` on a connection to the server."""
    monkeypatch.setattr(patient, "HEAD_SECONDS", HEAD)
    monkeypatch.setattr(patient, "BODY_SECONDS", BODY)
    monkeypatch.setattr(patient, "READ_SECONDS", READ)
    patient.install()
    patient.install()  # twice does nothing

    async def serve() -> None:
        server = uvicorn.Server(uvicorn.Config(below, port=0, lifespan="off", log_level="critical"))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await play(reader, writer)
        finally:
            writer.close()
            server.should_exit = True
            await serving

    asyncio.run(asyncio.wait_for(serve(), 20))


async def ended(reader: asyncio.StreamReader, most: float = 5.0) -> float:
    """Seconds until the server has closed the line; what it sends is thrown away."""
    began = time.perf_counter()
    try:
        while await asyncio.wait_for(reader.read(1_000_000), most):
            pass
    except ConnectionError:
        pass
    return time.perf_counter() - began


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
def test_who_says_nothing_or_half_is_not_waited_for(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(reader: Any, writer: Any) -> None:
        writer.write(said)
        assert HEAD / 2 < await ended(reader) < 3

    against(play, monkeypatch)


def test_a_head_that_drips_is_cut_off_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(reader: Any, writer: Any) -> None:
        gone = asyncio.create_task(ended(reader))
        writer.write(b"GET / HTTP/1.1\r\n")
        for _ in range(50):
            if gone.done():
                break
            writer.write(b"A: b\r\n")
            await asyncio.sleep(HEAD / 5)
        assert await gone < 3

    against(play, monkeypatch)


def test_a_second_half_request_on_a_line_that_is_kept_is_cut_off_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(reader: Any, writer: Any) -> None:
        writer.write(HELLO)
        assert b"200" in await reader.readline()
        writer.write(b"GET /")
        assert await ended(reader) < 3

    against(play, monkeypatch)


def test_a_body_may_be_slow_but_not_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(reader: Any, writer: Any) -> None:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        for _ in range(8):
            writer.write(b"a")
            await asyncio.sleep(BODY / 2)
        writer.write(b"a")
        assert b"200" in await reader.readline()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")
        assert await ended(reader) < 3

    against(play, monkeypatch)


def test_a_reader_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(reader: Any, writer: Any) -> None:
        reader._transport.pause_reading()
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(4 * READ)
        reader._transport.resume_reading()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(30_000_000)

    against(play, monkeypatch)


def test_an_answer_may_take_its_time_and_a_line_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(reader: Any, writer: Any) -> None:
        for path in (b"/slow", b"/", b"/slow"):
            writer.write(HELLO.replace(b" / ", b" " + path + b" "))
            assert b"200" in await reader.readline()
            await reader.readuntil(b"hello")
            await asyncio.sleep(1.5 * HEAD)  # idle, which is uvicorn's own matter

    against(play, monkeypatch)
