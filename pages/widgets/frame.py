"""The frame of every chapter: its head, its foot, and the column the prose stands in."""

from __future__ import annotations

import streamlit as st

from pages.chapters import CHAPTERS, Chapter
from pages.widgets.depth import Depth, depth_control


def head(chapter: Chapter) -> Depth:
    """Number, title, question and the depth switch; returns the depth the reader chose."""
    with prose():
        st.caption(f"Chapter {chapter.number} of {len(CHAPTERS)}")
        st.title(chapter.title, anchor=False)
        st.markdown(f"### *{chapter.question}*")
        return depth_control()


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
