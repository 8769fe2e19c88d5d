"""The frame of every chapter: its head, its foot, and the column the prose stands in."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.text.chapters import CHAPTERS, Chapter
from pages.widgets import colours, progress
from pages.widgets.companion import companion
from pages.widgets.depth import Depth, depth_control


def head(chapter: Chapter) -> Depth:
    """Number, title, question and the depth switch; returns the depth the reader chose."""
    progress.enter(chapter)
    with prose():
        progress.strip(chapter)
        st.title(chapter.title, anchor=False)
        question(chapter.question)
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            level = depth_control()
            with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center",
                              width="content", gap="xsmall"):
                companion(chapter.slug)
                colours.switch()
        return level


def question(text: str) -> None:
    """A line in the voice of a title. No heading: it would be of a third level, with none of the second before it."""
    st.html(f'<p style="font: italic 600 1.35rem/1.4 \'Source Serif\', serif; margin: 0">{escape(text)}</p>')


def prose() -> st.delta_generator.DeltaGenerator:
    """A column of a readable width; figures that need more room stand outside it."""
    return st.container(width=720)


def foot(chapter: Chapter) -> None:
    """Where to go next: the neighbours that exist, and a word about the one that does not yet."""
    following = next((other for other in CHAPTERS if other.number == chapter.number + 1), None)
    before = next((other for other in CHAPTERS if other.number == chapter.number - 1), None)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if before and before.exists:
            st.page_link(before.file, label=before.label, icon=":material/arrow_back:")
        else:
            st.page_link("pages/home.py", label="All chapters", icon=":material/arrow_back:")
        if following and following.exists:
            st.page_link(following.file, label=following.label, icon=":material/arrow_forward:")
        elif following:
            st.caption(f"Next, still being built: {following.label}. {following.question}")
        else:
            st.page_link("pages/home.py", label="All chapters", icon=":material/home:")
