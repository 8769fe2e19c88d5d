"""Words alone: how a talk begins and ends, and the one question that it is about."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.address import url
from pages.scenes.scene import Scene, word
from pages.talks.beat import State

TITLE = url.Free("title", 90)
TEXT = url.Free("text", 300)


def mount(state: State, key: str) -> None:
    """A title and a line below it."""
    with st.container(key=f"{key}-words"):
        st.html(f'<div class="said"><p class="title">{escape(word(state, TITLE))}</p>'
                f'<p class="text">{escape(word(state, TEXT))}</p></div>')


SCENE = Scene("words", "Words alone", "home", (TITLE, TEXT), mount)
