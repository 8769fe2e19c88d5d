"""W8: at the round now shown, the ticket and its controls trained side by side, and the comparisons of this visit."""

from __future__ import annotations

import dataclasses

import streamlit as st

from lth_core.experiments import Ablation, Lottery
from lth_core.once import once
from lth_core.results.result import Result
from pages.address import url
from pages.figures import race as figures
from pages.figures import rounds
from pages.figures.runs import KINDS, THREE
from pages.live.stored import stored
from pages.records import recorded
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.run_panel import run_panel

SEED = url.Whole("race-seed", 0, 99, 0)
COMPARED = url.Pairs("compared", 24, 99, 12)  # round and seed of the comparisons so far, of the configuration on show
SIDE_BY_SIDE = Plan("train", "step", tuple(
    LiveLine(KINDS[name].name, KINDS[name].role, "validation_accuracy", name) for name in THREE))
WORDS = {"run": "Train the three side by side", "again": "Train them again"}


@once(256)
def race_of(spec: Lottery, level: int, seed: int) -> Ablation:
    """The comparison at one round of a lottery; its own pruning, so that its mask is found in the store."""
    return Ablation(data=spec.data, net=spec.net, training=spec.training, pruning=spec.pruning, level=level, seed=seed,
                    step=spec.rewind.step)


def race(run: Result, level: int) -> Result | None:
    """The panel for round `level` of `run`; returns the comparison once it is there."""
    base = rounds.lottery(run)
    if level < 1:
        st.info("In round 0 nothing is pruned and there is nothing to compare. Go on to a later round in the player.",
                icon=":material/info:")
        return None
    own = dataclasses.replace(SEED, default=base.seed)
    seed = int(st.number_input("Seed of the comparison", own.least, own.most, url.whole(own), key=f"race-{run.key}",
                               width=180, help="With another seed the lottery is run first, to find that seed's mask."))
    url.put(own, seed)
    spec = race_of(base, level, seed)
    found = recorded.find(spec) or run_panel(spec, rounds.learning(run), SIDE_BY_SIDE, key=f"race-{spec.key}",
                                             words=WORDS)
    if found is not None:
        remember(base, found)
    return found


def remember(base: Lottery, found: Result) -> None:
    """Note a comparison for this visit and, with the others of its configuration, in the address: it survives a reload
    and travels with the link, as far as the results are in this server's store."""
    visit: list[str] = st.session_state.setdefault("races", [])
    linked = [race_of(base, *pair) for pair in COMPARED.read() if 0 < pair[0] <= base.pruning.rounds]
    specs = [spec for spec in linked if spec.key != found.key and known(spec.key)] + [figures.ablation(found)]
    visit += [spec.key for spec in specs if spec.key not in visit]
    COMPARED.write([(spec.level, spec.seed) for spec in specs])


def show(found: Result) -> None:
    """Curves and the results card."""
    figure(figures.curves(found), key=f"race-{found.key}", height=360)
    fact_table(figures.card(found), "Results of the comparison", key=f"card-{found.key}")


def known(key: str) -> Result | None:
    """A comparison of before: from the record, or from the store."""
    return stored(key) or recorded.find(key)


def history(latest: Result) -> None:
    """The comparisons of this visit as a table, and what several seeds of one say together."""
    kept = [one for key in st.session_state.get("races", []) if (one := latest if key == latest.key else known(key))]
    if told := figures.over_seeds(kept, latest):
        st.markdown(told)
    if len(kept) > 1:
        with st.expander(f"Comparisons of this visit: {len(kept)}"):
            fact_table(figures.history(kept), "Comparisons of this visit", key="history")
