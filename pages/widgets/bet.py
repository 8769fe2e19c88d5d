"""Predict, observe, explain: a bet before a reveal, with an explicit way to skip it.

What was placed stands in the address, so that it survives a reload; nobody is named there.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.address import url

SKIPPED = -1


@dataclass(frozen=True)
class Bet:
    """A number to guess. key: unique on the site. unit: what follows the number. step: of the guess."""

    key: str
    question: str
    least: int
    most: int
    start: int
    unit: str = "%"

    @property
    def parameter(self) -> url.Placed:
        """Where the address keeps it."""
        return url.Placed(self.key, self.least, self.most)


def bet(wager: Bet) -> int | None:
    """Ask; return the reader's guess once it is placed, −1 when skipped, None before. The page reveals after either."""
    guess = placed(wager)
    if guess is None:
        _ask(wager)
    else:
        _place(wager, guess)  # back from another page, whose address knows nothing of it
    return guess


def placed(wager: Bet) -> int | None:
    """The reader's guess: −1 when skipped, None before."""
    url.check((wager.parameter,))
    kept = st.session_state.get(f"{wager.key}-placed")
    return wager.parameter.read() if kept is None else int(kept)


def yours(key: str, unit: str = "%") -> str:
    """The reader's own bet, for what they learned: " You bet 7 units." Empty for one who skipped or did not bet."""
    guess = st.session_state.get(f"{key}-placed")
    return "" if guess is None or int(guess) == SKIPPED else f" You bet {guess}{'%' if unit == '%' else f' {unit}'}."


def was(guess: int, answer: float) -> None:
    """What the reader said beside what it was, as whole numbers; nothing for one who skipped."""
    if guess != SKIPPED:
        st.markdown(f"You said **{guess}**. It was **{answer:.0f}**.".replace("**-", "**−"))


def _place(wager: Bet, guess: int) -> None:
    st.session_state[f"{wager.key}-placed"] = guess
    wager.parameter.write(guess)


def _ask(wager: Bet) -> None:
    with st.container(border=True, key=f"{wager.key}-box"):
        st.markdown(f"**Your bet first.** {wager.question}")
        st.slider(wager.question.replace("*", ""), wager.least, wager.most, wager.start, key=wager.key,
                  format="%d%%" if wager.unit == "%" else f"%d {wager.unit}", label_visibility="collapsed",
                  on_change="ignore")
        with st.container(horizontal=True):
            st.button("Place the bet", type="primary", key=f"{wager.key}-go", on_click=_place_shown, args=(wager,))
            st.button("Skip, just show me", type="tertiary", key=f"{wager.key}-skip",
                      on_click=_place, args=(wager, SKIPPED))


def _place_shown(wager: Bet) -> None:
    _place(wager, int(st.session_state.get(wager.key, wager.start)))
