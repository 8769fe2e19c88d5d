"""A door for phones: a second listener of this process, on all interfaces, that serves the rooms and nothing else.

The pages stay on the loopback interface as ever. Where a server in front brings the phones (`LTH_ROOM_URL`, a class
server), no door is needed: the same routes are among the app's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from pages.address.base import base
from pages.room.routes import ROOM, routes
from pages.serving import guarded

URL = "LTH_ROOM_URL"  # where phones find this server, if not at its own address: https://class.example.org
OPEN = "LTH_ROOM"  # set by `run --room`: a room is open from the start, and pages of any host may open one
PORT = "LTH_ROOM_PORT"  # the door's, by default the first free one after the app's
TRIES = 20  # ports that are tried


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The app's own server hears Ctrl-C."""
        yield


class Door:
    """The second listener. `loop`: the app's, in which it runs."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.after = 8501  # the app's own port
        self.port = 0
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    def open(self) -> str:
        """Open it, from any thread but the loop's; the address that phones reach. Raises OSError."""
        if named := os.environ.get(URL, "").rstrip("/"):
            return named
        if self.loop is None:
            raise OSError("this server cannot open a door for phones: start it with `make run`")
        asyncio.run_coroutine_threadsafe(self.opened(), self.loop).result(10)
        return self.address

    async def opened(self) -> None:
        """Open it, in the loop."""
        if self._server is not None:
            return
        listening = _socket(self.after)
        self.port = listening.getsockname()[1]
        app = Starlette(routes=routes(), middleware=guarded.middleware())
        config = uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False, server_header=False,
                                timeout_keep_alive=65,  # a bet a minute needs no new connection
                                timeout_graceful_shutdown=2, h11_max_incomplete_event_size=16_384)
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve([listening]))

    async def close(self) -> None:
        """Nobody comes in any more."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        self._server = self._task = None

    @property
    def address(self) -> str:
        """Where phones of the same network find the rooms."""
        return os.environ.get(URL, "").rstrip("/") or f"http://{lan_address()}:{self.port}{base()}"


door = Door()


def link(code: str) -> str:
    """The address on the screen.

    >>> os.environ[URL] = "https://class.example.org/lottery/"; link("CDFGH")
    'https://class.example.org/lottery/room/CDFGH'
    >>> del os.environ[URL]
    """
    return f"{door.address}{ROOM}/{code}"


def lan_address() -> str:
    """This machine's address in its network; loopback where there is none. Nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address of nobody's (RFC 5737): only the way to it is asked for
        return str(probe.getsockname()[0])
    return "127.0.0.1"


def _socket(after: int) -> socket.socket:
    """A listening socket on all interfaces, at the first port that is free."""
    named = os.environ.get(PORT, "")
    ports = [int(named)] if named.isdigit() else range(after + 1, after + 1 + TRIES)
    for port in ports:
        with contextlib.suppress(OSError):
            return socket.create_server(("0.0.0.0", port), backlog=1024)  # noqa: S104  (asked for: `--room`)
    raise OSError(f"no free port for phones among {ports[0]} to {ports[-1]}: name one, {PORT}=8600")
