"""A room's part in the server's life: the door at the start where it was asked for, yesterday's rooms, the end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import segno
import streamlit as st

from pages.live import api
from pages.room import door as doors
from pages.room import drawing, racing
from pages.room.rooms import rooms

GOODBYE = 1.0  # seconds in which phones hear that their room is closed
SWEEP = 600.0  # seconds between two looks for rooms that are a day old


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """What `st.App(lifespan=…)` takes: the jobs' (`pages.live.api`), and the rooms' within it."""
    async with api.lifespan(app):
        doors.door.loop = asyncio.get_running_loop()
        doors.door.after = int(st.get_option("server.port"))
        api.at_exit.append(rooms().hang_up)
        rooms().when_empty = _leave
        sweeping = asyncio.create_task(_sweep())
        for room in rooms().all():
            drawing.press(room, api.job_engine())
            racing.go_on(room, api.job_engine())
        if os.environ.get(doors.OPEN):
            await _open()
        try:
            yield
        finally:
            sweeping.cancel()
            rooms().hang_up()
            await doors.door.close()


def _leave() -> None:
    """The last room has closed, told from any thread: so does the door, once its phones have heard of it."""
    if doors.door.loop is not None:
        asyncio.run_coroutine_threadsafe(_shut(), doors.door.loop)


async def _shut() -> None:
    await asyncio.sleep(GOODBYE)
    if not rooms().all():
        await doors.door.close()


async def _sweep() -> None:
    while True:
        await asyncio.sleep(SWEEP)
        await asyncio.to_thread(rooms().sweep)


async def _open() -> None:
    """`run --room`: the door, and a room for whoever presents; its address and code on the terminal."""
    try:
        if not os.environ.get(doors.URL):
            await doors.door.opened()
    except OSError as error:
        sys.stdout.write(f"No room: {error}\n")
        return
    api.job_engine().warm()
    room = next(iter(rooms().all()), None) or rooms().open("")
    link = doors.link(room.code)
    sys.stdout.write(f"\nA room is open for phones: {link}   Code: {room.code}\n\n")
    with suppress(UnicodeEncodeError):  # a terminal without blocks has the address
        segno.make(link, error="m").terminal(compact=True, border=2)
    sys.stdout.flush()
