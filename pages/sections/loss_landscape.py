"""Chapter 6: does a ticket start in a favourable region of the loss landscape?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import landscape as landscape_run
from lth_core.results.result import Result
from pages.address import url
from pages.figures import landscape, landscape_map
from pages.figures.landscape import ACROSS, Ground
from pages.records import recorded
from pages.widgets import chip, colours, frame, source
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure, numbers
from pages.widgets.provenance import provenance

ROUTES = {"Ticket": "ticket", "Whole net": "dense", "From end to end": ACROSS}
ROUTE = url.Choice("route", tuple(ROUTES), "Ticket")
WAY = url.Whole("way", 0, 100, 50)  # percent of the straight line walked
PLANE = url.Whole("plane", 0, SEEDS[-1], 0)  # the seed whose plane is shown
PARAMETERS = (ROUTE, WAY, PLANE)
RECORD = "python -m lth_core record chapter6-landscape"
HEIGHT = 520  # px of the map


def section(level: Depth) -> None:
    """The section on the loss around a ticket's training."""
    results = recorded.among(landscape_run(seed) for seed in SEEDS)
    with frame.prose():
        st.header("A favourable region?", anchor="landscape")
        st.markdown(
            "Think of the loss as height, and of all weights as a place. Training walks downhill. Popular accounts say "
            "that a ticket starts in a *favourable region* of this landscape. The paper only says that it “might land "
            "in a region of the loss landscape that is particularly amenable to optimization”. "
            f"{chip.cited('Frankle & Carbin 2019, v5', 'section 5')} So we looked."
        )
        if not results:
            recorded.later("The landscape is", "chapter6-landscape")
            return
        measured = chip.measured(len(results))
        st.markdown(f"**{landscape.verdict(results)}** {landscape.counted(results)} {measured}")
    with st.container(width=1000):
        fact_table(landscape.rows(results), "Four nets: loss at the start and on the way down", key="ways-table")
    _walk(results)
    with frame.prose():
        st.markdown(f"{landscape.apart(results)} {measured} {chip.cited('Frankle et al. 2020', 'section 2')}")
        provenance(results, RECORD)
    if level >= "how":
        with st.container(width=960):
            figure(landscape.descent(results), key="descent", height=380)
    with frame.prose():
        if level >= "how":
            st.markdown(
                "A map has two directions, the net has hundreds of thousands. A valley on the map may be a pass in "
                "another direction, and a hill may have a way around it: the trainings, seen from above, do not go "
                "straight."
            )
        if level >= "maths":
            st.markdown(
                r"The plane is $\theta_0 + x\,u + y\,v$. Here $u$ points from $\theta_0$ to the whole net’s end, and "
                r"$v$ is what is left of the direction to the ticket’s end once its share along $u$ is taken away; "
                r"both have length 1. The ticket’s start $m \odot \theta_0$ is not on it: its pruned weights are zero, "
                r"those of $\theta_0$ are not."
            )
            source.show("lth_core/experiments/landscape/plane.py", "Plane")


def _walk(results: tuple[Result, ...]) -> None:
    """The controls, the map with the walker on it, and the straight lines."""
    with frame.prose(), st.container(horizontal=True, vertical_alignment="bottom"):
        picked = choice("Walk from start to end", ROUTE)
        way = st.slider("Of the way", WAY.least, WAY.most, WAY.default, 2, "%d%%", key=WAY.name, width=220,
                        bind="query-params")
        seed = st.selectbox("Seed", [one.spec.seed for one in results], key=PLANE.name, width=90, bind="query-params")
    found = landscape.ground(next((one for one in results if one.spec.seed == seed), results[0]))
    with frame.prose():
        st.markdown(f"{landscape.here(found, ROUTES[picked], way / 100)} {chip.measured(1)}")
    left, right = st.columns(2, gap="large", width=1160)
    with left:
        _map(found, ROUTES[picked], way / 100)
    with right:
        figure(landscape.ways(results, way / 100), key="ways-down", height=HEIGHT)


def _map(found: Ground, net: str, alpha: float) -> None:
    st.markdown("**The landscape from above.** Colour is height; the bar says how high.")
    st.plotly_chart(
        landscape_map.figure(found, landscape_map.walker(found, net, alpha), st.context.theme.type or "light",
                             colours.chosen(), HEIGHT),
        key="landscape-map", height=HEIGHT, theme=None, alt=landscape_map.alt(found), config={"displaylogo": False},
    )
    numbers(landscape_map.table(found), key="landscape-map")
    st.caption(f"Seed {found.result.spec.seed}: loss of 10,000 training images at {found.loss.size} dots, between them "
               "interpolated. Lines: the real trainings, seen from above. * The ticket’s start lies "
               f"{found.path('ticket')['off'][0]:.1f} beside the plane.")
