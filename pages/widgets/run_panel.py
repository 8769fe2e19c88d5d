"""The run panel: start a run, watch it, join one that runs already, leave it, and take its result home.

A panel belongs to one Spec. Whoever opens a page whose Spec is running just now sees it running: after a reload, in a
second tab, on another student's screen. With a recorded Result of the same Spec it is "re-run this now", and says
whether the new numbers match the recorded ones.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

import streamlit as st

from lth_core import reproduce
from lth_core.jobs.engine import JobEngine, Refused
from lth_core.jobs.status import Status
from lth_core.results import entry
from lth_core.results.compare import Comparison, compare
from lth_core.results.result import Result
from lth_core.results.store import StoreError
from lth_core.spec import Spec
from pages import api
from pages import recorded as shelf
from pages.figures.chart import Chart
from pages.once import once
from pages.widgets import files
from pages.widgets.hearing import POLL_SECONDS, hear
from pages.widgets.live_chart import Plan, live_chart

WORDS = {
    "run": "Train it now",
    "again": "Run it again",
    "resume": "Go on with it",
    "cancel": "Cancel",
    "leave": "Leave (others are watching)",
    "joined": "This run was under way already. You have joined it, and see it from its beginning.",
    "cancelled": "Cancelled. Running it again goes on from where it stopped.",
    "failed": "The run failed. {error}",
    "gone": "The stored result was damaged and set aside. Run it again to get it back.",
    "match": "The re-run **matches** the recorded result",
    "differs": "The re-run **differs** from the recorded result",
    "why": " On one machine a Spec gives the same bits each time; another processor adds up in another order, and "
           "training magnifies the last digit, most of all in nets with few weights left.",
    "take": "Take it home",
    "recipe": "How to make it again",
}


def run_panel(
    spec: Spec,
    chart: Chart,
    plan: Plan,
    *,
    key: str,
    recorded: Result | None = None,
    words: Mapping[str, str] = WORDS,
) -> Result | None:
    """Show the panel of `spec`; return its live Result once there is one.

    chart, plan: what the live chart draws, and from which points. recorded: the shipped Result of the same Spec.
    """
    words, engine = {**WORDS, **words}, api.job_engine()
    engine.warm()
    status = engine.status(spec.key)
    polling = not api.mounted() and status is not None and not status.over
    watch = st.fragment(_watch, run_every=POLL_SECONDS if polling else None)
    watch(spec, chart, plan, key, words)
    if status is None or status.state != "done":
        return None
    result = stored(spec.key)
    if result is None:
        st.warning(words["gone"])
        return None
    _verdict(recorded, result, words)
    take_home(result, key, words)
    return result


def viewer() -> str:
    """This browser session's name among the viewers of a run: random, known to nobody else."""
    if "viewer" not in st.session_state:
        st.session_state["viewer"] = secrets.token_hex(12)
    return str(st.session_state["viewer"])


def _watch(spec: Spec, chart: Chart, plan: Plan, key: str, words: Mapping[str, str]) -> None:
    """The moving part: buttons and the live chart. Reruns alone, and the page once when the run begins or ends."""
    engine, me = api.job_engine(), viewer()
    engine.seen([spec.key], me)
    status = engine.status(spec.key)
    going = status is not None and not status.over
    phase = "going" if going else status and status.state
    before = st.session_state.get(f"{key}.phase", phase)
    st.session_state[f"{key}.phase"] = phase
    if before != phase:  # it began or ended: the page around the panel has something new to say
        st.rerun()
    if refusal := st.session_state.pop(f"{key}.refusal", None):
        st.warning(refusal, icon=":material/hourglass_disabled:")
    if status is not None and going:
        others = status.viewers > 1
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(words["leave" if others else "cancel"], key=f"{key}.cancel", icon=":material/stop_circle:",
                      disabled=status.state == "stopping", on_click=_cancel, args=(spec.key,))
            if st.session_state.get(f"{key}.own") != spec.key:
                st.caption(words["joined"])
        stream, events = hear(spec.key, me)
        live_chart(chart, plan, key=f"{key}.chart.{spec.key}", job=spec.key, url=stream, events=events)
        return
    _ended_badly(status, words)
    done = status is not None and status.state == "done"
    stopped = status is not None and status.state == "cancelled"
    st.button(words["again" if done else "resume" if stopped else "run"], key=f"{key}.run",
              icon=":material/play_circle:", type="primary", on_click=_start, args=(spec, key, done))


