"""What every reader is told once, before it is needed: a word, a small picture, two or three sentences."""

from __future__ import annotations

import streamlit as st

from pages.figures import primer as pictures
from pages.sections import our_settings
from pages.text.primer import CARDS
from pages.widgets import colours


def fold(*names: str, settings: bool = False) -> None:
    """A folded box with these cards of `pages.text.primer`, in this order. settings: with the table of how LeNet was
    trained where. Raises KeyError for a name without a card."""
    told = [*(CARDS[name].short for name in names), *(["our settings"] if settings else [])]
    with st.expander("Before you go on: " + ", ".join(told), icon=":material/school:"):
        for name in names:
            st.markdown(f"**{CARDS[name].title}** {CARDS[name].text}")
            if drawn := pictures.picture(name, colours.chosen()):
                st.html(drawn)
        if settings:
            our_settings.table()
