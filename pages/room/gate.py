"""What every request has to pass: pages of this server alone, so many, so large, and no trying of codes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pages.room import code as codes
from pages.room.limits import BY_ADDRESS, BY_GUEST, MOST_BODY, Backoff, Bucket
from pages.room.room import Room
from pages.room.rooms import Rooms
from pages.serving.asked import body, same_site

COOKIE = "room_guest"
TOKEN = "x-room-token"  # noqa: S105  (a header's name)
NOT_OURS = "Only pages of this server may do that."
NO_ROOM = "There is no room with this code. Look at the screen again."
CLOSED = "This room is closed."


@dataclass
class Stopped(Exception):
    """A request that gets nothing. told: a sentence. wait: seconds until it may come again."""

    status: int
    told: str
    wait: float = 0.0

    def answer(self) -> Response:
        headers = {"Retry-After": str(math.ceil(self.wait))} if self.wait else None
        return JSONResponse({"error": self.told}, self.status, headers)


class Gate:
    """The bounds of one server."""

    def __init__(self) -> None:
        self.addresses, self.guests, self.tries = Bucket(*BY_ADDRESS), Bucket(*BY_GUEST), Backoff()

    def room(self, request: Request, rooms: Rooms) -> Room:
        """The room that a request of one of our pages is about. Raises Stopped."""
        if not same_site(request):
            raise Stopped(403, NOT_OURS)
        address = request.client.host if request.client else ""
        if wait := self.addresses.wait(address):
            raise Stopped(429, "Too many phones ask at once. Yours tries again by itself.", wait)
        code = codes.clean(request.path_params["code"])
        room = rooms.find(code)
        if room is not None and _inside(request, room, rooms):
            return room
        if wait := self.tries.wait(address):
            raise Stopped(429, f"Too many wrong codes came from here. Wait {math.ceil(wait)} s.", wait)
        if room is not None:
            return room
        if rooms.gone(code):
            raise Stopped(410, CLOSED)
        raise Stopped(404, NO_ROOM, self.tries.wrong(address))

    def guest(self, request: Request, room: Room) -> str:
        """Which phone of the room asks. Raises Stopped."""
        guest = guest_of(request)
        if guest not in room.guests:
            raise Stopped(401, "This phone is not in the room yet.")
        if request.method == "POST" and (wait := self.guests.wait(guest)):
            raise Stopped(429, "That was too fast. Wait a moment.", wait)
        return guest


def _inside(request: Request, room: Room, rooms: Rooms) -> bool:
    """Does a phone of the room ask, or its presenter? They need not wait for those who try codes in the same hall."""
    return guest_of(request) in room.guests or rooms.steered(room.code, request.headers.get(TOKEN, "")) is not None


def guest_of(request: Request) -> str:
    """The digest of a phone's secret; empty when it has none."""
    secret = request.cookies.get(COOKIE, "")
    return codes.digest(secret) if 20 <= len(secret) <= 100 else ""


async def message(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises Stopped for another type, too many bytes and whatever is no object."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Stopped(415, "Send JSON.")
    sent = await body(request, MOST_BODY)
    if sent is None:
        raise Stopped(413, f"At most {MOST_BODY} bytes.")
    try:
        told = json.loads(sent or b"{}", parse_constant=_no_number)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Stopped(400, "Send one JSON object.")
    return told


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)  # NaN, Infinity
