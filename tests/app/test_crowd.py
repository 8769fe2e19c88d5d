"""How much one network may hold open: the middleware and the streams' bound. With the real server: tests/load."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pages.serving import crowd

PAGE, PART = {"accept": "text/html,*/*"}, {"accept": "*/*", "sec-fetch-mode": "no-cors"}


class Hall:
    """A server below the middleware, whose websockets stay open until `empty` is called."""

    def __init__(self, most: int) -> None:
        self.counted, self.home = crowd.Counted(self._below, most), asyncio.Event()

    async def _below(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self.home.wait()
            raise ConnectionError  # however they end
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def sit(self, address: str) -> asyncio.Task[Any]:
        """Open a page from there, and keep it."""
        task = asyncio.create_task(self.ask(address, kind="websocket"))
        await asyncio.sleep(0)
        return task

    async def ask(self, address: str, kind: str = "http", path: str = "/", **headers: str) -> list[Any]:
        """What is sent for one request."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": kind, "path": path, "method": "GET", "client": (address, 1), "extensions":
                 {"websocket.http.response": {}}, "headers": [(name.replace("_", "-").encode(), value.encode())
                                                              for name, value in headers.items()]}
        await self.counted(scope, None, send)  # type: ignore[arg-type]
        return sent


def status(sent: list[Any]) -> int:
    return int(sent[0]["status"])


async def full(most: int) -> Hall:
    hall = Hall(most)
    for _ in range(most):
        await hall.sit("192.0.2.7")
    return hall


def test_a_full_network_is_told_so_and_the_others_get_in() -> None:
    async def play() -> None:
        hall = await full(3)
        page = await hall.ask("192.0.2.7", **PAGE)
        assert status(page) == 503 and dict(page[0]["headers"])[b"retry-after"] == b"30"
        assert b"pages of this site are open from your network" in page[1]["body"]
        line = await hall.ask("192.0.2.7", kind="websocket")
        assert line[0]["type"] == "websocket.http.response.start" and status(line) == 503
        assert status(await hall.ask("192.0.2.8", **PAGE)) == 200
        for path, headers in (("/static/js/index.js", PART), ("/room/CDFGH", PAGE), ("/_stcore/health", PART)):
            assert status(await hall.ask("192.0.2.7", path=path, **headers)) == 200  # parts of pages, and phones

    asyncio.run(play())


def test_who_leaves_makes_room_however_the_line_ends() -> None:
    async def play() -> None:
        hall = Hall(1)
        task = await hall.sit("192.0.2.7")
        assert status(await hall.ask("192.0.2.7", **PAGE)) == 503
        hall.home.set()
        with pytest.raises(ConnectionError):
            await task
        assert status(await hall.ask("192.0.2.7", **PAGE)) == 200 and not hall.counted.pages._here

    asyncio.run(play())


def test_a_school_behind_one_address_gets_in_and_this_machine_is_not_counted() -> None:
    async def play() -> None:
        hall = await full(200)
        assert crowd.MOST_PAGES >= 2 * 200 and crowd.MOST_STREAMS >= 200
        for _ in range(5):
            await hall.sit("127.0.0.1")
        assert status(await hall.ask("127.0.0.1", **PAGE)) == 200
        assert status(await hall.ask("2001:db8::1", **PAGE)) == 200

    asyncio.run(play())


def test_one_customers_ipv6_addresses_are_one_network() -> None:
    async def play() -> None:
        hall = Hall(1)
        await hall.sit("2001:db8:1:2::1")
        assert status(await hall.ask("2001:db8:1:2:ffff::9", **PAGE)) == 503
        assert status(await hall.ask("2001:db8:1:3::1", **PAGE)) == 200

    asyncio.run(play())