def _start(spec: Spec, key: str, fresh: bool) -> None:
    st.session_state[f"{key}.phase"] = "asked"
    engine = api.job_engine()
    before = engine.status(spec.key)
    st.session_state[f"{key}.own"] = spec.key if before is None or before.over else None
    try:
        engine.submit(spec, viewer(), fresh)
    except (Refused, StoreError) as error:
        st.session_state[f"{key}.refusal"] = str(error)


def _cancel(job: str) -> None:
    api.job_engine().cancel(job, viewer())


def _ended_badly(status: Status | None, words: Mapping[str, str]) -> None:
    if status is not None and status.state == "failed":
        st.error(words["failed"].format(error=status.error), icon=":material/error:")
    if status is not None and status.state == "cancelled":
        st.caption(words["cancelled"])


def _verdict(recorded: Result | None, result: Result, words: Mapping[str, str]) -> None:
    if recorded is None:
        return
    verdict = _compared(recorded, result)
    show, told, why = (st.success, words["match"], "") if verdict.match else (
        st.warning, words["differs"], words["why"])
    show(f"{told}: {_told(verdict)}.{why}", icon=":material/compare_arrows:")


@once(32)
def _compared(recorded: Result, result: Result) -> Comparison:
    """The verdict, with the recorded seeds of this Spec as the measure."""
    return compare(recorded, result, shelf.atlas().seeds(recorded.spec))


def _told(verdict: Comparison) -> str:
    """The largest difference that a reader can see, in a reader's words."""
    largest = verdict.largest
    if verdict.identical:
        return "every number has the same bits"
    if largest is None:
        return "no accuracy, error or loss moves" if verdict.match else "it has other rows, counts or masks"
    table, _, column = largest.name.removeprefix("start of ").partition(".")
    name = column.replace("_", " ") + (" along the way" if table.endswith("curves") else "")
    where = f" ({largest.where})" if largest.where else ""
    if largest.allowed is None or column.endswith("loss"):
        return f"no accuracy moves; {name} by at most {largest.worst:.2g}" if verdict.match else (
            f"{name} is {largest.worst:.2g} off from the first steps on{where}")
    spread = f"; as far as {verdict.seeds} recorded seeds lie apart, it may be {100 * largest.allowed:.2f} off there"
    return f"{name} is up to {100 * largest.worst:.2f} percentage points off{where}" + (
        spread if verdict.seeds > 1 else f"; {100 * largest.allowed:.0f} are allowed")


def take_home(result: Result, key: str, words: Mapping[str, str] = WORDS) -> None:
    """Badge with everything needed to check or repeat the run, and its numbers as files."""
    manifest, name = result.manifest, f"{result.spec.experiment}-seed{result.spec.seed}-{result.key[:8]}"
    machine = manifest.get("machine", {})
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover(f"Live · seed {result.spec.seed}", icon=":material/bolt:"):
            st.markdown(
                f"Trained here on {str(manifest.get('created', ''))[:16].replace('T', ' ')} in "
                f"{float(manifest.get('seconds', 0)):.1f} s; {machine.get('processor', 'unknown processor')}, "
                f"{machine.get('cores', '?')} cores."
            )
            st.markdown(f"**{words['recipe']}**")
            if (line := reproduce.command(result.spec)) is not None:
                st.code(line, language="bash", wrap_lines=True)
            st.code(reproduce.python(result.spec), language="python", wrap_lines=True)
            st.code(json.dumps(result.spec.to_dict(), indent=2), language="json", wrap_lines=True)
        with st.popover(words["take"], icon=":material/download:"):
            files.downloads((result,), name, key)


def stored(key: str) -> Result | None:
    """The finished Result of a run; None when it is missing or damaged."""
    engine = api.job_engine()
    return _load(key, _stamp(engine, key))


def _stamp(engine: JobEngine, key: str) -> str:
    """Changes when a fresh run has replaced the stored result."""
    try:
        return str(entry.manifest(engine.store.path(key), key)["run"].get("created"))
    except (entry.Damaged, OSError):
        return "unreadable"


@st.cache_resource(show_spinner=False, max_entries=32)
def _load(key: str, stamp: str) -> Result | None:
    """The stored result; `stamp` only makes a replaced one another entry of the cache."""
    return api.job_engine().result(key)
