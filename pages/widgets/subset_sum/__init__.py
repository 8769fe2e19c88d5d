"""The subset sum: how close does the best subset of a few random weights come to a target?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pages.figures import palette
from pages.widgets import colours, shared
from pages.widgets.subset_sum.words import WORDS

MOST = 20  # weights: a million subsets, which a browser goes through in some milliseconds
GRAIN = 1_000  # the target is a whole number of thousandths
LAST = 9_999  # the last draw

_mount = shared.component("subset_sum", Path(__file__).parent)


@dataclass(frozen=True)
class View:
    """What is looked at. count: random weights. target: in thousandths. draw: which weights."""

    count: int = 8
    target: int = 300
    draw: int = 19  # four of its first eight weights make the target


def subset_sum(*, key: str, view: View) -> View:
    """Draw weights and find their best subset; return the view as the reader left it.

    All computing happens in the browser; Python hears when the hand rests. `view` only counts when the widget appears.
    """
    start = shared.start("subset_sum", key, asdict(view))
    styles = {role: vars(style) for role, style in palette.PALETTES[colours.chosen()].items()}
    message = {"styles": styles, "words": WORDS, "view": start}
    state: Any = _mount(key=key, data=message, default={"view": start}, on_view_change=shared.ignore)
    return held(state.view)


def held(said: Mapping[str, Any]) -> View:
    """What the browser said, within the bounds.

    >>> held({"count": 99, "target": -4, "draw": 3})
    View(count=20, target=0, draw=3)
    """
    return View(min(max(int(said["count"]), 1), MOST), min(max(int(said["target"]), 0), GRAIN),
                min(max(int(said["draw"]), 0), LAST))
