"""What is taken home is what was measured: one run, and several with their seeds."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import safetensors.numpy

from pages.widgets import files
from tests.jobs import standin

RUNS = tuple(standin.run(standin.spec(seed, 4)) for seed in (3, 4))


def test_one_run_comes_as_it_is():
    table = pd.read_csv(io.StringIO(files.csv(RUNS[:1], "curves")))
    assert list(table) == ["step", "test_accuracy"]
    assert np.array_equal(table["test_accuracy"], RUNS[0].tables["curves"]["test_accuracy"])
    assert json.loads(files.as_json(RUNS[:1]))["spec"] == RUNS[0].spec.to_dict()
    assert np.array_equal(safetensors.numpy.load(files.arrays(RUNS[:1]))["final/0"], RUNS[0].arrays["final/0"])


def test_several_runs_are_told_apart_by_their_seeds():
    table = pd.read_csv(io.StringIO(files.csv(RUNS, "curves")))
    assert table["seed"].tolist() == [3] * 4 + [4] * 4
    assert [run["spec"]["seed"] for run in json.loads(files.as_json(RUNS))] == [3, 4]
    found = safetensors.numpy.load(files.arrays(RUNS))
    assert np.array_equal(found["seed4/final/0"], RUNS[1].arrays["final/0"])
