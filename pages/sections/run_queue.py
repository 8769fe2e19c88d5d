"""What this server computes, and for whom: the presenter's view of the line of runs, and the way to end them.

Whoever sits at the machine may end anybody's run; nobody else sees this. Elsewhere the command line does the same:
`python -m lth_core jobs list`.
"""

from __future__ import annotations

import logging
from functools import partial

import streamlit as st

from lth_core.jobs.status import Status
from lth_core.jobs.trouble import DISK
from lth_core.results.store import StoreError
from lth_core.said import DATA
from lth_core.spec import Spec
from pages.live import api
from pages.live.pace import duration
from pages.serving.here import here

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds between two looks
KEY, ALL = "run-queue", "all"
WORDS = {
    "open": "The server's runs", "none": "Nothing is computed, and nobody waits.",
    "about": "A run that you end keeps what it has: whoever asks for it again goes on from there.",
    "end": "End", "clear": "End all", "keep": "Keep", "sure": "End it for everybody?",
    "sure_all": "End all {many} runs, for everybody?", "yes": "Yes, end it", "yes_all": "Yes, end all",
}


def panel() -> None:
    """The button that opens the view; nothing for who does not sit at this machine."""
    if here():
        with st.popover(WORDS["open"], icon=":material/queue_play_next:", key=KEY):
            st.fragment(_look, run_every=EVERY)()


def _look() -> None:
    line = api.job_engine().line()
    sure = st.session_state.get(KEY + ".sure", "")
    if not line:
        st.caption(WORDS["none"])
        return
    if len(line) > 1 and sure == ALL:
        _ask(WORDS["sure_all"].format(many=len(line)), WORDS["yes_all"], [status.key for _, status in line], ALL)
    elif len(line) > 1:
        st.button(WORDS["clear"], key=KEY + ".clear", icon=":material/clear_all:", on_click=_want, args=(ALL,))
    for spec, status in line:
        _row(spec, status, sure == status.key)
    st.caption(WORDS["about"])
    if trouble := st.session_state.pop(KEY + ".trouble", None):
        st.error(trouble, icon=":material/error:")


def _row(spec: Spec, status: Status, sure: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"{KEY}-{status.key}"):
        st.markdown(f"**{what(spec)}**  \n{state(status)}", width="stretch")
        if not sure:
            st.button(WORDS["end"], key=f"{KEY}.end.{status.key}", icon=":material/stop_circle:", on_click=_want,
                      args=(status.key,), disabled=status.state == "stopping", help=f"{WORDS['end']}: {what(spec)}")
    if sure:
        _ask(WORDS["sure"], WORDS["yes"], [status.key], status.key)


def _ask(question: str, yes: str, keys: list[str], name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(question)
        st.button(yes, key=f"{KEY}.yes.{name}", type="primary", on_click=_end, args=(keys,))
        st.button(WORDS["keep"], key=f"{KEY}.keep.{name}", on_click=partial(_want, ""))


def _want(name: str) -> None:
    st.session_state[KEY + ".sure"] = name


def _end(keys: list[str]) -> None:
    _want("")
    try:
        api.job_engine().end(keys)
    except StoreError as error:
        log.error("%s", error)
        st.session_state[KEY + ".trouble"] = DISK


def what(spec: Spec) -> str:
    """A run in half a line.

    >>> from lth_core.presets import preset
    >>> what(preset("quick"))
    'lottery: 784-300-100-10 on MNIST, 16 trainings of 917 steps, seed 0'
    """
    sizes = "-".join(map(str, spec.net.sizes)) if len(spec.net.sizes) < 7 else f"{len(spec.net.sizes)} layers"
    net = sizes if spec.net.name == "mlp" else spec.net.name
    many = "" if spec.rounds == 0 else f"{spec.rounds + 1} trainings of "
    return f"{spec.experiment}: {net} on {DATA[spec.data.name]}, {many}{spec.training.steps:,} steps, seed {spec.seed}"


def state(status: Status) -> str:
    """Where it stands, and who watches.

    >>> state(Status("k", "running", share=0.4, eta=75.2, viewers=2)), state(Status("k", "queued", 3, wait=None))
    ('runs, 40% done, 75 s left · 2 watch', 'waits, place 3 · nobody watches')
    """
    watched = {0: "nobody watches", 1: "one watches"}.get(status.viewers, f"{status.viewers} watch")
    if status.state == "queued":
        wait = "" if status.wait is None else f", about {duration(status.wait)}"
        return f"waits, place {status.position}{wait} · {watched}"
    left = "" if status.eta is None else f", {duration(status.eta)} left"
    name = "ends at its next step" if status.state == "stopping" else f"runs, {status.share:.0%} done{left}"
    return f"{name} · {watched}"
