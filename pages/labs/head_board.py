"""The board of heads: eight switches, and what the net reads with just those on. Every one of the 256 sets was read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lth_core.ledger import heads as ledger
from lth_core.nets.layers import HEADS
from lth_core.results.result import Result
from pages.address import url
from pages.figures import heads as figures
from pages.widgets import chip

EVERY = (1 << len(figures.NAMES)) - 1
OFF = url.Words("off", figures.NAMES, ())  # heads that are switched off


def board(result: Result, key: str, kept: bool = False) -> None:
    """Switches, what the net reads, and three short cuts. key: unique on the page. kept: in the address."""
    st.fragment(_board)(result, key, kept)


def _board(result: Result, key: str, kept: bool) -> None:
    names = [f"{key}-{name}" for name in figures.NAMES]
    if any(name not in st.session_state for name in names):  # at first, and back from another page
        _switch(names, EVERY & ~sum(1 << figures.NAMES.index(name) for name in OFF.read()) if kept else EVERY)
    with st.container(key=f"{key}-box", border=True):
        for block in range(len(names) // HEADS):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**Block {block + 1}**", width=70)
                for name, label in list(zip(names, figures.NAMES, strict=True))[block * HEADS : (block + 1) * HEADS]:
                    st.toggle(f"Head {label}", key=name)
        code = _code(names)
        if kept:
            OFF.write([name for head, name in enumerate(figures.NAMES) if not code >> head & 1])
        change = 100 * (ledger.read(result, code) - ledger.read(result, EVERY))  # its sign as Streamlit reads it
        st.metric("Test digits read", f"{ledger.read(result, code):.2%}",
                  f"{change:+.2f} points" if code != EVERY else None)
        st.markdown(f"{figures.standing(result, code)} {chip.measured(1)}")
        _short_cuts(result, names, code, key)


def _short_cuts(result: Result, names: Sequence[str], code: int, key: str) -> None:
    on = [head for head in ledger.order(result) if code >> head & 1]
    best = ledger.place(result, code)[2]
    with st.container(horizontal=True):
        st.button("Prune the least important", key=f"{key}-next", disabled=not on, on_click=_switch,
                  args=(names, code & ~(1 << on[0]) if on else code))
        st.button("Best with as many", key=f"{key}-best", disabled=code == best, on_click=_switch, args=(names, best))
        st.button("All on", key=f"{key}-all", disabled=code == EVERY, on_click=_switch, args=(names, EVERY))


def _switch(names: Sequence[str], code: int) -> None:
    for head, name in enumerate(names):
        st.session_state[name] = bool(code >> head & 1)


def _code(names: Sequence[str]) -> int:
    return sum(1 << head for head, name in enumerate(names) if st.session_state[name])
