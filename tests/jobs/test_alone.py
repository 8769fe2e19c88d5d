"""Nobody can capture the queue: runs that nobody watches make room, short ones overtake, and a run can be ended."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from lth_core.cli import app
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.job import ALONE_SECONDS, VIEWER_SECONDS
from lth_core.jobs.limits import Limits, Refused
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from tests.core.examples import same
from tests.jobs import standin
from tests.jobs.engines import KEY, SPEC, finish, points

OTHER = standin.spec(1)


def limited(tmp_path, clock, **limits) -> JobEngine:
    return JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(**limits), standin.stream, clock)


def test_a_run_left_alone_gives_its_worker_to_who_waits_and_ends_the_same_later(engine, clock):
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    engine.gone([KEY], "ann")
    clock.now += ALONE_SECONDS
    assert engine.submit(OTHER, "bob").state == "queued"
    engine.runner.advance(KEY)  # it sees that it is to stop
    assert (engine.status(KEY).state, engine.status(OTHER.key).state) == ("queued", "running")
    finish(engine, OTHER.key)
    assert engine.status(KEY).state == "running"
    engine.runner.advance(KEY)
    assert points(engine, KEY)[0] == 5 and 5 not in points(engine, KEY)[1:], "from its checkpoint"
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


def test_alone_on_the_machine_it_goes_on(engine, clock):
    engine.submit(SPEC, "ann")
    clock.now += 10 * ALONE_SECONDS
    engine.mind()
    finish(engine, KEY)
    assert engine.status(KEY).state == "done"


def test_who_waited_first_is_looked_after_once_the_other_has_left(engine, clock):
    """Nothing is submitted in that moment: the line is looked at every few seconds."""
    engine.submit(SPEC, "ann")
    engine.submit(OTHER, "bob")
    for _ in range(4):
        clock.now += VIEWER_SECONDS - 1
        engine.seen([OTHER.key], "bob")
        engine.mind()
    engine.runner.advance(KEY)
    assert engine.status(OTHER.key).state == "running"


def test_who_comes_back_before_it_stopped_finds_it_in_the_line(engine, clock):
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    clock.now += ALONE_SECONDS
    engine.submit(OTHER, "bob")
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    assert engine.status(KEY).position == 1 and engine.status(KEY).error is None
    finish(engine, OTHER.key)
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


def test_whoever_waits_stands_before_runs_left_alone_and_is_told_so(engine, clock):
    engine.submit(standin.spec(9), "zoe")
    for seed in range(1, 4):
        engine.submit(standin.spec(seed), f"closed {seed}")
    clock.now += ALONE_SECONDS
    engine.seen([standin.spec(9).key], "zoe")
    assert engine.submit(SPEC, "ann").position == 1
    assert engine.status(standin.spec(1).key).position == 2
    finish(engine, standin.spec(9).key)
    assert engine.status(KEY).state == "running"


def test_a_line_full_of_runs_left_alone_lets_a_newcomer_in(tmp_path, clock):
    engine = limited(tmp_path, clock, own=99, waiting=3)
    for seed in range(1, 5):
        engine.submit(standin.spec(seed), "tabs")
    with pytest.raises(Refused, match="waiting already"):
        engine.submit(SPEC, "ann")
    clock.now += ALONE_SECONDS
    assert engine.submit(SPEC, "ann").position == 1
    states = [engine.status(standin.spec(seed).key).state for seed in range(1, 5)]
    assert sorted(states) == ["cancelled", "queued", "queued", "running"]


def test_runs_left_alone_do_not_count_against_who_asked_for_them(tmp_path, clock):
    engine = limited(tmp_path, clock, own=1)
    engine.submit(OTHER, "ann")
    with pytest.raises(Refused, match="already have 1"):
        engine.submit(SPEC, "ann")
    clock.now += ALONE_SECONDS
    assert engine.submit(SPEC, "ann").state == "queued"


def test_one_address_may_not_fill_the_line_however_many_viewers_it_is(tmp_path, clock):
    engine = limited(tmp_path, clock, address=3)
    for seed in range(1, 4):
        engine.submit(standin.spec(seed), f"tab {seed}", address="192.0.2.7")
    with pytest.raises(Refused, match="3 runs from your network"):
        engine.submit(SPEC, "tab 4", address="192.0.2.7")
    assert engine.submit(SPEC, "ann", address="192.0.2.8").state == "queued"
    assert engine.submit(standin.spec(8), "a proxy tells no address").state == "queued"


def test_a_short_run_overtakes_a_long_one_but_not_for_ever(engine):
    long = replace(SPEC, training=replace(SPEC.training, steps=60_000))  # six usual runs
    engine.submit(OTHER, "zoe")
    engine.submit(long, "ann")
    for seed in range(10, 13):
        engine.submit(standin.spec(seed), f"viewer {seed}")
    assert engine.status(long.key).position == 4
    served = 0
    while engine.status(long.key).state == "queued":  # newcomers without end, each one served moves the turn on
        finish(engine, next(iter(engine.runner._runs)))
        served += 1
        engine.submit(standin.spec(100 + served), f"late {served}")
    assert 4 < served <= 4 * 6


# ── from outside ─────────────────────────────────────────────────────────────────────────────────────────────────


def jobs(store: Store, *arguments: str) -> str:
    answer = CliRunner().invoke(app, ["jobs", *arguments, "--store", str(store.root)])
    return answer.output if answer.exit_code == 0 else f"refused: {answer.output}"


def test_runs_are_listed_and_ended_at_the_command_line(engine):
    assert "No run" in jobs(engine.store, "list")
    engine.submit(SPEC, "ann")
    engine.submit(OTHER, "bob")
    told = [json.loads(line) for line in jobs(engine.store, "list", "--json").splitlines()]
    assert {row["key"] for row in told} == {KEY, OTHER.key} and all(row["served"] for row in told)
    assert "1 run ends" in jobs(engine.store, "cancel", OTHER.key[:9])
    engine.mind()
    assert engine.status(OTHER.key).state == "cancelled" and engine.status(KEY).state == "running"
    assert "1 run ends" in jobs(engine.store, "clear")
    engine.mind()
    engine.runner.advance(KEY)
    assert engine.status(KEY).state == "cancelled"
    assert engine.submit(SPEC, "ann").state == "running", "it may be asked for again"


def test_what_a_dead_server_left_is_taken_off_the_list(engine, tmp_path):
    engine.submit(SPEC, "ann")
    engine.close()
    assert "its server is gone" in jobs(engine.store, "list")
    assert "1 run ends" in jobs(engine.store, "clear")
    new = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    assert new.unfinished(lambda spec: True) == []


def test_a_key_that_is_none_or_two_is_refused_with_the_cure(engine):
    assert "jobs list" in jobs(engine.store, "cancel", "abc")
    engine.submit(SPEC, "ann")
    engine.submit(OTHER, "bob")
    assert "give more of it" in jobs(engine.store, "cancel", "")
    assert "no unfinished run" in jobs(engine.store, "cancel", "../../etc")
