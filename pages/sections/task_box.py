"""A teacher's question at the foot of the screen, as long as the address holds one, and what makes a receipt of an
answer. `page.css` keeps its room: the stage above it is lower by as much."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.teaching import receipt
from pages.teaching.receipt import ANSWER, ReceiptError
from pages.teaching.task import NAME, PAGES, Task, TaskError, of_link
from pages.teaching.words import clean
from pages.text.chapters import HIDDEN

PAGE = next(page for page in HIDDEN if page.slug == "receipt")


def show(slug: str) -> None:
    """The box on the page at `slug`, if its address holds a task; a damaged one is told of by `url.check`."""
    task = _asked()
    if slug not in PAGES or task is None:
        return
    with st.container(key="task-fixed" if task.fixed else "task"), st.form("task-form", border=False):
        st.html(f'<p class="asked"><b>Your task</b> {escape(task.asked)}</p>')
        answer = st.text_area("Your answer", max_chars=ANSWER, height=68, key="task-answer",
                              label_visibility="collapsed", placeholder="Your answer")
        if st.form_submit_button("Make my receipt", type="primary"):
            _make(slug, task, clean(answer or ""))


def _asked() -> Task | None:
    word = st.query_params.get(NAME)
    try:
        return of_link(word) if word else None
    except TaskError:
        return None


def _make(slug: str, task: Task, answer: str) -> None:
    """On to the receipt; without an answer there is none."""
    if not answer:
        st.toast("Write your answer first.", icon=":material/edit:")
        return
    state = {name: word for name, word in st.query_params.to_dict().items() if name != NAME}
    try:
        word = receipt.to_link(receipt.made(slug, state, task.asked, answer))
    except ReceiptError as error:
        st.toast(f"No receipt: {error}.", icon=":material/link_off:")
        return
    st.switch_page(PAGE.file, query_params={receipt.NAME: word})
