"""The run panel: start a run, watch it, join one that runs already, leave it, and take its result home.

A panel belongs to one Spec. Whoever opens a page whose Spec is running just now sees it running: after a reload, in a
second tab, on another student's screen. With a recorded Result of the same Spec it is "re-run this now", and says
whether the new numbers match the recorded ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from lth_core import reproduce
from lth_core.once import once
from lth_core.results.compare import Comparison, compare
from lth_core.results.result import Result
from lth_core.spec import Spec
from pages.figures import ladder
from pages.figures.chart import Chart
from pages.live import api
from pages.live.hearing import POLL_SECONDS
from pages.live.run import LiveRun, say_refusal
from pages.records import recorded as shelf
from pages.widgets import files
from pages.widgets.live_chart import Plan, live_chart

WORDS = {
    "run": "Train it now",
    "again": "Run it again",
    "resume": "Go on with it",
    "joined": "This run was under way already. You have joined it, and see it from its beginning.",
    "cancelled": "Cancelled. Running it again goes on from where it stopped.",
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
    run = run_controls(spec, key=key, words=words, drawn=(chart, plan))
    return run_outcome(run, recorded=recorded)


def run_controls(
    spec: Spec, *, key: str, words: Mapping[str, str] = WORDS, drawn: tuple[Chart, Plan] | None = None
) -> LiveRun:
    """The buttons that start and leave the run, with a live chart while it goes on, or without where the page draws it
    itself."""
    words = {**WORDS, **words}
    run = LiveRun(spec, key, words)
    api.job_engine().warm()
    polling = not api.mounted() and run.going
    watch = st.fragment(_watch, run_every=POLL_SECONDS if polling else None)
    watch(run, drawn, words)
    return run


def run_outcome(run: LiveRun, *, recorded: Result | None = None) -> Result | None:
    """The Result of the run once there is one, with the verdict against the recorded one and its files."""
    words = {**WORDS, **run.words}
    status = run.status
    if status is None or status.state != "done":
        return None
    result = run.result
    if result is None:
        st.warning(words["gone"])
        return None
    if st.session_state.get(f"{run.name}.mine") == run.spec.key:  # else another visitor's re-run: no news for this one
        _verdict(recorded, result, words)
    take_home(result, run.name, words)
    return result


def _watch(run: LiveRun, drawn: tuple[Chart, Plan] | None, words: Mapping[str, str]) -> None:
    """The moving part: buttons and the live chart. Reruns alone, and the page once when the run begins or ends."""
    key, job, heard = run.name, run.spec.key, run.heard()  # whoever looks counts as watching
    status = run.status
    going = status is not None and not status.over
    phase = "going" if going else status and status.state
    before = st.session_state.get(f"{key}.phase", phase)
    st.session_state[f"{key}.phase"] = phase
    if before != phase:  # it began or ended: the page around the panel has something new to say
        st.rerun()
    say_refusal(key)
    if going:
        st.session_state[f"{key}.mine"] = job
        with st.container(horizontal=True, vertical_alignment="center"):
            run.stop_button(f"{key}.cancel")
            if st.session_state.get(f"{key}.own") != job:
                st.caption(words["joined"])
        if drawn:
            live_chart(*drawn, key=f"{key}.chart.{job}", job=job, url=heard.url, events=list(heard.events))
        return
    run.say_trouble()
    done = status is not None and status.state == "done"
    stopped = status is not None and status.state == "cancelled"
    st.button(words["again" if done else "resume" if stopped else "run"], key=f"{key}.run",
              icon=":material/play_circle:", type="primary", on_click=_start, args=(run, done))
    if drawn and stopped and (story := run.so_far().events):  # what it has learned stays: it goes on from there
        live_chart(*drawn, key=f"{key}.chart.{job}", job=job, url=None, events=list(story))


def _start(run: LiveRun, fresh: bool) -> None:
    st.session_state[f"{run.name}.phase"] = "asked"
    st.session_state[f"{run.name}.mine"] = run.spec.key
    st.session_state[f"{run.name}.own"] = None if run.going else run.spec.key
    run.ask(fresh)


def _verdict(recorded: Result | None, result: Result, words: Mapping[str, str]) -> None:
    if recorded is None:
        return
    verdict = _compared(recorded, result)
    show, told, why = (st.success, words["match"], "") if verdict.match else (
        st.warning, words["differs"], words["why"])
    show(f"{told}: {_told(verdict)}.{why}", icon=":material/compare_arrows:")


@once(4)  # each holds on to two whole Results
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
    name = _named(table, column)
    where = f" ({largest.where})" if largest.where else ""
    if column.endswith("loss"):
        return f"no accuracy moves; {name} by at most {largest.worst:.2g}" if verdict.match else (
            f"{name} is {largest.worst:.2g} off from the first steps on{where}")
    if largest.allowed is None:
        return f"{name} is up to {100 * largest.worst:.2f} percentage points off{where}; it may move freely"
    spread = f"; as far as {verdict.seeds} recorded seeds lie apart, it may be {100 * largest.allowed:.2f} off there"
    return f"{name} is up to {100 * largest.worst:.2f} percentage points off{where}" + (
        spread if verdict.seeds > 1 else f"; {100 * largest.allowed:.0f} are allowed")


def _named(table: str, column: str) -> str:
    """A column as the pages call it."""
    if table == "rungs":
        return f"the accuracy “{ladder.NAMES.get(column, column)}”"
    return column.replace("_", " ") + (" along the way" if table.endswith("curves") else "")


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
