"""One run as a page steers it: what is stored is seen at once, and what is not there is looked for again."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lth_core.jobs.engine import JobEngine
from lth_core.jobs.limits import Refused
from lth_core.results.store import Store
from pages.live import run as live
from pages.live.run import LiveRun
from pages.live.stored import stored
from tests.jobs import standin

RUN = LiveRun(standin.spec(0), "test")
KEY = RUN.spec.key


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A session's memory without a page."""
    memory: dict[str, object] = {}
    monkeypatch.setattr(live.st, "session_state", memory)
    return memory


def other() -> object:
    """The same run with another curve, as another machine might draw it."""
    result = standin.run(standin.spec(0))
    curve = result.tables["curves"]
    return replace(result, tables={"curves": {**curve, "test_accuracy": curve["test_accuracy"] - np.float64(0.1)}})


def damage(store: Store) -> None:
    (store.path(KEY) / "curves.parquet").write_bytes(b"")


def test_a_result_that_was_not_there_is_seen_as_soon_as_it_is(engine: JobEngine) -> None:
    assert stored(KEY) is None and RUN.result is None
    engine.store.save(standin.run(standin.spec(0)))
    assert stored(KEY) is not None and RUN.result is stored(KEY)


def test_a_damaged_result_that_is_drawn_again_is_seen(engine: JobEngine) -> None:
    engine.store.save(standin.run(standin.spec(0)))
    damage(engine.store)
    assert stored(KEY) is None
    engine.store.save(standin.run(standin.spec(0)))
    assert stored(KEY) is not None


def test_a_result_that_replaces_another_within_the_second_is_seen(engine: JobEngine) -> None:
    engine.store.save(standin.run(standin.spec(0)))
    before = stored(KEY)
    assert engine.store.remove(KEY)
    engine.store.save(other())  # type: ignore[arg-type]
    after = stored(KEY)
    assert before is not None and after is not None
    assert not np.array_equal(before.tables["curves"]["test_accuracy"], after.tables["curves"]["test_accuracy"])


def test_reading_a_result_does_not_load_it_twice(engine: JobEngine) -> None:
    engine.store.save(standin.run(standin.spec(0)))
    assert stored(KEY) is stored(KEY)


def test_a_refusal_is_kept_until_it_is_told_and_told_once(
    engine: JobEngine, session: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("the queue is full")

    said = list[str]()
    monkeypatch.setattr(engine, "submit", refuse)
    monkeypatch.setattr(live.st, "warning", lambda text, **_: said.append(text))
    assert not RUN.ask()
    for _ in range(2):
        live.say_refusal("test")
    assert said == ["the queue is full"] and f"{RUN.name}.refusal" not in session


def test_a_viewer_is_a_browser_however_often_it_loads_a_page(
    session: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(cookie: str) -> str:
        session.clear()
        monkeypatch.setattr(live.st, "context", SimpleNamespace(cookies={live.COOKIE: cookie} if cookie else {}))
        return live.viewer()

    mine = load("2|00000000|0a0b0c0d|1795790292")
    assert mine == live.viewer() == load("2|ff00ff00|f50bf30d|1795790300")  # the same token, under another mask
    assert load("2|00000000|0a0b0c0e|1795790292") != mine and "0a0b0c0d" not in mine
    assert load("") != load("") and len(load("nonsense")) == 24  # without cookies: one load of a page


def test_a_run_that_was_stopped_tells_what_it_goes_on_from(engine: JobEngine) -> None:
    engine._stream = standin.stream
    assert RUN.so_far().events == []
    assert RUN.ask()
    assert engine.runner.advance(KEY)  # type: ignore[attr-defined]
    RUN.cancel()
    engine.runner.advance(KEY)  # type: ignore[attr-defined]
    *points, last = map(json.loads, RUN.so_far().events)
    assert points and all(message["points"] for message in points)
    assert last["status"]["state"] == "cancelled" and RUN.so_far().url is None


def test_asked_left_and_asked_again(engine: JobEngine) -> None:
    engine._stream = standin.stream
    assert RUN.status is None and not RUN.going
    assert RUN.ask() and RUN.going and RUN.heard().job == KEY
    RUN.cancel()
    engine.runner.advance(KEY)  # type: ignore[attr-defined]
    assert not RUN.going and RUN.status is not None and RUN.status.state == "cancelled" and RUN.result is None
    assert RUN.ask()
    while engine.runner.advance(KEY):  # type: ignore[attr-defined]
        pass
    assert RUN.result is not None and not RUN.going
