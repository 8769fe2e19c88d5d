"""Mounting the rewind slider on a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lth_core.ledger.rewound import Rewound, harder
from pages.widgets import colours, shared
from pages.widgets.rewind_slider.payload import packed
from pages.widgets.rewind_slider.words import WORDS

_mount = shared.component("rewind_slider", Path(__file__).parent)


@dataclass(frozen=True)
class View:
    """What is looked at. step: the rewind step k. round: the round whose ticket is shown."""

    step: int = 0  # where it fails
    round: int = 6


def rewind_slider(net: Rewound, *, key: str, view: View) -> View:
    """Draw the errors of `net` over the rewind steps; return the view as the reader left it.

    Dragging happens in the browser; Python hears when the hand rests. `view` only counts when the widget appears (or
    `key` changes): from then on the reader's hand does.
    """
    start = shared.start("rewind_slider", key, asdict(held(view, net)))  # a round that the browser knows
    message = {"packed": packed(net, colours.chosen()), "words": WORDS, "view": start}
    state: Any = _mount(key=key, data=message, default={"view": start}, on_view_change=shared.ignore)
    return held(View(int(state.view["step"]), int(state.view["round"])), net)


def held(view: View, net: Rewound) -> View:
    """`view` within what is recorded: the nearest step, and a round that was trained."""
    step = min(net.steps, key=lambda known: (abs(known - view.step), known))
    levels = harder(net)
    return View(step, view.round if view.round in levels else levels[-1])
