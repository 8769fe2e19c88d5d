"""Atlas, recorder, masks as deaths, and the comparison of a re-run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest
from lth_core.results import entry
from lth_core.results.atlas import Atlas, reindex
from lth_core.results.compare import compare
from lth_core.results.deaths import SURVIVED, died, masks_at
from lth_core.results.recorder import RecordingError, record, verify
from lth_core.results.result import Result
from lth_core.results.store import Store
from tests.core.examples import example, same
from tests.jobs import standin

ROOT = Path(__file__).parents[2]

# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def atlas(tmp_path) -> Atlas:
    for seed in range(3):
        Store(tmp_path).save(example(seed, kilobytes=1000))
    assert reindex(tmp_path) == 3
    return Atlas(tmp_path)


def test_a_recorded_spec_is_found_and_others_are_not(atlas):
    assert same(example(1, 1000), atlas.find(Lottery(seed=1)))
    assert same(example(1, 1000), atlas.find(Lottery(seed=1).key))
    assert atlas.find(Lottery(seed=9)) is None


def test_a_slice_holds_what_was_asked_for(atlas):
    part = atlas.find(Lottery(seed=1), tables=("cells",), arrays=("mask",))
    assert list(part.tables) == ["cells"]
    assert list(part.arrays) == ["mask"]
    with pytest.raises(KeyError, match="no array 'wights'"):
        atlas.find(Lottery(seed=1), arrays=("wights",))


def test_files_not_asked_for_are_not_opened(atlas):
    (atlas.root / Lottery(seed=1).key / entry.ARRAYS).unlink()
    assert list(atlas.find(Lottery(seed=1), arrays=()).tables["cells"]["round"]) == [0, 1, 2, 3, 4]


def test_entries_can_be_filtered_by_any_field(atlas):
    assert [item.spec.seed for item in atlas.entries()] == [0, 1, 2]
    assert [item.spec for item in atlas.entries("lottery", seed=2)] == [Lottery(seed=2)]
    assert len(atlas.entries(net=Lottery().net, training=Lottery().training, conditions=Lottery().conditions)) == 3
    assert atlas.entries("ladder") == []
    assert atlas.bytes == sum(item.bytes for item in atlas.entries()) > 3_000_000


def test_a_damaged_entry_is_reported_not_shown(atlas, caplog):
    file = atlas.root / Lottery(seed=1).key / entry.ARRAYS
    file.write_bytes(file.read_bytes()[:-1])
    assert atlas.find(Lottery(seed=1)) is None
    assert "python -m lth_core record" in caplog.text
    assert atlas.find(Lottery(seed=2)) is not None


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", '{"format": 99}'])
def test_a_damaged_index_is_an_empty_atlas(tmp_path, caplog, text):
    (tmp_path / "index.json").write_text(text)
    assert Atlas(tmp_path).entries() == []
    assert "rebuilds it" in caplog.text


def test_a_pages_slice_is_loaded_within_50_ms(atlas):
    """Five curves of a chapter: the median of ten loads of three tables and one array, files in the page cache."""
    atlas.find(Lottery(seed=0))
    times = []
    for _ in range(10):
        began = time.process_time()  # of this process alone: neighbours on the machine do not count
        for seed in range(3):
            atlas.find(Lottery(seed=seed), tables=("cells",), arrays=("weights", "mask"))
        times.append(time.process_time() - began)
    assert np.median(times) < 0.05


# ── masks as deaths ──────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 10_000), st.lists(st.integers(0, 12), max_size=6))
def test_deaths_and_masks_are_one_and_the_same(seed, removed):
    draw = np.random.default_rng(seed)
    masks = [Mask({"fc1.weight": np.ones((4, 5), bool), "fc2.weight": np.ones((2, 4), bool)})]
    for count in removed:
        scores = {name: draw.standard_normal(array.shape) for name, array in masks[0].items()}
        masks.append(remove_lowest(scores, masks[-1], {"fc1.weight": count, "fc2.weight": count // 3}))
    deaths = died(masks)
    assert all(array.dtype == np.uint8 for array in deaths.values())
    assert [masks_at(deaths, number) for number in range(len(masks))] == masks
    assert all(np.array_equal(deaths[name] == SURVIVED, masks[-1][name]) for name in deaths)


def test_masks_that_are_not_nested_are_refused():
    dense, a, b = Mask({"w": [1, 1, 1]}), Mask({"w": [1, 0, 1]}), Mask({"w": [0, 1, 1]})
    with pytest.raises(ValueError, match="mask of round 2 is not nested in that of round 1"):
        died([dense, a, b])
    with pytest.raises(ValueError, match="must be dense"):
        died([a])
    with pytest.raises(ValueError, match="at most 255"):
        died([dense] * 300)


# ── recording and verifying ──────────────────────────────────────────────────────────────────────────────────────


def test_recording_runs_what_is_missing_and_verifying_agrees(tmp_path):
    specs = [standin.spec(seed) for seed in range(3)]
    Store(tmp_path).save(standin.run(specs[0]))
    done = list(record([*specs, specs[1]], tmp_path, workers=2, stream=standin.stream))
    assert [item.spec.seed for item in done if item.skipped] == [0]
    assert sorted(item.spec.seed for item in done) == [0, 1, 2]
    atlas = Atlas(tmp_path)
    assert all(same(standin.run(spec), atlas.find(spec)) for spec in specs)
    assert sorted(os.listdir(tmp_path)) == sorted([*(spec.key for spec in specs), "index.json"])

    verdicts = list(verify(tmp_path, workers=2, sample=2, stream=standin.stream))
    assert len(verdicts) == 2
    assert all(verdict.identical for verdict in verdicts)


def test_verifying_finds_a_record_that_was_altered(tmp_path):
    good = standin.run(standin.spec())
    curve = {**good.tables["curves"], "test_accuracy": good.tables["curves"]["test_accuracy"] - 0.1}
    Store(tmp_path).save(replace(good, tables={"curves": curve}, manifest={"tolerance": {"*accuracy": 0.02}}))
    reindex(tmp_path)
    (verdict,) = verify(tmp_path, keys=[good.key], workers=1, stream=standin.stream)
    assert not verdict.match
    assert str(verdict).startswith(
        "difference: curves.test_accuracy differs by 10.00 points (step 5), 2.00 points allowed there. It began alike")
    with pytest.raises(ValueError, match="is not recorded"):
        list(verify(tmp_path, keys=["0" * 24], stream=standin.stream))


def test_a_failing_run_is_named_and_the_others_are_kept(tmp_path):
    list(record([standin.spec(1)], tmp_path, workers=1, stream=standin.stream))
    with pytest.raises(RecordingError, match=r"dense with seed 5 .* failed: Singular matrix"):
        list(record([standin.spec(1), standin.spec(5)], tmp_path, workers=1, stream=standin.failing))
    assert Store(tmp_path).keys() == [standin.spec(1).key]
    assert Store(tmp_path).checkpoint(standin.spec(5).key).exists()


RECORDER = """
import sys
from pathlib import Path
from lth_core.results.recorder import record
from tests.jobs import standin
if __name__ == "__main__":
    print(len(list(record([standin.spec(s, 30, 20) for s in range(2)], Path(sys.argv[1]), 1, standin.stream))))
