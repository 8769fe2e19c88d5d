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
        "One program, the engine, made every figure here. Each card is a promise that it gives. A few lines of code "
        "try to break the promise, on this server, while you watch. The number says how far they got. At 0, or at "
        "what rounding leaves, the promise is kept."
    )
board()
with frame.prose():
    st.markdown(
        "Each press uses new random numbers: other first weights, another moment to stop the run, another recorded "
        "training. Our tests also run each check on an engine that we broke on purpose. Each check notices. On your "
        "own machine:"
    )
    st.code("python -m lth_core proof", language="bash")
