"""The presenter's view of the line: what runs, who waits and watches, and the two ways to end it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.jobs.engine import JobEngine
from pages.sections import run_queue
from pages.serving import here
from pages.widgets import room_board
from tests.app.harness import labels, open_page, words
from tests.jobs import standin

SPECS = [standin.spec(seed) for seed in range(3)]


@pytest.fixture
def busy(engine: JobEngine, monkeypatch: pytest.MonkeyPatch) -> JobEngine:
    """One run under way, which two watch, and two in waiting; the page's line comes from the machine itself."""
    engine._stream = standin.stream
    for spec in SPECS:
        engine.submit(spec, f"reader {spec.seed}")
    engine.seen([SPECS[0].key], "bob")
    engine.runner.advance(SPECS[0].key)
    monkeypatch.setattr(run_queue, "here", lambda: True)
    return engine


def presenter(file: str = "pages/room_board.py") -> AppTest:
    return open_page(file, view="presenter")


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.parametrize("file", ["pages/room_board.py", "pages/lecture.py"])
def test_the_presenter_sees_what_runs_what_waits_and_who_watches(busy: JobEngine, file: str) -> None:
    app = open_page(file, view="presenter", talk="45")
    told = words(app)
    assert told.count("on MNIST") == 3 and "· 2 watch" in told
    assert told.index("runs, ") < told.index("waits, place 1") < told.index("waits, place 2")
    assert labels(app).count("End") == 3 and "End all" in labels(app)


def test_a_run_ends_only_after_a_second_press_whoever_watches_it(busy: JobEngine) -> None:
    app = presenter()
    waiting = SPECS[1].key
    app.button(key=f"run-queue.end.{waiting}").click().run()
    assert "End it for everybody?" in words(app) and not busy.status(waiting).over
    press(app, "Keep")
    assert "End it for everybody?" not in words(app) and not busy.status(waiting).over
    app.button(key=f"run-queue.end.{waiting}").click().run()
    press(app, "Yes, end it")
    assert busy.status(waiting).state == "cancelled"
    assert [busy.status(spec.key).state for spec in (SPECS[0], SPECS[2])] == ["running", "queued"]


def test_all_runs_end_after_a_second_press_and_the_one_under_way_keeps_what_it_has(busy: JobEngine) -> None:
    app = presenter()
    press(app, "End all")
    assert "End all 3 runs, for everybody?" in words(app)
    press(app, "Yes, end all")
    assert [busy.status(spec.key).state for spec in SPECS] == ["stopping", "cancelled", "cancelled"]
    while busy.runner.advance(SPECS[0].key):
        pass
    assert busy.status(SPECS[0].key).state == "cancelled" and not busy.line()
    assert run_queue.WORDS["none"] in words(app.run())


def test_only_the_presenters_view_at_this_machine_has_it(busy: JobEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "End all" not in labels(open_page("pages/room_board.py"))
    monkeypatch.setattr(run_queue, "here", lambda: False)
    assert "End all" not in labels(presenter())


@pytest.mark.parametrize(("address", "host", "at_it"), [
    (None, "127.0.0.1:8501", True), (None, "localhost:8501", True), (None, "[::1]:8501", True),
    (None, "192.168.1.20:8501", False), (None, "10.0.0.1", False),
    (None, "class.example.org", False), (None, "127.0.0.1.evil.example", False), (None, "", False),
    ("192.0.2.7", "127.0.0.1:8501", False), (None, "[", False),
])
def test_who_sits_at_this_machine(address: str | None, host: str, at_it: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the line and its Host header: the address that a page names could be anything."""
    context = SimpleNamespace(ip_address=address, headers={"Host": host} if host else {}, url="http://127.0.0.1:8501")
    monkeypatch.setattr(here.st, "context", context)
    assert here.here() is at_it
    assert room_board._may_open() is at_it
