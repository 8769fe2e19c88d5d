"""Home: what this is, and the map of eight chapters."""

from __future__ import annotations

import streamlit as st

from pages.chapters import CHAPTERS
from pages.widgets import frame

with frame.prose():
    st.title("The lottery ticket, drawn", anchor=False)
    st.markdown(
        "### *Inside a large neural network sits a small one that could have learned the task alone.*"
    )
    st.markdown(
        "That is the Lottery Ticket Hypothesis of Jonathan Frankle and Michael Carbin (ICLR 2019): a dense, randomly "
        "initialised network contains a sparse sub-network, a *winning ticket*, that trained by itself from its "
        "original first values reaches the accuracy of the whole. This is an explainer you can take apart. Every "
        "curve was trained by the engine behind these pages, on real handwritten digits, and you can run it again."
    )
    first = CHAPTERS[0]
    st.page_link(first.file, label=f"Start with chapter 1: {first.title.lower()}", icon=":material/arrow_forward:")

with frame.prose():
    st.header("The map", anchor=False)
columns = st.columns(2, gap="medium")
for position, chapter in enumerate(CHAPTERS):
    with columns[position % 2].container(border=True, height="stretch", key=f"chapter-{chapter.number}"):
        if chapter.exists:
            st.page_link(chapter.file, label=f"**{chapter.label}**")
        else:
            st.markdown(f"**{chapter.label}** :gray-badge[to come]")
        st.markdown(f"*{chapter.question}*")
        st.caption(chapter.does)

with frame.prose():
    st.caption(
        "Green is kept, red is pruned, on every page. Each number says whether it was measured here, and over how many "
        "seeds, or where in the literature it stands."
    )
