"""The store: exact round trips, atomic writes, disks that refuse, eviction that spares what is in use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lth_core.experiments import Lottery
from lth_core.results import codec, entry
from lth_core.results.result import Result
from lth_core.results.store import Store, StoreError
from tests.core.examples import example, same, same_bits
from tests.jobs import standin

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


# ── round trip ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_result_comes_back_bit_for_bit(store):
    result = example()
    folder = store.save(result)
    back = store.load(result.key)
    assert same(result, back)
    assert back.manifest["seconds"] == 1.5
    assert back.manifest["created"].endswith("Z")
    assert sorted(os.listdir(folder)) == ["arrays.safetensors", "cells.parquet", "empty.parquet", "manifest.json"]
    assert store.keys() == [result.key]


KINDS = sorted(codec.NUMBERS)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(st.sampled_from(KINDS), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=9)))
def test_any_array_survives_packing(array):
    told = json.loads(json.dumps(codec.describe_arrays({"a": array})))
    assert same_bits(array, codec.unpack_arrays(codec.pack_arrays({"a": array}), ["a"], told)["a"])


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 40))
def test_any_table_survives_packing(data, rows):
    kinds = data.draw(st.lists(st.sampled_from([*KINDS, "str"]), min_size=1, max_size=4))
    words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
    table = {
        f"column {i}": np.array(data.draw(st.lists(words, min_size=rows, max_size=rows)), np.str_)
        if kind == "str"
        else data.draw(hnp.arrays(kind, rows))
        for i, kind in enumerate(kinds)
    }
    told = json.loads(json.dumps(codec.describe_table(table)))
    back = codec.unpack_table(codec.pack_table("t", table), told)
    assert list(back) == list(table)
    for name, column in table.items():
        assert column.tolist() == back[name].tolist() if column.dtype.kind == "U" else same_bits(column, back[name])


def test_masks_take_one_bit_a_weight(store):
    mask = np.ones((300, 784), np.bool_)
    folder = store.save(Result(Lottery(), {}, {"mask": mask}))
    assert (folder / entry.ARRAYS).stat().st_size < mask.size / 8 + 300


def test_what_was_loaded_cannot_be_changed(store):
    store.save(example())
    back = store.load(example().key)
    for array in (back.arrays["weights"], back.arrays["mask"], back.tables["cells"]["round"]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    ("tables", "arrays", "words"),
    [
        ({"cells": {"a": np.arange(3), "b": np.arange(2)}}, {}, "column 'b'"),
        ({"cells": {"a": np.ones((2, 2))}}, {}, "column 'a'"),
        ({"cells": {"a": np.array([1j])}}, {}, "complex128"),
        ({"../cells": {"a": np.arange(3)}}, {}, "table name '../cells'"),
        ({}, {"a": np.array(["text"])}, "array 'a'"),
        ({}, {"a": np.array([object()])}, "array 'a'"),
    ],
)
def test_what_cannot_be_stored_is_named(store, tables, arrays, words):
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        store.save(Result(Lottery(), tables, arrays))
    assert store.keys() == []
    assert os.listdir(store.root / ".scratch") == []


def test_a_manifest_that_is_not_json_is_refused(store):
    with pytest.raises(ValueError, match="plain JSON"):
        store.save(replace(example(), manifest={"x": object()}))


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A" * 24, "0" * 23, "0" * 25, "0" * 24 + "\n", "..", 7, None])
def test_only_content_keys_are_paths(store, key):
    for call in (store.path, store.load, store.checkpoint):
        with pytest.raises(ValueError, match="not a result key"):
            call(key)


def test_a_part_can_be_read_and_looking_is_no_use(store):
    folder = store.save(example())
    os.utime(folder / entry.MANIFEST, (1_000, 1_000))
    key = example().key
    told = store.manifest(key)
    assert told["spec"] == example().spec.to_dict() and set(told["arrays"]) == set(example().arrays)
    part = store.load(key, ["cells"], (), use=False)
    assert list(part.tables) == ["cells"] and not part.arrays
    assert (folder / entry.MANIFEST).stat().st_mtime == 1_000, "listed, not used"
    assert store.load(key) is not None and (folder / entry.MANIFEST).stat().st_mtime > 1_000
    with pytest.raises(KeyError, match="no table 'movement'"):
        store.load(key, ["movement"])
    (folder / entry.MANIFEST).write_text("{")
    assert store.manifest(key) is None and store.manifest("0" * 24) is None


def test_the_first_result_of_a_key_stands(store):
    store.save(replace(example(), manifest={"who": "first"}))
    store.save(replace(example(), manifest={"who": "second"}))
    assert store.load(example().key).manifest["who"] == "first"


# ── a disk that refuses ──────────────────────────────────────────────────────────────────────────────────────────

FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
from tests.core.examples import example
from lth_core.results.store import Store, StoreError
store = Store(sys.argv[1])
try:
    store.save(example(kilobytes=1000))
except StoreError as error:
    print(error)
store.save(example(seed=1))
print(store.load(example().key), store.load(example(seed=1).key) is not None)
"""


