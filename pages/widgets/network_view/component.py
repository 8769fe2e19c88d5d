"""Mounting the network view on a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.figures import palette
from pages.widgets.network_view.payload import payload
from pages.widgets.network_view.slider_data import SliderData
from pages.widgets.network_view.words import WORDS

_HERE = Path(__file__).parent
# Plain scripts in the order they build on each other; main.js ends with the export that Streamlit calls.
_SCRIPTS = ("data", "network", "hover", "plot", "panels", "readings", "main")


def _script() -> str:
    return "\n".join((_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)


_mount = st.components.v2.component(
    "lottery.network_view",
    html=(_HERE / "body.html").read_text(encoding="utf-8"),
    css=(_HERE / "style.css").read_text(encoding="utf-8"),
    js=_script(),
)

# By identity: keep SliderData in st.cache_resource, which hands out the same object each time.
_payload = lru_cache(maxsize=64)(payload)


def network_view(
    data: SliderData,
    *,
    key: str,
    sparsity: int,
    words: Mapping[str, str] = WORDS,
    colours: str = palette.DEFAULT,
) -> int:
    """Draw `data` with the slider at rung `sparsity`; return the rung the reader last let go of.

    While the reader drags, everything happens in the browser; Python hears once, on release. Store the returned value
    at once and pass it back as `sparsity` (through session state or the URL): a `sparsity` other than the last one
    returned moves the slider.
    """
    if not 0 <= sparsity < data.rungs:
        raise ValueError(f"sparsity must be a rung 0 … {data.rungs - 1}, not {sparsity}")
    memory = st.session_state.setdefault(f"{key}.memory", {"rung": None, "said": None, "move": 0, "to": sparsity})
    said = (st.session_state.get(key) or {}).get("position")
    if said == memory["said"] and sparsity != memory["rung"]:  # the page speaks; the reader has said nothing new
        memory |= {"move": memory["move"] + 1, "to": sparsity}
    message = {
        **_payload(data, colours),
        "words": {**WORDS, **words},
        # Changes only when the page moves the slider: else the whole net would travel again after every release.
        "position": {"rung": memory["to"], "move": memory["move"]},
    }
    state: Any = _mount(key=key, data=message, default={"position": message["position"]}, on_position_change=_ignore)
    # What the reader said before the page's last move is stale.
    rung = state.position["rung"] if state.position["move"] == memory["move"] else memory["to"]
    memory |= {"said": dict(state.position), "rung": min(max(int(rung), 0), data.rungs - 1)}
    return int(memory["rung"])


def _ignore() -> None:
    """Streamlit wants a callback for every state with a default; the return value says it all."""
