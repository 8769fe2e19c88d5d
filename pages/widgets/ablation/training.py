"""Training all conditions now: the button, the run behind it, and its place in the address.

The address keeps the level, the seed and the conditions of the run that was asked for; whoever opens the link sees the
same run, from the store or after a click.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import streamlit as st

from lth_core.catalogue import SEEDS, evidence
from lth_core.jobs.engine import Refused
from lth_core.results.result import Result
from lth_core.results.store import StoreError
from lth_core.spec import CONDITIONS, Ablation, Condition
from pages.address import url
from pages.figures.conditions import THREE
from pages.live import api
from pages.records.once import once
from pages.widgets.ablation.component import LiveRun, View
from pages.widgets.ablation.payload import live_payload
from pages.widgets.hearing import hear, look_again
from pages.widgets.run_panel import stored, viewer

TRAINED = url.Whole("trained", 0, 24, 0)  # the level of the live run; 0 for none
RACED = url.Words("raced", CONDITIONS, THREE)
SEED = url.Whole("seed", SEEDS[0], SEEDS[-1], 0)  # those whose masks are shipped

WORDS = {
    "train": "Train them now",
    "train_help": "Every condition that is shown, at this density, for one epoch: same images, same order, same "
                  "budget. The mask is the recorded one.",
    "cancel": "Cancel",
    "leave": "Leave (others are watching)",
    "forget": "Back to the recorded seeds",
    "failed": "The run failed. {error}",
    "cancelled": "Cancelled.",
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


def asked() -> Ablation | None:
    """The run in the address, if any."""
    level = url.whole(TRAINED)
    return race(seed(), level, RACED.read()) if level else None


def controls(view: View) -> None:
    """Seed and buttons over the widget."""
    spec = asked()
    status = api.job_engine().status(spec.key) if spec else None
    st.selectbox("Seed", list(SEEDS), key=SEED.name, bind="query-params", width=110, on_change=_forget,
                 help="Of the live run. Its mask is the one that pruning found with this seed.")
    if spec is not None and status is not None and not status.over:
        st.button(WORDS["leave" if status.viewers > 1 else "cancel"], key="race-cancel", icon=":material/stop_circle:",
                  on_click=_cancel, args=(spec.key,), disabled=status.state == "stopping")
    else:
        st.button(WORDS["train"], key="race-train", icon=":material/play_circle:", type="primary", on_click=_start,
                  args=(view.level, view.shown), help=WORDS["train_help"])
    if spec is not None and status is not None and status.state == "done":
        st.button(WORDS["forget"], key="race-forget", icon=":material/undo:", type="tertiary", on_click=_forget)
    if refusal := st.session_state.pop("race.refusal", None):
        st.warning(refusal, icon=":material/hourglass_disabled:")


def state() -> tuple[LiveRun | None, Result | None]:
    """The live run for the widget, and its Result once it is over."""
    spec, engine = asked(), api.job_engine()
    engine.warm()
    if spec is None:
        return None, None
    status = engine.status(spec.key)
    if status is None:
        st.info(WORDS["absent"], icon=":material/database_off:")
        return None, None
    if not status.over:
        engine.seen([spec.key], viewer())
        return _running(spec), None
    if status.state == "failed":
        st.error(WORDS["failed"].format(error=status.error), icon=":material/error:")
    if status.state == "cancelled":
        st.caption(WORDS["cancelled"])
    result = stored(spec.key) if status.state == "done" else None
    if result is None:
        return None, None
    return LiveRun(spec.key, spec.level, spec.seed, finished=live_payload(result)), result


def _running(spec: Ablation) -> LiveRun:
    look_again(spec.key)
    return LiveRun(spec.key, spec.level, spec.seed, *hear(spec.key, viewer()))


def _start(level: int, shown: Sequence[str]) -> None:
    spec = race(seed(), level, tuple(shown))
    try:
        api.job_engine().submit(spec, viewer(), fresh=True)
    except (Refused, StoreError) as error:
        st.session_state["race.refusal"] = str(error)
    else:
        url.put(TRAINED, level)
        RACED.write(tuple(shown))


def _cancel(job: str) -> None:
    api.job_engine().cancel(job, viewer())


def _forget() -> None:
    url.put(TRAINED, 0)
    RACED.write(RACED.default)
