"""What every route of ours asks of a request before it answers: from a page of this server, and not too long."""

from __future__ import annotations

from starlette.requests import Request


def same_site(request: Request) -> bool:
    """Does a page of this server ask? Other sites' pages may not act through a visitor's browser."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return False
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def body(request: Request, most: int) -> bytes | None:
    """The request's body; None where it has more than `most` bytes, of which no more are read."""
    read = b""
    async for part in request.stream():
        read += part
        if len(read) > most:
            return None
    return read
