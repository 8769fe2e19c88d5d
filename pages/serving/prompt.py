"""What the server writes leaves at once, also when the answer to what it wrote before is still on its way.

A page's rerun is a dozen small messages. The kernel would hold the second until the reader's machine has acknowledged
the first, and that machine waits 40 ms before it does (Nagle's algorithm against delayed acknowledgements). asyncio
turns the former off, but not here: it looks for sockets that name TCP, and uvicorn opens its own without a name.
"""

from __future__ import annotations

import functools
import socket
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

INTERNET = (socket.AF_INET, socket.AF_INET6)


def install() -> None:
    """Do so for every connection of this process; websockets begin as such."""
    if not hasattr(H11Protocol.connection_made, "prompt"):  # once is enough
        H11Protocol.connection_made = _at_once(H11Protocol.connection_made)  # type: ignore[method-assign]


def _at_once(callback: Any) -> Any:
    @functools.wraps(callback)
    def connection_made(line: H11Protocol, transport: Any) -> None:
        end = transport.get_extra_info("socket")
        if end is not None and end.family in INTERNET:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        callback(line, transport)

    connection_made.prompt = True  # type: ignore[attr-defined]
    return connection_made
