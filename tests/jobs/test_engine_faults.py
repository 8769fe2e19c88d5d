"""Jobs that fail, crash, are forgotten or outlive their server: nothing is lost and nothing is tried for ever."""

from __future__ import annotations

import errno
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core import checkpoint
from lth_core.experiments import Dense, Ladder
from lth_core.jobs import trouble
from lth_core.jobs.backlog import Backlog, Event
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.journal import Journal
from lth_core.jobs.runner import InlineRunner
from lth_core.presets import preset
from lth_core.results.store import Store, StoreError
from lth_core.spec import Training
from tests.core.examples import same
from tests.jobs import standin
from tests.jobs.engines import KEY, SPEC, Clock, finish, points


def test_a_failure_is_one_sentence_and_frees_the_slot(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(), stream=standin.failing)
    status = engine.submit(SPEC, "ann")
    assert (status.state, status.error) == ("failed", "LinAlgError: Singular matrix")
    assert engine.submit(standin.spec(1), "ann").state == "failed"


def test_a_disk_that_refuses_is_told_to_who_asks(tmp_path):
    (tmp_path / "store").write_text("a file in the way")
    engine = JobEngine(Store(tmp_path / "store"), InlineRunner(), stream=standin.stream)
    with pytest.raises(StoreError, match="store"):
        engine.submit(SPEC, "ann")
    assert engine.status(KEY) is None


def test_a_store_that_refuses_a_fresh_run_or_a_stop_is_told_and_breaks_nothing(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(), stream=standin.stream)
    engine.submit(SPEC, "ann")
    shutil.rmtree(tmp_path / ".checkpoints", ignore_errors=True)
    (tmp_path / ".checkpoints").write_text("a file in the way")
    with pytest.raises(StoreError, match="write"):
        engine.submit(SPEC, "ann", fresh=True)
    assert engine.status(KEY).state == "done" and engine.result(KEY) is not None
    slow = JobEngine(Store(tmp_path / "b"), InlineRunner(auto=False), stream=standin.stream)
    slow.submit(SPEC, "ann")
    shutil.rmtree(tmp_path / "b" / ".jobs")
    (tmp_path / "b" / ".jobs").write_text("a file in the way")
    with pytest.raises(StoreError, match="write"):
        slow.cancel(KEY, "ann")
    assert slow.status(KEY).state == "running"


def test_a_note_that_cannot_be_written_costs_no_worker(tmp_path):
    engine, other = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream), standin.spec(1)
    engine.submit(SPEC, "ann")
    engine.submit(other, "bob")
    (folder,) = (tmp_path / ".jobs").glob("server-*")
    (folder / f"{other.key}.part").mkdir()  # in the way of the next note
    finish(engine, KEY)
    assert engine.status(other.key).state == "running"
    finish(engine, other.key)
    assert engine.status(other.key).state == "done"
    engine.submit(standin.spec(2), "ann")
    (folder / f"{standin.spec(2).key}.part").mkdir()
    engine.close()


def test_a_server_that_starts_on_a_full_disk_loses_no_job(tmp_path, monkeypatch):
    def restart() -> JobEngine:
        return JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)

    def full(journal, note):
        raise StoreError(errno.ENOSPC, "cannot write: No space left on device")

    engine = restart()
    engine.submit(SPEC, "ann")
    engine._journal.close()  # killed
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", full)
        engine = restart()
        assert engine.status(KEY).state == "running"
        engine._journal.close()  # killed again
    engine = restart()
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


def test_viewers_who_are_long_gone_are_forgotten(tmp_path):
    clock = Clock()
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream, clock=clock)
    engine.submit(SPEC, "ann")
    for name in range(1_000):
        clock.now += 1
        engine.seen([KEY], f"somebody {name}")
    assert len(engine._jobs[KEY].viewers) <= 90 and engine.status(KEY).state == "running"


def test_a_store_that_is_removed_while_serving_is_made_anew(tmp_path):
    engine = JobEngine(Store(tmp_path / "store"), InlineRunner(auto=False), stream=standin.stream)
    engine.submit(SPEC, "ann")
    finish(engine, KEY)
    shutil.rmtree(tmp_path / "store")
    other = standin.spec(1)
    engine.submit(other, "ann")
    engine.cancel(other.key, "ann")
    assert engine.status(other.key).state == "stopping"
    engine.submit(other, "ann")
    finish(engine, other.key)
    assert engine.result(other.key) is not None
    engine.close()


