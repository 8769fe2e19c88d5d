"""What a manifest tells of its machine, and computing as a narrower processor does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lth_core import engine, machine
from lth_core.experiments import Dense
from lth_core.spec import Data, Net, Training

TOLD = "import machine; print(machine.commit())"


def test_a_result_tells_processor_threads_packages_and_commit():
    tiny = Dense(data=Data(pool=7, train=600), net=Net(sizes=(16, 10)), training=Training(steps=20, eval_every=20))
    manifest = engine.run(tiny, engine.Options(threads=2)).manifest
    assert manifest["machine"]["vectors"] == machine.vectors()
    assert manifest["threads"] == manifest["library_threads"]["engine"] == 2
    assert "numba" in manifest["library_threads"] and min(manifest["library_threads"].values()) >= 1
    assert {"python", "numpy", "torch", "numba", "llvmlite"} <= set(manifest["versions"])
    if Path("/proc/cpuinfo").exists() and "avx2" in Path("/proc/cpuinfo").read_text():
        assert "avx2" in manifest["machine"]["flags"] and manifest["machine"]["family"] > 0


@pytest.mark.skipif(machine.vectors() != "avx512", reason="no vectors to narrow")
def test_processes_that_start_meanwhile_are_narrower_and_the_environment_comes_back():
    before = dict(os.environ)
    ask = [sys.executable, "-c", "from lth_core.machine import vectors; print(vectors())"]
    with machine.narrowed("avx2"):
        assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout == "avx2\n"
        assert "+avx2" in os.environ["NUMBA_CPU_FEATURES"] and "+avx512" not in os.environ["NUMBA_CPU_FEATURES"]
    assert dict(os.environ) == before
    with machine.narrowed("avx512"), machine.narrowed(None), machine.narrowed("neon"):
        assert dict(os.environ) == before


@pytest.mark.parametrize(("told", "slow"), [
    ({"flags": "fma avx avx2"}, True), ({"flags": "fma avx2 avx512f avx512bw"}, False), ({"Features": "asimd"}, False),
    ({}, False)])
def test_a_processor_without_the_vectors_for_it_is_known(told, slow, monkeypatch):
    monkeypatch.setattr(machine, "_cpuinfo", lambda: told)
    assert machine.converts("bfloat16") == slow and not machine.converts("float32")
    monkeypatch.setenv("NUMBA_CPU_FEATURES", "+avx2,-avx512f")  # as `narrowed` leaves it: a record is run again so
    assert machine.converts("bfloat16") == ("flags" in told) and not machine.converts("float32")


def test_the_commit_is_that_of_the_code_and_says_when_it_was_changed(tmp_path):
    """In a repository of its own; a copy that the repository does not track is not its code."""
    package, installed = tmp_path / "package", tmp_path / "site-packages"
    for folder in (package, installed):
        folder.mkdir()
        shutil.copy(machine.__file__, folder / "machine.py")

    def git(*words: str) -> str:
        named = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
        return subprocess.run(named, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()

    def told(folder: Path) -> str:
        return subprocess.run([sys.executable, "-c", TOLD], cwd=folder, capture_output=True, text=True,
                              check=True, env={**os.environ, "PYTHONPATH": str(folder)}).stdout.strip()

    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    assert told(package) == "None"
    git("init", "-q")
    git("add", "package")
    git("commit", "-qm", "one")
    head = git("rev-parse", "HEAD")
    assert told(package) == head and told(installed) == "None"
    (tmp_path / "notes").write_text("beside the package")
    assert told(package) == head
    (package / "machine.py").write_text((package / "machine.py").read_text() + "\n# changed\n")
    assert told(package) == head + "+"
