"""Any page of the site at any address, in a frame: for states that no other scene shows."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from pages.address import url
from pages.address.base import base
from pages.scenes.scene import Scene, word
from pages.talks.beat import State
from pages.text.chapters import BESIDE, CHAPTERS

SLUGS = ("home", *(chapter.slug for chapter in CHAPTERS if chapter.exists), *(page.slug for page in BESIDE))
PAGE = url.Choice("page", SLUGS, "home")
QUERY = url.Free("query", 400)
ANCHOR = url.Free("anchor", 60)


def mount(state: State, key: str) -> None:
    """The page without its navigation, scrolled to its anchor."""
    asked = quote(word(state, QUERY), safe="=&.-_~%+")
    anchor = quote(word(state, ANCHOR))
    with st.container(key=f"{key}-page"):
        st.iframe(f"{base()}/{word(state, PAGE)}?{asked}&embed=true#{anchor}", height="stretch")


SCENE = Scene("page", "A page of this site", "home", (PAGE, QUERY, ANCHOR), mount)
