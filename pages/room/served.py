"""The phone's page as it leaves the server: three small files, compressed once, with a policy of their own."""

from __future__ import annotations

import functools
import gzip
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pages.address.base import base
from pages.widgets.shared.modules import bundle

FOLDER = Path(__file__).parent / "phone"
KINDS = {"app.js": "text/javascript", "style.css": "text/css"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


async def page(_: Request) -> Response:
    """The page. It is the same for every code: only who joins learns whether there is such a room."""
    return _answer("index.html", "text/html", {"content-security-policy": POLICY, "cache-control": "no-cache"})


async def file(request: Request) -> Response:
    """Its script or its style. Their addresses hold a digest, so browsers keep them."""
    name = request.path_params["file"]
    if name not in KINDS:
        return PlainTextResponse("Not found", 404)
    return _answer(name, KINDS[name], {"cache-control": "public, immutable, max-age=31536000"})


def _answer(name: str, kind: str, headers: dict[str, str]) -> Response:
    return Response(packed(name), headers={**headers, "content-encoding": "gzip"}, media_type=kind)


@functools.cache
def packed(name: str) -> bytes:
    """A file as it travels."""
    return gzip.compress(_source(name).encode(), 9, mtime=0)


@functools.cache
def _source(name: str) -> str:
    if name == "app.js":
        joined, _, start = bundle(FOLDER / "app.js").rpartition("export default ")
        return f"{joined}{start.rstrip().rstrip(';')}();\n"  # Streamlit calls what a module exports; here nobody would
    text = (FOLDER / name).read_text(encoding="utf-8")
    if name == "index.html":
        for other in KINDS:
            digest = hashlib.sha256(_source(other).encode()).hexdigest()[:12]
            text = text.replace(f"{{{other}}}", f"{base()}/room/phone/{other}?{digest}")
    return text
