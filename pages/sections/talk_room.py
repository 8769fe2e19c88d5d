"""The room beside a talk: the clicker asks the beat's question on every phone, and reveals it with the next press."""

from __future__ import annotations

import streamlit as st

from pages import scenes
from pages.room.now import Posed
from pages.room.room import Refused
from pages.talks.beat import Beat
from pages.widgets.room_board import own, room_board

BEFORE = "talk-room.before"  # in the session: the picture that the room was last told of


def is_open() -> bool:
    """Does this browser present a room?"""
    return own() is not None


def board(beat: Beat, presenter: bool = False) -> None:
    """The room's board with the beat's question; or the button that opens a room."""
    question = scenes.posed(beat)
    truth = scenes.truth(question, beat, beat.presses - 1) if question else None
    room_board(question, truth, key="talk-room", presenter=presenter)


def steer(beat: Beat, step: int) -> None:
    """Tell the phones, once for each picture: its question, its answer, or that nothing is asked."""
    now = (beat, step)
    if st.session_state.get(BEFORE) == now or (room := own()) is None:
        return
    st.session_state[BEFORE] = now
    question = scenes.posed(beat)
    try:
        if question is None:
            if room.now.activity == "bet":
                room.rest()
            return
        posed = Posed(question, scenes.truth(question, beat, beat.presses - 1))
        if room.now.activity != "bet" or room.now.posed is None or room.now.posed.key != posed.key:
            room.ask(posed)
        if beat.reveals(step) and not room.now.is_revealed:
            room.reveal()
    except Refused as refused:
        st.toast(str(refused))
