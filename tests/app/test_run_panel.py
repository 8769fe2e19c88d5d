"""The run panel without a browser: what it says in every state of its run, with the inline engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lth_core.jobs.engine import JobEngine
from lth_core.jobs.limits import Limits
from lth_core.jobs.runner import InlineRunner
from lth_core.presets import preset
from lth_core.results.compare import compare
from lth_core.results.result import Result
from lth_core.results.store import Store
from pages.live import api
from pages.widgets.run_panel import _told
from tests.app.harness import labels
from tests.jobs import standin


def page(recorded: bool = False) -> None:
    """The page under test; runs in a process of its own words, so its imports stand inside."""
    import numpy as np
    import streamlit as st

    from pages.figures.chart import Axis, Chart, Line
    from pages.widgets.live_chart import LiveLine, Plan
    from pages.widgets.run_panel import run_panel
    from tests.app.test_run_panel import RECORDED
    from tests.jobs import standin

    line = Line("recorded", "dense", np.array([5, 50]), np.array([0.6, 0.9]))
    chart = Chart("Learning", "It learns.", Axis("step"), Axis("accuracy", percent=True), (line,))
    plan = Plan("train", "step", (LiveLine("accuracy", "training", "test_accuracy"),))
    result = run_panel(standin.spec(0), chart, plan, key="panel", recorded=RECORDED[0])
    st.caption("no result" if result is None else f"result of {len(result.tables['curves']['step'])} points")


RECORDED = [None]  # what the page compares with; a list, so that a test can change it
KEY = standin.spec(0).key


@pytest.fixture
def engine(tmp_path, monkeypatch) -> JobEngine:
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(own=1), standin.stream)
    monkeypatch.setattr(api, "job_engine", lambda: engine)
    RECORDED[0] = None
    return engine


def opened() -> AppTest:
    at = AppTest.from_function(page, default_timeout=30).run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception
    return at


def test_run_watch_and_result(engine):
    at = opened()
    assert labels(at) == ["Train it now"]
    press(at, "Train it now")
    assert labels(at) == ["Cancel"]
    assert not any("joined" in caption.value for caption in at.caption)
    assert engine.status(KEY).state == "running"
    engine.runner.advance(KEY)
    again = opened()  # a reload, or another student: no click needed
    assert labels(again) == ["Leave (others are watching)"]
    assert any("You have joined it" in caption.value for caption in again.caption)
    while engine.runner.advance(KEY):
        pass
    at.run()
    assert labels(at) == ["Run it again"]
    assert at.caption[-1].value == "result of 20 points"
    press(at, "Run it again")
    assert engine.status(KEY).state == "running"


def test_cancel(engine):
    at = press(opened(), "Train it now")
    engine.runner.advance(KEY)
    press(at, "Cancel")
    assert engine.status(KEY).state == "stopping"
    engine.runner.advance(KEY)
    at.run()
    assert labels(at) == ["Go on with it"]
    assert any("goes on from where it stopped" in caption.value for caption in at.caption)


def test_a_refusal_is_told_with_its_reason(engine):
    at = opened()
    engine.submit(standin.spec(7), at.session_state["viewer"])
    press(at, "Train it now")
    assert "already have 1 runs under way" in at.warning[0].value
    assert labels(at) == ["Train it now"]


def test_a_failure_is_told_in_one_sentence(engine):
    engine._stream = standin.failing
    at = press(opened(), "Train it now")
    while engine.runner._runs:
        engine.runner.advance(KEY)
    at.run()
    assert at.error[0].value == "The run failed. LinAlgError: Singular matrix"
    assert labels(at) == ["Train it now"]


@pytest.mark.parametrize(("shift", "word", "detail"), [
    (0.0, "matches", "every number has the same bits"),
    (0.005, "matches", "test accuracy along the way is up to 0.50 percentage points off (step "),
    (0.1, "differs", "test accuracy along the way is up to 10.00 percentage points off (step "),
])
def test_a_re_run_is_compared_with_the_record(engine, shift, word, detail):
    run = standin.run(standin.spec(0))
    curve = {**run.tables["curves"], "test_accuracy": run.tables["curves"]["test_accuracy"] - shift}
    RECORDED[0] = replace(run, tables={"curves": curve}, manifest={"tolerance": {"*accuracy": 0.02}})
    at = press(opened(), "Train it now")
    while engine.runner.advance(KEY):
        pass
    at.run()
    told = [*at.success, *at.warning]
    assert len(told) == 1
    assert f"The re-run **{word}**" in told[0].value and detail in told[0].value


def test_a_loss_that_moves_alone_is_told_instead_of_an_accuracy_that_differs_by_nothing():
    curve = {"step": np.array([5, 10]), "test_accuracy": np.array([0.9, 0.95]), "test_loss": np.array([0.5, 0.25])}
    old = Result(standin.spec(0), {"curves": curve}, {}, {"tolerance": {"*accuracy": 0.02, "*": None}})
    new = Result(old.spec, {"curves": {**curve, "test_loss": curve["test_loss"] + 0.125}}, {})
    assert _told(compare(old, new)) == "no accuracy moves; test loss along the way by at most 0.12"
    lost = Result(old.spec, {"curves": {**curve, "test_accuracy": np.array(["a", "b"])}}, {})
    assert _told(compare(old, lost)) == "it has other rows, counts or masks"


def test_a_damaged_result_is_not_shown(engine):
    press(opened(), "Train it now")
    while engine.runner.advance(KEY):
        pass
    (engine.store.path(KEY) / "curves.parquet").write_bytes(b"")
    at = opened()
    assert "damaged and set aside" in at.warning[0].value
    assert labels(at.run()) == ["Train it now"]


def test_a_ladder_whose_read_outs_move_is_not_said_to_stand_still():
    """A ladder's accuracies are called after what was pruned, and move on screen like any other."""
    spec = preset("ladder-drawable", 0)
    rungs = {"sparsity": np.array([0.0, 0.5]), "magnitude": np.array([0.9, 0.8]), "random": np.array([0.9, 0.4])}
    old = Result(spec, {"rungs": rungs}, {}, {"tolerance": {"rungs.*": 0.02}})
    new = Result(spec, {"rungs": {**rungs, "magnitude": np.array([0.9, 0.801])}}, {})
    told = _told(compare(old, new))
    assert "“smallest pruned, as it is” is up to 0.10 percentage points off" in told
    assert "no accuracy moves" not in told


def test_a_visitor_does_not_see_the_verdict_of_the_one_before(engine):
    RECORDED[0] = standin.run(standin.spec(0))
    at = press(opened(), "Train it now")
    while engine.runner.advance(KEY):
        pass
    at.run()
    assert at.success
    other = opened()
    assert not other.success and not other.warning
    assert labels(other) == ["Run it again"]  # what is stored is offered all the same
