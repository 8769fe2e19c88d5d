"""The room beside a talk: the clicker asks the beat's question on every phone, and reveals it with the next press."""

from __future__ import annotations

import streamlit as st

from pages import scenes
from pages.room.room import Refused
from pages.talks.beat import Beat
from pages.talks.question import Truth
from pages.widgets.room_board import own, room_board
from pages.widgets.room_board.follow import follow


def is_open() -> bool:
    """Does this browser present a room?"""
    return own() is not None


def board(beat: Beat, presenter: bool = False) -> None:
    """The room's board with the beat's question; or the button that opens a room."""
    room_board(scenes.posed(beat), truth(beat), key="talk-room", presenter=presenter)


def steer(place: str, beat: Beat, step: int) -> None:
    """Tell the phones, once for each place in a talk: its question, its answer, or that nothing is asked."""
    try:
        follow(place, scenes.posed(beat), lambda: truth(beat), beat.reveals(step))
    except Refused as refused:
        st.toast(str(refused))


def truth(beat: Beat) -> Truth | None:
    """The answer to the beat's question, as its last press tells it."""
    question = scenes.posed(beat)
    return scenes.truth(question, beat, beat.presses - 1) if question else None
