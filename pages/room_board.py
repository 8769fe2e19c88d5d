"""The room's board: what a projector shows while phones bet, vote and draw tickets; and a question of one's own."""

from __future__ import annotations

import streamlit as st

from pages.address import url
from pages.sections import own_question, run_queue
from pages.text.chapters import BESIDE
from pages.widgets import frame
from pages.widgets.choice import choice
from pages.widgets.room_board import own, room_board

PAGE = next(page for page in BESIDE if page.slug == "room_board")
VIEW = url.Choice("view", ("projector", "presenter"), "projector")

url.check((VIEW,))
frame.band(PAGE)
with frame.stage("Phones come in by the code. **Ask, wait, reveal.** Or let everybody draw a ticket."):
    with frame.toolbar():
        view = choice("Who sees this", VIEW)
        with frame.menu("A question of your own"):
            question = own_question.form()
    room_board(question, key="board", presenter=view == "presenter")
    if view == "presenter":
        run_queue.panel()
with frame.prose():
    st.markdown(
        "**On the presenter's view** you also see how many have a hand up, save all answers as a file, and close the "
        "room. Closing deletes everything. So does the passing of a day."
    )
    if own() is not None:
        st.markdown("While a room is open, each question at the end of a chapter has a button **Ask the room**.")
