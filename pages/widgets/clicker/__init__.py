"""The clicker: hears the keys of a talk, shows the strip below the picture, and keeps stage and presenter in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.widgets import shared
from pages.widgets.clicker.words import KEYS, WORDS

__all__ = ["KEYS", "WORDS", "Place", "asked", "clicker"]

_mount = shared.component("clicker", Path(__file__).parent)


@dataclass(frozen=True)
class Place:
    """Where a talk is. beat: from 1. step: presses within the beat. room: is the room's board on screen instead?"""

    beat: int
    step: int = 0
    room: bool = False


def asked(key: str) -> Place | None:
    """Where the last press wants to go; None when this run was not begun by a press."""
    said: Mapping[str, Any] = st.session_state.get(key) or {}
    to = said.get("to")
    if not isinstance(to, Mapping):
        return None
    return Place(_number(to.get("beat")), _number(to.get("step")), to.get("room") is True)


def clicker(talk: str, place: Place, beats: Sequence[Mapping[str, Any]], *, key: str, view: str) -> None:
    """Show the strip of `place`, and hear the keys.

    talk: its name, which keeps the windows of two talks apart. beats: of every beat its `presses`, `minutes`, `notes`,
    the `said` sentence and the `question` of each picture; all of them, so that the strip changes at the press. view:
    "stage", or "presenter" for notes and clock.
    """
    data = {"talk": talk, "place": vars(place), "packed": shared.packed({"beats": list(beats)}), "view": view,
            "words": WORDS, "keys": KEYS}
    _mount(key=key, data=data, on_to_change=shared.ignore)


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= 1_000 else 0
