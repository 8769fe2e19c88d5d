"""The projector's side of a room: how to come in, what is asked, what the room says, and its wall of tickets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import segno
import streamlit as st

from lth_core.once import once
from pages.address.base import base
from pages.figures import palette
from pages.live import api
from pages.live.run import viewer
from pages.room.door import OPEN, door, link
from pages.room.now import Posed
from pages.room.room import Refused, Room
from pages.room.rooms import rooms
from pages.serving.here import here
from pages.talks.question import Question, Truth
from pages.widgets import colours, shared
from pages.widgets.room_board.words import CLOSED, WORDS

# What a line or a colour stands for → its place in the palette.
ROLES = {"kept": "kept", "pruned": "pruned", "training": "training",
         "ticket": "kept", "reinit": "reinit", "random": "random"}

_mount = shared.component("room_board", Path(__file__).parent)


def room_board(
    question: Question | None = None, truth: Truth | None = None, reasons: tuple[str, ...] = (), *, key: str = "room",
    presenter: bool = False,
) -> None:
    """The room of this browser, or the button that opens one.

    question: what *Ask the room* puts to the phones, with what was measured and a reason for each option; None keeps
    the last one. presenter: also how many are lost, and the buttons that nobody needs to see on a projector.
    """
    room = own()
    if room is None:
        _closed(key)
        return
    if question is not None:
        room.offer(Posed(question, truth, reasons))
    address = link(room.code)
    message = {
        "code": room.code, "link": address.removeprefix("http://"), "qr": _qr(address), "token": _token(room),
        "root": f"{base()}/room/", "presenter": presenter, "words": WORDS,
        "styles": {name: vars(palette.style(role, colours.chosen())) for name, role in ROLES.items()},
    }
    _mount(key=key, data=message, default={"closed": ""}, on_closed_change=shared.ignore)


def own() -> Room | None:
    """The room that this browser presents: its own, or the one that was opened from the terminal. The door is open."""
    room = rooms().of(viewer()) or (rooms().adopt(viewer()) if _may_open() else None)
    if room is not None and api.mounted():
        try:
            door.open()
        except OSError as error:
            st.error(CLOSED["failed"].format(why=error), icon=":material/error:")
    return room


def _closed(key: str) -> None:
    with st.container(key=f"{key}-closed", horizontal_alignment="center"):
        if not api.mounted() or not _may_open():
            st.info(CLOSED["hosted"], icon=":material/door_front:")
            return
        st.markdown(CLOSED["about"])
        st.button(CLOSED["open"], key=f"{key}-open", type="primary", icon=":material/meeting_room:", on_click=_open)
        st.caption(CLOSED["where"])
        if refusal := st.session_state.pop("room.refusal", None):
            st.error(refusal, icon=":material/error:")


def _open() -> None:
    try:
        door.open()
        rooms().open(viewer())
        api.job_engine().warm()  # workers start while people come in
    except (Refused, OSError) as error:
        st.session_state["room.refusal"] = CLOSED["failed"].format(why=error)


def _may_open() -> bool:
    """Rooms are opened by who sits at this machine; elsewhere by whom the server's host allows it."""
    return bool(os.environ.get(OPEN)) or here()


def _token(room: Room) -> str:
    """This visit's presenter token; another visit gets another."""
    kept: dict[str, Any] = st.session_state.setdefault("room.tokens", {})
    if room.code not in kept or rooms().steered(room.code, kept[room.code]) is None:
        kept[room.code] = rooms().token(room)
    return str(kept[room.code])


@once(64)
def _qr(address: str) -> dict[str, Any]:
    """The code as one path of unit squares. side: how many squares."""
    rows = segno.make(address, error="m").matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"side": len(rows), "path": path}
