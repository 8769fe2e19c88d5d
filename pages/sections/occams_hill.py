"""Chapter 5: does pruning prevent overfitting?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger.runs import Runs
from pages.figures import occam
from pages.records import recorded
from pages.widgets import chip, frame
from pages.widgets.depth import Depth
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance


def section(level: Depth) -> None:
    """The section on the gap between training and test images."""
    results = recorded.among(evidence("paper", seed) for seed in EVIDENCE_SEEDS["paper"])
    with frame.prose():
        st.header("Does pruning prevent overfitting?", anchor="overfitting")
        st.markdown(
            "A net *overfits* when it does much better on images it trained on than on new ones. Pruning is often "
            "called a cure: an implicit regulariser. The paper is more careful. Its test accuracy rises and then falls "
            "as weights go, “forming an Occam’s Hill”: the whole net may be too complex (“perhaps overfitting”), the "
            f"tiniest too simple. {chip.cited('Frankle & Carbin 2019, v5', 'section 5')}"
        )
        if not results:
            recorded.later("The runs of 50,000 steps are", "lenet-paper")
            return
    runs = Runs.of(results)
    with st.container(width=960):
        figure(occam.hill(runs), key="occam", height=380)
    with frame.prose():
        st.markdown(f"{occam.sentence(runs)} {chip.measured(runs.seeds)} **{occam.verdict(runs)}**")
        provenance(results, "python -m lth_core record lenet-paper")
        if level >= "how":
            st.caption("*Smaller* and *larger* mean: in every seed. Training accuracy is that of 10,000 training "
                       "images, at the end of 50,000 steps; the test set has 10,000 images too.")
    if level >= "how":
        with st.container(width=960):
            figure(occam.chart(runs), key="occam-gaps", height=380)
        with frame.prose():
            st.markdown(occam.end(runs))
