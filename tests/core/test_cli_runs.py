"""What commands store, replace and print, how `run` is interrupted, and what a machine that refuses hears."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lth_core import checkpoint, engine
from lth_core.results.store import Store
from tests.core.calling import call
from tests.core.test_interrupt import heeds_ctrl_c

ROOT = Path(__file__).parents[2]
TINY = ["--preset", "quick", "--rounds", "1", "--conditions", "ticket", "--set", "data.pool=7", "--set",
        "data.train=1000", "--set", "data.validation=500", "--set", "net.sizes=[16,8,10]", "--set",
        "training.steps=40", "--set", "training.eval_every=20"]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))
    return Store(tmp_path / "store")


def timeless(rows: list[dict]) -> list[dict]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


# ── one key, one content ─────────────────────────────────────────────────────────────────────────────────────────


def test_sweep_stores_all_that_run_stores(store):
    assert call("sweep", "--seeds", "0-0", *TINY, "--workers", "1")[0] == 0
    (key,) = store.keys()
    swept = store.load(key)
    assert not (store.root / "index.json").exists()  # that is the atlas's
    assert call("run", *TINY, "--fresh")[0] == 0
    alone = store.load(key)
    assert set(swept.arrays) == set(alone.arrays) >= {"final/0", "final/1"}
    assert "tolerance" not in swept.manifest
    for name, array in alone.arrays.items():
        assert np.array_equal(array, swept.arrays[name])


def test_fresh_replaces_what_was_stored_but_not_before_it_is_done(store, monkeypatch):
    assert call("run", *TINY)[0] == 0
    (key,) = store.keys()
    first, real = store.load(key).tables["costs"]["seconds"], engine.stream

    def watched(spec, options):
        for snapshot in real(spec, options):
            assert store.load(key).tables["costs"]["seconds"].tolist() == first.tolist()
            yield snapshot

    monkeypatch.setattr(engine, "stream", watched)
    assert call("run", *TINY, "--fresh")[0] == 0
    assert store.load(key).tables["costs"]["seconds"].tolist() != first.tolist()


def test_another_backend_than_asked_for_is_told(store):
    assert call("run", *TINY)[2] == ""
    code, _, errors = call("run", *TINY, "--backend", "reference")
    assert code == 0 and "stored before, computed by dense; --fresh runs it again with reference" in errors
    assert call("run", *TINY, "--backend", "dense")[2] == ""
    assert call("run", *TINY, "--backend", "reference", "--fresh")[0] == 0
    (key,) = store.keys()
    assert set(store.load(key).tables["costs"]["backend"]) == {"reference"}
    code, _, errors = call("run", *TINY, "--backend", "abacus")
    assert code == 2 and "backend = 'abacus' is not allowed" in errors


def test_layers_that_stop_shrinking_are_named():
    _, _, errors = call("run", *TINY[:3], "4", *TINY[4:], "--set", "net.sizes=[16,2,2,10]")
    assert errors == "fc2.weight keeps its last 2 weights from round 2 on: a round's share of them rounds to none.\n"


# ── interrupted runs ─────────────────────────────────────────────────────────────────────────────────────────────

TOLD = """
import sys
from lth_core import engine
real = engine.stream
def told(spec, options):
    for number, snapshot in enumerate(real(spec, options)):
        if number == 2:
            print("under way", file=sys.stderr, flush=True)
        yield snapshot
