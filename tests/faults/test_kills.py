"""kill -9 of workers and of the server: nothing lost, nothing corrupt, no orphan processes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.results.store import Store
from tests.core.examples import same
from tests.jobs import standin
from tests.jobs.test_dask_runner import steps, wait_for

ROOT = Path(__file__).parents[2]
WORKER_BACK = 4.0  # seconds from the kill of a worker to the next point


def test_a_killed_worker_is_replaced_and_its_run_goes_on(tmp_path):
    engine = JobEngine(Store(tmp_path), DaskRunner(workers=1, preload=False), stream=standin.stream)
    spec = standin.spec(0, points=150, pause_ms=20)
    try:
        engine.submit(spec, "ann")
        wait_for(lambda: len(steps(engine, spec.key)) > 20)
        (worker,) = engine.runner.workers()
        os.kill(worker, signal.SIGKILL)
        killed_at = engine.events([spec.key])[-1].seq
        time.sleep(0.1)  # what was already on its way
        killed_at = engine.events([spec.key])[-1].seq
        assert wait_for(lambda: engine.events([spec.key])[-1].seq > killed_at) < WORKER_BACK
        assert steps(engine, spec.key)[-1] > 100  # not from the beginning
        wait_for(lambda: engine.status(spec.key).over)
        assert same(standin.run(spec), engine.result(spec.key))
    finally:
        engine.close()


SERVER = """
import sys, time
from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.results.store import Store
from tests.jobs import standin
if __name__ == "__main__":
    engine = JobEngine(Store(sys.argv[1]), DaskRunner(workers=1, preload=False), stream=standin.stream)
    for seed in range(3):
        engine.submit(standin.spec(seed, points=60, pause_ms=20), "ann")
    print("ready", flush=True)
    while not all(engine.status(standin.spec(seed, 60, 20).key).state == "done" for seed in range(3)):
        time.sleep(0.02)
    print("all done", flush=True)
    engine.close()
"""


def family(pid: int) -> list[psutil.Process]:
    with_children = psutil.Process(pid)
    return [with_children, *with_children.children(recursive=True)]


def test_a_killed_server_goes_on_after_its_restart_and_leaves_no_orphans(tmp_path):
    """The server dies by SIGKILL at random moments while three jobs run, until it gets through."""
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    command = [sys.executable, script, tmp_path / "store"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    chance, relatives = random.Random(0), []
    for _ in range(3):
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        server.stdout.readline()
        time.sleep(chance.uniform(0.5, 2.5))
        relatives += family(server.pid)
        server.kill()
        server.communicate()
        for key in Store(tmp_path / "store"):  # whatever is there is whole and right
            found = Store(tmp_path / "store").load(key)
            assert found is not None
            assert same(standin.run(found.spec), found)
    # The kernel's own end of a killed parent's pipes ends the workers: platform notes measured 2.5 s.
    wait_for(lambda: not any(one.is_running() and one.status() != "zombie" for one in relatives), 10)
    last = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert last.stdout == "ready\nall done\n", last.stderr
    store = Store(tmp_path / "store")
    for seed in range(3):
        spec = standin.spec(seed, 60, 20)
        assert same(standin.run(spec), store.load(spec.key))
    assert not list((store.root / ".checkpoints").iterdir())
    assert not (store.root / "damaged").exists()
