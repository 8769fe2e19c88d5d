"""What a shared link shows before it is opened: title, question and picture of the page it leads to.

Streamlit serves one and the same HTML for every address, titled "Streamlit"; chat programs and search engines read it
and run no script. This middleware writes each page's own words into it on the way out, `page.js`, which has to run
before Streamlit's own script, and the page's style sheet: were it to come with the first run of the page's script, all
that was painted until then would jump. An address that leads nowhere gets a page that says so, and the status 404,
instead of Streamlit's home page under a dialog.
"""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.address import moved
from pages.address.base import base
from pages.serving import guarded
from pages.text.chapters import CHAPTERS, SITE, at, title

LEAD = "Prune a network by hand, watch which connections live, and run the Lottery Ticket Hypothesis again yourself."
ASSETS = Path(__file__).resolve().parents[2] / "assets"
FILES = {"/preview.png": ASSETS / "preview.png", "/favicon.svg": ASSETS / "favicon.svg"}
SIZE = (1200, 630)  # of the picture, as link previews want it
SCRIPT = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
SHEET = "".join((Path(__file__).parents[1] / f"widgets/frame/{name}.css").read_text(encoding="utf-8")
                for name in ("page", "stage"))
LETTERS = "fonts/ticket-serif-{}.woff2"  # asked for at once, or titles change their width when they come
ROOT = b'<div id="root">'  # where Streamlit builds its page. Its own sheets stand in the head: ours, after them, win
# A document is ours, not Streamlit's: whether a browser has it already is told by a digest of what we send.
ANSWERED = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
OWN = {b"content-length", b"etag", b"last-modified"}
SHOWN = "A small network with most of its weights pruned, drawn edge by edge."


def routes() -> list[BaseRoute]:
    """Where picture and icon lie."""
    return [Route(base() + path, lambda _, file=file: FileResponse(file), methods=["GET"])
            for path, file in FILES.items()]


def middleware() -> list[Middleware]:
    """What `st.App(middleware=…)` takes."""
    return [Middleware(Preview)]


def tags(path: str, origin: str) -> str:
    """The head's lines for the page at `path`; origin: scheme and host of this server, as the reader wrote it.

    >>> tags("/paradox", "http://127.0.0.1:8501").splitlines()[0]
    '<title>The paradox · The lottery ticket, drawn</title>'
    """
    slug = slug_of(path)
    chapter = at(slug)
    lead = f"{chapter.question} {chapter.does}" if chapter else LEAD
    width, height = map(str, SIZE)
    named = {"og:title": title(slug), "og:description": lead, "og:type": "article" if chapter else "website",
             "og:site_name": SITE, "og:url": origin + path, "og:image": origin + base() + "/preview.png",
             "og:image:width": width, "og:image:height": height, "og:image:alt": SHOWN}
    lines = [f"<title>{escape(title(slug))}</title>", f'<meta name="description" content="{escape(lead)}">',
             '<meta name="twitter:card" content="summary_large_image">',
             f'<meta name="moved" content="{escape(moved.table())}">']
    return "\n".join(lines + [f'<meta property="{name}" content="{escape(text)}">' for name, text in named.items()])


def letters() -> str:
    """Links that fetch the headings' typeface before any heading is there."""
    files = (f"{base()}/{LETTERS.format(style)}" for style in ("roman", "italic"))
    return "".join(f'<link rel="preload" href="{file}" as="font" type="font/woff2" crossorigin>' for file in files)


def slug_of(path: str) -> str:
    """The address of a page within the site.

    >>> slug_of("/paradox/"), slug_of("/")
    ('paradox', '')
    """
    return path.removeprefix(base()).strip("/")


def leads_nowhere(path: str) -> bool:
    """Is there no page at this path?

    >>> leads_nowhere("/paradox"), leads_nowhere("/home"), leads_nowhere("/paradox/lost")
    (False, False, True)
    """
    return slug_of(path) not in ("", "home") and at(slug_of(path)) is None


STYLE = """
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 0 auto; padding: 12vh 1.5rem 4rem; font: 17px/1.6 system-ui, sans-serif;
  color: #171a21; background: #fff; }
h1, .lead { font-family: Georgia, serif; font-weight: 600; }
h1 { font-size: 2.6rem; line-height: 1.2; margin: 0; }
.lead { font-style: italic; font-size: 1.35rem; margin: .4rem 0 2rem; }
a { color: #4a3fb0; }
ol { padding-left: 1.2rem; }
li { margin: .5rem 0; }
li a { font-weight: 600; }
@media (prefers-color-scheme: dark) { body { color: #e8eaed; background: #14161a; } a { color: #b0a8f8; } }
"""


def not_found() -> str:
    """The page for addresses that lead nowhere: the way home and to every chapter."""
    home = base() + "/"
    chapters = "".join(f'<li><a href="{home}{one.slug}">{escape(one.title)}</a><br>{escape(one.question)}</li>'
                       for one in CHAPTERS if one.exists)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>No such page · {SITE}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="{home}favicon.svg"><style>{STYLE}</style></head><body><main>'
        '<h1>No such page</h1><p class="lead">This address drew a blank.</p>'
        f'<p>There is nothing here, and perhaps there never was. <a href="{home}">{SITE}</a> has eight chapters:</p>'
        f"<ol>{chapters}</ol></main></body></html>"
    )


class Preview:
    """ASGI middleware: HTML documents get the `tags` of their address, everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        document = scope["type"] == "http" and scope["method"] == "GET" and "." not in scope["path"]
        if not document or scope["path"].startswith(("/api/", "/_stcore/")):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name not in ANSWERED]
        await self.app({**scope, "headers": plain}, receive, _Rewriting(Request(scope), send))


class _Rewriting:
    """Holds an HTML answer back until it is whole, and sends it with its page's tags."""

    def __init__(self, request: Request, send: Send) -> None:
        self.request, self.send = request, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            own = b"content-security-policy" in headers  # a document of ours that is complete, such as a phone's page
            if headers.get(b"content-type", b"").startswith(b"text/html") and message["status"] == 200 and not own:
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self.start)
            return
        await self.send(message)

    async def _finish(self, start: Message) -> None:
        url, status = self.request.url, 200
        if leads_nowhere(url.path):
            body, status = not_found().encode(), 404
        else:
            head = f"{tags(url.path, f'{url.scheme}://{url.netloc}')}\n{letters()}<script>{SCRIPT}</script>".encode()
            body = self.body.replace(b"<title>Streamlit</title>", head, 1)
            body = body.replace(ROOT, f"<style>{SHEET}</style>".encode() + ROOT, 1)
            body = body.replace(b'href="./favicon.png"', f'href="{base()}/favicon.svg"'.encode(), 1)
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'.encode()
        headers = [(name, value) for name, value in start["headers"] if name not in OWN]
        headers += [(b"etag", tag), (b"content-security-policy", guarded.policy(body).encode())]
        if status == 200 and self.request.headers.get("if-none-match", "").encode() == tag:
            body, status = b"", 304
        else:
            headers.append((b"content-length", str(len(body)).encode()))
        await self.send({**start, "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
