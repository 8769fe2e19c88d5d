"""What the command line prints, reads and refuses: tables for 80 columns, Specs as files, exports, tickets."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
import safetensors.numpy
from click.testing import Result as Called
from typer.testing import CliRunner

from lth_core import __version__
from lth_core.catalogue import CATALOGUE
from lth_core.cli import app, tables
from lth_core.cli.progress import Whole
from lth_core.engine import stream
from lth_core.experiments import Dense, Lottery
from lth_core.experiments.lottery import read as finals
from lth_core.presets import PRESETS, preset
from lth_core.results.atlas import SHIPPED
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.spec import CONDITIONS, Condition, Data, Net, Pruning, Spec, Training

SPEC = Lottery(
    data=Data(pool=7, train=600, validation=300), net=Net(sizes=(16, 12, 10)), pruning=Pruning(rounds=3),
    training=Training(steps=40, eval_every=20), conditions=(Condition("ticket"), Condition("reinit", 1)),
)


def call(*words: str, fails: bool = False) -> Called:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == (2 if fails else 0), done.output
    assert "Traceback" not in done.output
    return done


@pytest.fixture(scope="module")
def result() -> Result:
    from lth_core.engine import run

    return run(SPEC)


@pytest.fixture
def stored(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))
    (tmp_path / "atlas").mkdir()
    monkeypatch.setenv("LTH_ATLAS", str(tmp_path / "atlas"))
    monkeypatch.chdir(tmp_path)
    Store(tmp_path / "store").save(result)
    Path("spec.json").write_text(SPEC.to_json())
    return result


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_table_fits_80_columns_names_the_condition_and_says_what_diverged(stored: Result, tmp_path: Path) -> None:
    cells = {name: np.array(column) for name, column in stored.tables["cells"].items()}
    cells["status"] = np.where(cells["round"] == 3, "diverged", "ok")
    cells["test_accuracy"] = np.where(cells["round"] == 3, np.nan, cells["test_accuracy"])
    bad = Result(SPEC, {**stored.tables, "cells": cells}, stored.arrays, stored.manifest)
    Store(tmp_path / "other").save(bad)
    text = call("show", "--spec", "spec.json", "--store", "other").stdout
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "nan" not in text and "–" in text and text.count("diverged") == 2 and "reinit:1" in text
    assert not set(text) & set("│┃━─…")


@pytest.mark.parametrize("words", [["--preset", "quick"], ["--preset", "paper"], ["--preset", "ladder"],
                                   ["--preset", "rewind"], ["--preset", "drawable"], ["--preset", "widths"],
                                   ["--preset", "tickets"], ["--preset", "quick", "--overlap"]])
def test_no_line_of_what_is_shipped_is_longer(words: list[str]) -> None:
    lines = call("show", *words, "--seed", "0").stdout.splitlines()
    assert len(lines) > 5 and max(map(len, lines)) <= tables.WIDTH
    wide = call("show", *words, "--seed", "0", "--wide").stdout.splitlines()
    assert len(wide) == len(lines) and len(wide[1].split()) >= len(lines[1].split())


# ── show ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in call("show", *words, "--json").stdout.splitlines()]


def test_fewer_rounds_come_from_a_longer_run(stored: Result) -> None:
    assert {row["round"] for row in rows("--spec", "spec.json", "--rounds", "2")} == {0, 1, 2}
    paper = rows("--preset", "paper", "--rounds", "10", "--seed", "1", "--atlas", str(SHIPPED))
    assert {row["round"] for row in paper} == set(range(11))
    refused = call("show", "--spec", "spec.json", "--rounds", "9", fails=True)
    assert "with 9 rounds" in refused.stderr and "pruning.rounds=9" in refused.stderr


def test_one_seed_one_key_or_the_beginning_of_one(stored: Result) -> None:
    assert rows("--cell", SPEC.key) == rows("--cell", SPEC.key[:6]) == rows("--spec", "spec.json", "--seed", "0")
    assert "is recorded for seed 0, not for 1" in call("show", "--spec", "spec.json", "--seed", "1", fails=True).stderr
    assert "no stored or recorded result begins so" in call("show", "--cell", "ffff", fails=True).stderr
    assert "four digits or more" in call("show", "--cell", SPEC.key[:3], fails=True).stderr


def test_rows_as_csv_and_files_are_those_of_json(stored: Result) -> None:
    wanted = rows("--cell", SPEC.key)
    read = list(csv.DictReader(io.StringIO(call("show", "--cell", SPEC.key, "--csv").stdout)))
    assert [[float(row["test_accuracy"]), int(row["kept"])] for row in read] == [
        [row["test_accuracy"], row["kept"]] for row in wanted]
    for name in ("rows.csv", "rows.parquet", "rows.jsonl"):
        call("show", "--cell", SPEC.key, "--out", name)
    assert pyarrow.parquet.read_table("rows.parquet").to_pylist() == wanted
    assert [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()] == wanted
    assert len(list(csv.DictReader(io.StringIO(Path("rows.csv").read_text())))) == len(wanted)
    assert "ends in .csv, .parquet, .jsonl" in call("show", "--cell", SPEC.key, "--out", "rows.xls", fails=True).stderr
    assert "cannot write nowhere/rows.csv" in call("show", "--cell", SPEC.key, "--out", "nowhere/rows.csv",
                                                   fails=True).stderr
    assert not list(Path.cwd().glob(".*.part"))


def test_nothing_to_verify_is_no_success(tmp_path: Path) -> None:
    assert "nothing is recorded in" in call("verify", "--atlas", str(tmp_path / "empty"), fails=True).stderr


# ── specs and presets ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_preset_is_listed_and_comes_back_from_its_file(tmp_path: Path) -> None:
    listed = call("presets").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(PRESETS) and max(map(len, listed)) <= tables.WIDTH
    for name in PRESETS:
        file = tmp_path / f"{name}.toml"
        file.write_text(call("spec", "--preset", name, "--seed", "7").stdout)
        assert Spec.from_dict(tomllib.loads(file.read_text())) == preset(name, 7)
        assert call("spec", "--spec", str(file), "--json").stdout.strip() == preset(name, 7).to_json()


def test_run_takes_a_spec_from_a_file_and_what_else_is_typed(stored: Result, tmp_path: Path) -> None:
    Path("dense.toml").write_text(call("spec", "--spec", "spec.json", "--rounds", "1").stdout)
    lines = call("run", "--spec", "dense.toml", "--seed", "4294967295", "--json").stdout.splitlines()
    assert {json.loads(line)["seed"] for line in lines} == {2**32 - 1} and len(lines) == 3
    plain = Dense(data=SPEC.data, net=SPEC.net, training=SPEC.training)
    Path("plain.json").write_text(plain.to_json())
    assert plain.key in call("run", "--spec", "plain.json").stdout


@pytest.mark.parametrize(("words", "named"), [
    (["--spec", "nowhere.toml"], "nowhere.toml"),
    (["--spec", "broken.toml"], "TOML or JSON"),
    (["--spec", "spec.json", "--preset", "quick"], "not both"),
    (["--conditions", "reinit@5", "--rounds", "1"], "reinit@5"),
    (["--conditions", "ticket:1"], "nothing of it is drawn at random"),
    (["--conditions", "ticket@2"], "runs at every round"),
    (["--seed", "4294967296"], "at most 4,294,967,295"),
])
def test_what_would_do_nothing_or_the_same_is_refused(stored: Result, words: list[str], named: str) -> None:
    Path("broken.toml").write_text("[net\nsizes = 3")
    assert named in call("run", *words, fails=True).stderr


@pytest.mark.parametrize(("seeds", "named"), [
    ("4-0", "write 0-4"), ("0-99999999", "at most 10,000 at a time"), ("0-9999999999", "at most 4,294,967,295"),
    ("1,,2", "a list 0,2,5"), ("-1", "a list 0,2,5"), ("", "a list 0,2,5"),
])
def test_seeds_that_cannot_be_are_refused_at_once(seeds: str, named: str) -> None:
    assert named in call("sweep", "--seeds", seeds, fails=True).stderr


def test_help_names_every_field_that_can_be_set_and_every_part() -> None:
    text = call("run", "--help").stdout
    assert "net.sizes = [784, 300, 100, 10]" in text and "seed = 0: at least 0 and at most 4,294,967,295" in text
    assert all(f"of the experiment {name}:" in text for name in ("lottery", "ladder", "draws", "transfer"))
    assert all(condition in text for condition in CONDITIONS)
    assert all(f"  {name}: " in call("record", "--help").stdout for name in CATALOGUE)
    assert call("--version").stdout.strip() == f"lth-core {__version__}"


# ── tickets ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", [False, True])
def test_a_ticket_becomes_a_file_and_the_code_that_loads_it(stored: Result, start: bool) -> None:
    words = ["--start"] if start else []
    code = call("ticket", SPEC.key[:8], "--level", "2", "--out", "t.safetensors", *words).stdout
    wanted = finals.ticket(stored, 2, after=not start)
    assert all(np.array_equal(value, wanted[name]) for name, value in
               safetensors.numpy.load_file("t.safetensors").items())
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert set(scope["net"].state_dict()) == set(wanted)


def test_a_ticket_that_is_not_there_says_why(stored: Result) -> None:
    assert "rounds 0 to 3" in call("ticket", SPEC.key, "--level", "4", fails=True).stderr
    shipped = ["--atlas", str(SHIPPED), "--level", "3"]
    lacks = call("ticket", preset_key(), *shipped, fails=True).stderr
    assert "trained weights of round 3 are not stored" in lacks and "--start" in lacks
    call("ticket", preset_key(), *shipped, "--start", "--out", "start.safetensors")
    assert "cannot write no/t" in call("ticket", SPEC.key, "--level", "1", "--out", "no/t", fails=True).stderr


def preset_key() -> str:
    from lth_core.catalogue import evidence

    return evidence("quick", 0).key


# ── progress ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_progress_counts_every_training_of_the_whole_run_and_never_falls_back() -> None:
    spec = Lottery(data=SPEC.data, net=SPEC.net, training=SPEC.training, pruning=Pruning(rounds=2), conditions=(
        Condition("ticket"), Condition("reinit"), Condition("reinit", 1), Condition("random", rounds=(2,))))
    whole, seen, shares = Whole(spec), [], []
    for snapshot in stream(spec):
        words = whole.at(snapshot)
        shares.append(whole.share)
        if snapshot.stage == "train":
            seen.append(words.split(" · ")[0])
    assert list(dict.fromkeys(seen)) == [f"training {n} of 8" for n in range(1, 9)]
    assert shares == sorted(shares) and shares[-1] == 1.0
