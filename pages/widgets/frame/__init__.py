"""The frame of every chapter: a narrow band, the stage that fills the first screen, the prose below it, the foot.

```
band     title, question, depth, page menu            at most 140 px
stage    toolbar: one row of controls and a ⋯ menu
         the chapter's widget, as high as what is left of the screen
article  everything else: see `article`
```

A widget takes its height from `--stage-height` and its chart text from `--chart-text` (see `page.css`, which
`address.preview` sends with every page): both follow the screen, so that a projector shows a larger picture. Whoever
mounts a widget elsewhere sets the two on a box around it.
"""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.text.chapters import CHAPTERS, Beside, Chapter
from pages.widgets import colours, progress
from pages.widgets.companion import companion
from pages.widgets.depth import PARAMETER, Depth, depth_control
from pages.widgets.frame.article import beside, learned, message, note, prose, sections

__all__ = ["band", "beside", "foot", "head", "heading", "learned", "menu", "message", "note", "prose", "sections",
           "stage", "toolbar"]


def head(chapter: Chapter) -> Depth:
    """The band of a chapter: where one is, title and question, the depth switch; returns the depth the reader chose."""
    progress.enter(chapter)
    return _band(progress.strip(chapter) + heading(chapter.title, chapter.question), chapter.slug, deep=True)


def band(page: Beside, deep: bool = False) -> Depth:
    """The band of a page beside the chapters: title, question and page menu. deep: with the depth switch; returns the
    depth the reader chose, else the middle one."""
    return _band(heading(page.title, page.question), page.slug, deep)


def _band(told: str, slug: str, deep: bool) -> Depth:
    """The band itself, with `told` as HTML at its start."""
    with st.container(key="band", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(told, width="stretch")
        with st.container(key="band-controls", horizontal=True, vertical_alignment="center", width="content",
                          gap="xsmall"):
            level = depth_control() if deep else Depth(PARAMETER.default)
            companion(slug)
            colours.switch()
    return level


def heading(title: str, question: str) -> str:
    """The title of a page and, in its voice, a line below or beside it; as HTML."""
    return f'<div class="heading"><h1>{escape(title)}</h1><p>{escape(question)}</p></div>'


def stage(instruction: str) -> DeltaGenerator:
    """The box of the chapter's experiment. instruction: what to do here, one sentence of Markdown."""
    box = st.container(key="stage", gap="xsmall")
    box.container(key="instruction").markdown(instruction)
    return box


def toolbar() -> DeltaGenerator:
    """One row of controls above the widget. Labels stay collapsed: a choice should say what it is."""
    return st.container(key="toolbar", horizontal=True, vertical_alignment="center", gap="small")


def menu(label: str = "More") -> DeltaGenerator:
    """What is seldom needed of a figure: seed, recorded or live, run again, files, evidence. Stands at a row's end."""
    return st.popover(label, icon=":material/more_horiz:", type="tertiary")


def foot(chapter: Chapter) -> None:
    """Where to go next: the neighbours that exist, and a word about the one that does not yet."""
    following = next((other for other in CHAPTERS if other.number == chapter.number + 1), None)
    before = next((other for other in CHAPTERS if other.number == chapter.number - 1), None)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if before and before.exists:
            st.page_link(before.file, label=before.label, icon=":material/arrow_back:")
        else:
            st.page_link("pages/home.py", label="All chapters", icon=":material/arrow_back:")
        if following and following.exists:
            st.page_link(following.file, label=following.label, icon=":material/arrow_forward:")
        elif following:
            st.caption(f"Next, still being built: {following.label}. {following.question}")
        else:
            st.page_link("pages/home.py", label="All chapters", icon=":material/home:")
