"""Several processes on one store: they write, read, evict and are killed, and only whole results are seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lth_core.results.store import Store
from tests.core.examples import example, same
from tests.core.killing import killed

ROOT = Path(__file__).parents[2]

CROWD = """
import sys
from tests.core.examples import example, same
from tests.core.killing import killed
from lth_core.results.store import Store
store, wrong = Store(sys.argv[1], limit=int(sys.argv[3])), 0
for turn in range(20):
    seed = (turn * 7 + int(sys.argv[2]))% 4
    result = example(seed, 50)
    store.save(result)
    back = store.load(result.key)
    wrong += back is not None and not same(result, back)
print(wrong)
"""


@pytest.mark.parametrize("limit", [10**9, 120_000], ids=["roomy", "evicting"])
def test_processes_write_read_and_evict_the_same_keys(tmp_path, limit):
    crowd = [
        subprocess.Popen([sys.executable, "-c", CROWD, tmp_path, str(i), str(limit)], cwd=ROOT,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for i in range(4)
    ]  # fmt: skip
    for process in crowd:
        out, err = process.communicate(timeout=60)
        assert (out, err) == ("0\n", "")
    store = Store(tmp_path)
    assert not (tmp_path / "damaged").exists()
    assert all(store.load(key) is not None for key in store)
    assert os.listdir(tmp_path / ".scratch") == []


WRITER = """
import sys
from tests.core.examples import example
from lth_core.results.store import Store
store = Store(sys.argv[1], limit=1_500_000)
store.save(example(0, 100))
print("ready", flush=True)
for seed in range(10_000):
    store.save(example(seed % 50, 100))
"""


def test_kills_at_random_moments_leave_only_whole_results(tmp_path):
    """A writer is killed 8 times, wherever it happens to be: nothing half-written is ever seen."""
    draw = np.random.default_rng(0)
    for _ in range(8):
        killed(WRITER, tmp_path, draw)
        for key in Store(tmp_path):
            result = Store(tmp_path).load(key)
            assert result is not None
            assert same(example(result.spec.seed, 100), result)
    store = Store(tmp_path)
    assert store.keys()
    assert not (tmp_path / "damaged").exists()
    store.evict()
    assert os.listdir(tmp_path / ".scratch") == []
