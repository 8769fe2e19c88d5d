"""Event streams of a room: whole states, sent when they change and at most four times a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from pages.live.api import HEARTBEAT, STREAM, STREAM_SECONDS, while_heard
from pages.room.room import Line, Room, frame

PERIOD = 0.25  # seconds between two messages of a line
BEAT = b"event: beat\ndata: 1\n\n"  # an event, not a comment: a phone that woke up sees whether its line is alive


class Stream(StreamingResponse):
    """An answer of `frames`, which ends when its client leaves."""

    def __init__(self, room: Room, line: Line, told: Callable[[], list[bytes]]) -> None:
        super().__init__(frames(room, line, told), headers=STREAM, media_type="text/event-stream")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await while_heard(super().__call__, scope, receive, send)


async def frames(room: Room, line: Line, told: Callable[[], list[bytes]]) -> AsyncIterator[bytes]:
    """What `told()` says now, then each of its messages again when it is another. Ends with the room."""
    sent: list[bytes] = []
    until = line.loop.time() + STREAM_SECONDS
    room.lines.add(line)
    try:
        while not line.over and line.loop.time() < until:
            line.bell.clear()
            if room.closed:
                yield frame("closed", {})
                return
            now = told()
            if news := [one for one in now if one not in sent]:
                sent = now
                yield b"".join(news)
                await asyncio.sleep(PERIOD)
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await line.bell.wait()
            except TimeoutError:
                yield BEAT
    finally:
        room.lines.discard(line)
