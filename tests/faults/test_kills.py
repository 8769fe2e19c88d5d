"""kill -9 of workers and of the server: nothing lost, nothing corrupt, no orphan processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.results.store import Store
from tests.browser.serving import free_port, running
from tests.core.examples import same
from tests.jobs import standin
from tests.jobs.test_dask_runner import steps, wait_for
from tests.load.sessions import Session, Watcher

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("LTH_KILLS", "2"))  # of the server; 20 for a thorough look
WORKER_BACK = 4.0  # seconds from the kill of a worker to the next point
LIVE = 20.0  # seconds from a server's first answer to the points of an interrupted run: 1 on a free core


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
    specs = [standin.spec(seed, int(sys.argv[2]), 20) for seed in range(3)]
    for spec in specs:
        engine.submit(spec, "ann")
    print("ready", flush=True)
    while not all(engine.status(spec.key).state == "done" for spec in specs):
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
    points = 30 * KILLS  # so that the last kill still finds them running
    command = [sys.executable, script, tmp_path / "store", str(points)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    chance, relatives = random.Random(0), []
    for _ in range(KILLS):
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
    last = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert last.stdout == "ready\nall done\n", last.stderr
    store = Store(tmp_path / "store")
    for seed in range(3):
        spec = standin.spec(seed, points, 20)
        assert same(standin.run(spec), store.load(spec.key))
    assert not list((store.root / ".checkpoints").iterdir())
    assert not (store.root / "damaged").exists()


def test_worker_and_server_die_and_the_page_is_live_again_soon_after(tmp_path):
    """A run on a real page. In the long version, `tests.load.bench_kills`, a hundred die."""
    spec = standin.spec(0, points=120, pause_ms=25)
    with running("tests/browser/panel_page.py", LTH_STORE=str(tmp_path)) as server:
        asyncio.run(_watch_a_run(server.port, points=120))
        workers = [one for one in family(server.process.pid) if "spawn_main" in str(one.cmdline())]
        workers[0].kill()
        time.sleep(random.Random(0).uniform(0.2, 1))
        relatives = family(server.process.pid)
        server.kill()
        wait_for(lambda: not any(one.is_running() and one.status() != "zombie" for one in relatives), 10)
        server.start()
        began = time.monotonic()
        asyncio.run(_watch_a_run(server.port, points=120))
        assert time.monotonic() - began < LIVE
        store = Store(tmp_path)
        wait_for(lambda: spec.key in store, 60)
    assert same(standin.run(spec), store.load(spec.key))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_end_does_so_at_once_although_someone_watches(tmp_path, number):
    """An open event stream and a running job: the server ends within seconds, with its workers, and remembers."""
    port = free_port()
    environment = {**os.environ, "LTH_STORE": str(tmp_path)}
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/panel_page.py", "--server.port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    try:
        asyncio.run(_watch_a_run(port))
        relatives = family(server.pid)[1:]
        server.send_signal(number)
        server.wait(15)
        wait_for(lambda: not any(one.is_running() and one.status() != "zombie" for one in relatives), 10)
    finally:
        server.kill()
        server.wait()
    assert list(tmp_path.glob(".jobs/server-*/*.json"))


async def _watch_a_run(port: int, points: int = 900) -> None:
    """Start a run on the panel's page, or find it there, until it tells something; its stream stays open."""
    for _ in range(300):
        with contextlib.suppress(OSError):
            session = await Session(port, "", f"points={points}").open()
            break
        await asyncio.sleep(0.1)
    if not session.stream:
        await session.press("Train it now")
    watcher = await Watcher(port, session.stream).open()
    while not watcher.points:
        await asyncio.sleep(0.02)
