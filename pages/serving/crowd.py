"""How much one address may hold open, so that nobody shuts the others out: pages (websockets) and streams of news.

An address may be a whole school's. The bounds are therefore wide, and who is beyond them is told so in one sentence.
This machine itself is not counted: nobody else is there, or a server in front, which then has to pass addresses on.
"""

from __future__ import annotations

import ipaddress
from collections import Counter

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_PAGES = 400  # two tabs for each of two hundred readers in one school; about 1 MB each
MOST_STREAMS = 300  # of the server's 500 (`api.MOST_WATCHERS`): a page has one at most, and others find room
RETRY = 30  # seconds after which a refused page asks again by itself

FULL = (f"{MOST_PAGES} pages of this site are open from your network, and the server holds no more for one network. "
        "Close a tab that nobody reads, or wait: this page tries again by itself.")
PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="{RETRY}">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>No room just now</title><h1>No room just now</h1><p>{FULL}</p></html>"""


def network(address: str) -> str:
    """Whom an address counts for: itself; of IPv6 the 64 bits that one customer gets; "" for this machine.

    >>> network("192.0.2.7"), network("::ffff:192.0.2.7"), network("2001:db8:1:2:3::4"), network("127.0.0.1")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::', '')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return ""
    if found.version == 6:
        found = ipaddress.IPv6Network((int(found) >> 64 << 64, 64)).network_address
    return str(found)


def of(scope: Scope) -> str:
    """Whose request this is."""
    client = scope.get("client")
    return network(client[0]) if client else ""


class Crowd:
    """How many are here, network by network.

    >>> crowd = Crowd(1)
    >>> crowd.come("192.0.2.7"); crowd.full("192.0.2.7"), crowd.full("192.0.2.8")
    (True, False)
    >>> crowd.go("192.0.2.7"); crowd.full("192.0.2.7")
    False
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._here: Counter[str] = Counter()

    def full(self, name: str) -> bool:
        """Is there no room for one more of this network?"""
        return bool(name) and self._here[name] >= self.most

    def come(self, name: str) -> None:
        """One more of this network."""
        self._here[name] += 1

    def go(self, name: str) -> None:
        """One less."""
        self._here[name] -= 1
        if self._here[name] <= 0:
            del self._here[name]


def middleware() -> list[Middleware]:
    """What `st.App(middleware=…)` takes."""
    return [Middleware(Counted)]


class Counted:
    """ASGI middleware: counts websockets, each of which is an open page; a network that is full gets no more pages."""

    def __init__(self, app: ASGIApp, most: int = MOST_PAGES) -> None:
        self.app, self.pages = app, Crowd(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = of(scope) if scope["type"] in ("http", "websocket") else ""
        if scope["type"] == "websocket" and not self.pages.full(name):
            self.pages.come(name)
            try:
                await self.app(scope, receive, send)
            finally:
                self.pages.go(name)
        elif self.pages.full(name) and (scope["type"] == "websocket" or _asks_for_page(scope)):
            await _refused(scope)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _asks_for_page(scope: Scope) -> bool:
    """Does a browser open a page with this request? Its parts, and the room's phones, are no pages."""
    headers, inside = Headers(scope=scope), "/room/" in scope["path"]
    return headers.get("sec-fetch-mode", "navigate") == "navigate" and "text/html" in headers.get("accept", "") \
        and not inside


def _refused(scope: Scope) -> Response:
    later = {"Retry-After": str(RETRY), "Cache-Control": "no-store", "Connection": "close"}
    if scope["type"] == "websocket":  # before it is open: the browser gets a status instead
        return PlainTextResponse(FULL, 503, later)
    return HTMLResponse(PAGE, 503, later)