def test_a_write_that_does_not_fit_leaves_nothing_behind(tmp_path):
    """The kernel refuses large files in a process of its own (works without root)."""
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert "cannot write results in" in done.stdout, done.stderr
    assert done.stdout.endswith("None True\n")
    assert os.listdir(tmp_path / ".scratch") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root; the size limit above does not")
def test_a_full_disk_is_told_and_survived(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("this container may not mount")
    try:
        store = Store(disk)
        with pytest.raises(StoreError, match="No space left"):
            store.save(example(kilobytes=1000))
        assert os.listdir(disk / ".scratch") == []
        store.save(example(seed=1))
        assert same(example(seed=1), store.load(example(seed=1).key))
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_file_where_the_store_should_be_is_told(tmp_path):
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot write results in .*store"):
        Store(tmp_path / "store").save(example())


# ── eviction ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _aged(store: Store, count: int) -> list[str]:
    """`count` results of 100 kB, the first used longest ago."""
    keys = [store.save(example(seed, 100)).name for seed in range(count)]
    for age, key in enumerate(reversed(keys)):
        os.utime(store.path(key) / entry.MANIFEST, (0, time.time() - 100 * (age + 1)))
    return keys


def test_the_least_recently_used_results_go_first(store):
    keys = _aged(store, 5)
    store.load(keys[0])
    store.limit = 350_000
    assert store.evict() == keys[1:3]
    assert store.keys() == sorted([keys[0], *keys[3:]])
    assert store.size() <= store.limit


def test_saving_keeps_the_store_within_its_limit(store):
    store.limit = 350_000
    for seed in range(8):
        store.save(example(seed, 100))
        assert store.size() <= store.limit
        assert example(seed).key in store


def test_what_is_leased_stays_even_beyond_the_limit(store):
    keys = _aged(store, 3)
    with store.lease(keys[0]) as there:
        assert there
        store.limit = 0
        assert store.evict() == keys[1:]
        assert same(example(0, 100), store.load(keys[0]))
    assert store.evict() == keys[:1]


def test_a_lease_holds_between_processes_and_ends_with_its_process(store):
    (key,) = _aged(store, 1)
    code = f"""
import sys, time
from lth_core.results.store import Store
with Store({str(store.root)!r}).lease({key!r}) as there:
    print(there, flush=True)
    time.sleep(60)
"""
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    store.limit = 0
    assert store.evict() == []
    holder.kill()
    holder.communicate()
    assert store.evict() == [key]


def test_reading_a_result_needs_no_torch(store):
    key = store.save(standin.run(standin.spec())).name
    code = f"""
import sys
from lth_core.results.store import Store
assert Store({str(store.root)!r}).load({key!r}).arrays["final/0"].shape == (16,)
print([name for name in ("torch", "numba", "streamlit") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stdout == "[]\n", done.stderr
