"""What a lab is: a related work, run in small beside the winning ticket, on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.text.chapters import CHAPTERS
from pages.widgets.depth import PARAMETER, Depth

TABLE = 760  # CSS pixels: below 640 a table of facts stacks its cells


@dataclass(frozen=True)
class Lab:
    """One lab. method: its word in `/lab?method=`, by which rows of `text/works` name it. question: what a reader comes
    with. show: draws the page below the band, at a depth."""

    method: str
    title: str
    question: str
    show: Callable[[Depth], None]


def link(lab: Lab, icon: str, level: Depth) -> None:
    """The way to a lab's page, within the same visit and at the same depth."""
    deep = {} if level.chosen == PARAMETER.default else {PARAMETER.name: level.chosen}
    st.page_link("pages/lab.py", label=lab.title, icon=icon, query_params={"method": lab.method, **deep})


def to_map() -> None:
    """The way back to the map of all works."""
    st.page_link(CHAPTERS[7].file, label="All related work", icon=":material/hub:")
