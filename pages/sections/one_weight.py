"""Chapter 3: one weight, from its first value to its end, and what would have been had it ended otherwise."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lth_core.catalogue import PROTAGONIST, pruning_run, what_if
from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from lth_core.spec import Net
from pages.address import url
from pages.figures import biography, rounds
from pages.figures import what_if as what_if_figures
from pages.records import recorded
from pages.widgets import chip, frame
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.run_panel import run_panel

ACTIONS = {"Revive it": "revive", "Kill it": "kill", "Flip its sign": "flip"}
EDGE = url.Whole("edge", 0, weight_count(Net()) - 1, PROTAGONIST)
ACTION = url.Choice("action", tuple(ACTIONS), "Revive it")
AT = url.Whole("at", 1, 20, 7)
PARAMETERS = (EDGE, ACTION, AT)
PAIR_NOW = Plan("train", "step", (LiveLine("as it was", "dense", "validation_accuracy", "unchanged"),
                                  LiveLine("changed", "training", "validation_accuracy", "changed")))


def life(run: Result, level: Depth) -> biography.Life:
    """The life of the weight that the address names, folded until a reader names one; returns it."""
    crowd = biography.follow(run)
    edge = biography.nearest(crowd, url.whole(EDGE))
    told = biography.life(run, crowd, edge)
    with (st.expander("The life of one weight", expanded=EDGE.name in st.query_params),
          frame.beside("life") as (text, picture)):
        with text:
            st.markdown("Click a connection in the player above, or choose one here.")
            edge_boxes(crowd, edge)
            st.markdown(biography.told(told, run.spec.net) + f" {chip.measured(1)}")
            if len(crowd.edge) < weight_count(run.spec.net):
                st.caption(f"{len(crowd.edge):,} of {weight_count(run.spec.net):,} weights are followed. Counts are of "
                           "those, " + ("and so is the cut." if told.sampled else "but the cut is of all."))
        with picture:
            figure(biography.fate(told), key="fate", height=300)
            if level >= "maths":
                figure(biography.journey(told), key="journey", height=300)
    return told


def choose(crowd: biography.Followed, part: str) -> None:
    """A select box was turned: follow the weight it names, or the first one that fits."""
    picked = {name: st.session_state[f"edge-{name}"] for name in ("layer", "source", "target")}
    fits = crowd.layer == picked["layer"]
    for name in ("source", "target"):
        narrower = fits & (getattr(crowd, name) == picked[name])
        if part != "layer" and narrower.any():
            fits = narrower
    url.put(EDGE, int(crowd.edge[np.flatnonzero(fits)[0]]))


def edge_boxes(crowd: biography.Followed, edge: int) -> None:
    """The followed weight by layer and its two units: the player's click, for the keyboard."""
    at = int(np.searchsorted(crowd.edge, edge))
    own = {name: int(getattr(crowd, name)[at]) for name in ("layer", "source", "target")}
    here = crowd.layer == own["layer"]
    options = {
        "layer": sorted(set(crowd.layer.tolist())),
        "source": sorted(set(crowd.source[here].tolist())),
        "target": sorted(set(crowd.target[here & (crowd.source == own["source"])].tolist())),
    }
    labels = {"layer": "Layer", "source": "From unit", "target": "To unit"}
    with st.container(horizontal=True):
        for name, label in labels.items():
            st.session_state[f"edge-{name}"] = own[name]
            st.selectbox(label, options[name], key=f"edge-{name}", on_change=choose, args=(crowd, name), width=150,
                         format_func=(lambda layer: f"fc{layer + 1}") if name == "layer" else str)


def changed(told: biography.Life | None, on_small: bool, seed: int, reference: Result) -> None:
    """What the weight `told` is about might have changed: it is changed, and the ticket of one round trained again.

    on_small: the page shows the small net, on which alone this runs. reference: a recorded run of it, in case that the
    one of `seed` is not recorded.
    """
    asked = {ACTION.name, AT.name} & {*st.query_params}
    with (st.expander("What if it had ended otherwise?", expanded=bool(asked)),
          frame.beside("what-if") as (text, picture)):
        with text:
            st.markdown(
                "Did *this* weight matter? Change it, train the ticket of one round again, and compare. The order of "
                "the examples matters too, so everything is trained in five orders, with and without the change."
            )
            if not on_small:
                st.info("This experiment runs on the small net, where one weight is one of a thousand and not of a "
                        "quarter million.", icon=":material/zoom_in:")
            if told is None or not on_small:
                return
            with st.container(horizontal=True, vertical_alignment="bottom"):
                action = ACTIONS[choice("Change", ACTION)]
                at = int(st.number_input("Ticket of round", AT.least, AT.most, AT.default, key=AT.name, width=160,
                                         bind="query-params"))
            reference = recorded.find(pruning_run("drawable", seed)) or reference
            compared = answered(told, action, at, seed, reference)
        if compared is not None:
            with picture:
                figure(what_if_figures.accuracies(compared), key="what-if-pairs", height=300)
                figure(what_if_figures.chart(compared), key="what-if-chart", height=300)


def answered(told: biography.Life, action: str, at: int, seed: int, reference: Result) -> Result | None:
    """What is recorded of a change, or its run; returns the comparison when the change moved anything."""
    folk = biography.follow(reference)
    lives = bool(folk.alive(at)[np.searchsorted(folk.edge, told.edge)])
    name = biography.where(reference.spec.net, told.layer, told.source, told.target)
    if lives == (action == "revive"):
        st.info(f"{name} is {'alive' if lives else 'dead already'} in round {at} of the recorded run: "
                + ("there is nothing to revive. Kill it or flip it, or take a later round." if lives else
                   "revive it instead, or take an earlier round."), icon=":material/info:")
        return None
    question = what_if(told.edge, at, action, seed)
    answer = recorded.find(question)
    if answer is None:
        answer = run_panel(question, rounds.learning(reference), PAIR_NOW, key=f"what-if-{question.key}")
    else:
        provenance((answer,), "python -m lth_core record chapter3")
    if answer is None:
        return None
    outcome = what_if_figures.outcome(answer)
    st.markdown(f"{name}, round {at}. {what_if_figures.verdict(outcome)} {chip.measured(1)}")
    return answer if outcome.moves else None