@pytest.mark.parametrize(("error", "told"), [
    (StoreError(errno.EROFS, "cannot write results in /srv/store: Read-only file system"), trouble.DISK),
    (checkpoint.CheckpointError("/srv/store/x: full"), trouble.DISK),
    (FileNotFoundError(errno.ENOENT, "No such file", "/srv/store"), trouble.DISK),
    (ConnectionRefusedError(errno.ECONNREFUSED, "nobody there"), "ConnectionRefusedError: [Errno 111] nobody there"),
    (type("KilledWorker", (Exception,), {})("Attempted to run task 'lth-1' on 4 different workers"), trouble.KILLED),
    (None, trouble.LOST),
], ids=["store", "checkpoint", "gone", "network", "killed", "nothing"])
def test_readers_are_told_the_cure_not_the_servers_paths(error, told):
    assert trouble.sentence(error) == told


def test_a_new_server_goes_on_with_what_the_old_one_left(tmp_path):
    old = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    old.submit(SPEC, "ann")
    old.submit(standin.spec(1), "ann")
    for _ in range(4):
        old.runner.advance(KEY)
    beside = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    assert beside.status(KEY) is None  # the old one lives: nothing to adopt
    old.close()
    new = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    states = {key: new.status(key).state for key in (KEY, standin.spec(1).key)}
    assert sorted(states.values()) == ["queued", "running"]
    for key in sorted(states, key=states.__getitem__, reverse=True):
        finish(new, key)
    assert same(standin.run(SPEC), new.result(KEY))
    new.close()
    assert JobEngine(Store(tmp_path), InlineRunner(), stream=standin.stream).status(KEY).state == "done"


def test_a_run_that_goes_on_is_told_from_its_beginning(tmp_path):
    """After a server's death, and after a cancel: the curve does not begin in the middle."""
    def restart() -> JobEngine:
        return JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)

    engine = restart()
    engine.submit(SPEC, "ann")
    for _ in range(4):
        engine.runner.advance(KEY)
    engine._journal.close()  # killed
    with (tmp_path / ".checkpoints" / f"{KEY}.points").open("a") as file:
        file.write('{"key":"another","points":[]}\n[1]\n{"torn')
    engine = restart()
    assert points(engine, KEY) == [5, 10, 15, 20]
    engine.runner.advance(KEY)
    engine.cancel(KEY, "restart")
    engine.cancel(KEY, "ann")
    engine.runner.advance(KEY)
    assert engine.status(KEY).state == "cancelled" and points(engine, KEY) == []
    engine.submit(SPEC, "ann")
    assert points(engine, KEY) == [5, 10, 15, 20, 25]
    finish(engine, KEY)
    assert not list((tmp_path / ".checkpoints").iterdir())
    engine.submit(SPEC, "ann", fresh=True)
    assert points(engine, KEY) == []


def test_what_is_kept_of_a_long_run_stays_bounded(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    long = standin.spec(0, points=200)
    engine.submit(long, "ann")
    engine._jobs[long.key].backlog = Backlog(most=20)
    for _ in range(150):
        engine.runner.advance(long.key)
    kept = (tmp_path / ".checkpoints" / f"{long.key}.points").read_text().splitlines()
    assert len(kept) <= 20 and '"step":750' in kept[-1]


def test_a_job_that_gets_further_survives_any_number_of_crashes(tmp_path):
    def restart() -> JobEngine:
        return JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)

    engine = restart()
    engine.submit(SPEC, "ann")
    for _ in range(9):
        engine.runner.advance(KEY)
        engine.runner.advance(KEY)
        engine._journal.close()  # killed
        engine = restart()
        assert engine.status(KEY).state == "running"
    finish(engine, KEY)
    assert same(standin.run(SPEC), engine.result(KEY))


LADDER = Ladder(training=Training(steps=100), rungs=3, retrain_steps=20)


