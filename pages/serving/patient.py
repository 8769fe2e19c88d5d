"""How long the server waits for a client that has begun and does not go on.

uvicorn waits for ever: for the rest of a request, and for a reader of an answer who does not read. A thousand such
lines would use up its open files. A line without a request is closed after five seconds by uvicorn itself, a websocket
whose browser does not answer a ping within a minute by Streamlit's setting.

uvicorn has no option for this and its class is chosen before our code is read: its callbacks are extended in place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, h11  # type: ignore[attr-defined]  # uvicorn brings h11

HEAD_SECONDS = 20.0  # for a request's whole head, however slowly it drips: it is one packet or two
BODY_SECONDS = 30.0  # between two parts of a body; brought images are 20 MB
READ_SECONDS = 60.0  # in which a reader takes nothing of what waits for it: longer than a short tunnel

EXTENDED = ("connection_made", "data_received", "pause_writing", "resume_writing", "connection_lost")


def install() -> None:
    """Give every HTTP connection of this process a clock."""
    for name in EXTENDED:
        callback = getattr(H11Protocol, name)
        if not hasattr(callback, "patient"):  # once is enough
            setattr(H11Protocol, name, _and_look(callback))


def _and_look(callback: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(callback)
    def called(line: H11Protocol, *given: Any) -> None:
        callback(line, *given)
        _set_clock(line, again=callback.__name__ == "data_received")

    called.patient = True  # type: ignore[attr-defined]
    return called


def _set_clock(line: Any, again: bool) -> None:
    """Start, go on with or stop the clock of a connection. again: something came, a body's time begins anew."""
    awaited, seconds = _awaited(line)
    before, clock = getattr(line, "patience", ("", None))
    if awaited == before and not (again and awaited == "body"):
        return
    if clock is not None:
        clock.cancel()
    line.patience = (awaited, line.loop.call_later(seconds, line.transport.abort) if awaited else None)


def _awaited(line: Any) -> tuple[str, float]:
    """What its client owes us, and how long it has for it; ("", 0) for nothing."""
    if line.transport.is_closing() and not line.flow.write_paused:
        return "", 0.0
    if line.transport.get_protocol() is not line:  # a websocket by now
        return "", 0.0
    if line.flow.write_paused:
        return "reader", READ_SECONDS
    if line.conn.their_state is h11.IDLE:  # between two requests nothing calls us: uvicorn's own clock runs
        return "head", HEAD_SECONDS
    if line.conn.their_state is h11.SEND_BODY and not line.flow.read_paused:
        return "body", BODY_SECONDS
    return "", 0.0
