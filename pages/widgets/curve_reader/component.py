"""Mounting the curve reader on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pages.figures.sweep import MEASURES, STEPS, Sweep
from pages.widgets import colours, shared
from pages.widgets.curve_reader.payload import packed
from pages.widgets.curve_reader.words import WORDS

_mount = shared.component("curve_reader", Path(__file__).parent)


@dataclass(frozen=True)
class View:
    """What is looked at. level: the round under the marker. first, last: rounds at the ends of the axis.

    At first down to round 18, 1.9% of the weights: below, random masks collapse and would press the rest together.
    """

    level: int = 10
    measure: str = "accuracy"
    step: int = 500
    linear: bool = False
    each: bool = False
    first: int = 0
    last: int = 18


def curve_reader(case: Sweep, *, key: str, view: View) -> View:
    """Draw the curves of `case`; return the view as the reader left it.

    Dragging, switching and zooming happen in the browser; Python hears when the hand rests. `view` only counts when
    the widget appears (or `key` changes): from then on the reader's hand does, also when `case` changes.
    """
    start = shared.start("curve_reader", key, asdict(_view(asdict(view), case)))
    message = {"packed": packed(case, colours.chosen()), "words": WORDS, "view": start}
    state: Any = _mount(key=key, data=message, default={"view": start}, on_view_change=shared.ignore)
    return _view(dict(state.view), case)


def _view(said: Mapping[str, Any], case: Sweep) -> View:
    """What the browser said, held within what there is."""
    most = case.runs.levels
    level, first, last = (min(max(int(said[name]), 0), most) for name in ("level", "first", "last"))
    measure, step = str(said["measure"]), int(said["step"])
    if first >= last:
        first, last = 0, most
    known = step in STEPS or step in case.steps()
    return View(level, measure if measure in MEASURES else "accuracy", step if known else View.step,
                bool(said["linear"]), bool(said["each"]), first, last)
