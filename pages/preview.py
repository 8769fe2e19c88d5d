"""What a shared link shows before it is opened: title, question and picture of the page it leads to.

Streamlit serves one and the same HTML for every address, titled "Streamlit"; chat programs and search engines read it
and run no script. This middleware writes each page's own words into it on the way out, and changes nothing else.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.chapters import SITE, at, title

LEAD = "Prune a network by hand, watch which connections live, and run the Lottery Ticket Hypothesis again yourself."
PICTURE = Path(__file__).resolve().parents[1] / "assets" / "preview.png"  # 1200 × 630, as link previews want it
PICTURE_AT = "/preview.png"


def routes() -> list[BaseRoute]:
    """Where the picture lies."""
    return [Route(PICTURE_AT, lambda _: FileResponse(PICTURE), methods=["GET"])]


def middleware() -> list[Middleware]:
    """What `st.App(middleware=…)` takes."""
    return [Middleware(Preview)]


def tags(path: str, origin: str) -> str:
    """The head's lines for the page at `path`; origin: scheme and host of this server, as the reader wrote it.

    >>> tags("/paradox", "http://127.0.0.1:8501").splitlines()[0]
    '<title>The paradox · The lottery ticket, drawn</title>'
    """
    slug = path.strip("/").split("/")[0]
    chapter = at(slug)
    lead = f"{chapter.question} {chapter.does}" if chapter else LEAD
    named = {"og:title": title(slug), "og:description": lead, "og:type": "article" if chapter else "website",
             "og:site_name": SITE, "og:image": origin + PICTURE_AT, "twitter:card": "summary_large_image"}
    lines = [f"<title>{escape(title(slug))}</title>", f'<meta name="description" content="{escape(lead)}">']
    return "\n".join(lines + [f'<meta property="{name}" content="{escape(text)}">' for name, text in named.items()])


class Preview:
    """ASGI middleware: HTML documents get the `tags` of their address, everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        document = scope["type"] == "http" and scope["method"] == "GET" and "." not in scope["path"]
        if not document or scope["path"].startswith(("/api/", "/_stcore/")):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, _Rewriting(Request(scope), send))


class _Rewriting:
    """Holds an HTML answer back until it is whole, and sends it with its page's tags."""

    def __init__(self, request: Request, send: Send) -> None:
        self.request, self.send = request, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            if kind.startswith(b"text/html") and message["status"] == 200:
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self.start)
            return
        await self.send(message)

    async def _finish(self, start: Message) -> None:
        url = self.request.url
        head = tags(url.path, f"{url.scheme}://{url.netloc}").encode()
        body = self.body.replace(b"<title>Streamlit</title>", head, 1)
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        await self.send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await self.send({"type": "http.response.body", "body": body})
