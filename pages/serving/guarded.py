"""Whom the server answers, and what its pages may do in a browser.

A page of another site can ask a server on this machine under a name that it owns (DNS rebinding). The name then stands
in the `Host` header: only names that are ours are answered. An address in digits cannot be pointed elsewhere: any is.

What browsers are told: scripts, styles, pictures and connections come from here alone; scripts within a document are
named by their digest; only sites that the host of this server names may put a page into a frame.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
import re
import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.serving import scripts

HOSTS = "LTH_HOSTS"  # further names of this server, apart by commas: class.example.org, *.example.org
FRAMES = "LTH_FRAMES"  # sites that may embed pages, apart by commas: https://moodle.example.org
NAMES = ("localhost", socket.gethostname().lower(), f"{socket.gethostname().lower()}.local")
CLOSED = ("/_stcore/metrics", "/_stcore/agent/")  # nobody who reads needs them
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
STREAMLIT = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles into the page while it runs
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)


def middleware() -> list[Middleware]:
    """What `st.App(middleware=…)` takes; first of all, for nobody else is to answer a stranger."""
    return [Middleware(Guarded)]


def named(host: str) -> bool:
    """Is this `Host` header a name of ours?

    >>> [named(host) for host in ("localhost:8501", "127.0.0.1:8501", "[::1]:8501", "192.168.0.7", "evil.example")]
    [True, True, True, True, False]
    """
    name = re.sub(r":\d*$", "", host.strip().lower()).rstrip(".")
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        own = (*NAMES, *_listed(HOSTS))
        return name in own or any(one.startswith("*.") and name.endswith(one[1:]) for one in own)
    return True


def policy(document: bytes) -> str:
    """The Content-Security-Policy of an HTML document: the scripts in it by digest, components' from memory (`blob:`).

    >>> "'sha256-" in policy(b"<script>1</script>"), policy(b"").count("'unsafe-inline'")  # of styles
    (True, 1)
    """
    known = (*INLINE.findall(document), *(script.encode() for script in scripts.ALL))
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in known)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return "; ".join((*STREAMLIT, f"script-src 'self' blob: {allowed}", _frames()))


def _frames() -> str:
    return " ".join(("frame-ancestors 'self'", *_listed(FRAMES)))


def _listed(variable: str) -> list[str]:
    return [part for one in os.environ.get(variable, "").split(",") if (part := one.strip().lower())]


class Guarded:
    """ASGI middleware: refuses requests under names that are not ours, and adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif not named(host := Headers(scope=scope).get("host", "")):
            await _refuse(host, scope, receive, send)
        elif any(closed in scope["path"] for closed in CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, _adding(send))
        else:
            await self.app(scope, receive, _adding(send) if scope["type"] == "http" else send)


async def _refuse(host: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "unknown host"})  # before it is open: a 403
        return
    told = f"This server does not answer to that name. Whoever runs it can add the name: {HOSTS}=name."
    await PlainTextResponse(told, 421)(scope, receive, _adding(send))


def _adding(send: Send) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if message["status"] != 304:  # "unchanged" leaves a browser the policy that it has; documents set their own
                headers.setdefault("content-security-policy", f"default-src 'none'; {_frames()}")
        await send(message)

    return add
