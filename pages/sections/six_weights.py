"""Chapter 3: one round of the recipe on a net of six weights, whose first values the reader chooses."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from lth_core.by_hand import STEPS, Round, play
from pages.address import url
from pages.figures import six_weights
from pages.text.glossary import term
from pages.widgets import colours, frame
from pages.widgets.depth import Depth
from pages.widgets.figure import numbers
from pages.widgets.show_svg import show_svg

FIRST = (3, 6, 8, 2, 4, -6)  # in tenths; the largest of them is the one that goes
SIX = url.Series("six", range(-20, 21), len(FIRST))


def _key(place: int) -> str:
    return f"six-{place}"


def _turned() -> None:
    """A number was changed: the address holds all six."""
    now = tuple(round(10 * float(st.session_state[_key(place)])) for place in range(len(FIRST)))
    SIX.write(() if now == FIRST else now)


@st.fragment
def section(level: Depth) -> None:
    """The section. A fragment: a changed number redraws it alone."""
    asked = SIX.read()
    for place, tenth in enumerate((*asked, *FIRST[len(asked):])):
        st.session_state.setdefault(_key(place), tenth / 10)
    first = tuple(float(st.session_state[_key(place)]) for place in range(len(FIRST)))
    told = play(first)
    if level >= "how":
        st.header("One round, weight by weight", anchor="six")
    with (nullcontext() if level >= "how" else st.expander("One round, weight by weight"),
          frame.beside("six") as (text, picture)):
        with text:
            _words(told)
        with picture:
            show_svg(six_weights.svg(told, st.context.theme.type or "light", colours.chosen()), six_weights.alt(told))
            numbers(six_weights.table(told), key="six-weights")


def _words(told: Round) -> None:
    """What happens, and the six numbers to change."""
    st.markdown(
        "This tiny net answers one question: is the left pixel brighter than the right one? Training moves all six "
        f"weights. {six_weights.sentence(told)} The others get their first values back: this is called "
        f"{term('Rewinding', 'rewinding')}.\n\n{six_weights.score(told)} **Change a first value, and see which weight "
        "goes:**"
    )
    with st.container(horizontal=True, gap="small"):
        for place, name in enumerate(six_weights.WEIGHTS):
            st.number_input(name, -2.0, 2.0, step=0.1, format="%.1f", key=_key(place), on_change=_turned, width=164)
    frame.note(f"Trained here and now, by {STEPS} steps on eight pictures. A fifth of six weights is one.")
