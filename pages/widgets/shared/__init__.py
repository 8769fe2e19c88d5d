"""What the browser components have in common: how their files become one, their basic look, and packed data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.bidi_component import serialization

from pages.serving import parts
from pages.widgets.shared.modules import bundle

_HERE = Path(__file__).parent

# Ours are given JSON. Streamlit asks of every list and dict in it whether it is a table, and imports pandas to find out:
# 45 MB of the web process, and time at every rerun.
serialization.is_dataframe_like = lambda obj: False  # type: ignore[attr-defined]


def component(name: str, folder: Path) -> Any:
    """Register the component in `folder`: `body.html`, `style.css` after the shared `base.css`, and `js/main.js`.

    The main module and what it imports become one text (see `modules`); what it exports as default is what Streamlit
    calls. Returns what mounts the component; call this once, at import.
    """
    styles = (_HERE / "base.css", folder / "style.css")
    mount = st.components.v2.component(
        f"lottery.{name}",
        html=(folder / "body.html").read_text(encoding="utf-8"),
        css="\n".join(path.read_text(encoding="utf-8") for path in styles),
        js=parts.script(bundle(folder / "js/main.js")),
    )
    return lambda *, data=None, **asked: mount(data=_apart(data), **asked)


def _apart(data: Any) -> Any:
    """`data` with the address of what is large in it, where browsers can fetch it; else as it is."""
    where = parts.address(data["packed"]) if data and "packed" in data else None
    return {**data, "packed": where} if where else data


def packed(data: Mapping[str, Any]) -> str:
    """`data` as one string, for the key `packed` of a component's data; `js/packed.js` puts it back.

    Browsers fetch it as a file (`pages/serving/parts.py`) where this server has the route. Else it goes along, and
    Streamlit turns it into JSON twice at every rerun: walking through a whole net each time cost a bystander half of
    the rerun. Keep the string where `data` does not change, and pass it anew each time.
    """
    return json.dumps(data, separators=(",", ":"))


def start(name: str, key: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Where the widget called `name` begins: at `asked`, what the address says, whenever it appears or its key changes.

    Kept from then on, because data that changes with each answer would send everything again; the reader's hand counts.
    """
    begun: dict[str, Any] | None = st.session_state.get(f"{name}.start")
    if begun is None or begun["key"] != key or not st.session_state.get(key):
        begun = st.session_state[f"{name}.start"] = {"key": key, "at": dict(asked)}
    at: dict[str, Any] = begun["at"]
    return at


def ignore() -> None:
    """Streamlit wants a callback for every state of a component; what mounting returns says it all."""
