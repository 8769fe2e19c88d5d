"""A recorded chart on a page: drawn at once, exact values under pointer, finger and arrow keys."""

from __future__ import annotations

from pathlib import Path

from pages.widgets import shared
from pages.widgets.chart.words import WORDS

__all__ = ["WORDS", "chart"]

_mount = shared.component("chart", Path(__file__).parent)


def chart(packed: str, *, key: str, height: int) -> None:
    """Draw a `pages.figures.drawing` that was `shared.packed`, in this many CSS pixels."""
    _mount(key=key, data={"packed": packed, "words": WORDS}, height=height)
