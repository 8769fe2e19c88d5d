"""Mounting the train ablation on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from lth_core.ledger.runs import Runs
from lth_core.once import once
from pages.figures.runs import KINDS
from pages.live.hearing import Heard
from pages.widgets import colours, shared
from pages.widgets.ablation.payload import payload
from pages.widgets.ablation.words import WORDS

_mount = shared.component("ablation", Path(__file__).parent)

MEASURES = ("accuracy", "error", "loss")
DEALS = 999  # ways to deal letters in blind mode that an address can name


@dataclass(frozen=True)
class View:
    """What is looked at. level: round of pruning, 1 is the first. shown: conditions. blind: 0, or names are hidden
    behind letters, dealt in this of many ways, until they are `revealed`."""

    level: int
    measure: str
    shown: tuple[str, ...]
    blind: int = 0
    revealed: bool = False

    @property
    def hides(self) -> bool:
        """Are names hidden now?"""
        return bool(self.blind) and not self.revealed


@dataclass(frozen=True, kw_only=True)
class LiveRace(Heard):
    """A run of all conditions at `level`. finished: its `payload.live_payload` once it is over."""

    level: int
    seed: int
    finished: Mapping[str, Any] | None = None


@once(8)
def _packed(runs: Runs, palette: str) -> str:
    return shared.packed(payload(runs, palette))


def ablation(
    runs: Runs,
    *,
    key: str,
    view: View,
    live: LiveRace | None = None,
    presses: Sequence[Mapping[str, str]] = (),
) -> tuple[View, str | None]:
    """Draw recorded runs and the live one; return the view as the reader left it, and how the live run ended, once,
    when it ends.

    presses: the page's buttons that train, as {at: CSS selector of a box around it, key: on the keyboard}.

    Dragging, switching and the blind bet happen in the browser; Python hears on release. `view` only counts when the
    widget appears (or `key` changes): from then on the reader's hand does.
    """
    start = shared.start("ablation", key, asdict(view) | {"shown": list(view.shown)})
    message = {"packed": _packed(runs, colours.chosen()), "words": WORDS, "view": start,
               "live": asdict(live) if live else None, "presses": list(presses)}
    state: Any = _mount(key=key, data=message, default={"view": start}, on_view_change=shared.ignore,
                        on_over_change=shared.ignore)
    return _view(dict(state.view), runs), str(state.over) if state.over else None


def current(key: str, view: View, runs: Runs) -> View:
    """The view as the browser last told it, before the widget is drawn; `view` at first."""
    said = st.session_state.get(key)
    return _view(dict(said["view"]), runs) if said else view


def _view(said: Mapping[str, Any], runs: Runs) -> View:
    """What the browser said, held within what there is."""
    shown = tuple(name for name in KINDS if name in said["shown"] and runs.has(name))
    measure = str(said["measure"])
    return View(min(max(int(said["level"]), 1), runs.levels), measure if measure in MEASURES else MEASURES[0],
                shown or ("ticket",), min(max(int(said["blind"]), 0), DEALS), bool(said.get("revealed")))
