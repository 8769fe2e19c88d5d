"""A run that grows by one round at each press: how far it is stands in the address, the rest waits for the reader.

Every length is a run of its own, and goes on from the shorter one in the store: a press trains one ticket, no more.
"""

from __future__ import annotations

import streamlit as st

from lth_core.experiments import Lottery
from lth_core.results.result import Result
from pages.address import url
from pages.figures.chart import Chart
from pages.live.run import LiveRun, say_refusal
from pages.widgets.live_chart import Plan
from pages.widgets.round_player.component import LiveRound
from pages.widgets.run_panel import run_panel, take_home

GROWN = url.Whole("grown", 0, 42, 0)  # rounds trained at the press; 0: this run does not grow
ASKED = "growing.asked"  # in the session: the key of the round asked for

WORDS = {
    "first": "Train the net and its first ticket",
    "more": "Train the first {rounds} rounds",
    "failed": "The round could not be trained. {error} *Next round* tries again.",
    "cancelled": "Cancelled. *Next round* goes on from where it stopped.",
}


def grown_to(spec: Lottery, more: int = 0) -> LiveRun:
    """The run as far as the address says, and `more` rounds further."""
    return LiveRun(spec.shortened(url.whole(GROWN) + more), "growing", WORDS)


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
    return grown_to(spec).result


def going(spec: Lottery) -> LiveRound | None:
    """The training of the next round, if it goes on now; what stands in the way of one is told."""
    count(spec)
    coming = grown_to(spec, 1)
    say_refusal(coming.name)
    coming.say_trouble()
    return LiveRound(**vars(coming.followed()), round=url.whole(GROWN) + 1) if coming.going else None


def ask(spec: Lottery) -> None:
    """The reader wants the next round: train it, or take it from the store."""
    coming = grown_to(spec, 1)
    st.session_state[ASKED] = coming.spec.key
    coming.ask()


def count(spec: Lottery) -> None:
    """Count the round that was asked for as there, once it is: whoever looks first, the browser that heard its end or a
    page that redraws."""
    coming = grown_to(spec, 1)
    status = coming.status if st.session_state.get(ASKED) == coming.spec.key else None
    if status is not None and status.state == "done":
        del st.session_state[ASKED]
        url.put(GROWN, url.whole(GROWN) + 1)


def stop(spec: Lottery) -> None:
    """The reader wants no next round now: it stops, unless somebody else watches it."""
    grown_to(spec, 1).cancel()
