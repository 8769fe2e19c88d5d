"""Mounting the ticket wall on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.figures import draws, palette
from pages.widgets.ticket_wall.payload import payload, sketches
from pages.widgets.ticket_wall.words import WORDS

_HERE = Path(__file__).parent
# Plain scripts in the order they build on each other; main.js ends with the export that Streamlit calls. The event
# stream is the live chart's own: one connection a page.
_SCRIPTS = (_HERE.parent / "live_chart/js/stream.js", *(_HERE / f"js/{name}.js" for name in
                                                        ("basics", "histogram", "cards", "main")))

_mount = st.components.v2.component(
    "lottery.ticket_wall",
    html=(_HERE / "body.html").read_text(encoding="utf-8"),
    css=(_HERE / "style.css").read_text(encoding="utf-8"),
    js="\n".join(path.read_text(encoding="utf-8") for path in _SCRIPTS),
)


@dataclass(frozen=True)
class Live:
    """A run that draws tickets `numbers` just now. url: of its event stream; None where the server has none, then
    `events` are its messages so far."""

    job: str
    numbers: Sequence[int]
    url: str | None
    events: Sequence[str] = ()


@dataclass(frozen=True)
class WallState:
    """What the reader left the wall at. margin: tenths of a point. ticket: the card chosen. over: how the live run
    ended, told once."""

    margin: int
    ticket: int
    over: str | None


def ticket_wall(
    wall: draws.Wall,
    *,
    key: str,
    margin: int,
    ticket: int,
    live: Live | None = None,
    words: Mapping[str, str] = WORDS,
    colours: str = palette.DEFAULT,
) -> WallState:
    """Draw `wall` with the margin at `margin` tenths of a point and card `ticket` chosen; return both as they are now.

    Moving the margin and sorting happen in the browser; Python hears on release. margin and ticket only count when the
    wall appears (or `key` changes): from then on the reader's hand does.
    """
    start = st.session_state.get("ticket_wall.start")
    if start is None or start["key"] != key:
        # Kept, because data that changes with each answer would send the whole wall again.
        start = st.session_state["ticket_wall.start"] = {"key": key, "margin": margin, "ticket": ticket}
    message = {
        **payload(wall, start["margin"] / 1000, colours),
        "words": {**WORDS, **words},
        "margin": start["margin"],
        "ticket": start["ticket"],
        "job": None if live is None else {
            "key": live.job, "url": live.url, "events": list(live.events), "numbers": list(live.numbers),
            "sketches": sketches(wall.spec, live.numbers),
        },
    }
    default = {"margin": start["margin"], "ticket": start["ticket"]}
    state: Any = _mount(key=key, data=message, default=default, on_margin_change=_ignore, on_ticket_change=_ignore,
                        on_over_change=_ignore)
    return WallState(int(state.margin), int(state.ticket), str(state.over) if state.over else None)


def _ignore() -> None:
    """Streamlit wants a callback for every state; the return value says it all."""
