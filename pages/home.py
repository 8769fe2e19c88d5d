"""Home: what this is, a film of it, and the map of the chapters."""

from __future__ import annotations

import streamlit as st

from pages.figures import thumbnail
from pages.text.chapters import CHAPTERS
from pages.widgets import chip, colours, frame, progress, quiz
from pages.widgets.companion import companion
from pages.widgets.cover import cover
from pages.widgets.thumbnails import thumbnail_of

with st.container(key="title"):
    st.html(frame.heading("The lottery ticket, drawn",
                          "Inside a large neural network sits a small one that could have learned the task alone."))
with st.container(key="hero"):
    words, picture = st.columns([2, 5], gap="large")
with picture:  # on a phone it stands first: see page.css
    cover()
    st.markdown(chip.measured(1))
with words:
    st.markdown(
        "So says the Lottery Ticket Hypothesis of Jonathan Frankle and Michael Carbin (ICLR 2019). Take it apart here: "
        "every net was trained on real images by the engine behind these pages, and you can train it again."
    )
    with st.container(key="ways", horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(key="start", width="content"):
            st.page_link(CHAPTERS[0].file, label="Start", icon=":material/arrow_forward:")
        with st.container(key="doors", gap=None, width="content"):
            st.markdown(":material/co_present: [For lectures · talks with a clicker](lecture)")
            st.page_link("pages/proof.py", label="For doubters · the proof", icon=":material/verified:")
            st.page_link("pages/ledger.py", label="43 claims · the ledger", icon=":material/checklist:")

st.header("All chapters", anchor="chapters")
for left in range(0, len(CHAPTERS), 4):
    for chapter, column in zip(CHAPTERS[left : left + 4], st.columns(4, gap="small"), strict=False):
        with column.container(border=True, height="stretch", key=f"chapter-{chapter.number}"):
            if drawing := thumbnail_of(chapter.number, colours.chosen()) if chapter.exists else "":
                st.html(thumbnail.tag(drawing))
            if chapter.exists:
                st.page_link(chapter.file, label=f"**{chapter.label}**")
            else:
                st.markdown(f"**{chapter.label}** :gray-badge[to come]")
            st.markdown(f"*{chapter.question}*")
            st.caption(f"{chapter.does} {chapter.minutes} minutes." if chapter.minutes else chapter.does)
            if been := progress.told(chapter.number):
                st.markdown(f":violet-badge[:material/check: {been}]")

quiz.once_more()
with frame.prose():
    st.caption(
        f"{colours.word('kept').capitalize()} is kept, {colours.word('pruned')} is pruned, on every page. "
        "Each number says whether it was measured here, and over how many seeds, or where in the literature it stands. "
        "A badge like *C23 · partly* is the verdict on one of 43 claims about tickets and pruning. Dotted words "
        "explain themselves."
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        colours.switch()
        companion("home")
