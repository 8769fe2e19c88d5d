"""The proof's page without a browser: what it says before, while and after its checks run, with the inline engine."""

from __future__ import annotations

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.experiments import Proof
from lth_core.experiments.proof import run as proof_run
from lth_core.experiments.proof.spec import NAMES
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.limits import Limits
from lth_core.jobs.runner import InlineRunner
from lth_core.proof import CHECKS, Finding
from lth_core.results.store import Store
from pages.live import api
from tests.app.harness import address, open_page

opened = partial(open_page, "pages/proof.py")


@pytest.fixture
def engine(tmp_path, monkeypatch) -> JobEngine:
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(own=1))
    monkeypatch.setattr(api, "job_engine", lambda: engine)
    return engine


@pytest.fixture
def canned(monkeypatch) -> None:
    """Checks that are over at once: the third finds two faults, the fourth breaks down."""
    def prove(name: str, seed: int) -> Finding:
        number = {"zeros": 2.0, "rewind": float("nan")}.get(name, 0.0)
        return Finding(number == 0, number, f"Looked at <{name}> with seed {seed}.", 0.25)

    monkeypatch.setattr(proof_run, "prove", prove)


def cards(app: AppTest) -> dict[str, str]:
    """The HTML of each card, by check."""
    found = {}
    for name in NAMES:
        found[name], = [item.proto.body for item in app.get_by_key(f"check-{name}").get("html")]
    return found


def states(app: AppTest) -> dict[str, str]:
    return {name: html.split('data-state="')[1].split('"')[0] for name, html in cards(app).items()}


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def spec_of(app: AppTest) -> Proof:
    """What the address says was asked for."""
    told = address(app)
    return Proof(checks=NAMES if told["ran"] == "all" else (told["ran"],), seed=int(told["draw"]))


def test_every_promise_has_a_card_with_its_code_before_anything_runs(engine) -> None:
    app = opened()
    assert set(states(app).values()) == {"open"} and len(states(app)) == len(NAMES)
    for name, html in cards(app).items():
        assert CHECKS[name].title in html and "Not run yet." in html
    assert [code.value for code in app.code][: len(NAMES)] == [CHECKS[name].code for name in NAMES]
    assert not any(expander.proto.expanded for expander in app.expander)


def test_all_checks_run_one_after_another_and_a_failure_is_seen(engine, canned) -> None:
    app = press(opened(), "proof.all")
    spec = spec_of(app)
    assert spec.checks == NAMES and 1 <= spec.seed <= 9_999
    assert all(app.button(key=f"run-{name}").disabled for name in NAMES)
    for _ in range(3):  # the beginning, and two checks
        engine.runner.advance(spec.key)
    app.run()
    seen = states(app)
    assert [seen[name] for name in NAMES[:4]] == ["passed", "passed", "running", "waiting"]
    assert app.get("progress")[0].proto.text == "2 of 11 checks done"
    while engine.runner.advance(spec.key):
        pass
    app.run()
    seen, told = states(app), cards(app)
    assert {name for name, state in seen.items() if state == "failed"} == {"zeros", "rewind"}
    assert "<b>2</b> pruned weights that are not zero" in told["zeros"] and "&lt;zeros&gt;" in told["zeros"]
    assert "<b>" not in told["rewind"] and "Failed." in told["rewind"] and "0.2 s" in told["rewind"]
    assert any("red-badge[9 of 11 passed] in 2.8 s" in item.value for item in app.markdown)
    again = opened(ran="all", draw=str(spec.seed))  # the link, in another visit
    assert states(again) == seen


def test_one_check_runs_alone_and_leaves_the_others(engine) -> None:
    app = press(opened(), "run-counts")
    spec = spec_of(app)
    assert spec.checks == ("counts",) and states(app)["counts"] == "running"
    while engine.runner.advance(spec.key):
        pass
    app.run()
    assert states(app)["counts"] == "passed" and states(app)["nested"] == "open"
    assert "15 rounds of three layers leave 9,537 of 266,200 weights." in cards(app)["counts"]
    assert "<b>0</b> layer counts that are off" in cards(app)["counts"]
    press(app, "run-gradient")
    assert spec_of(app).checks == ("gradient",) and spec_of(app).seed != spec.seed
    assert states(app)["counts"] == "passed"


def test_a_run_can_be_left_and_what_was_found_stays(engine, canned) -> None:
    app = press(opened(), "proof.all")
    spec = spec_of(app)
    for _ in range(2):
        engine.runner.advance(spec.key)
    press(app, "proof.cancel")
    engine.runner.advance(spec.key)
    app.run()
    assert engine.status(spec.key).state == "cancelled"
    assert any(caption.value == "Cancelled." for caption in app.caption)
    assert states(app)["counts"] == "passed" and states(app)["atlas"] == "open"
    assert not app.button(key="run-atlas").disabled


def test_a_refusal_is_told(engine) -> None:
    app = opened()
    engine.limits = Limits(own=0)
    press(app, "proof.all")
    assert "runs under way" in app.warning[0].value and set(states(app).values()) == {"open"}


def test_a_link_to_one_check_puts_it_first_with_its_code_in_sight(engine) -> None:
    app = opened(check="resume")
    assert app.code[0].value == CHECKS["resume"].code
    assert [bool(expander.proto.expanded) for expander in app.expander][:2] == [True, False]


def test_a_bad_link_is_explained(engine) -> None:
    app = opened(check="luck", draw="-3")
    assert "check must be one of all, counts" in app.warning[0].value and "draw must be" in app.warning[0].value
    assert set(states(app).values()) == {"open"}
