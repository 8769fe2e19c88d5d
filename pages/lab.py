"""A lab: one related work, or one more experiment, in small beside the winning ticket. The address says which."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.address import url
from pages.labs import ALL, at, base
from pages.labs.live import PARAMETERS
from pages.text.chapters import BESIDE
from pages.widgets import depth, frame

PAGE = next(page for page in BESIDE if page.slug == "lab")
METHOD = url.Choice("method", tuple(lab.method for lab in ALL), ALL[0].method)

url.check((METHOD, *PARAMETERS, depth.PARAMETER))
lab = at(url.word(METHOD))
if st.session_state.get("lab.here", lab.method) != lab.method:  # a link from lab to lab stays on this page, and
    st.query_params[METHOD.name] = lab.method  # Streamlit then leaves the address as it was
st.session_state["lab.here"] = lab.method
level = frame.band(replace(PAGE, title=lab.title, question=lab.question), deep=True)
lab.show(level)

here = ALL.index(lab)
with frame.prose(), st.container(horizontal=True, horizontal_alignment="distribute"):
    before, after = ALL[here - 1], ALL[(here + 1) % len(ALL)]
    base.link(before, ":material/arrow_back:", level)
    base.to_map()
    base.link(after, ":material/arrow_forward:", level)
