"""The landscape from above, with the reader's place on it, and its numbers one click away."""

from __future__ import annotations

import streamlit as st

from pages.figures import landscape_map
from pages.figures.landscape import Ground
from pages.widgets import colours
from pages.widgets.figure import numbers

HEIGHT = 520  # px of the map


def heights(found: Ground, net: str, alpha: float, *, key: str) -> None:
    """The map of one seed. net, alpha: the straight line walked, and how much of it."""
    st.markdown("**The landscape from above.** Colour is height; the bar says how high.")
    st.plotly_chart(
        landscape_map.figure(found, landscape_map.walker(found, net, alpha), st.context.theme.type or "light",
                             colours.chosen(), HEIGHT),
        key=key, height=HEIGHT, theme=None, alt=landscape_map.alt(found), config={"displaylogo": False},
    )
    numbers(landscape_map.table(found), key=key)
    st.caption(f"Seed {found.result.spec.seed}: loss of 10,000 training images at {found.loss.size} dots, between them "
               "interpolated. Lines: the real trainings, seen from above. * The ticket’s start lies "
               f"{found.path('ticket')['off'][0]:.1f} beside the plane.")
