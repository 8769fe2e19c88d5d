"""A room's routes without a socket: requests as phones and boards send them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from pages.room import gate, rooms, routes
from pages.room.rooms import Rooms
from pages.serving import guarded

HOST = "127.0.0.1:8501"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One browser. cookie: what it keeps."""

    def __init__(self, app: Starlette, address: str = "10.0.0.7") -> None:
        self.app, self.address, self.cookie = app, address, ""

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, message: object = None, **headers: str) -> Answer:
        body = message if isinstance(message, bytes) else json.dumps({} if message is None else message).encode()
        return self.ask("POST", path, body, {"content_type": "application/json", **headers})

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], frames: int = 1) -> Answer:
        """frames: messages of a stream after which this client leaves."""
        told = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookie:
            told["cookie"] = self.cookie
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
                 "headers": [(name.encode(), value.encode()) for name, value in told.items()], "scheme": "http",
                 "client": (self.address, 1), "server": ("127.0.0.1", 8501), "root_path": ""}
        start, parts = asyncio.run(_run(self.app, scope, body or b"", frames))
        got = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        if "set-cookie" in got:
            jar = SimpleCookie(got["set-cookie"])
            self.cookie = "; ".join(f"{one.key}={one.value}" for one in jar.values())
        return Answer(start["status"], got, b"".join(parts))


async def _run(app: Any, scope: dict[str, Any], body: bytes, frames: int) -> tuple[dict[str, Any], list[bytes]]:
    start: dict[str, Any] = {}
    parts: list[bytes] = []
    sent, done = False, asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        if message.get("body"):
            parts.append(message["body"])
        if not message.get("more_body") or len(parts) >= frames:
            done.set()

    await asyncio.wait_for(app(scope, receive, send), 20)
    return start, parts


def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Starlette, Rooms]:
    """The routes as the door for phones serves them, over rooms in a file of their own and with fresh bounds."""
    own = Rooms(tmp_path / "rooms.sqlite")
    for module in (routes, rooms):
        monkeypatch.setattr(module, "rooms", lambda: own)
    monkeypatch.setattr(routes, "_gate", gate.Gate())
    return Starlette(routes=routes.routes(), middleware=guarded.middleware()), own
