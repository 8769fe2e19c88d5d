"""The same lottery again gives the same bits: after stops, kills and damaged checkpoints, whatever the test labels."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lth_core.data import load
from lth_core.engine import Options, run, stream
from lth_core.experiments import Dense, Instability, Ladder, Widths
from lth_core.results.result import Result
from lth_core.spec import Condition, Net, Pruning, Rewind
from lth_core.training.backends import Examples, prepare
from tests.core.tiny import DATA, NET, SHORT, TINY, same


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(TINY)


def test_same_spec_same_bits(tiny: Result) -> None:
    same(tiny, run(TINY))


@pytest.mark.parametrize(
    "spec",
    [
        dataclasses.replace(TINY, rewind=Rewind(step=7), conditions=(Condition("ticket"), Condition("reinit"))),
        Ladder(data=DATA, net=NET, training=SHORT, rungs=6, retrain_steps=10),
        Dense(data=DATA, net=NET, training=SHORT),
        Widths(data=DATA, net=Net(sizes=(16, 10)), training=SHORT, widths=(2, 5), replicates=2),
        Instability(data=DATA, net=NET, training=SHORT, pruning=Pruning(rounds=2), level=2, step=10, alphas=5),
    ],
    ids=lambda spec: spec.experiment,
)
def test_stopped_after_any_snapshot_it_goes_on_to_the_same_end(spec, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("lth_core.training.ahead.free_cores", lambda: 2)
    whole = run(spec)
    options = Options(threads=2, checkpoint=tmp_path / "half.safetensors", checkpoint_seconds=0)
    for stop in (1, 3, 6, 10):
        for number, snapshot in enumerate(stream(spec, options), 1):
            if number == stop or snapshot.result:
                break
    resumed = run(spec, options)
    same(whole, resumed)
    assert not options.checkpoint.exists(), "a finished run leaves no checkpoint"


KILLED = """
import sys
from pathlib import Path
from lth_core.engine import Options, run
from lth_core.spec import Spec
run(Spec.from_json(sys.argv[1]), Options(checkpoint=Path(sys.argv[2]), checkpoint_seconds=0))
print("finished")
"""


def test_killed_by_sigkill_it_goes_on_to_the_same_end(tmp_path: Path) -> None:
    spec = dataclasses.replace(TINY, training=dataclasses.replace(SHORT, steps=900, eval_every=25))
    checkpoint = tmp_path / "half.safetensors"
    command = [sys.executable, "-c", KILLED, spec.to_json(), str(checkpoint)]
    for _ in range(2):
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.getcwd()}, stdout=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not checkpoint.exists() or checkpoint.stat().st_mtime_ns <= before + 50_000_000:
            assert process.poll() is None and time.monotonic() < deadline, "the run ended before it could be killed"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert checkpoint.exists()
    same(run(spec), run(spec, Options(checkpoint=checkpoint, checkpoint_seconds=0)))


def test_a_damaged_checkpoint_is_ignored(tmp_path: Path, tiny: Result) -> None:
    checkpoint = tmp_path / "half.safetensors"
    checkpoint.write_bytes(b"\x00" * 100)
    same(tiny, run(TINY, Options(checkpoint=checkpoint)))


def test_an_unwritable_folder_stops_the_run_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OSError, match="cannot write the checkpoint"):
        run(TINY, Options(checkpoint=tmp_path / "file" / "half.safetensors", checkpoint_seconds=0))


def test_the_test_split_selects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every test label wrong, masks, early stopping and validation curves stay what they were."""
    honest = run(TINY)
    test = load(DATA, TINY.seed).test
    wrong = Examples.of(test.images, (test.labels + 1) % 10)
    monkeypatch.setattr("lth_core.running.backend_for.prepare",
                        lambda part: dataclasses.replace(prepare(part), test=wrong))
    lied = run(TINY)
    for name, array in honest.arrays.items():
        assert array.tobytes() == lied.arrays[name].tobytes()
    for column in ("early_stop_step", "validation_accuracy", "kept"):
        assert np.array_equal(honest.tables["cells"][column], lied.tables["cells"][column])
    assert not np.array_equal(honest.tables["cells"]["test_accuracy"], lied.tables["cells"]["test_accuracy"])
