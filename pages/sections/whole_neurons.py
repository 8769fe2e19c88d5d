"""Chapter 6: whole neurons instead of single weights."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import structured as structured_run
from pages.figures import structured
from pages.records import recorded
from pages.widgets import chip, frame, source
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance


def section(level: Depth) -> None:
    """The section on structured pruning."""
    results = recorded.among(structured_run(seed) for seed in SEEDS)
    with frame.prose():
        st.header("Whole neurons instead of single weights", anchor="neurons")
        st.markdown(
            "A layer without some of its neurons is an ordinary smaller layer, and fast everywhere. Then why not prune "
            "neurons from the start? Same net, same rounds, same way back to θ₀; but each round takes the neurons "
            "whose incoming weights have the smallest norm, until no more weights are left than the ticket has."
        )
        if not results:
            recorded.later("Whole neurons are", "chapter6-structured")
            return
    runs = structured.found(results)
    with st.container(width=960):
        figure(structured.chart(runs), key="structured-chart", height=420)
    with frame.prose():
        st.markdown(f"{structured.dear(runs)}. {chip.measured(runs.seeds)}")
        st.markdown(f"{structured.which(runs)} {chip.measured(runs.seeds)}")
        provenance(results, "python -m lth_core record chapter6-structured")
        if level >= "how":
            st.markdown(f"{structured.shapes(runs)}. {chip.measured(runs.seeds)}")
            with st.expander("Sizes and accuracies"):
                fact_table(structured.rows(runs), "Weights left and test accuracy, round by round", key="structured")
            st.markdown(
                "Of structured pruning Liu et al. say that “fine-tuning a pruned model only gives comparable or worse "
                "performance than training that model with randomly initialized weights”. "
                f"{chip.cited('Liu et al. 2019', 'abstract')} The line with fresh weights asks the same of going back "
                "to θ₀. With fresh weights a mask of whole neurons is hardly a find: it matters only how many are "
                "left, not which. Every hidden layer loses the same share here; a cleverer split between layers might "
                "narrow the gap."
            )
        if level >= "maths":
            st.markdown(
                r"Neuron $j$ of layer $l$ scores $\lVert W^{(l)}_{j,:} \rVert_2$ after training. With a share $s$ of "
                r"the hidden widths $d_1, d_2$ kept, $s\,d_0 d_1 + s^2 d_1 d_2 + s\,d_2 d_3$ weights are left: the "
                r"largest $s$ with no more than the ticket's is taken."
            )
            source.show("lth_core/masks/neurons.py", "by_neurons")
