"""Mounting the round player on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.widgets.round_player.words import WORDS

_HERE = Path(__file__).parent
_SHARED = _HERE.parent / "network_view" / "js"
# Plain scripts in the order they build on each other: how a net is laid out and its units drawn is the network view's.
_SCRIPTS = (
    *(_SHARED / f"{name}.js" for name in ("data", "network", "hover")),
    *(_HERE / "js" / f"{name}.js" for name in ("film", "stage", "panels", "ledger", "main")),
)

_mount = st.components.v2.component(
    "lottery.round_player",
    html=(_HERE / "body.html").read_text(encoding="utf-8"),
    css=(_HERE / "style.css").read_text(encoding="utf-8"),
    js="\n".join(path.read_text(encoding="utf-8") for path in _SCRIPTS),
)

STAGES = 3  # of a round: train, prune, rewind


@dataclass(frozen=True)
class Moment:
    """Where the player rests. round: rounds behind it. stage: 0 at θ₀, 1 trained, 2 pruned. edge: flat index of the
    chosen weight, −1 for none."""

    round: int = 0
    stage: int = 0
    edge: int = -1


def round_player(data: Mapping[str, Any], *, key: str, moment: Moment, words: Mapping[str, str] = WORDS) -> Moment:
    """Show the run `data` (from `build.player`) at `moment`; return the moment at which the reader let it rest.

    Everything plays in the browser; Python hears once, on rest. Store the returned moment at once and pass it back: a
    moment other than the last one returned moves the player.
    """
    memory = st.session_state.setdefault(f"{key}.memory", {"now": None, "said": None, "move": 0, "to": moment})
    said = (st.session_state.get(key) or {}).get("position")
    if said == memory["said"] and moment != memory["now"]:  # the page speaks; the reader has said nothing new
        memory |= {"move": memory["move"] + 1, "to": moment}
    # Changes only when the page moves the player: else the whole run would travel again after every rest.
    position = {**asdict(memory["to"]), "move": memory["move"]}
    message = {**data, "words": {**WORDS, **words}, "position": position}
    state: Any = _mount(key=key, data=message, default={"position": position}, on_position_change=_ignore)
    now = dict(state.position)
    memory |= {"said": now, "now": memory["to"] if now["move"] != memory["move"] else _moment(now, data)}
    result: Moment = memory["now"]
    return result


def _moment(position: Mapping[str, Any], data: Mapping[str, Any]) -> Moment:
    """What the browser said, held within the run."""
    level = min(max(int(position["round"]), 0), int(data["rounds"]))
    stage = min(max(int(position["stage"]), 0), STAGES - 1 if level < data["rounds"] else 1)
    edge = int(position["edge"])
    return Moment(level, stage, edge if 0 <= edge < int(data["total"]) else -1)


def _ignore() -> None:
    """Streamlit wants a callback for every state with a default; the return value says it all."""
