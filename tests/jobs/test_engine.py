"""The job engine's decisions, with the inline twin: every state can be looked at, nothing waits."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lth_core.experiments import Dense
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.fair import FairQueue
from lth_core.jobs.job import VIEWER_SECONDS
from lth_core.jobs.limits import Limits, Refused
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from tests.core.examples import same
from tests.jobs import standin
from tests.jobs.engines import KEY, SPEC, finish, points

# ── one run a Spec ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_goes_from_queue_to_result(engine):
    assert engine.status(KEY) is None
    assert engine.submit(SPEC, "ann").state == "running"
    engine.runner.advance(KEY)
    engine.runner.advance(KEY)
    assert points(engine, KEY) == [5, 10]
    assert engine.status(KEY).share == pytest.approx(0.1)
    assert engine.result(KEY) is None
    finish(engine, KEY)
    assert engine.status(KEY).state == "done"
    assert same(standin.run(SPEC), engine.result(KEY))
    assert not engine.store.checkpoint(KEY).exists()


def test_the_same_spec_is_run_once_and_late_comers_get_the_whole_story(engine):
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    assert engine.submit(SPEC, "bob").viewers == 2
    assert len(engine.runner._runs) == 1
    assert points(engine, KEY) == [5]
    first = engine.events([KEY])[0].seq
    engine.runner.advance(KEY)
    assert points(engine, KEY, first) == [10]


def test_a_stored_result_is_done_at_once_unless_a_fresh_one_is_asked_for(engine):
    engine.submit(SPEC, "ann")
    finish(engine, KEY)
    assert engine.submit(SPEC, "bob").state == "done"
    assert engine.submit(SPEC, "bob", fresh=True).state == "running"
    assert engine.result(KEY) is None
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


def test_forty_threads_submitting_one_spec_start_one_run(tmp_path):
    started = []

    class Counting(InlineRunner):
        def start(self, task, on_points, on_end):
            started.append(task.key)
            super().start(task, on_points, on_end)

    engine = JobEngine(Store(tmp_path), Counting(auto=False), stream=standin.stream)
    threads = [threading.Thread(target=engine.submit, args=(SPEC, f"viewer {i}")) for i in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == [KEY]
    assert engine.status(KEY).viewers == 40


# ── cancelling ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_viewers_cancel_does_not_stop_anothers_run(engine):
    engine.submit(SPEC, "ann")
    engine.submit(SPEC, "bob")
    assert engine.cancel(KEY, "ann").state == "running"
    engine.runner.advance(KEY)
    assert points(engine, KEY) == [5]
    assert engine.cancel(KEY, "bob").state == "stopping"
    engine.runner.advance(KEY)
    assert engine.status(KEY).state == "cancelled"
    assert engine.store.checkpoint(KEY).exists()


def test_a_closed_tab_does_not_keep_a_run_alive_nor_stop_it(engine, clock):
    engine.submit(SPEC, "closed tab")
    clock.now = VIEWER_SECONDS + 1
    engine.runner.advance(KEY)
    assert engine.status(KEY).state == "running"
    engine.submit(SPEC, "ann")
    assert engine.cancel(KEY, "ann").state == "stopping"


def test_someone_still_watching_is_counted_however_long_it_takes(engine, clock):
    engine.submit(SPEC, "ann")
    for _ in range(5):
        clock.now += VIEWER_SECONDS - 1
        engine.seen([KEY], "bob")
    engine.submit(SPEC, "ann")
    assert engine.cancel(KEY, "ann").state == "running"


def test_a_waiting_run_is_cancelled_at_once(engine):
    engine.submit(standin.spec(1), "ann")
    assert engine.submit(SPEC, "bob").position == 1
    assert engine.cancel(KEY, "bob").state == "cancelled"
    finish(engine, standin.spec(1).key)
    assert engine.status(KEY).state == "cancelled"
    assert engine.result(KEY) is None


def test_whoever_asks_while_it_stops_gets_it_anyway_from_where_it_was(engine):
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    engine.cancel(KEY, "ann")
    assert engine.submit(SPEC, "bob").state == "running"
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


def test_cancelling_and_running_again_ends_bit_identical(engine):
    engine.submit(SPEC, "ann")
    for _ in range(3):
        engine.runner.advance(KEY)
    engine.cancel(KEY, "ann")
    engine.runner.advance(KEY)
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    assert points(engine, KEY)[-1] > 15  # not from the beginning
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


def test_forged_keys_are_harmless(engine):
    assert engine.status("f" * 24) is None
    assert engine.cancel("f" * 24, "eve") is None
    assert engine.cancel("../..", "eve") is None
    assert engine.events(["f" * 24, "../.."]) == []
    engine.seen(["../.."], "eve")
    with pytest.raises(ValueError, match="not a result key"):
        engine.status("../../etc/passwd")


# ── limits, turns and waiting ────────────────────────────────────────────────────────────────────────────────────


def test_one_viewer_cannot_fill_the_queue(engine):
    for seed in range(3):
        engine.submit(standin.spec(seed), "ann")
    with pytest.raises(Refused, match="already have 3 runs"):
        engine.submit(standin.spec(9), "ann")
    assert engine.submit(standin.spec(1), "ann").state == "queued"  # joining is free
    assert engine.submit(standin.spec(9), "bob").state == "queued"


def test_a_full_queue_refuses_with_a_reason(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(waiting=4), standin.stream)
    for seed in range(5):
        engine.submit(standin.spec(seed), f"viewer {seed}")
    with pytest.raises(Refused, match="4 runs are waiting already"):
        engine.submit(standin.spec(9), "late")


def test_turns_are_fair_and_places_are_told(engine):
    order = [("ann", 0), ("ann", 1), ("ann", 2), ("bob", 3), ("eve", 4)]
    for owner, seed in order:
        engine.submit(standin.spec(seed), owner)
    places = {seed: engine.status(standin.spec(seed).key).position for _, seed in order}
    assert places == {0: 0, 1: 1, 3: 2, 4: 3, 2: 4}
    finish(engine, standin.spec(0).key)
    told = [json.loads(event.text)["status"]["position"] for event in engine.events([standin.spec(2).key])]
    assert told == [3]


def said(engine: JobEngine, specs: list[Dense]) -> int:
    """Messages so far."""
    return max(event.seq for event in engine.events([spec.key for spec in specs]))


def test_a_sweep_of_hundreds_says_a_few_words_a_run(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(own=1000, waiting=1000), standin.stream,
                       people=False)
    specs = [standin.spec(seed, points=1) for seed in range(300)]
    for spec in specs:
        engine.submit(spec, "sweep")
    asked = said(engine, specs)
    assert asked <= 2 * len(specs)
    for spec in specs[:20]:
        finish(engine, spec.key)
    assert engine.status(specs[19].key).state == "done" and engine.status(specs[20].key).state == "running"
    assert said(engine, specs) <= asked + 20 * 4  # started, a point, over; not 20 times 280 new places


def test_only_those_whose_place_changed_are_told(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(own=1000, waiting=1000), standin.stream)
    specs = [standin.spec(seed, points=1) for seed in range(100)]
    for spec in specs:
        engine.submit(spec, "ann")
    assert said(engine, specs) <= 3 * len(specs), "who comes last moves nobody"
    before = said(engine, specs)
    engine.submit(standin.spec(100), "bob")
    assert said(engine, [*specs, standin.spec(100)]) <= before + 102, "the newcomer, and each one behind once"
    assert engine.status(specs[1].key).position == 1 and engine.status(specs[-1].key).position == 100


@given(st.lists(st.one_of(st.sampled_from(["pop", "leave"]), st.sampled_from("abc")), max_size=60), st.randoms())
def test_the_line_is_in_order_whoever_comes_and_goes(moves, chance):
    queue, waiting = FairQueue(), []
    for number, move in enumerate(moves):
        if move in "abc":
            queue.push(move, f"{move}{number}")
            waiting.append(f"{move}{number}")
        elif waiting:
            key = queue.order()[0] if move == "pop" else chance.choice(waiting)
            assert move == "leave" or queue.pop() == key
            queue.remove(key)
            waiting.remove(key)
        assert sorted(queue.order()) == sorted(waiting) and len(queue) == len(waiting)
        assert [queue.place(key) for key in queue.order()] == list(range(1, len(waiting) + 1))
        own = [key for key in queue.order() if key[0] == "a"]
        assert own == sorted(own, key=lambda key: int(key[1:])), "one's own in the order of asking"


def test_the_expected_wait_is_told_once_it_can_be_known(engine, clock):
    engine.submit(SPEC, "ann")
    waiting = engine.submit(standin.spec(1), "bob")
    assert (waiting.position, waiting.wait) == (1, None)
    for _ in range(5):
        clock.now += 2
        engine.runner.advance(KEY)
    assert engine.status(KEY).eta == pytest.approx(30, rel=0.01)  # 20 points, 2 s each, 15 to go
    assert engine.status(standin.spec(1).key).wait == pytest.approx(30, rel=0.01)


def test_a_run_that_takes_too_long_is_stopped_and_says_so(tmp_path, clock):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), Limits(seconds=60), standin.stream, clock)
    engine.submit(SPEC, "ann")
    engine.runner.advance(KEY)
    clock.now = 61
    finish(engine, KEY)
    assert engine.status(KEY).state == "failed"
    assert "stopped after 1 minutes" in engine.status(KEY).error


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=40))
def test_nobody_waits_behind_more_than_one_run_of_each_other(owners):
    """A newcomer's first run stands behind at most one waiting run of everybody else."""
    queue = FairQueue()
    for number, owner in enumerate(owners):
        queue.push(owner, f"{owner}{number}")
    queue.push("new", "new0")
    assert queue.order().index("new0") <= len(set(owners))
    assert sorted(queue.pop() for _ in range(len(owners) + 1)) == sorted(
        [*(f"{owner}{number}" for number, owner in enumerate(owners)), "new0"]
    )
