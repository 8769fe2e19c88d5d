"""A formal statement whose symbols explain themselves: point at one, tap it, or reach it with the Tab key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "lottery.symbols",
    html='<section class="view"><p class="statement"></p><p class="meaning" role="status"></p></section>',
    css=(_HERE / "style.css").read_text(encoding="utf-8"),
    js=(_HERE / "symbols.js").read_text(encoding="utf-8"),
)


def symbols(statement: Sequence[str], meanings: Mapping[str, str], hint: str, *, key: str) -> None:
    """Print `statement`, whose parts that are keys of `meanings` explain themselves when pointed at.

    hint: what stands in the place of the explanation before. Raises ValueError when a meaning belongs to no part: it
    could never be read.
    """
    unused = set(meanings) - set(statement)
    if unused:
        raise ValueError(f"symbols that the statement does not use: {', '.join(sorted(unused))}")
    _mount(key=key, data={"parts": list(statement), "meanings": dict(meanings), "hint": hint})
