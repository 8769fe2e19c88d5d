"""Three depths of every section: the gist, how it works, and the mathematics."""

from __future__ import annotations

import streamlit as st

from pages.address.url import Choice

DEPTHS = ("Gist", "How", "Maths")
PARAMETER = Choice("depth", DEPTHS, "How")


class Depth:
    """How much the reader wants to see. Sections ask; each depth includes the ones before it."""

    def __init__(self, chosen: str) -> None:
        self.chosen = chosen

    def __ge__(self, other: str) -> bool:
        """Does the reader want what is written for depth `other`, "gist", "how" or "maths"?"""
        return DEPTHS.index(self.chosen) >= DEPTHS.index(other.capitalize())


def depth_control() -> Depth:
    """The switch, bound to `?depth=` in the address."""
    chosen = st.segmented_control(
        "Depth",
        DEPTHS,
        default=PARAMETER.default,
        key=PARAMETER.name,
        required=True,
        bind="query-params",
        label_visibility="collapsed",
        help="Gist: one paragraph a section. How: the whole story. Maths: with derivations, notation and code.",
    )
    return Depth(chosen or PARAMETER.default)
