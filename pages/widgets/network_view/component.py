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
_SCRIPTS = ("data", "network", "hover", "plot", "panels", "main")


def _script() -> str:
    return "\n".join((_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)


_mount = st.components.v2.component(
    "lottery.network_view",
    html=(_HERE / "body.html").read_text(encoding="utf-8"),
    css=(_HERE / "style.css").read_text(encoding="utf-8"),
    js=_script(),
)

_payload = lru_cache(maxsize=64)(payload)  # by identity: keep SliderData in st.cache_resource, which hands out the same one


def network_view(
    data: SliderData,
    *,
    key: str,
    sparsity: int,
    words: Mapping[str, str] = WORDS,
    colours: str = palette.DEFAULT,
) -> int:
    """Draw `data` with the slider at rung `sparsity`; return the rung the reader last let go of.

    While the reader drags, everything happens in the browser; Python hears once, on release. Pass the returned value
    back as `sparsity` (through the URL, say). A `sparsity` that the reader did not choose moves the slider.
    """
    if not 0 <= sparsity < data.rungs:
        raise ValueError(f"sparsity must be a rung 0 … {data.rungs - 1}, not {sparsity}")
    message = {**_payload(data, colours), "words": {**WORDS, **words}, "position": _position(key, sparsity)}
    state: Any = _mount(key=key, data=message, default={"sparsity": sparsity}, on_sparsity_change=_ignore)
    rung = state.sparsity
    return rung if isinstance(rung, int) and 0 <= rung < data.rungs else sparsity


def _position(key: str, sparsity: int) -> dict[str, int]:
    """Where the page puts the slider, and how often it has done so.

    It changes only when the page, not the reader, moves the slider: a position in every message would change the
    message after every release, and the whole net would travel again. The count tells two equal wishes apart.
    """
    memory = st.session_state.setdefault(f"{key}.position", {"asked": None, "sent": {"rung": sparsity, "move": 0}})
    reported = (st.session_state.get(key) or {}).get("sparsity")
    if reported is None or sparsity not in (memory["asked"], reported):
        memory["sent"] = {"rung": sparsity, "move": memory["sent"]["move"] + 1}
        st.session_state[key] = {"sparsity": sparsity}
    memory["asked"] = sparsity
    return dict(memory["sent"])


def _ignore() -> None:
    """Streamlit wants a callback for every state with a default; the return value says it all."""