@pytest.mark.parametrize(
    ("spec", "point", "share"),
    [
        (preset("quick"), {"stage": "train", "round": 0, "condition": "ticket", "step": 917, "steps": 917}, 1 / 46),
        (preset("quick"), {"stage": "cell", "round": 15, "condition": "random", "step": 917, "steps": 917}, 1.0),
        (preset("quick"), {"stage": "cell", "round": 1, "condition": "reinit", "step": 917, "steps": 917}, 3 / 46),
        (LADDER, {"stage": "train", "round": 0, "condition": "ticket", "step": 100, "steps": 100}, 100 / 220),
        (LADDER, {"stage": "rung", "round": 1, "condition": "ticket", "step": 1, "steps": 2}, 180 / 220),
        (LADDER, {"stage": "rung", "round": 2, "condition": "ticket", "step": 2, "steps": 2}, 1.0),
        (preset("ladder"), {"stage": "rung", "round": 100, "condition": "ticket", "step": 100, "steps": 100}, 1.0),
        (Dense(), {"stage": "train", "round": 0, "condition": "ticket", "step": 25_000, "steps": 50_000}, 0.5),
    ],
)  # fmt: skip
def test_the_share_done_is_read_off_one_point(spec, point, share):
    assert spec.share_done({"rounds": 0, **point}) == pytest.approx(share, abs=1e-4)


def test_a_job_that_was_there_in_every_crash_is_not_tried_for_ever(tmp_path):
    def restart() -> JobEngine:
        return JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)

    engine, crashes = restart(), 0
    engine.submit(SPEC, "ann")
    while engine.status(KEY) is not None:
        engine._journal.close()  # what the kernel does when the process is killed: its locks are gone, nothing else
        engine, crashes = restart(), crashes + 1
    assert crashes == 3
    engine.submit(SPEC, "ann")
    for _ in range(5):  # told to end five times: no crash
        engine.close()
        engine = restart()
        assert engine.status(KEY) is not None


def test_a_crash_counts_against_the_job_that_ran_and_not_against_those_that_waited(tmp_path):
    def restart() -> JobEngine:
        return JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)

    engine, specs, ran = restart(), [standin.spec(seed) for seed in range(3)], dict.fromkeys(range(3), 0)
    for spec in specs:
        engine.submit(spec, "ann")
    for _ in range(9):
        for seed, spec in enumerate(specs):
            status = engine.status(spec.key)
            assert status is not None or ran[seed] == 3
            ran[seed] += status is not None and status.state == "running"
        engine._journal.close()  # killed
        engine = restart()
    assert ran == dict.fromkeys(range(3), 3) and all(engine.status(spec.key) is None for spec in specs)


def test_a_run_that_was_to_be_trained_anew_still_is_after_a_crash(tmp_path):
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    engine.submit(SPEC, "ann")
    finish(engine, KEY)
    engine.submit(SPEC, "ann", fresh=True)
    engine._journal.close()  # killed
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream)
    assert engine._jobs[KEY].anew


@pytest.mark.parametrize("text", ["", "{}", "[" * 99_999, '{"spec": {"experiment": "nonsense"}, "attempts": 0}'])
def test_a_damaged_journal_is_dropped(tmp_path, text, caplog):
    folder = tmp_path / ".jobs" / "server-dead"
    folder.mkdir(parents=True)
    (folder / f"{KEY}.json").write_text(text)
    engine = JobEngine(Store(tmp_path), InlineRunner(), stream=standin.stream)
    assert engine.status(KEY) is None
    assert "unreadable and dropped" in caplog.text
    assert not folder.exists()


def test_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("lth_core.jobs.line.REMEMBERED", 10)
    engine = JobEngine(Store(tmp_path), InlineRunner(), stream=standin.stream)
    for seed in range(30):
        engine.submit(standin.spec(seed, points=1), "ann")
    assert len(engine._jobs) <= 11
    assert all(len(job.backlog.since(0)) <= 1 for job in engine._jobs.values())


@given(st.lists(st.booleans(), max_size=300))
def test_a_backlog_keeps_order_the_newest_and_one_status(kinds):
    log = Backlog(most=20)
    for seq, is_points in enumerate(kinds, start=1):
        log.add(Event(seq, "{}", is_points))
    kept = [event.seq for event in log.since(0)]
    assert kept == sorted(kept)
    assert len(kept) <= 20
    assert not kinds or kept[-1] == len(kinds)
    assert sum(not event.points for event in log.since(0)) <= 1
    recent = [seq for seq in range(len(kinds) - 8, len(kinds) + 1) if seq > 0 and kinds[seq - 1]]
    assert set(recent) <= set(kept)
