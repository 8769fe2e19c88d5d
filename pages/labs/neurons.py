"""Whole neurons instead of single weights, at equal numbers of weights."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import structured as structured_run
from pages.figures import structured
from pages.labs.base import Lab
from pages.records import recorded
from pages.text.chapters import see
from pages.widgets import chip, frame, source
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance


def show(level: Depth) -> None:
    """The page."""
    results = recorded.among(structured_run(seed) for seed in SEEDS)
    with frame.beside("neurons", leads=True) as (text, picture):
        with text:
            st.markdown(
                "Remove single weights, and the zeros still have to be multiplied. Remove whole neurons, and what is "
                f"left is an ordinary small net: fast everywhere ({see(6)} takes the time). Then why not remove "
                "neurons from the start?"
            )
            st.markdown(
                "Here is the test. The net, the rounds and the way back to θ₀ are the ticket's. But each round takes "
                "the neurons whose incoming weights are smallest, until as few weights are left as the ticket has."
            )
        if not results:
            recorded.later("Whole neurons are", "chapter6-structured")
            return
        runs = structured.found(results)
        with picture:
            figure(structured.chart(runs), key="structured-chart", height=400)
            provenance(results, "python -m lth_core record chapter6-structured")
        with text:
            st.markdown(f"{structured.dear(runs)}. {chip.measured(runs.seeds)}")
            st.markdown(f"{structured.which(runs)} {chip.measured(runs.seeds)}")
            if level >= "how":
                _deeper(runs)
            with st.expander("Sizes and accuracies"):
                fact_table(structured.rows(runs), "Weights left and test accuracy, round by round", key="structured")
            if level >= "maths":
                st.markdown(
                    r"Neuron $j$ of layer $l$ scores $\lVert W^{(l)}_{j,:} \rVert_2$ after training. With a share $s$ "
                    r"of the hidden widths $d_1, d_2$ kept, $s\,d_0 d_1 + s^2 d_1 d_2 + s\,d_2 d_3$ weights are left: "
                    r"the largest $s$ with no more than the ticket's is taken."
                )
                source.show("lth_core/masks/neurons.py", "by_neurons")


def _deeper(runs: structured.Grid) -> None:
    st.markdown(f"{structured.round_by_round(runs)}. {chip.measured(runs.seeds)}")
    st.markdown(f"{structured.shapes(runs)}. {chip.measured(runs.seeds)}")
    st.markdown(
        "With whole neurons only how many remain shapes the net, not which: a new net of that size has the same "
        "shape. Liu et al. found the same for structured pruning: “fine-tuning a pruned model only gives comparable "
        "or worse performance than training that model with randomly initialized weights”. "
        f"{chip.cited('Liu et al. 2019', 'abstract')}"
    )
    frame.note("Every hidden layer loses the same share here. Sharing the loss out more cleverly might narrow the gap.")


LAB = Lab("neurons", "Whole neurons", "Why not remove whole neurons instead of single weights?", show)
