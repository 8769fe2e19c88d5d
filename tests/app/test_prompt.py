"""Messages leave at once: asked of a real uvicorn server that opens its own socket, as Streamlit's does."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from pages.serving import patient, prompt


async def below(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def waits() -> bool:
    """Does the kernel hold back small messages to a reader of this server?"""
    config = uvicorn.Config(below, port=0, lifespan="off", log_level="critical", http="h11")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([config.bind_socket()]))
    while not server.started:
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 204 " in await reader.readline()
    line, = server.server_state.connections
    held = not line.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    writer.close()
    server.should_exit = True
    await serving
    return held


def ask(monkeypatch: pytest.MonkeyPatch, installed: bool) -> bool:
    monkeypatch.setattr(H11Protocol, "connection_made", H11Protocol.connection_made)  # as it was, afterwards
    if installed:
        prompt.install()
        patient.install()  # whichever comes first
        prompt.install()
    return asyncio.run(asyncio.wait_for(waits(), 20))


def test_small_messages_are_held_back_without_it_and_leave_at_once_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, False), "uvicorn or asyncio does it by itself now: pages/serving/prompt.py can go"
    assert not ask(monkeypatch, True)
