"""The command line: one JSON line a training, clear refusals, a Ctrl-C that loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.calling import call

SMALL = [
    "--set", "data.pool=7", "--set", "data.train=1000", "--set", "data.validation=500",
    "--set", "net.sizes=[16,8,10]", "--set", "training.steps=40", "--set", "training.eval_every=20",
]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def test_run_prints_one_line_a_round_and_condition() -> None:
    code, lines, _ = call("run", "--preset", "quick", "--rounds", "2", "--seed", "3",
                          "--conditions", "ticket,reinit,random", *SMALL, "--json")
    assert code == 0
    assert [(row["round"], row["condition"]) for row in lines] == [
        (0, "ticket"), (1, "ticket"), (1, "reinit"), (1, "random"), (2, "ticket"), (2, "reinit"), (2, "random"),
    ]
    for row in lines:
        assert row["seed"] == 3 and row["total"] == 16 * 8 + 80 and row["kept"] == round(row["density"] * row["total"])
        assert 0 <= row["test_accuracy"] <= 1 and row["seconds"] > 0 and row["backend"]


def test_a_second_run_finds_the_first_and_prints_the_same() -> None:
    arguments = ("run", "--preset", "quick", "--rounds", "1", *SMALL, "--json")
    first, second = call(*arguments), call(*arguments)
    assert first == second


def test_show_finds_what_sweep_ran_on_all_cores() -> None:
    arguments = ("--preset", "quick", "--rounds", "1", "--conditions", "ticket", *SMALL, "--json")
    assert call("show", *arguments)[0] == 2
    code, lines, _ = call("sweep", "--seeds", "0-1", *arguments)
    assert code == 0 and {row["seed"] for row in lines} == {0, 1}
    assert call("show", *arguments)[1] == lines


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--preset", "nonsense"], "preset = 'nonsense'"),
        (["--set", "training.lr=-1"], "training.lr = -1"),
        (["--set", "training.lr=NaN"], "training.lr = nan"),
        (["--set", "training.speed=9"], "training.speed = 9"),
        (["--set", "seed.deep=9"], "seed.deep = 9"),
        (["--rounds", "0"], "pruning.rounds = 0"),
        (["--conditions", "ticket,luck"], "name = 'luck'"),
        (["--conditions", "reinit:x"], "reinit:x"),
        (["--seed", "-1"], "seed = -1"),
        (["--set", "net.sizes=[16,10]"], "net.sizes = (16, 10)"),
        (["--backend", "abacus"], "backend = 'abacus'"),
        (["--preset", "rewind", "--backend", "sparse"], "backend = 'sparse' is not allowed: it cannot train this net"),
    ],
)
def test_bad_input_names_the_field_and_the_cure(arguments: list[str], named: str) -> None:
    code, lines, errors = call("run", *arguments)
    assert code == 2 and not lines
    assert named in errors and "Traceback" not in errors
    cures = ("one of", "a number", "a whole number", "has no parts", "name", "inputs", "use 'reference'")
    assert any(cure in errors for cure in cures)


def test_an_unwritable_store_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "file" / "store"))
    code, _, errors = call("run", "--preset", "quick", "--rounds", "1", *SMALL)
    assert code == 2 and str(tmp_path / "file") in errors


def heeds_ctrl_c() -> None:
    """A shell that starts something in the background lets it ignore Ctrl-C, and all that it starts in turn."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_leaves_a_state_that_goes_on(store: Path) -> None:
    slow = [*SMALL, "--set", "training.steps=40000", "--set", "training.eval_every=200"]
    command = [sys.executable, "-m", "lth_core", "run", "--preset", "quick", "--rounds", "3", *slow]
    process = subprocess.Popen(command, env=os.environ, stderr=subprocess.PIPE, text=True, preexec_fn=heeds_ctrl_c)
    deadline = time.monotonic() + 90
    while not list(store.glob(".checkpoints/*.safetensors")):
        assert process.poll() is None and time.monotonic() < deadline, process.stderr and process.stderr.read()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert process.stderr and "goes on from the last checkpoint" in process.stderr.read()
    assert list(store.glob(".checkpoints/*.safetensors"))
