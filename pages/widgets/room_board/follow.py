"""A room that follows a talk: phones get a question when the stage comes to it, and the answer when it is told."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.live.run import viewer
from pages.room.now import Posed
from pages.room.room import Room
from pages.room.rooms import rooms
from pages.talks.question import Question, Truth


def follow(place: str, question: Question | None, truth: Callable[[], Truth | None], out: bool) -> None:
    """The stage is at `place`, with this question or none; out: its answer is told there. Without a room of this
    browser's nothing happens.

    Only a move of the talk moves the room: whoever presents may meanwhile let it draw tickets or race.
    """
    room = rooms().of(viewer())
    if room is None or st.session_state.get("room.at") == (room.code, place):
        return
    st.session_state["room.at"] = (room.code, place)
    if question is not None:
        _pose(room, Posed(question, truth()), out)
    elif room.now.activity == "bet":
        room.rest()


def _pose(room: Room, posed: Posed, out: bool) -> None:
    room.offer(posed)
    if room.now.activity != "bet" or room.now.posed is None or room.now.posed.key != posed.key:
        room.ask(posed)
    if out and not room.now.is_revealed:
        room.reveal()
