"""Chapter 8: every way to a mask on one chart, at equal density, with its price."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EARLY_LEVELS, EVIDENCE_SEEDS, SEEDS
from lth_core.catalogue import curvature as curvature_run
from lth_core.catalogue import early_bird as early_run
from lth_core.catalogue import evidence as ticket_run
from lth_core.catalogue import lab as lab_run
from lth_core.ledger.bench import Bench, bench, joined
from lth_core.ledger.curvature import board
from lth_core.results.result import Result
from pages.address import url
from pages.figures import all_methods, before_training, labs
from pages.records import recorded
from pages.widgets import chip, frame
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance

# Shares of the weights, and the rounds of the ticket that leave them.
SIZES = {"51%": 3, "21%": 7, "7.0%": 12, "3.6%": 15}
SIZE = url.Choice("size", tuple(SIZES), "3.6%")
PARAMETERS = (SIZE,)
LABS = ("snip", "edge-popup", *before_training.TRAINED)


def section(level: Depth) -> None:
    """The comparison."""
    with frame.prose():
        st.header("One chart, all methods", anchor="all-methods")
        st.markdown(
            "Every way to choose which weights stay that runs here. One net, the same digits, the same number of "
            "weights to the last one. What differs is the choice, *when* it is made, and its price. **Move the "
            "slider: who is first where few weights are left?**"
        )
        found = everything()
        if found is None:
            recorded.later("These runs are", "labs")
            return
        size = st.select_slider("Weights left", SIZE.words, SIZE.default, key=SIZE.name, bind="query-params")
    at = SIZES[size]
    with st.container(width=960):
        figure(all_methods.chart(found, at), key="all-methods-chart", height=480)
        fact_table(all_methods.rows(found, at), "Every mask at this size, the best first", key="all-methods")
    with frame.prose():
        st.markdown(
            "*Cut* says when. A mask cut *before* training, or one whose weights go back to θ₀, trains alone for one "
            "epoch. A net cut *after* its training keeps what that taught it. *Trainings* counts whole trainings "
            f"until the sparse net is done, its own included; one is one epoch. {chip.measured(found.seeds)}"
        )
        provenance(found.labs, labs.RECORD)
        if level >= "how":
            st.markdown(
                "Equal density is not equal shape. The ticket, the one-shot mask and the first random one keep the "
                "same share of every layer, and so do Edge-Popup and SparseGPT. The others put their weights where "
                "their scores or the lot send them. One epoch favours masks that learn fast."
            )


def everything() -> Bench | None:
    """All labs over the seeds that all of them have, with the one-shot tickets; None when a lab is not recorded."""
    lotteries = recorded.among(ticket_run("quick", seed) for seed in SEEDS)
    runs = [recorded.among(lab_run(method, seed) for seed in SEEDS) for method in LABS]
    if not lotteries or not all(runs):
        return None
    found = joined([bench(one, lotteries) for one in runs])
    one_shot = recorded.among(ticket_run("quick", seed, "one-shot") for seed in EVIDENCE_SEEDS["quick"])
    found = all_methods.with_one_shot(found, one_shot)
    for more in (cuts("obd", lotteries), cuts("sparsegpt", lotteries)):  # a further work joins here, and in METHODS
        found = all_methods.with_board(found, more) if more else found
    early = recorded.among(early_run(level, seed) for level in EARLY_LEVELS for seed in SEEDS)
    return all_methods.with_early(found, early)


def cuts(work: str, lotteries: tuple[Result, ...]) -> Bench | None:
    """A trained net cut by a work, beside the tickets; None where it is not recorded."""
    runs = recorded.among(curvature_run(work, seed) for seed in SEEDS)
    return board(runs, lotteries) if runs else None
