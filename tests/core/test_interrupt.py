"""Signals to real processes: nothing new begins, what was trained is saved, nobody stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psutil
import pytest

from lth_core.experiments import Dense, Lottery
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.running.interrupt import Interrupted, Stop
from lth_core.spec import Condition, Data, Net, Pruning, Training
from tests.core.examples import same, same_bits
from tests.jobs import standin

ROOT = Path(__file__).parents[2]
SPECS = [standin.spec(seed, 60, 10) for seed in range(6)]  # 0.6 s each
SWEEP = """
import sys
from lth_core.results.recorder import sweep
from lth_core.results.store import Store
from lth_core.running.interrupt import Interrupted, heeded
from tests.jobs import standin
SPECS = [standin.spec(seed, 60, 10) for seed in range(6)]
if __name__ == "__main__":
    with heeded(grace=10) as stop:
        try:
            for done in sweep(SPECS, Store(sys.argv[1]), 2, getattr(standin, sys.argv[2]), stop):
                print(done.spec.seed, flush=True)
        except Interrupted:
            sys.exit(stop.code)
"""
AT_ONCE = 5.0  # seconds; 0.3 on an idle machine


@cache
def uninterrupted(spec: Dense) -> Result:
    return standin.run(spec)


def wait_for(condition: Callable[[], object], seconds: float = 60) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.01)
    return time.monotonic() - began


def heeds_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and all that it starts in turn."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def start(tmp_path: Path):
    """Starts a sweep of SPECS into tmp_path/store, in a process group of its own."""
    (tmp_path / "sweep.py").write_text(SWEEP)
    started: list[subprocess.Popen[str]] = []

    def begin(run: str = "stream") -> subprocess.Popen[str]:
        command = [sys.executable, tmp_path / "sweep.py", tmp_path / "store", run]
        started.append(subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, preexec_fn=heeds_ctrl_c,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != "zombie" for one in processes)


def under_way(store: Path, count: int = 2) -> bool:
    """One run at least is done, and so many others have begun."""
    done = Store(store).keys()
    return bool(done) and len({file.stem for file in store.glob(".checkpoints/*.safetensors")} - {*done}) >= count


@pytest.mark.parametrize(
    ("number", "everyone", "code"),
    [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 143), (signal.SIGTERM, True, 143),
     (signal.SIGKILL, False, -9)],
    ids=["Ctrl-C", "SIGTERM", "SIGTERM to all", "SIGKILL of the parent"],
)
def test_a_sweep_stops_at_once_and_goes_on_bit_identical(start, tmp_path, number, everyone, code):
    sweep, store = start(), Store(tmp_path / "store")
    wait_for(lambda: under_way(store.root))
    family = workers(sweep)
    (os.killpg if everyone else os.kill)(sweep.pid, number)
    assert sweep.wait(AT_ONCE) == code
    assert wait_for(lambda: gone(family), AT_ONCE) < AT_ONCE
    if number != signal.SIGKILL:
        assert sweep.stderr.read() == ""
    done, begun = store.keys(), list(store.root.glob(".checkpoints/*.safetensors"))
    assert len(done) < len(SPECS) - 2, "nothing new begins"
    assert begun, "what was under way is saved"
    again = start()
    assert again.wait(60) == 0, again.stderr.read()
    assert len(again.stdout.read().split()) == len(SPECS)
    for spec in SPECS:
        assert same(uninterrupted(spec), store.load(spec.key))
    assert not list(store.root.glob(".checkpoints/*.safetensors"))


def test_a_second_ctrl_c_ends_at_once_and_leaves_nobody(start, tmp_path):
    sweep = start("stuck")
    wait_for(lambda: len(list(tmp_path.glob("store/.checkpoints/*.safetensors"))) == 2)
    time.sleep(0.5)  # the points are out
    family = workers(sweep)
    os.killpg(sweep.pid, signal.SIGINT)
    time.sleep(0.6)
    assert sweep.poll() is None  # waits for a moment that does not come
    os.killpg(sweep.pid, signal.SIGINT)
    assert sweep.wait(AT_ONCE) == 130
    wait_for(lambda: gone(family), AT_ONCE)


def test_one_ctrl_c_passed_on_by_a_wrapper_is_no_second_one(start, tmp_path):
    sweep, store = start(), Store(tmp_path / "store")
    wait_for(lambda: under_way(store.root))
    os.killpg(sweep.pid, signal.SIGINT)
    os.kill(sweep.pid, signal.SIGINT)
    assert sweep.wait(AT_ONCE) == 130
    assert list(store.root.glob(".checkpoints/*.safetensors"))


def test_a_killed_worker_is_named_with_its_run(start, tmp_path):
    sweep, store = start(), Store(tmp_path / "store")
    wait_for(lambda: under_way(store.root, 1))
    next(one for one in workers(sweep) if "spawn_main" in " ".join(one.cmdline())).kill()
    assert sweep.wait(30) == 1
    assert "failed: its process was killed (memory?); run again" in sweep.stderr.read()


def test_a_wish_that_nobody_can_grant_ends_the_process_after_a_while(tmp_path):
    """And what its shell told it to ignore, it ignores."""
    code = """
import sys, time
from lth_core.running.interrupt import heeded
with heeded(lambda: print("asked", flush=True), lambda lost: print("lost", lost, flush=True), grace=1) as stop:
    print("ready", flush=True)
    time.sleep(60)
"""
    deaf = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    assert deaf.stdout is not None and deaf.stdout.readline() == "ready\n"
    deaf.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert deaf.poll() is None
    deaf.send_signal(signal.SIGTERM)
    assert deaf.communicate(timeout=20)[0] == "asked\nlost True\n"
    assert deaf.returncode == 143


TINY = Lottery(data=Data(pool=7, train=600), net=Net(sizes=(16, 8, 10)), training=Training(steps=40, eval_every=10),
               pruning=Pruning(rounds=1), conditions=(Condition("ticket"), Condition("random")))


def test_the_engine_saves_the_very_moment_at_which_it_is_to_stop(tmp_path):
    """Stopped again and again after three moments each, long before the next checkpoint is due."""
    from lth_core.engine import Options, stream  # here, because it imports torch

    *_, whole = stream(TINY)
    place, moments, stops = tmp_path / "run.safetensors", [], 0
    for _ in range(50):
        stop, seen = Stop(), 0
        try:
            for snapshot in stream(TINY, Options(checkpoint=place, checkpoint_seconds=1e6, stop=stop)):
                moments.append((snapshot.stage, snapshot.round, snapshot.condition, snapshot.step))
                seen += 1
                if seen == 3:
                    stop.ask(signal.SIGINT)
            break
        except Interrupted:
            stops += 1
            assert place.exists()
    assert stops >= 4
    assert moments[-1][0] == "done"
    trained = [moment for moment in moments if moment[0] == "train"]
    assert len(set(trained)) == len(trained), "no moment is trained twice"
    for name, array in whole.result.arrays.items():
        assert same_bits(array, snapshot.result.arrays[name])
