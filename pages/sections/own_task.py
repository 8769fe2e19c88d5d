"""How a teacher makes a task of a page: its present state, one question, a depth, settings hidden or not; as a link."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from pages.teaching.task import ASKED, NAME, PAGES, Task, TaskError, to_link
from pages.teaching.words import clean
from pages.text.chapters import CHAPTERS
from pages.widgets.depth import DEPTHS, PARAMETER

DEEP = tuple(chapter.slug for chapter in CHAPTERS)  # pages with a depth
FIXED = ("Settings are hidden: choices, menus, sliders above the picture, and the depth. What acts, such as *Draw* or "
         "*Next round*, stays, and so does everything measured.")


@st.dialog("A task for your class", width="medium")
def dialog(slug: str) -> None:
    """The form, and the link that it made."""
    if slug not in PAGES:
        st.markdown("This page cannot carry a task.")
        return
    state = {name: word for name, word in st.query_params.to_dict().items() if name != NAME}
    with st.form("own-task", border=False):
        st.markdown("The link opens this page in its present state, with your question at its foot. It holds all of "
                    "it: no account, nothing on the server.")
        asked = st.text_area("Your question", max_chars=ASKED, height=100, key="own-task-asked")
        depth = st.segmented_control("Depth", DEPTHS, default=state.get(PARAMETER.name, PARAMETER.default),
                                     required=True, key="own-task-depth") if slug in DEEP else None
        fixed = st.checkbox("Hide the settings", key="own-task-fixed", help=FIXED)
        pressed = st.form_submit_button("Make the link", type="primary")
    if pressed:
        _told(slug, state, clean(asked or ""), depth, fixed)


def link(slug: str, state: dict[str, str], task: Task, depth: str | None) -> str:
    """The address, within the site, of the page at `slug` in that state with that task. Raises ValueError when it is
    too long.

    >>> link("pruning", {"round": "5"}, Task("Why?"), "Gist")[:30]
    'pruning?round=5&depth=Gist&tas'
    """
    state = {name: word for name, word in state.items() if name != PARAMETER.name or depth is None}
    if depth not in (None, PARAMETER.default):
        state[PARAMETER.name] = str(depth)
    return f"{slug}?{urlencode({**state, NAME: to_link(task)})}"


def _told(slug: str, state: dict[str, str], asked: str, depth: str | None, fixed: bool) -> None:
    try:
        made = link(slug, state, Task(asked, fixed), depth)
    except TaskError as error:
        st.warning(f"No link yet: {error}.", icon=":material/edit:")
        return
    site = (st.context.url or "").partition("?")[0].rstrip("/").removesuffix(f"/{slug}")
    st.markdown("Copy this link and give it to your class. [Look at it yourself]"
                f"({made}) first.")
    st.code(f"{site}/{made}", language=None, wrap_lines=True)
