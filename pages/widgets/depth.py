"""Three depths of every section: the gist, how it works, and the mathematics."""

from __future__ import annotations

import streamlit as st

from pages.url import Choice

DEPTHS = ("gist", "how", "maths")
PARAMETER = Choice("depth", DEPTHS, "how")


class Depth:
    """How much the reader wants to see. Sections ask; each depth includes the ones before it."""

    def __init__(self, chosen: str) -> None:
        self.chosen = chosen

    def __ge__(self, other: str) -> bool:
        return DEPTHS.index(self.chosen) >= DEPTHS.index(other)


def depth_control() -> Depth:
    """The switch, bound to `?depth=` in the address."""
    chosen = st.segmented_control(
        "Depth",
        DEPTHS,
        default=PARAMETER.default,
        key=PARAMETER.name,
        format_func=str.capitalize,
        required=True,
        bind="query-params",
        label_visibility="collapsed",
        help="Gist: one paragraph a section. How: the whole story. Maths: with derivations, notation and code.",
    )
    return Depth(chosen or PARAMETER.default)
