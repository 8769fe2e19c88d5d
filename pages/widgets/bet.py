"""Predict, observe, explain: a bet before a reveal, with an explicit way to skip it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Bet:
    """A number to guess. key: unique on the site. unit: what follows the number. step: of the guess."""

    key: str
    question: str
    least: int
    most: int
    start: int
    unit: str = "%"


def bet(wager: Bet) -> int | None:
    """Ask; return the reader's guess once it is placed, −1 when skipped, None before. The page reveals after either."""
    placed = f"{wager.key}-placed"
    if placed in st.session_state:
        return int(st.session_state[placed])
    with st.container(border=True, key=f"{wager.key}-box"):
        st.markdown(f"**Your bet first.** {wager.question}")
        guess = st.slider(wager.question, wager.least, wager.most, wager.start, key=wager.key,
                          format="%d%%" if wager.unit == "%" else f"%d {wager.unit}", label_visibility="collapsed",
                          on_change="ignore")
        with st.container(horizontal=True):
            st.button("Place the bet", type="primary", key=f"{wager.key}-go",
                      on_click=_place, args=(placed, wager.key, guess))
            st.button("Skip, just show me", type="tertiary", key=f"{wager.key}-skip",
                      on_click=_skip, args=(placed,))
    return None


def _place(placed: str, key: str, fallback: int) -> None:
    st.session_state[placed] = int(st.session_state.get(key, fallback))


def _skip(placed: str) -> None:
    st.session_state[placed] = -1
