"""The proof: the engine checks its own promises before the reader's eyes."""

from __future__ import annotations

import streamlit as st

from pages.address import url
from pages.text.chapters import BESIDE
from pages.widgets import frame
from pages.widgets.proof import PARAMETERS, board

PAGE = next(page for page in BESIDE if page.slug == "proof")

url.check(PARAMETERS)
frame.band(PAGE)
with frame.prose():
    st.markdown(
        "Each card is a promise of the engine that made every figure here. A few lines of code try to break it, on "
        "this server, while you watch. The number says how far they got: 0, or what rounding leaves, is a promise "
        "kept."
    )
board()
with frame.prose():
    st.markdown(
        "Every press draws new chance: other first weights, another moment for the kill, another recorded training. "
        "Our tests also run each check on an engine that we broke on purpose, and it notices. On your own machine:"
    )
    st.code("python -m lth_core proof", language="bash")
