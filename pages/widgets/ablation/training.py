"""Training all conditions now: the button, the run behind it, and its place in the address.

The address keeps the level, the seed and the conditions of the run that was asked for; whoever opens the link sees the
same run, from the store or after a click.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lth_core.catalogue import SEEDS, evidence
from lth_core.experiments import Ablation
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.spec import Condition
from pages.address import url
from pages.figures.runs import KINDS, THREE
from pages.live import api
from pages.live.hearing import Heard
from pages.live.run import LiveRun, say_refusal
from pages.widgets.ablation.component import LiveRace, View
from pages.widgets.ablation.payload import live_payload

TRAINED = url.Whole("now", 0, 24, 0)  # the level of the live run; 0 for none
OLD = "trained"  # what links of before said for it; chapter 5 means something else by it
RACED = url.Words("raced", tuple(KINDS), THREE)
SEED = url.Whole("seed", SEEDS[0], SEEDS[-1], 0)  # those whose masks are shipped
KEY = "T"  # on the keyboard
PRESSES = ({"at": ".st-key-race-train", "key": KEY},)

WORDS = {
    "train": "Train them now",
    "train_help": "Every condition that is shown, at this density, for one epoch: same images, same order, same "
                  "budget. The mask is the recorded one.",
    "forget": "Back to the recorded seeds",
    "absent": "This link shows a run that is not stored here. “Train them now” makes it again: the same one.",
}


@once(256)
def race(seed: int, level: int, conditions: tuple[str, ...]) -> Ablation:
    """The Spec of a live run: one epoch, the mask of the recorded lottery of this seed."""
    spec = evidence("quick", seed)
    return Ablation(data=spec.data, net=spec.net, training=spec.training, seed=seed, level=level,
                    pruning=dataclasses.replace(spec.pruning, rounds=level),
                    conditions=tuple(Condition(name) for name in conditions))


def seed() -> int:
    """The seed of the next live run: the select box knows before the address does."""
    return int(st.session_state.get(SEED.name, url.whole(SEED)))


def asked() -> LiveRun | None:
    """The run in the address, if any."""
    level = url.whole(TRAINED)
    return LiveRun(race(seed(), level, RACED.read()), "race") if level else None


def adopt() -> None:
    """Links of before go on working."""
    if (level := st.query_params.get(OLD)) is not None:
        del st.query_params[OLD]
        if not TRAINED.fault(level):
            st.query_params[TRAINED.name] = level


def button(view: View) -> None:
    """What starts the live run, and in the same place what stops it."""
    run = asked()
    if run is not None and run.going:
        run.stop_button("race-cancel")
    else:
        st.button(WORDS["train"], key="race-train", icon=":material/play_circle:", type="primary", on_click=_start,
                  args=(view.level, view.shown), help=WORDS["train_help"], shortcut=KEY)
    say_refusal("race")


def menu() -> None:
    """Seed of the live run, and the way back from it."""
    st.selectbox("Seed", list(SEEDS), key=SEED.name, bind="query-params", width=110, on_change=_forget,
                 help="Of the live run. Its mask is the one that pruning found with this seed.")
    run = asked()
    done = run is not None and run.status is not None and run.status.state == "done"
    st.button(WORDS["forget"], key="race-forget", icon=":material/undo:", on_click=_forget, disabled=not done)


def state() -> tuple[LiveRace | None, Result | None]:
    """The live run for the widget, and its Result once it is over."""
    run = asked()
    api.job_engine().warm()
    if run is None:
        return None, None
    if run.status is None:
        st.info(WORDS["absent"], icon=":material/database_off:")
        return None, None
    if run.going:
        return _shown(run.followed()), None
    run.say_trouble()
    result = run.result
    if result is None:
        return None, None
    return _shown(Heard(run.spec.key), live_payload(result)), result


def _shown(heard: Heard, finished: Mapping[str, Any] | None = None) -> LiveRace:
    return LiveRace(**vars(heard), level=url.whole(TRAINED), seed=seed(), finished=finished)


def _start(level: int, shown: Sequence[str]) -> None:
    if LiveRun(race(seed(), level, tuple(shown)), "race").ask(fresh=True):
        url.put(TRAINED, level)
        RACED.write(tuple(shown))


def _forget() -> None:
    url.put(TRAINED, 0)
    RACED.write(RACED.default)
