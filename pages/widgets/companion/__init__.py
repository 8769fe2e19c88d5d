"""What goes with a reader from page to page: cards on words and citations, links that keep the visit, a sheet of keys.

A Markdown link with a title is all a page has to write: `[density](sources#glossary "Density: …")`. Without this
component it is a link with the browser's own tooltip. With it the title becomes a card, for mouse, keyboard and finger
alike, and a link to another chapter no longer opens a second tab, which would be a second visit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from pages.teaching.task import PAGES
from pages.text.chapters import BESIDE, CHAPTERS, at
from pages.widgets import shared
from pages.widgets.companion.words import EVERYWHERE, PLACES, WORDS

__all__ = ["added", "companion", "tasked"]

HOME = "home"
MOST = 13_000  # characters of an address: a whole talk fits (pages/talks/in_text.py)

_mount = shared.component("companion", Path(__file__).parent)


def added() -> str | None:
    """The anchor at which the reader just pressed "Add to talk", "" at none; None when nobody did."""
    said = st.session_state.get("companion") or {}
    anchor = said.get("added")
    return anchor[:60] if isinstance(anchor, str) else None


def tasked() -> bool:
    """Did the reader just press "Make a task of this page"?"""
    return bool((st.session_state.get("companion") or {}).get("tasked"))


def companion(slug: str) -> None:
    """Mount it on the page with that address; its small button opens the sheet of keys."""
    here = [HOME, *(chapter.slug for chapter in CHAPTERS if chapter.exists), *(page.slug for page in BESIDE)]
    keys = [*PLACES.get(slug, ()), *EVERYWHERE]
    state: Any = _mount(key="companion", data={"slug": slug, "pages": here, "keys": keys, "words": WORDS,
                                             "tasks": slug in PAGES},
                        on_went_change=shared.ignore, on_added_change=shared.ignore,
                        on_tasked_change=shared.ignore, width="content")
    to, _, asked = str(state.went or "").partition("?")
    if to in here and (to != slug or asked):  # comes from the browser: only pages of ours
        page = at(to)
        st.switch_page(page.file if page else "pages/home.py", query_params=dict(parse_qsl(asked[:MOST])))
