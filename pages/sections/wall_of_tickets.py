"""The first screen of chapter 2: a lottery, its wall of tickets, and tickets drawn to it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lth_core.catalogue import SEEDS, SHARES, WIDTHS, tickets
from lth_core.experiments import Draws
from pages.address import url
from pages.figures import draws
from pages.records import recorded
from pages.widgets import frame
from pages.widgets.apart import apart
from pages.widgets.choice import choice
from pages.widgets.provenance import provenance
from pages.widgets.ticket_wall import drawing, ticket_wall

SHARE_OF = {f"{100 * share:.0f}": share for share in SHARES}

KEPT = url.Choice("kept", tuple(SHARE_OF), "32")
WIDTH = url.Choice("width", tuple(map(str, WIDTHS)), "20")
SEED = url.Whole("seed", SEEDS[0], SEEDS[-1], 0)
MARGIN = url.Whole("margin", 0, 50, 10)  # tenths of a point of accuracy
TICKET = url.Whole("ticket", 0, 9_999, 0)
PARAMETERS = (KEPT, WIDTH, SEED, MARGIN, TICKET, drawing.DRAWN)


@dataclass(frozen=True)
class Shown:
    """What stands on the wall. kept: as the control says it. margin: tenths of a point. ticket: the card chosen."""

    kept: str
    width: int
    spec: Draws
    wall: draws.Wall
    margin: int
    ticket: int


def _net() -> tuple[int, int]:
    """Hidden units and seed of the dense net."""
    width = int(choice("Hidden units of the dense net", WIDTH,
                       tip="A wider net holds more tickets. Seeds 1 to 4 are recorded for 20 units only."))
    if width != int(WIDTH.default):
        return width, 0
    return width, st.selectbox("Seed", list(SEEDS), key=SEED.name, bind="query-params", width=110,
                               help="Another dense net: other first weights, split, batch order and tickets.")


def _drawn() -> Shown:
    """The toolbar, the wall and tickets that are drawn to it."""
    with frame.toolbar():
        buttons = st.container(horizontal=True, width="content", key="draw-buttons", gap="small")  # first to reach
        kept = choice("Weights kept (%)", KEPT)
        with frame.menu():
            width, seed = _net()
            menu = st.container()
    spec = tickets(SHARE_OF[kept], width, seed)
    base = recorded.find(spec)
    if base is None:
        recorded.missing("tickets")
        raise AssertionError("st.stop returned")
    more, live = drawing.state(spec)
    with buttons:
        drawing.controls(spec, live)
    with menu:
        drawing.reset(live)
        provenance((base,), "python -m lth_core record chapter2", inside=True)
    wall = draws.gathered(base, *more)
    state = ticket_wall(wall, key=f"wall-{kept}-{width}-{seed}", margin=url.whole(MARGIN), ticket=url.whole(TICKET),
                        live=live, note=drawing.note(), presses=drawing.PRESSES)
    url.put(MARGIN, state.margin)
    url.put(TICKET, state.ticket)
    if state.over:
        st.rerun()  # the tickets that were just drawn are in the store now
    return Shown(kept, width, spec, wall, state.margin, state.ticket)


def stage(winners: str) -> Shown:
    """Draw the stage and return what stands on it. winners: the colour of winning tickets, in words."""
    with frame.stage("Each tile is a ticket: a random part of one untrained network, trained for real. "
                     f"**Draw {drawing.MANY} and look for the {winners} ones.**"):
        shown: Shown = apart("wall", _drawn)
    return shown
