"""What phones and the projector's board ask of a room.

    GET  /room, /room/<code>              the phone's page; it asks for the code where the address has none
    GET  /room/phone/<file>               its script and its style
    POST /room/<code>/join                come in: the answer sets the phone's cookie
    POST /room/<code>/answer|draw|hand    {"key", "value"} | {} | {"up"}
    GET  /room/<code>/events              one event stream a phone: `room` for all, `mine` for this one
    POST /room/<code>/desk/<deed>         ask, reveal, rest, deal, race, lower, close: with the presenter's token
    GET  /room/<code>/desk/events         the board's stream
    GET  /room/<code>/desk/csv            all answers and tickets, to take home

A phone is known by a random number in a cookie that no script reads. The presenter's token travels in the header
`X-Room-Token` and in no address: addresses are projected. Messages are JSON of at most 4 kB from pages of this server.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pages.address.base import base
from pages.live import api
from pages.room import code as codes
from pages.room import drawing, racing, served
from pages.room.gate import COOKIE, TOKEN, Gate, Stopped, guest_of, message
from pages.room.limits import MOST_BOARDS, MOST_LINES, MOST_PHONE_LINES
from pages.room.lines import Stream
from pages.room.room import Line, Refused, Room, frame
from pages.room.rooms import rooms

ROOM = "/room"
DAY = 86_400

_gate = Gate()


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes, and the door for phones."""
    at = base() + ROOM
    return [
        Route(at, served.page, methods=["GET"]),
        Route(at + "/phone/{file}", served.file, methods=["GET"]),
        Route(at + "/{code}", served.page, methods=["GET"]),
        Route(at + "/{code}/join", _told(_join), methods=["POST"]),
        Route(at + "/{code}/events", _told(_events), methods=["GET"]),
        Route(at + "/{code}/desk/events", _told(_board), methods=["GET"]),
        Route(at + "/{code}/desk/csv", _told(_csv), methods=["GET"]),
        Route(at + "/{code}/desk/{deed}", _told(_desk), methods=["POST"]),
        Route(at + "/{code}/{deed}", _told(_phone), methods=["POST"]),
    ]


def _told(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Whatever is refused is told in one sentence."""

    async def handle(request: Request) -> Response:
        try:
            return await answer(request)
        except Stopped as stopped:
            return stopped.answer()
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, 409)

    return handle


# ── phones ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def _join(request: Request) -> Response:
    room = _gate.room(request, rooms())
    await message(request)
    secret = request.cookies.get(COOKIE, "")
    if not guest_of(request):
        secret = codes.token()
    guest = codes.digest(secret)
    room.join(guest)
    answer = JSONResponse(room.mine(guest))
    answer.set_cookie(COOKIE, secret, max_age=DAY, path=base() + ROOM, httponly=True, samesite="strict",
                      secure=request.url.scheme == "https")
    return answer


async def _phone(request: Request) -> Response:
    room = _gate.room(request, rooms())
    guest, told = _gate.guest(request, room), await message(request)
    match request.path_params["deed"]:
        case "answer":
            room.answer(guest, str(told.get("key", ""))[:40], told.get("value"))
        case "hand":
            room.hand(guest, told.get("up") is True)
        case "draw":
            room.draw(guest)
            drawing.press(room, api.job_engine())
        case _:
            raise Stopped(404, "There is no such thing to do.")
    return JSONResponse(room.mine(guest))


async def _events(request: Request) -> Response:
    room = _gate.room(request, rooms())
    guest = _gate.guest(request, room)
    own = sum(line.guest == guest for line in room.lines)
    if own >= MOST_PHONE_LINES or len(room.lines) >= MOST_LINES:
        raise Stopped(503, "Too many lines are open. Yours tries again by itself.", 5)
    return Stream(room, Line(guest), lambda: [room.shared(), frame("mine", room.mine(guest))])


# ── the presenter ────────────────────────────────────────────────────────────────────────────────────────────────


def _steered(request: Request) -> Room:
    room = _gate.room(request, rooms())
    if rooms().steered(room.code, request.headers.get(TOKEN, "")) is None:
        raise Stopped(403, "Only whoever presents may do that.")
    return room


async def _desk(request: Request) -> Response:
    room = _steered(request)
    await message(request)
    match request.path_params["deed"]:
        case "ask":
            room.ask_offered()
        case "reveal":
            room.reveal()
        case "rest":
            room.rest()
        case "deal":
            await run_in_threadpool(drawing.deal, room, api.job_engine())
        case "race":
            racing.start(room, api.job_engine())
        case "lower":
            room.lower()
        case "close":
            rooms().close(room.code)
        case _:
            raise Stopped(404, "There is no such thing to do.")
    return JSONResponse({})


async def _board(request: Request) -> Response:
    room = _steered(request)
    if sum(not line.guest for line in room.lines) >= MOST_BOARDS:
        raise Stopped(503, "Too many boards are open.", 5)
    return Stream(room, Line(), lambda: [frame("room", room.to_board())])


async def _csv(request: Request) -> Response:
    room = _steered(request)
    headers = {"content-disposition": f'attachment; filename="room-{room.code}.csv"'}
    return Response(await run_in_threadpool(room.csv), headers=headers, media_type="text/csv")
