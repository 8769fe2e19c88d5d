"""Chapter 6: does a ticket start in a favourable region? A picture, the answer, and the way to the lab."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import landscape as landscape_run
from pages.figures import landscape
from pages.labs import at
from pages.labs.base import link
from pages.records import recorded
from pages.widgets import chip, frame
from pages.widgets.heights import heights
from pages.widgets.provenance import provenance

RECORD = "python -m lth_core record plane"


def section() -> None:
    """The section on the loss around a ticket's training."""
    results = recorded.among(landscape_run(seed) for seed in SEEDS)
    with frame.prose():
        st.header("A favourable region?", anchor="landscape")
        if not results:
            recorded.later("The landscape is", "plane")
            return
        st.markdown(
            "Think of the loss as height. Popular accounts say that a ticket starts in a *favourable region* of it. "
            f"**{landscape.verdict(results)}** {landscape.counted(results)} {chip.measured(len(results))}"
        )
    with st.container(width=620):
        heights(landscape.ground(results[0]), "ticket", 0.0, key="landscape-map")
    with frame.prose():
        link(at("plane"), "Walk this landscape in its lab", ":material/science:")
        provenance(results, RECORD)
