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


def message(found: Bench | None) -> str:
    """The chapter's one message, as far as the runs carry it."""
    last = found.levels[-1] if found else 0
    if found is None or all_methods.ranked(found, last)[0] != "ticket":
        return "Many have looked for a cheaper way to a good small net. None is settled."
    others = len(all_methods.shown(found)) - 1
    return (f"Many have looked for a cheaper way to a good small net. With {found.density[-1]:.1%} of the weights "
            f"left, none of the {others} compared here reads as much as the ticket.")


def section(level: Depth, found: Bench | None) -> None:
    """The comparison; `found` by `everything`."""
    with frame.beside("all-methods") as (text, picture):
        with text:
            st.header("One chart, all methods", anchor="all-methods")
            st.markdown(
                "One net, the same digits, exactly as many weights. What differs is how the weights are chosen, "
                "*when*, and at what price. **Move the slider: who is first where few weights are left?**"
            )
            if found is None:
                recorded.later("These runs are", "labs")
                return
            size = st.select_slider("Weights left", SIZE.words, SIZE.default, key=SIZE.name, bind="query-params")
            at = SIZES[size]
            st.markdown(chip.measured(found.seeds))
            if level >= "maths":
                st.markdown(
                    "Equal density is not equal shape. The ticket, the one-shot mask and the first random one keep "
                    "the same share of every layer, and so do Edge-Popup and SparseGPT. The others put their weights "
                    "where their scores, or chance, send them. One epoch favours masks that learn fast."
                )
        with picture:
            figure(all_methods.chart(found, at), key="all-methods-chart", height=420)
            provenance(found.labs, labs.RECORD)
    with st.expander(f"All {len(all_methods.shown(found))} ways in a table"):
        st.markdown(f"{all_methods.best(found, at)} {chip.measured(found.seeds)}")
        fact_table(all_methods.rows(found, at), "Every mask at this size, the best first", key="all-methods")
        st.caption(
            "*Cut* says when. A mask cut *before* training, or one whose weights go back to θ₀, trains alone for one "
            "epoch. A net cut *after* its training keeps what that taught it. *Trainings* counts whole trainings "
            "until the small net is done, its own included."
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
