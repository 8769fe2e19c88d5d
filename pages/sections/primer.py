"""What every reader is told once, before it is needed: a word, a small picture, two or three sentences."""

from __future__ import annotations

import streamlit as st

from pages.figures import primer as pictures
from pages.text.primer import CARDS
from pages.widgets import colours


def fold(*names: str) -> None:
    """A folded box with these cards of `pages.text.primer`, in this order. Raises KeyError for a name without one."""
    with st.expander("Before you go on: " + ", ".join(CARDS[name].short for name in names), icon=":material/school:"):
        for name in names:
            st.markdown(f"**{CARDS[name].title}** {CARDS[name].text}")
            if drawn := pictures.picture(name, colours.chosen()):
                st.html(drawn)
