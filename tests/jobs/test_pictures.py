"""The net in training on its way to the browser: only to those who draw it, and only the latest picture."""

from __future__ import annotations

import dataclasses
import json
import os
import time

from lth_core.experiments import Lottery
from lth_core.jobs import work
from lth_core.jobs.backlog import Backlog, Event
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from lth_core.spec import Data, Net, Pruning, Training
from tests.jobs import standin
from tests.jobs.engines import KEY, SPEC

PICTURE = {"stage": "picture", "round": 0, "condition": "ticket", "weights": "AAA="}
RUN = Lottery(data=Data(pool=7, train=600), net=Net(sizes=(16, 10)), training=Training(steps=20_000, eval_every=500),
              pruning=Pruning(rounds=1))


def started(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    engine.submit(SPEC, "ann")
    return engine


def pictures(events):
    return [json.loads(event.text)["picture"] for event in events if event.picture]


def test_only_who_draws_gets_pictures_and_only_the_latest(tmp_path):
    engine = started(tmp_path)
    engine.runner.advance(KEY)
    for number in range(3):
        engine._on_points(KEY, [{**PICTURE, "step": number}])
    assert pictures(engine.events([KEY])) == []
    assert [told["step"] for told in pictures(engine.events([KEY], pictures=True))] == [2]
    points = [point for event in engine.events([KEY], pictures=True)
              for point in json.loads(event.text).get("points", [])]
    assert [point["stage"] for point in points] == ["train"]


def test_pictures_leave_no_trace_in_what_a_restart_reads_and_end_with_the_run(tmp_path):
    engine = started(tmp_path)
    engine.runner.advance(KEY)
    engine._on_points(KEY, [PICTURE])
    told = next((tmp_path / ".checkpoints").glob("*.points")).read_text()
    assert "picture" not in told
    while engine.runner.advance(KEY):
        pass
    assert pictures(engine.events([KEY], pictures=True)) == []


def test_a_status_does_not_push_a_picture_out():
    log = Backlog()
    for seq, parts in enumerate([(True,), (False, True), (False,), (False, True), (False,)], 1):
        log.add(Event(seq, "{}", *parts))
    assert [event.seq for event in log.since(0)] == [1, 4, 5]


def test_the_flag_is_up_while_somebody_draws_and_goes_with_the_run(tmp_path):
    engine = started(tmp_path)
    flag = engine._journal.draw_flag(KEY)
    assert not flag.exists()
    engine.drawn([KEY, "f" * 24])
    assert flag.exists()
    while engine.runner.advance(KEY):
        pass
    assert not flag.exists()
    engine.drawn([KEY])
    assert not flag.exists()  # nothing goes on that could be drawn


def told(tmp_path, spec, drawn):
    """What a worker publishes of a run, whose draw flag is up or not."""
    draw = tmp_path / "drawn"
    if drawn:
        draw.touch()
    found = []
    task = work.Task(spec.key, spec.to_json(), str(tmp_path), str(tmp_path / "stop"), anew=True, draw=str(draw))
    work.work(task, found.extend)
    return [point for point in found if point["stage"] == "picture"]


def test_a_worker_tells_pictures_while_they_are_drawn_and_else_none(tmp_path):
    assert told(tmp_path, RUN, drawn=False) == []
    began = time.monotonic()
    seen = told(tmp_path, dataclasses.replace(RUN, seed=1), drawn=True)
    assert len(seen) >= 2
    assert seen[-1]["step"] == RUN.training.steps  # the last one shows the trained net
    assert len(seen) <= 2 + (time.monotonic() - began) / work.PERIOD


def test_a_flag_that_nobody_touches_any_more_counts_for_a_while_only(tmp_path, monkeypatch):
    flag = tmp_path / "drawn"
    out = work.Publisher(lambda points: None, tmp_path / "stop", draw=flag)
    assert not out._drawn()
    flag.touch()
    assert out._drawn()
    monkeypatch.setattr(work, "DRAWN_SECONDS", 0.01)
    time.sleep(0.02)
    assert not out._drawn()
    os.utime(flag, (1, 1))  # touched anew, by a machine whose clock is wrong
    assert out._drawn()
