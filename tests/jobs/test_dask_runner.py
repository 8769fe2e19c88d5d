"""The job engine on real worker processes: same answers as the twin, shared runs, cancels, a named scheduler."""

from __future__ import annotations

import gc
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client

from lth_core.jobs import cluster, dask_runner
from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.results.store import Store
from tests.core.examples import same
from tests.jobs import standin

ROOT = Path(__file__).parents[2]


def wait_for(what: Callable[[], object], seconds: float = 30) -> float:
    """Seconds until `what()` is true."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.005)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def runner() -> Iterator[DaskRunner]:
    runner = DaskRunner(workers=1, preload=False)
    yield runner
    runner.close()


@pytest.fixture
def engine(tmp_path, runner) -> JobEngine:
    return JobEngine(Store(tmp_path), runner, stream=standin.stream)


def steps(engine: JobEngine, key: str) -> list[int]:
    messages = [json.loads(event.text) for event in engine.events([key])]
    return [point["step"] for message in messages for point in message.get("points", [])]


def test_a_run_in_a_worker_ends_as_it_does_here(engine):
    spec = standin.spec(0)
    assert engine.submit(spec, "ann").state == "running"
    wait_for(lambda: engine.status(spec.key).over)
    assert engine.status(spec.key).state == "done"
    assert same(standin.run(spec), engine.result(spec.key))


def test_every_point_arrives_once_and_in_order(engine):
    spec = standin.spec(1, points=40, pause_ms=5)
    heard: list[int] = []
    engine.listen(lambda keys: heard.extend(steps(engine, spec.key)[len(heard) :]))
    engine.submit(spec, "ann")
    wait_for(lambda: engine.status(spec.key).over)
    assert heard == sorted(set(heard))
    assert len(heard) >= 38  # the last batch may be overtaken by the end, whose result has them all


def test_two_sessions_share_a_run_and_one_cancel_stops_nothing(engine):
    spec = standin.spec(2, points=400, pause_ms=10)
    engine.submit(spec, "ann")
    wait_for(lambda: steps(engine, spec.key))
    assert engine.submit(spec, "bob").viewers == 2
    engine.cancel(spec.key, "ann")
    before = len(steps(engine, spec.key))
    wait_for(lambda: len(steps(engine, spec.key)) > before + 5)
    engine.cancel(spec.key, "bob")
    assert wait_for(lambda: engine.status(spec.key).over) < 5
    assert engine.status(spec.key).state == "cancelled"
    assert engine.submit(standin.spec(3), "ann").state == "running"  # the worker is free again
    wait_for(lambda: engine.status(standin.spec(3).key).state == "done")


def test_a_fresh_run_of_a_finished_spec_is_really_computed(engine):
    spec = standin.spec(4)
    engine.submit(spec, "ann")
    wait_for(lambda: engine.status(spec.key).over)
    first = (engine.store.path(spec.key) / "curves.parquet").stat().st_mtime_ns  # an inode may be given out again
    assert engine.submit(spec, "ann", fresh=True).state == "running"
    wait_for(lambda: engine.status(spec.key).over)
    assert engine.status(spec.key).state == "done"
    assert (engine.store.path(spec.key) / "curves.parquet").stat().st_mtime_ns != first


def test_a_failure_in_a_worker_is_told_in_one_sentence(tmp_path, runner):
    engine = JobEngine(Store(tmp_path), runner, stream=standin.failing)
    spec = standin.spec(5)
    engine.submit(spec, "ann")
    wait_for(lambda: engine.status(spec.key).over)
    assert (engine.status(spec.key).state, engine.status(spec.key).error) == ("failed", "LinAlgError: Singular matrix")


def test_submitting_never_waits_for_the_workers(tmp_path, monkeypatch):
    """A cold engine answers at once; workers come up behind it: here not before they are let."""
    let, connected = threading.Event(), DaskRunner._connected
    monkeypatch.setattr(DaskRunner, "_connected", lambda runner: let.wait(60) and connected(runner))
    engine = JobEngine(Store(tmp_path), DaskRunner(workers=1, preload=False), stream=standin.stream)
    spec = standin.spec(0)
    assert engine.submit(spec, "ann").state == "running" and engine.runner._client is None
    let.set()
    wait_for(lambda: engine.status(spec.key).over)
    assert engine.status(spec.key).state == "done"
    engine.close()


def test_a_small_machine_gets_few_workers_and_the_environment_has_the_last_word(monkeypatch):
    monkeypatch.delenv("LTH_WORKERS", raising=False)
    for usable, memory, expected in ((4, 2**36, 3), (1, 2**36, 1), (64, 2**36, 16), (64, 3 * 2**30, 3), (4, 2**29, 1)):
        monkeypatch.setattr(dask_runner.cores, "cores", lambda usable=usable: usable)
        monkeypatch.setattr(dask_runner.cores, "memory", lambda memory=memory: memory)
        assert dask_runner.places() == expected
    for told, expected in (("5", 5), ("0", 1), ("many", 1)):
        monkeypatch.setenv("LTH_WORKERS", told)
        assert DaskRunner().slots == expected


def test_a_worker_that_takes_too_much_memory_ends_and_none_is_paused(runner):
    runner.connect()
    (nanny,) = runner._cluster.workers.values()
    assert nanny.memory_manager.memory_limit >= 2 * dask_runner.WORKER_MEMORY
    assert nanny.memory_manager.memory_terminate_fraction == 0.95
    assert runner._client.run(pauses) == dict.fromkeys(runner._client.run(pauses), (False, False))


def pauses(dask_worker) -> tuple[object, object]:
    return dask_worker.memory_manager.memory_pause_fraction, dask_worker.memory_manager.memory_spill_fraction


def test_what_other_threads_tell_is_heard_once_and_in_order():
    """Many threads tell the same story at once, as backlog and as news: the listener hears each number once."""
    runner, heard = DaskRunner(workers=1, preload=False), []
    runner._tasks["k"] = (None, lambda key, points: heard.extend(points), None)
    story = [(0.0, {"key": "k", "run": "a", "number": number, "points": [number]}) for number in range(500)]
    threads = [threading.Thread(target=lambda: [runner._later(runner._hear, event) for event in story])
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runner._tasks.clear()
    runner.close()
    assert heard == list(range(500))
    runner._later(heard.append, "after the end")  # Dask's threads may speak longer than we listen
    assert heard == list(range(500))


def test_a_scheduler_that_cannot_be_reached_is_named(tmp_path):
    with pytest.raises(cluster.Unreachable, match="scheduler = 'nonsense://7' does not answer"):
        next(cluster.compute([standin.spec(0)], Store(tmp_path), "nonsense://7"))


def test_a_client_that_cannot_begin_is_closed_then_and_there():
    """The garbage collection would close it whenever it likes, in the worst case within another client's beginning."""
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(ValueError, match="nonsense"):
            dask_runner._client("nonsense://7", timeout=1)
        assert {thing.status for thing in gc.get_objects() if type(thing) is Client} <= {"running", "closed"}
    finally:
        gc.enable()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_named_scheduler_is_used_and_shared(tmp_path):
    """Two servers on one scheduler: one run, and the second hears what the first heard."""
    port = 18_786
    here = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
                                  "--port", str(port), "--no-dashboard"], **here)  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}",
                               "--nthreads", "1", "--no-dashboard", "--no-nanny"], **here)  # fmt: skip
    servers: list[JobEngine] = []
    try:
        spec = standin.spec(6, points=100, pause_ms=20)
        address = f"tcp://127.0.0.1:{port}"
        wait_for(lambda: _answers(port))
        servers = [
            JobEngine(Store(tmp_path), DaskRunner(address, preload=False), stream=standin.stream) for _ in range(2)
        ]
        servers[0].submit(spec, "ann")
        wait_for(lambda: len(steps(servers[0], spec.key)) > 5)
        servers[1].submit(spec, "bob")
        wait_for(lambda: steps(servers[1], spec.key))
        assert steps(servers[1], spec.key)[0] == 5  # from the beginning
        for server in servers:
            wait_for(lambda server=server: server.status(spec.key).over)
            assert server.status(spec.key).state == "done"
        assert same(standin.run(spec), servers[1].result(spec.key))
        servers[0].runner._client.close()  # so ends a client whose scheduler is lost for good
        servers[0].submit(standin.spec(8), "ann")
        wait_for(lambda: servers[0].status(standin.spec(8).key).state == "done")
        specs = [standin.spec(seed) for seed in (6, 7)]  # a sweep on the same cluster, from the command line
        ended = [(status.key, status.state) for status in cluster.compute(specs, Store(tmp_path), address,
                                                                          standin.stream)]
        assert sorted(ended) == sorted((spec.key, "done") for spec in specs)
        assert all(same(standin.run(spec), Store(tmp_path).load(spec.key)) for spec in specs)
    finally:
        for server in servers:
            server.close()
        for process in (worker, scheduler):
            process.kill()
            process.wait()
