"""Mounting the network view on a page."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from lth_core.once import once
from pages.live.hearing import Heard
from pages.widgets import colours, shared
from pages.widgets.live_chart import Plan
from pages.widgets.network_view.payload import payload
from pages.widgets.network_view.slider_data import SliderData
from pages.widgets.network_view.words import WORDS

_mount = shared.component("network_view", Path(__file__).parent)


@once(64)  # by identity: keep SliderData in a cache that hands out the same object each time
def _packed(data: SliderData, palette: str) -> str:
    return shared.packed(payload(data, palette))


def network_view(
    data: SliderData,
    *,
    key: str,
    sparsity: int,
    plan: Plan | None = None,
    live: Heard | None = None,
    start: int | None = None,
    bare: bool = False,
) -> int:
    """Draw `data` with the slider at rung `sparsity`; return the rung the reader last let go of.

    While the reader drags, everything happens in the browser; Python hears once, on release. Store the returned value
    at once and pass it back as `sparsity` (through session state or the URL): a `sparsity` other than the last one
    returned moves the slider.

    plan: of a net that is still to be trained (`data` then has its first weights): what its run measures. live: that
    run, while it goes on: the edges move as the weights do. When it ends the page is drawn again.

    start: the rung from which the slider runs to `sparsity` by itself when the page moves it; None to be there at once.
    bare: without the curves, which tell what comes.
    """
    if not 0 <= sparsity < data.rungs:
        raise ValueError(f"sparsity must be a rung 0 … {data.rungs - 1}, not {sparsity}")
    memory = st.session_state.setdefault(f"{key}.memory", {"rung": None, "said": None, "move": 0, "to": sparsity})
    said = (st.session_state.get(key) or {}).get("position")
    # The page speaks: the reader has said nothing new, or the network has only just appeared.
    if said is None or (said == memory["said"] and sparsity != memory["rung"]):
        memory |= {"move": memory["move"] + 1, "to": sparsity}
    message = {
        "packed": _packed(data, colours.chosen()),
        "words": WORDS,
        # Changes only when the page moves the slider: else the whole net would travel again after every release.
        "position": {"rung": memory["to"], "move": memory["move"], **({} if start is None else {"from": start})},
        "bare": bare,
        "fresh": plan is not None,
        "plan": asdict(plan) if plan else None,
        "live": {**asdict(live), "plan": asdict(plan)} if live and plan else None,
    }
    state: Any = _mount(key=key, data=message, default={"position": message["position"]},
                        on_position_change=shared.ignore, on_over_change=shared.ignore)
    # What the reader said before the page's last move is stale.
    rung = state.position["rung"] if state.position["move"] == memory["move"] else memory["to"]
    memory |= {"said": dict(state.position), "rung": min(max(int(rung), 0), data.rungs - 1)}
    return int(memory["rung"])
