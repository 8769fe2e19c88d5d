"""Green and red, or blue and orange: the reader's choice, in the address, followed by every figure."""

from __future__ import annotations

import streamlit as st

from pages.address import url
from pages.figures import palette
from pages.widgets.choice import choice

PALETTES = {"Green and red": "green-red", "Blue and orange": "blue-orange"}  # what the reader sees, the palette's name
PARAMETER = url.COLOURS


def on_paper() -> str:
    """The reader's palette for a white background, which every printed figure has."""
    word = st.session_state.get(PARAMETER.name) or st.query_params.get(PARAMETER.name)
    return PALETTES.get(word, palette.DEFAULT) if isinstance(word, str) else palette.DEFAULT


def chosen() -> str:
    """The palette that this page's figures use, on the background that it has now."""
    return on_paper() + (palette.DARK if st.context.theme.type == "dark" else "")


def switch() -> None:
    """The choice, behind a small button."""
    url.check(())
    with st.popover("Colours", icon=":material/palette:", type="tertiary"):
        choice("Kept and pruned are shown in", PARAMETER, tip="The second pair avoids green beside red altogether.")


def word(role: str) -> str:
    """What prose calls the colour of `role`: "kept", "pruned" or "training"."""
    return palette.HUES[on_paper()][role]