engine.stream = told
from lth_core.__main__ import main
main()
"""


def test_a_run_stopped_thrice_before_its_first_checkpoint_goes_on_each_time_and_prints_all_rows(store, tmp_path):
    longer = [*TINY, "--set", "training.steps=20000", "--set", "training.eval_every=50"]
    environment = {**os.environ, "LTH_STORE": str(store.root)}
    steps = []
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGINT, 130)):
        process = subprocess.Popen([sys.executable, "-c", TOLD, "run", *longer, "--json"], cwd=ROOT, env=environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeds_ctrl_c)
        assert process.stderr.readline() == "under way\n"
        process.send_signal(number)
        rows, errors = process.communicate(timeout=60)
        assert process.returncode == code, errors
        assert rows == ""  # no file that looks complete and is not
        assert "Interrupted. It was at round 0/1 · ticket, step " in errors and "goes on from the last" in errors
        (place,) = store.root.glob(".checkpoints/*.safetensors")
        notes, _ = checkpoint.read(place, place.stem)
        steps.append(notes["rows"]["curves"][-1]["step"])
    assert 0 < steps[0] < steps[1] < steps[2] < 20000
    code, resumed, _ = call("run", *longer, "--json")
    assert code == 0 and [row["round"] for row in resumed] == [0, 1]
    assert call("run", *longer, "--json")[1] == resumed
    assert timeless(call("run", *longer, "--fresh", "--json")[1]) == timeless(resumed)


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────────────────


def test_without_validation_images_a_run_is_no_divergence_and_judging_on_them_is_refused():
    bare = [*TINY, "--set", "data.validation=0", "--json"]
    code, _, errors = call("run", *bare)
    assert code == 2
    assert "training.measure = 'validation' is not allowed: test, train or all where data.validation = 0" in errors
    for measure in ("test", "train", "all"):
        code, rows, _ = call("run", *bare, "--set", f"training.measure={measure}")
        assert code == 0
        assert [row["status"] for row in rows] == ["ok", "ok"]
        assert all(row["early_stop_step"] == -1 and row["validation_loss"] is None for row in rows)
        assert all(0 < row["test_accuracy"] < 1 for row in rows)


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_an_unwritable_store_is_told_before_the_training(command, tmp_path, monkeypatch):
    def never(spec, options):
        raise AssertionError("trained in vain")

    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(engine, "stream", never)
    code, _, errors = call(command, *TINY, "--store", str(tmp_path / "file" / "store"))
    assert code == 2
    assert errors.startswith(f"cannot write results in {tmp_path}/file/store: Not a directory; free some space, ")


def test_recording_into_an_unwritable_atlas_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, _, errors = call("record", "chapter1", "--atlas", str(tmp_path / "file" / "atlas"))
    assert code == 2 and "cannot write results in" in errors


def test_an_atlas_that_is_complete_need_not_be_written(tmp_path, monkeypatch):
    """As that of a container: its index is right already."""
    from lth_core.results import atlas

    place = Store(tmp_path / "atlas")
    call("sweep", "--seeds", "0-0", *TINY, "--workers", "1", "--store", str(place.root))
    assert atlas.reindex(place.root) == 1
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: pytest.fail("written"))
    assert atlas.reindex(place.root) == 1


KERNELS = """
import os, sys, tempfile
import numba.core.caching as caching
from pathlib import Path
class Refusing:
    def __getattr__(self, name):
        return getattr(tempfile, name)
    def TemporaryFile(self, dir):
        if not str(dir).startswith(sys.argv[1]):
            raise PermissionError(13, "Permission denied")
        return tempfile.TemporaryFile(dir=dir)
caching.tempfile = Refusing()
from lth_core.training.backends import jit
import numba, numpy as np
@jit.entry
def twice(x):
    return 2 * x
print(twice(21), numba.config.CACHE_DIR == os.environ.get("NUMBA_CACHE_DIR"), numba.config.CACHE_DIR)
from lth_core.training.backends import flat
"""


def test_kernels_find_a_place_where_neither_code_nor_home_can_be_written(tmp_path):
    (tmp_path / "t").mkdir()
    (tmp_path / "script.py").write_text(KERNELS)
    environment = {**os.environ, "TMPDIR": str(tmp_path / "t"), "PYTHONPATH": str(ROOT)}
    environment.pop("NUMBA_CACHE_DIR", None)
    run = [sys.executable, tmp_path / "script.py"]
    done = subprocess.run([*run, tmp_path / "t"], env=environment, capture_output=True, text=True, timeout=120)
    answer, told, place = done.stdout.split()
    assert (answer, told) == ("42", "True") and Path(place).parent == tmp_path / "t", done.stderr
    assert list(Path(place).rglob("*.nbi")) and Path(place).stat().st_mode & 0o077 == 0
    done = subprocess.run([*run, "/nowhere"], env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.split()[0] == "42", done.stderr  # compiled anew each time, but it runs
