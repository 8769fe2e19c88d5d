"""The lecture's first screen: the talks that come with the site, and the reader's own."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.sections import own_talk, talk_stage
from pages.talks.built_in import talks


def section() -> None:
    """The list and the editor."""
    with st.container(key="talk-list", width=900):
        st.markdown("A talk is a row of *beats*: one picture each, as large as the screen, moved on by a clicker. "
                    "Its questions are for the room. **Choose one, and press ? on its stage for the keys.**")
        for name, talk in talks().items():
            with st.container(horizontal=True, vertical_alignment="center", border=True):
                st.markdown(f"**[{talk.title}](lecture?talk={name})**  \n{len(talk.beats)} beats, "
                            f"{talk.minutes:g} minutes", width="stretch")
                st.button("Copy and change", key=f"copy-{name}", icon=":material/edit:", on_click=own_talk.copy,
                          args=(talk,))
                st.download_button("Hand-out", partial(talk_stage.handout, talk, name), f"talk-{name}.pdf",
                                   "application/pdf", key=f"handout-{name}", on_click="ignore",
                                   icon=":material/print:")
        own_talk.section()
