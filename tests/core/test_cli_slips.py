"""Slips at the command line: each gets one sentence that names it and the cure, and nothing else happens."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.cli.arguments import ATLAS, seeds_of
from tests.core.calling import call

DIGITS = "1" * 5_000
KEY = evidence("quick", 0).key


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))
    return tmp_path


@pytest.mark.parametrize(("arguments", "told"), [
    (("ledger", "--atlas", "/nowhere"), "nothing is recorded in /nowhere"),
    (("show", "--atlas", "/nowhere"), "atlas = '/nowhere' is not allowed: there is no such folder"),
    (("show", "--preset", "quick", "--seed", "99"),
     f"quick is recorded for seeds {', '.join(map(str, EVIDENCE_SEEDS['quick']))}, not for 99"),
    (("show", "--cell", KEY, "--preset", "paper"), "--preset is not allowed beside --cell"),
    (("show", "--json", "--csv"), "--json is not allowed beside --csv"),
    (("spec", "--json", "--toml"), "--json is not allowed beside --toml"),
    (("spec", "--seed", "3", "--set", "seed=5"), "one of --seed and --set seed=…, not both"),
    (("spec", "--rounds", "3", "--set", "pruning.rounds=5"), "one of --rounds and --set pruning.rounds=…, not both"),
    (("spec", "--set", f"seed={DIGITS}"), "seed = "),
    (("spec", "--set", f"data.classes={'[' * 100_000}"), "data.classes = "),
    (("verify", "--cell", "zzzz"), "key = 'zzzz' is not allowed: no stored or recorded result begins so"),
    (("sweep", "--seeds", "0-1", "--workers", "0"), "workers"),
    (("sweep", "--seeds", "0-1", "--set", "seed=5"), "--set seed=5 is not allowed: a sweep has its seeds from --seeds"),
    (("ticket", KEY, "--level", "99"), "99"),
    (("ticket", KEY, "--level", "1", "--start", "--out", "."), "out = '.' is not allowed: the name of a file"),
    (("show", "--cell", KEY, "--out", "/nowhere/rows.csv"), "there is no folder /nowhere"),
])
def test_a_slip_is_named(arguments: tuple[str, ...], told: str) -> None:
    code, lines, said = call(*arguments)
    assert (code, lines) == (2, []) and told in said and "Traceback" not in said
    assert "--start" not in said or arguments[0] != "ticket"  # no cure that cannot help


@pytest.mark.parametrize(("name", "text"), [("a.json", '{"a":'), ("a.toml", f"seed = {DIGITS}"), ("b.toml", ""),
                                             ("b.json", "{}"), ("c" * 99 + ".json", "{}")])
def test_a_spec_that_cannot_be_read_is_named_by_its_file(store: Path, name: str, text: str) -> None:
    (store / name).write_text(text)
    code, _, said = call("spec", "--spec", str(store / name))
    assert code == 2 and said.startswith(f"spec = '{store / name}' is not allowed")


def test_the_seeds_of_a_sweep_have_one_bound(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(seeds_of("0-4999,5000-9999,7")) == 10_000
    for text in ("0-9999,10000-19999", "0-10000"):
        with pytest.raises(Exception, match="2"):
            seeds_of(text)


def test_overlaps_can_be_taken_elsewhere(store: Path) -> None:
    assert call("show", "--preset", "quick", "--overlap", "--out", str(store / "x[red].csv"))[0] == 0
    rows = list(csv.DictReader(io.StringIO((store / "x[red].csv").read_text())))
    assert rows and {"round", "seeds"} <= set(rows[0])


def test_a_link_stays_a_link(store: Path) -> None:
    (store / "link.csv").symlink_to(store / "rows.csv")
    assert call("show", "--cell", KEY, "--out", str(store / "link.csv"))[0] == 0
    assert (store / "link.csv").is_symlink() and (store / "rows.csv").stat().st_size > 0


def test_a_pipe_that_knows_few_letters_gets_all_rows() -> None:
    done = subprocess.run([sys.executable, "-m", "lth_core", "ledger", "--csv"], capture_output=True, check=True,
                          env=os.environ | {"PYTHONIOENCODING": "cp1252", "LTH_ATLAS": str(ATLAS)})
    assert len(list(csv.DictReader(io.StringIO(done.stdout.decode("cp1252"))))) == 43
