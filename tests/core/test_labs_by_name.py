"""A lab by its word at the command line: run, shown, recorded, and refused where there is none."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lth_core.catalogue import CATALOGUE, GROUPS, LAB_RUNS
from lth_core.cli import app
from lth_core.cli.record import parts_of
from lth_core.spec import Spec

SMALL = ["--set", "data.pool=7", "--set", "data.train=600", "--set", "data.validation=200", "--set",
         "net.sizes=[16,8,10]", "--set", "training.steps=20", "--set", "training.eval_every=20"]
EVERY = pytest.mark.parametrize("method", LAB_RUNS)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@EVERY
def test_a_lab_is_the_spec_of_its_page_and_a_part_of_the_catalogue(method: str) -> None:
    first = LAB_RUNS[method].made[0](3)
    assert Spec.from_dict(tomllib.loads(call("spec", "--lab", method, "--seed", "3").stdout)) == first
    assert first in CATALOGUE[method] and set(CATALOGUE[method]) == set(LAB_RUNS[method].specs)


def test_a_lab_runs_with_what_else_is_typed() -> None:
    words = ["run", "--lab", "obd", "--seed", "2", *SMALL, "--set", "retrain_steps=5", "--set", "calibration=100",
             "--set", "levels=[2]", "--json"]
    done = call(*words)
    assert done.exit_code == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["experiment"] for row in rows} == {"curvature"} and {row["seed"] for row in rows} == {2}
    assert {row["round"] for row in rows} == {0, 2}


def test_all_that_a_lab_records_is_shown_and_a_change_shows_one_setting() -> None:
    every = call("show", "--lab", "before-training", "--seed", "0", "--json").stdout.splitlines()
    rows = [json.loads(line) for line in every]
    assert {"grasp", "synflow", "erk", "snip-reinit"} <= {row["condition"] for row in rows} and {0} == {
        row["seed"] for row in rows}
    one = call("show", "--lab", "before-training", "--set", "method=synflow", "--json").stdout.splitlines()
    assert {json.loads(line)["condition"].split("-")[0] for line in one} == {"synflow"}


def test_what_is_not_recorded_of_a_lab_names_the_part_that_records_it(tmp_path: Path) -> None:
    said = call("show", "--lab", "obd", "--atlas", str(tmp_path))
    assert said.exit_code == 2 and "Record it: python -m lth_core record obd" in said.stderr


@pytest.mark.parametrize("command", ["run", "show", "sweep", "spec"])
def test_an_unknown_lab_is_a_sentence_with_those_known(command: str) -> None:
    refused = call(command, "--lab", "alchemy")
    assert refused.exit_code == 2 and not refused.stdout
    assert refused.stderr == f"lab = 'alchemy' is not allowed: one of {', '.join(LAB_RUNS)}\n"


def test_a_lab_beside_a_preset_is_refused() -> None:
    assert "--preset, --spec and --lab, not both" in call("run", "--lab", "obd", "--preset", "quick").stderr


def test_one_word_records_every_lab(tmp_path: Path) -> None:
    assert set(LAB_RUNS) <= set(parts_of("labs")) == set(GROUPS["labs"]) <= set(CATALOGUE)
    assert "  labs: " in call("record", "--help").stdout and "  obd, " in call("run", "--help").stdout
    assert "one of chapter1, " in (said := call("record", "alchemy", "--atlas", str(tmp_path)).stderr)
    assert said.endswith(", labs\n")
