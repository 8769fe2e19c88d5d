"""Mounting the round player on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from lth_core.experiments import Lottery
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures import palette
from pages.figures.rounds import lottery
from pages.live.hearing import Heard
from pages.records import recorded
from pages.widgets import shared
from pages.widgets.round_player.build import player, untrained
from pages.widgets.round_player.words import WORDS, telling

_mount = shared.component("round_player", Path(__file__).parent)

STAGES = 3  # of a round: train, prune, rewind


@dataclass(frozen=True)
class Moment:
    """Where the player rests. round: rounds behind it. stage: 0 at θ₀, 1 trained, 2 pruned. edge: flat index of the
    chosen weight, −1 for none."""

    round: int = 0
    stage: int = 0
    edge: int = -1


@dataclass(frozen=True)
class Film:
    """A run as the player gets it. packed: what `build.player` says, as one string. words: those that hang on how it
    prunes. open: its last ticket is cut and rewound, and the next round can be asked for. bare: no round is trained,
    and the first can be asked for."""

    rounds: int
    total: int
    packed: str
    words: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    bare: bool = False

    def held(self, level: int, stage: int, edge: int = -1) -> Moment:
        """That moment, or the film's nearest one.

        >>> Film(3, 100, "").held(9, 2, 7), Film(3, 100, "", open=True).held(4, 0)
        (Moment(round=3, stage=1, edge=7), Moment(round=4, stage=0, edge=-1))
        """
        last = 0 if self.bare else self.rounds + self.open
        at = min(max(level, 0), last)
        most = STAGES - 1 if at < last else 0 if self.open else 1
        return Moment(at, min(max(stage, 0), most), edge if 0 <= edge < self.total else -1)


@once(24)
def film(run: Result, name: str, colours: str = palette.DEFAULT, rounds: int | None = None, planned: int = 0) -> Film:
    """The film of one run, recorded or live. name: of its net, as a reader knows it. rounds: how many, if not all.
    planned: rounds that a run which grows may reach."""
    data = player(run, name, _example(lottery(run)), colours, rounds, planned)
    return Film(data["rounds"], data["total"], shared.packed(data), telling(lottery(run).pruning), "open" in data)


@once(24)
def seedling(spec: Lottery, name: str, colours: str = palette.DEFAULT) -> Film:
    """The film of a run of which nothing is trained yet."""
    data = untrained(spec, name, _example(spec), colours)
    return Film(0, data["total"], shared.packed(data), telling(spec.pruning), open=True, bare=True)


def _example(spec: Lottery) -> np.ndarray | None:
    """An image to show in the input layer."""
    return recorded.seven(spec.net.sizes[0]) if spec.data.name == "mnist" else None


@dataclass(frozen=True, kw_only=True)
class LiveRound(Heard):
    """The training of the next round, or of all from `first` to `round`. paused: it was stopped, and can go on."""

    first: int
    round: int
    paused: bool = False


def round_player(
    run: Film, *, key: str, moment: Moment, words: Mapping[str, str] | None = None, live: LiveRound | None = None,
    on_more: Callable[[], None] | None = None, on_stop: Callable[[], None] = shared.ignore,
    start: Moment | None = None,
) -> Moment:
    """Show `run` at `moment`; return the moment at which the reader let it rest.

    Everything plays in the browser; Python hears once, on rest. Store the returned moment at once and pass it back: a
    moment other than the last one returned moves the player.

    on_more: the reader asks for the round after the last of an open film; None where the page itself asks. live: its
    training, while it goes on.
    start: from where the film runs to `moment` by itself when the page moves it; None to be there at once.
    on_stop: the reader cancels it. When it ends, the part of the page that shows the player is drawn again.
    """
    memory = st.session_state.setdefault(f"{key}.memory", {"now": None, "said": None, "move": 0, "to": moment})
    said = (st.session_state.get(key) or {}).get("position")
    # The page speaks: the reader has said nothing new, or the player has only just appeared.
    if said is None or (said == memory["said"] and moment != memory["now"]):
        memory |= {"move": memory["move"] + 1, "to": moment}
    # Changes only when the page moves the player: else the whole run would travel again after every rest.
    position = {**asdict(memory["to"]), "move": memory["move"]}
    if start is not None:
        position["from"] = asdict(start)
    message = {"packed": run.packed, "words": {**WORDS, **run.words, **(words or {})}, "position": position,
               "live": asdict(live) if live else None, "closed": on_more is None}
    state: Any = _mount(key=key, data=message, default={"position": position}, on_position_change=shared.ignore,
                        on_more_change=on_more or shared.ignore, on_over_change=shared.ignore, on_stop_change=on_stop)
    now = dict(state.position)
    memory |= {"said": now, "now": memory["to"] if now["move"] != memory["move"] else _moment(now, run)}
    result: Moment = memory["now"]
    return result


def _moment(position: Mapping[str, Any], run: Film) -> Moment:
    """What the browser said, held within the run."""
    return run.held(*(int(position[name]) for name in ("round", "stage", "edge")))
