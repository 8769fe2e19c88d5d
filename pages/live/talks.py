"""Where talks are just now, for a presenter's window on another device: kept in memory, known by a secret name.

    GET  /api/talk/<name>    {"beat", "step", "turn"}; 204 before the stage has moved
    POST /api/talk/<name>    {"beat", "step"} → {"turn"}

Stage and presenter ask once a second and tell every press of their own; `turn` counts presses, so that nobody hears an
older one after a newer. The stage makes the name up, and only its presenter's window shows it: no projected address
does. Whoever knows it can turn pages, and nothing else.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from pages.address.base import base
from pages.serving.asked import body, same_site

PATH = "/api/talk/"
NAME = re.compile(r"[A-Za-z0-9_-]{16,32}", re.ASCII)
MOST = 500  # talks at a time; the one that was silent longest goes
BYTES, BEATS = 200, 1_000


class Places:
    """Name → (beat, step, turn), the latest last."""

    def __init__(self, most: int = MOST) -> None:
        self._known: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._most, self._alone = most, threading.Lock()

    def at(self, name: str) -> tuple[int, int, int] | None:
        """Where that talk is."""
        return self._known.get(name)

    def turn(self, name: str, beat: int, step: int) -> int:
        """Somebody turned to another place; returns how many turns that talk has seen.

        >>> places = Places(1)
        >>> places.turn("a", 2, 0), places.turn("a", 3, 0), places.turn("b", 1, 0), places.at("a")
        (1, 2, 1, None)
        """
        with self._alone:
            turn = self._known.pop(name, (0, 0, 0))[2] + 1
            self._known[name] = (beat, step, turn)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
            return turn


_places = Places()


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes."""
    return [Route(base() + PATH + "{name}", _answer, methods=["GET", "POST"])]


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    if not same_site(request):
        return PlainTextResponse("only pages of this server may follow its talks", 403)
    if not NAME.fullmatch(name):
        return PlainTextResponse("no such talk", 404)
    if request.method == "POST":
        return await _told(name, request)
    place = _places.at(name)
    if place is None:
        return Response(status_code=204)  # a stage that has not moved yet is no fault
    return JSONResponse(dict(zip(("beat", "step", "turn"), place, strict=True)))


async def _told(name: str, request: Request) -> Response:
    sent = await body(request, BYTES)
    if sent is None:
        return PlainTextResponse(f"at most {BYTES} bytes", 413)
    try:
        told = json.loads(sent)
        beat, step = told["beat"], told["step"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return PlainTextResponse("send beat and step as JSON", 400)
    if not all(type(number) is int and 0 <= number <= BEATS for number in (beat, step)):
        return PlainTextResponse(f"beat and step are whole numbers up to {BEATS}", 400)
    return JSONResponse({"turn": _places.turn(name, beat, step)})
