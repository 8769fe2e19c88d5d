"""Large data of a widget, its code, and drawings as files: compressed once for everyone, and kept by browsers.

    GET /api/parts/<digest>.json, /api/parts/<digest>.js, /api/parts/<digest>.svg

Through Streamlit's websocket it would travel whole and uncompressed to every reader, at every visit again. The name is
a digest of the content: nobody can guess it, and what has been fetched never changes. A reader whose part has been
forgotten here (a restart) gets it again with the next run of the page's script, which every new connection begins.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections import OrderedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from pages.address.base import base
from pages.serving.compressed import CODINGS, coding_for

PARTS = "/api/parts"
LEAST = 4_096  # letters: less goes with the message
MOST = 128  # parts that are kept, about 0.3 MB each and shared with who made them; asked for within seconds
KEPT = {"cache-control": "private, max-age=31536000, immutable", "vary": "accept-encoding"}


class _Part:
    """A text and its compressed forms, each made when first asked for; a class that opens a page waits for one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.name = hashlib.sha256(text.encode()).hexdigest()[:32]
        self._alone, self._bodies = threading.Lock(), dict[str | None, bytes]()

    def body(self, coding: str | None) -> bytes:
        with self._alone:
            if coding not in self._bodies:
                whole = self.text.encode()
                self._bodies[coding] = CODINGS[coding](whole) if coding else whole
            return self._bodies[coding]


_held: OrderedDict[str, _Part] = OrderedDict()
_code: dict[str, _Part] = {}  # as many as there are components
_served = threading.Event()
_alone = threading.Lock()


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes. From now on widgets' data may go this way."""
    _served.set()
    return [Route(base() + PARTS + "/{name}.{kind}", answer, methods=["GET"])]


def address(text: str) -> str | None:
    """Where a browser fetches this text; None where it is short, or nobody serves the route (`st.App` is not there)."""
    return _address(text, "json")


def picture(svg: str) -> str | None:
    """As `address`, of a drawing that a browser shows as an image."""
    return _address(svg, "svg")


def _address(text: str, kind: str) -> str | None:
    if len(text) < LEAST or not _served.is_set():
        return None
    part = _part(text)
    with _alone:
        _held[part.name] = part
        _held.move_to_end(part.name)
        while len(_held) > MOST:
            _held.popitem(last=False)
    return f"{base()}{PARTS}/{part.name}.{kind}"


def script(text: str) -> str:
    """An ES module with a default export as the few lines that bring it; itself where nobody serves the route."""
    if not _served.is_set():
        return text
    part = _Part(text)
    _code[part.name] = part
    # Streamlit runs these lines from memory, where an address needs its origin.
    return (f'const code = await import(new URL("{base()}{PARTS}/{part.name}.js", location.origin).href);\n'
            "export default code.default;\n")


@functools.lru_cache(maxsize=MOST)
def _part(text: str) -> _Part:
    return _Part(text)


async def answer(request: Request) -> Response:
    """The text, compressed as far as the browser takes it."""
    held, kind = KINDS.get(request.path_params["kind"], ({}, ""))
    part = held.get(request.path_params["name"])
    if part is None:
        return PlainTextResponse("no such part: load the page again", 404)
    coding = coding_for(request.headers.get("accept-encoding", ""))
    body = await run_in_threadpool(part.body, coding)
    headers = {**KEPT, "content-encoding": coding} if coding else KEPT
    return Response(body, headers=headers, media_type=kind)


KINDS = {"json": (_held, "application/json"), "svg": (_held, "image/svg+xml"), "js": (_code, "text/javascript")}
