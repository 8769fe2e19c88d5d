"""Mounting the round player on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from lth_core.results.result import Result
from pages import recorded
from pages.figures import palette
from pages.figures.rounds import lottery
from pages.once import once
from pages.widgets import shared
from pages.widgets.round_player.build import player
from pages.widgets.round_player.words import WORDS, telling

# How a net is laid out and its units drawn is the network view's.
_SCRIPTS = (
    *(f"../network_view/js/{name}.js" for name in ("data", "network", "hover")),
    *(f"js/{name}.js" for name in ("film", "stage", "panels", "ledger", "main")),
)
_mount = shared.component("round_player", Path(__file__).parent, _SCRIPTS)

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
    prunes."""

    rounds: int
    total: int
    packed: str
    words: Mapping[str, str] = field(default_factory=dict)


@once(24)
def film(run: Result, name: str, colours: str = palette.DEFAULT, rounds: int | None = None) -> Film:
    """The film of one run, recorded or live. name: of its net, as a reader knows it. rounds: how many, if not all."""
    example = recorded.seven(run.spec.net.sizes[0]) if run.spec.data.name == "mnist" else None
    data = player(run, name, example, colours, rounds)
    return Film(data["rounds"], data["total"], shared.packed(data), telling(lottery(run).pruning))


def round_player(run: Film, *, key: str, moment: Moment, words: Mapping[str, str] | None = None) -> Moment:
    """Show `run` at `moment`; return the moment at which the reader let it rest.

    Everything plays in the browser; Python hears once, on rest. Store the returned moment at once and pass it back: a
    moment other than the last one returned moves the player.
    """
    memory = st.session_state.setdefault(f"{key}.memory", {"now": None, "said": None, "move": 0, "to": moment})
    said = (st.session_state.get(key) or {}).get("position")
    if said == memory["said"] and moment != memory["now"]:  # the page speaks; the reader has said nothing new
        memory |= {"move": memory["move"] + 1, "to": moment}
    # Changes only when the page moves the player: else the whole run would travel again after every rest.
    position = {**asdict(memory["to"]), "move": memory["move"]}
    message = {"packed": run.packed, "words": {**WORDS, **run.words, **(words or {})}, "position": position}
    state: Any = _mount(key=key, data=message, default={"position": position}, on_position_change=shared.ignore)
    now = dict(state.position)
    memory |= {"said": now, "now": memory["to"] if now["move"] != memory["move"] else _moment(now, run)}
    result: Moment = memory["now"]
    return result


def _moment(position: Mapping[str, Any], run: Film) -> Moment:
    """What the browser said, held within the run."""
    level = min(max(int(position["round"]), 0), run.rounds)
    stage = min(max(int(position["stage"]), 0), STAGES - 1 if level < run.rounds else 1)
    edge = int(position["edge"])
    return Moment(level, stage, edge if 0 <= edge < run.total else -1)
