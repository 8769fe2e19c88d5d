"""The lecture's first screen: the talks that come with the site, and the reader's own."""

from __future__ import annotations

import streamlit as st

from pages.talks.built_in import talks
from pages.widgets import frame


def section() -> None:
    """The list."""
    with frame.prose():
        st.markdown("A talk shows one picture at a time, as large as the screen, and listens to a clicker. "
                    "**Choose one; press ? on its stage for the keys.**")
        for name, talk in talks().items():
            st.markdown(f"**[{talk.title}](lecture?talk={name})** · {len(talk.beats)} beats, {talk.minutes:g} minutes")
