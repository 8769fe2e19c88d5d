"""Chapter 5: does pruning prevent overfitting?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger.runs import Runs
from pages.figures import occam
from pages.records import recorded
from pages.widgets import chip, frame
from pages.widgets.figure import figure


def fold() -> None:
    """The section on the gap between training and test images, folded."""
    results = recorded.among(evidence("paper", seed) for seed in EVIDENCE_SEEDS["paper"])
    with st.expander("Does pruning prevent overfitting?"):
        if not results:
            recorded.later("The runs of 50,000 steps are", "lenet-paper")
            return
        runs = Runs.of(results)
        with frame.beside("overfitting") as (text, picture):
            with text:
                st.markdown(
                    "A net *overfits* when it does much better on images it trained on than on new ones. Pruning is "
                    f"often called a cure. {occam.sentence(runs)} **{occam.verdict(runs)}** {chip.measured(runs.seeds)}"
                )
                frame.note("The paper says it with care: test accuracy rises and falls as weights go, “forming an "
                           "Occam’s Hill”. The whole net may be too complex, the smallest ones too simple. "
                           + chip.cited("Frankle & Carbin 2019, v5", "section 5"))
                st.markdown(f"{occam.widening(runs)} {occam.end(runs)}")
                st.caption("*Smaller* and *larger* mean: in every seed. Training accuracy is that of 10,000 training "
                           "images, after 50,000 steps; the test set has 10,000 images too.")
            with picture:
                figure(occam.hill(runs), key="occam", height=320)
                figure(occam.chart(runs), key="occam-gaps", height=320)
