"""A run that grows by one round at each press: how far it is stands in the address, the rest waits for the reader.

Every length is a run of its own, and goes on from the shorter one in the store: a press trains one ticket, no more.
"""

from __future__ import annotations

import streamlit as st

from lth_core.experiments import Lottery
from lth_core.results.result import Result
from pages.address import url
from pages.live.run import LiveRun, say_refusal
from pages.widgets.round_player.component import LiveRound

GROWN = url.Whole("grown", 0, 42, 0)  # rounds trained at the press; 0: this run does not grow
ASKED = "growing.asked"  # in the session: the key of the round asked for

WORDS = {
    "failed": "The round could not be trained. {error} *Next round* tries again.",
    "cancelled": "Cancelled. *Next round* goes on from where it stopped.",
}


def grown_to(spec: Lottery, more: int = 0) -> LiveRun:
    """The run as far as the address says, and `more` rounds further."""
    return LiveRun(spec.shortened(min(spec.pruning.rounds, length() + more)), "growing", WORDS)


def length() -> int:
    """How many rounds the address counts; the first press trains one."""
    return max(1, url.whole(GROWN))


def latest(spec: Lottery) -> Result | None:
    """The run as far as the address says, if it is stored."""
    count(spec)
    return grown_to(spec).result


def coming(spec: Lottery) -> LiveRun:
    """What the next press trains: one round more, or all those that the address counts and nobody has trained here."""
    return grown_to(spec, 0 if latest(spec) is None else 1)


def going(spec: Lottery) -> LiveRound | None:
    """The training of the next round, if it goes on now; what stands in the way of one is told."""
    bare, run = latest(spec) is None, coming(spec)
    say_refusal(run.name)
    run.say_trouble()
    last = length() if bare else length() + 1
    return LiveRound(**vars(run.followed()), first=0 if bare else last, round=last) if run.going else None


def ask(spec: Lottery) -> None:
    """The reader wants the next round: train it, or take it from the store."""
    run = coming(spec)
    st.session_state[ASKED] = run.spec.key
    run.ask()


def count(spec: Lottery) -> None:
    """Count the round that was asked for as there, once it is: whoever looks first, the browser that heard its end or a
    page that redraws."""
    for more in (0, 1):
        run = grown_to(spec, more)
        status = run.status if st.session_state.get(ASKED) == run.spec.key else None
        if status is not None and status.state == "done":
            del st.session_state[ASKED]
            url.put(GROWN, length() + more)


def stop(spec: Lottery) -> None:
    """The reader wants no next round now: it stops, unless somebody else watches it."""
    coming(spec).cancel()
