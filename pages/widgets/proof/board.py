"""All checks of the proof: the button that runs them, how far they are, and a card for each."""

from __future__ import annotations

import streamlit as st

from lth_core.experiments.proof.spec import NAMES
from lth_core.jobs.status import Status
from lth_core.proof import CHECKS
from pages.address import url
from pages.live import api
from pages.live.run import LiveRun, say_refusal
from pages.widgets import frame
from pages.widgets.proof import asked
from pages.widgets.proof.card import card, style

PARAMETERS = (asked.CHECK, asked.RAN, asked.DRAW)
LOOK_SECONDS = 0.4  # between two looks at a run that goes on, which is over in seconds


def board() -> None:
    """Draw it; while a run goes on it redraws itself, and the page once when that begins or ends."""
    api.job_engine().warm()
    style()
    run = asked.run()
    st.fragment(_draw, run_every=LOOK_SECONDS if run is not None and run.going else None)()


def _draw() -> None:
    run = asked.run()
    going = run is not None and run.going
    if going != st.session_state.get("proof.going", going):
        st.session_state["proof.going"] = going
        st.rerun()
    st.session_state["proof.going"] = going
    if run is not None:
        run.heard()  # whoever looks counts as watching
        asked.listen(run)
    _head(run, going)
    chosen = url.word(asked.CHECK)
    if chosen in CHECKS:  # the one a link is about: first, as wide as the page, its code in sight
        _card(run, chosen, going, opened=True)
    others = [name for name in NAMES if name != chosen]
    for left in range(0, len(others), 2):
        for name, column in zip(others[left : left + 2], st.columns(2, gap="small"), strict=False):
            with column:
                _card(run, name, going)


def _card(run: LiveRun | None, name: str, going: bool, opened: bool = False) -> None:
    card(CHECKS[name], asked.found().get(name), _state(run, name, going), going, opened)


def _head(run: LiveRun | None, going: bool) -> None:
    say_refusal("proof")
    with frame.toolbar():
        if going and run is not None:
            run.stop_button("proof.cancel")
            st.progress(*_progress(run))
            return
        st.button("Run all again" if asked.found() else "Run all checks", key="proof.all", type="primary",
                  icon=":material/play_circle:", on_click=asked.ask, args=(asked.EVERY,))
        st.markdown(_summary())
    if run is not None:
        run.say_trouble()


def _progress(run: LiveRun) -> tuple[float, str]:
    status, total = run.status, run.spec.rounds
    done = sum(name in asked.found() for name in _names(run))
    if status is not None and status.state == "queued":
        return 0.0, _waiting(status)
    if status is not None and status.state == "stopping":
        return done / total, "Stopping after this check."
    return done / total, f"{done} of {total} checks done"


def _waiting(status: Status) -> str:
    return "The next free worker takes it." if status.position <= 1 else f"{status.position - 1} runs are before it."


def _summary() -> str:
    """What the checks of this visit came to."""
    rows = asked.found().values()
    if not rows:
        return f"{len(NAMES)} promises. Each check trains, prunes or kills something real, and takes seconds."
    passed, seconds = sum(bool(row["passed"]) for row in rows), sum(float(row["seconds"]) for row in rows)
    colour = "green" if passed == len(rows) else "red"
    return f":{colour}-badge[{passed} of {len(rows)} passed] in {seconds:.1f} s, with seed {url.whole(asked.DRAW)}."


def _names(run: LiveRun) -> tuple[str, ...]:
    return tuple(run.spec.to_dict()["checks"])


def _state(run: LiveRun | None, name: str, going: bool) -> str:
    """What a check without a finding is doing."""
    if not going or run is None or name not in _names(run):
        return "open"
    missing = [one for one in _names(run) if one not in asked.found()]
    return "running" if missing[:1] == [name] else "waiting"
