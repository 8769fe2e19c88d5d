"""Mounting the ticket wall on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lth_core.once import once
from pages.figures import draws
from pages.figures.sketches import sketches
from pages.live.hearing import Heard
from pages.widgets import colours, shared
from pages.widgets.ticket_wall.payload import payload
from pages.widgets.ticket_wall.words import WORDS

_mount = shared.component("ticket_wall", Path(__file__).parent)


@dataclass(frozen=True, kw_only=True)
class Live(Heard):
    """A run that draws tickets `numbers` just now."""

    numbers: Sequence[int]


@dataclass(frozen=True)
class Press:
    """A button of the page that draws `count` tickets. at: CSS selector of a box around it. key: on the keyboard."""

    at: str
    key: str
    count: int


@dataclass(frozen=True)
class WallState:
    """What the reader left the wall at. margin: tenths of a point. ticket: the card chosen. over: how the live run
    ended, told once."""

    margin: int
    ticket: int
    over: str | None


@once(64)
def _packed(wall: draws.Wall, margin: int, palette: str) -> str:
    return shared.packed(payload(wall, margin / 1000, palette))


def ticket_wall(
    wall: draws.Wall,
    *,
    key: str,
    margin: int,
    ticket: int,
    live: Live | None = None,
    note: str = "",
    presses: Sequence[Press] = (),
    best: bool = False,
) -> WallState:
    """Draw `wall` with the margin at `margin` tenths of a point and card `ticket` chosen; return both as they are now.

    note: a word about the last draw, shown where a draw that goes on tells how far it is. presses: the page's buttons
    that draw, so that the wall stirs at the press and not with the server's answer.

    best: are the best tickets first when it appears?

    Moving the margin and sorting happen in the browser; Python hears on release. margin and ticket only count when the
    wall appears (or `key` changes): from then on the reader's hand does.
    """
    start = shared.start("ticket_wall", key, {"margin": margin, "ticket": ticket})
    message = {
        "packed": _packed(wall, start["margin"], colours.chosen()),
        "words": WORDS,
        "margin": start["margin"],
        "ticket": start["ticket"],
        "note": note,
        "best": best,
        "presses": [asdict(press) for press in presses],
        "job": None if live is None else {
            "key": live.job, "url": live.url, "events": list(live.events), "numbers": list(live.numbers),
            "sketches": sketches(wall.spec, live.numbers),
        },
    }
    state: Any = _mount(key=key, data=message, default=start, on_margin_change=shared.ignore,
                        on_ticket_change=shared.ignore, on_over_change=shared.ignore)
    return WallState(int(state.margin), int(state.ticket), str(state.over) if state.over else None)
