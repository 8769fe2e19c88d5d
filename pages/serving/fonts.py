"""The site's typefaces, small files of our own: see `assets/fonts`.

`page.css` asks for the headings' by name. Text and icons are asked for by Streamlit's own style sheet: the middleware
answers with ours, which hold the letters and icons that pages use: 167 kB instead of 684.
"""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.address.base import base

FOLDER = Path(__file__).resolve().parents[2] / "assets/fonts"
KEPT = {"cache-control": "public, max-age=31536000, immutable"}  # letters do not change under the same name
INSTEAD = {  # Streamlit's file, as far as its name is the same in every release, and ours
    "SourceSansVF-Upright.": "ticket-sans-roman.woff2",
    "SourceSansVF-Italic.": "ticket-sans-italic.woff2",
    "MaterialSymbols-Rounded.": "ticket-icons.woff2",
}


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes."""
    return [Route(f"{base()}/fonts/{file.name}", lambda _, file=file: _answer(file))
            for file in sorted(FOLDER.glob("*.woff2"))]


def middleware() -> list[Middleware]:
    """What `st.App(middleware=…)` takes."""
    return [Middleware(Smaller)]


class Smaller:
    """ASGI middleware: answers requests for Streamlit's large fonts with our small ones."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = ours(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (self.app if file is None else _answer(file))(scope, receive, send)


def ours(path: str) -> Path | None:
    """The file of ours that answers for a font of Streamlit's; None for every other path.

    >>> ours("/static/media/MaterialSymbols-Rounded.nEdyypZU.woff2").name, ours("/static/media/KaTeX_Main.woff2")
    ('ticket-icons.woff2', None)
    """
    folder, _, name = path.removeprefix(base()).rpartition("/")
    found = folder == "/static/media" and name.endswith(".woff2") and name.count(".") > 1
    return next((FOLDER / file for start, file in INSTEAD.items() if found and name.startswith(start)), None)


def _answer(file: Path) -> FileResponse:
    return FileResponse(file, headers=KEPT, media_type="font/woff2")
