"""The lecture: the list of talks, and the stage on which one is given."""

from __future__ import annotations

import streamlit as st

from pages.address import url
from pages.sections import talk_list, talk_stage
from pages.text.chapters import BESIDE
from pages.widgets import frame

PAGE = next(page for page in BESIDE if page.slug == "lecture")

url.check(talk_stage.PARAMETERS)
name = talk_stage.name_in_address()
try:
    if name:
        talk_stage.given(name)
except talk_stage.TalkError as error:
    st.query_params.pop(talk_stage.OWN, None)
    name = ""
    st.warning(f"This link holds no talk that can be given: {error}.", icon=":material/link_off:")
if name:
    talk_stage.show(name)
else:
    frame.band(PAGE)
    talk_list.section()
