"""A run that grows by one round at each press: how far it is stands in the address, the rest waits for the reader.

Every length is a run of its own, and goes on from the shorter one in the store: a press trains one ticket, no more.
"""

from __future__ import annotations

import streamlit as st

from lth_core.jobs.engine import Refused
from lth_core.results.result import Result
from lth_core.results.store import StoreError
from lth_core.spec import Lottery
from pages.address import url
from pages.figures.chart import Chart
from pages.live import api
from pages.widgets.hearing import hear, look_again
from pages.widgets.live_chart import Plan
from pages.widgets.round_player.component import LiveRound
from pages.widgets.run_panel import run_panel, stored, take_home, viewer

GROWN = url.Whole("grown", 0, 42, 0)  # rounds trained at the press; 0: this run does not grow
REFUSAL, ASKED = "growing.refusal", "growing.asked"  # in the session: why not, and the key of the round asked for

WORDS = {
    "first": "Train the net and its first ticket",
    "more": "Train the first {rounds} rounds",
    "failed": "The round could not be trained. {error} *Next round* tries again.",
    "cancelled": "Cancelled. *Next round* goes on from where it stopped.",
}


def next_of(spec: Lottery) -> Lottery:
    """The run with one round more than the address says."""
    return spec.shortened(url.whole(GROWN) + 1)


def grown(spec: Lottery, chart: Chart, plan: Plan) -> Result | None:
    """The run as far as the address says: from the store, else from the panel that trains it."""
    count(spec)
    rounds, result = url.whole(GROWN), latest(spec)
    if result is None:
        label = WORDS["first"] if rounds == 1 else WORDS["more"].format(rounds=rounds)
        return run_panel(spec.shortened(rounds), chart, plan, key="growing", words={"run": label})
    take_home(result, "growing")
    return result


def latest(spec: Lottery) -> Result | None:
    """The run as far as the address says, if it is stored."""
    key = spec.shortened(url.whole(GROWN)).key
    status = api.job_engine().status(key)
    return stored(key) if status is not None and status.state == "done" else None


def going(spec: Lottery) -> LiveRound | None:
    """The training of the next round, if it goes on now; what stands in the way of one is told."""
    count(spec)
    engine, coming = api.job_engine(), next_of(spec)
    if refusal := st.session_state.pop(REFUSAL, None):
        st.warning(refusal, icon=":material/hourglass_disabled:")
    status = engine.status(coming.key)
    if status is None or status.state == "done":
        return None
    if status.state == "failed":
        st.error(WORDS["failed"].format(error=status.error), icon=":material/error:")
    if status.state == "cancelled":
        st.caption(WORDS["cancelled"])
    if status.over:
        return None
    engine.seen([coming.key], viewer())
    look_again(coming.key)
    return LiveRound(coming.key, coming.pruning.rounds, *hear(coming.key, viewer()))


def ask(spec: Lottery) -> None:
    """The reader wants the next round: train it, or take it from the store."""
    coming = next_of(spec)
    st.session_state[ASKED] = coming.key
    try:
        api.job_engine().submit(coming, viewer())
    except (Refused, StoreError) as error:
        st.session_state[REFUSAL] = str(error)


def count(spec: Lottery) -> None:
    """Count the round that was asked for as there, once it is: whoever looks first, the browser that heard its end or a
    page that redraws."""
    coming = next_of(spec)
    status = api.job_engine().status(coming.key) if st.session_state.get(ASKED) == coming.key else None
    if status is not None and status.state == "done":
        del st.session_state[ASKED]
        url.put(GROWN, coming.pruning.rounds)


def stop(spec: Lottery) -> None:
    """The reader wants no next round now: it stops, unless somebody else watches it."""
    api.job_engine().cancel(next_of(spec).key, viewer())
