"""A chapter's question for the room: a button beside it, only for whoever has a room open."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from pages.live.run import viewer
from pages.room.now import Posed
from pages.room.room import Room
from pages.room.rooms import rooms
from pages.talks.question import OPTION, TEXT, Question, QuestionError, Truth

MARKS = re.compile(r"[*`$\\]|\[([^\]]*)\]\([^)]*\)")


def ask_room(text: str, options: Sequence[tuple[str, str]], answer: int, key: str) -> None:
    """Offer to put a question with `options` (text, reason) to the room; `answer` is the place of the right one."""
    room = rooms().of(viewer())
    if room is not None:
        st.button("Ask the room", key=f"{key}-room", icon=":material/groups:", type="tertiary",
                  on_click=_ask, args=(room, text, tuple(options), answer))
        if st.session_state.pop(f"room.asked.{room.code}", "") == text:
            st.page_link("pages/room_board.py", label="It is on every phone now. See the answers.")


def posed(text: str, options: Sequence[tuple[str, str]], answer: int) -> Posed:
    """A chapter's question as plain text: phones know no Markdown.

    >>> posed("**Why?**", (("It *is*", "Because."), ("No", "Not so.")), 0).question.options
    ('It is', 'No')
    """
    right = Truth(answer, f"Right is: {plain(options[answer][0])}")
    choice = Question("choice", plain(text)[:TEXT], tuple(plain(option)[:OPTION] for option, _ in options))
    return Posed(choice, right, tuple(plain(reason) for _, reason in options))


def plain(text: str) -> str:
    """Markdown's signs left out, the words of links kept.

    >>> plain("See [chapter 4](initialisation), **now**.")
    'See chapter 4, now.'
    """
    return MARKS.sub(lambda found: found[1] or "", text)


def _ask(room: Room, text: str, options: tuple[tuple[str, str], ...], answer: int) -> None:
    try:
        room.ask(posed(text, options, answer))
    except QuestionError as error:
        st.toast(f"This one does not fit on a phone: {error}.")
        return
    st.session_state[f"room.asked.{room.code}"] = text
