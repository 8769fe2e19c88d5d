"""The concept map: three columns of buttons and the lines between them. A choice is the page's, not the map's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.widgets import shared

_mount = shared.component("concept_map", Path(__file__).parent)

WORDS = {
    "before": "Before 2019",
    "chapter": "Chapters",
    "after": "Since",
    "lab": "with a lab",
    "touches": "touches",
}


def concept_map(
    map_data: Mapping[str, Any], chosen: str, on_pick: Callable[[str], None], *, key: str,
) -> None:
    """Draw `map_data` (see `figures.concept_map.payload`) with the node `chosen` standing out.

    on_pick: called before the page runs again, with the name that the reader pressed, or "" when the chosen one was
    pressed once more.
    """
    def picked() -> None:
        on_pick(str(st.session_state[key]["picked"] or ""))

    _mount(key=key, data={**map_data, "chosen": chosen, "words": WORDS}, on_picked_change=picked)