"""


def test_an_interrupted_recording_goes_on_where_it_was(tmp_path):
    """Recorder and its worker are killed in the middle of the second run; the resumed end is bit-identical."""
    script = tmp_path / "recorder.py"
    script.write_text(RECORDER)
    command = [sys.executable, script, tmp_path / "atlas"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(command, env=environment, start_new_session=True)
    checkpoint = Store(tmp_path / "atlas").checkpoint(standin.spec(1, 30, 20).key)
    deadline = time.monotonic() + 30
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(first.pid, 9)  # the process group of this recorder alone
    first.wait()
    assert Store(tmp_path / "atlas").keys() == [standin.spec(0, 30, 20).key]
    assert checkpoint.exists()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "2\n", done.stderr
    assert same(standin.run(standin.spec(1, 30, 20)), Atlas(tmp_path / "atlas").find(standin.spec(1, 30, 20)))


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────


def _result(values, tolerance=None, name="accuracy") -> Result:
    return Result(Lottery(), {"cells": {name: np.array(values)}}, {}, {"tolerance": tolerance or {}})


@pytest.mark.parametrize(
    ("old", "new", "tolerance", "match", "identical"),
    [
        ([0.9, np.nan], [0.9, np.nan], {}, True, True),
        ([0.9], [0.9 + 1e-16], {}, False, False),  # the next float64 is another number
        ([0.9], [0.9000001], {}, False, False),
        ([0.9], [0.91], {"cells.*": 0.02}, True, False),
        ([0.9], [0.93], {"cells.*": 0.02}, False, False),
        ([0.9], [0.1], {"*": None}, True, False),
        ([0.9, 1.0], [0.9], {"cells.*": 5}, False, False),
        ([0.9], [np.nan], {"cells.*": 5}, False, False),
        ([np.inf], [np.inf], {}, True, True),
        ([np.inf], [-np.inf], {"*": 5}, False, False),
        (["a"], ["a"], {}, True, True),
        (["a"], ["b"], {"*": 5}, False, False),
        ([1], [1.0], {}, True, True),
        ([True], [False], {"*": 0.5}, False, False),
    ],
)
def test_comparison(old, new, tolerance, match, identical):
    verdict = compare(_result(old, tolerance), _result(new))
    assert (verdict.match, verdict.identical) == (match, identical)


def test_what_was_read_at_an_early_stop_is_compared_where_both_runs_have_it():
    def told(values):
        return Result(Lottery(), {"cells": {"early_stop_test_accuracy": np.array(values)}}, {},
                      {"tolerance": {"*accuracy": 0.02}})

    moved = compare(told([0.98, np.nan, 0.97]), told([np.nan, 0.96, 0.975]))
    assert moved.match and not moved.identical and "differs by 0.50 points" in str(moved)
    assert not compare(told([0.98, 0.9]), told([np.nan, 0.95])).match
    assert compare(told([0.98, np.nan]), told([0.98, np.nan])).identical


def test_clock_times_are_not_compared_and_missing_columns_are():
    assert compare(_result([1.0], name="seconds"), _result([2.0], name="seconds")).identical
    assert not compare(_result([1.0]), _result([1.0], name="loss")).match
    with pytest.raises(ValueError, match="two Specs"):
        compare(_result([1.0]), standin.run(standin.spec()))
