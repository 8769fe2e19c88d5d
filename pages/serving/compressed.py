"""Streamlit's front end leaves the server compressed: a classroom's Wi-Fi is narrower than any processor.

Streamlit sends its own scripts and styles as they lie on the disk, nearly five megabytes for plotly alone. Here each of
them is compressed at its first request, kept in memory (about a quarter of its size), and sent from there ever after.
"""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import brotli
import streamlit
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.address.base import base

STATIC = Path(streamlit.__file__).parent / "static" / "static"  # what lies under /static/ in the address
KINDS = {".js", ".css", ".svg", ".json", ".map"}  # pictures and fonts are compressed already
SMALLEST = 1_024  # bytes: below that a packet is a packet
# Brotli at 5: plotly in 0.4 s and 1.24 MB. Quality 9 saves another 4% and takes twelve times as long.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
FOR_EVER = "public, immutable, max-age=31536000"  # the names hold a digest of the content

_one_at_a_time = threading.Lock()  # a hundred first visitors wait for one compression instead of starting a hundred


def middleware() -> list[Middleware]:
    """What `st.App(middleware=…)` takes."""
    return [Middleware(Compressed)]


def coding_for(accepted: str) -> str | None:
    """The best coding that a browser's Accept-Encoding allows; None where it takes neither.

    >>> coding_for("gzip, deflate, br;q=0.9"), coding_for("gzip;q=0, br;q=0"), coding_for("")
    ('br', None, None)
    """
    parts = [part.strip().partition(";") for part in accepted.lower().split(",")]
    taken = {name.strip() for name, _, quality in parts if quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.000")}
    return next((coding for coding in CODINGS if coding in taken), None)


class Compressed:
    """ASGI middleware: answers requests for the front end's text files, passes everything else on."""

    def __init__(self, app: ASGIApp, folder: Path = STATIC) -> None:
        self.app, self.folder = app, folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        coding = coding_for(headers.get("accept-encoding", ""))
        file = self._file(scope) if coding and "range" not in headers else None
        if coding is None or file is None:
            await self.app(scope, receive, send)
            return
        tag = f'"{file.name}-{coding}"'
        fixed = {"etag": tag, "cache-control": FOR_EVER, "vary": "accept-encoding"}
        if headers.get("if-none-match") == tag:
            await Response(status_code=304, headers=fixed)(scope, receive, send)
            return
        body = await asyncio.to_thread(squeezed, file, coding)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        await Response(body, media_type=kind, headers={**fixed, "content-encoding": coding})(scope, receive, send)

    def _file(self, scope: Scope) -> Path | None:
        """The file that a request asks for, if it is one of ours: no path leads out of the folder."""
        prefix = f"{base()}/static/"
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not scope["path"].startswith(prefix):
            return None
        try:
            wanted = (self.folder / scope["path"].removeprefix(prefix)).resolve()
        except ValueError:  # a zero byte in the path
            return None
        ours = wanted.is_relative_to(self.folder.resolve()) and wanted.suffix in KINDS and wanted.is_file()
        return wanted if ours and wanted.stat().st_size >= SMALLEST else None


def squeezed(file: Path, coding: str) -> bytes:
    """The content of `file` in this coding: "br" or "gzip"."""
    with _one_at_a_time:
        return _squeezed(file, coding)


@lru_cache(maxsize=512)
def _squeezed(file: Path, coding: str) -> bytes:
    return CODINGS[coding](file.read_bytes())
