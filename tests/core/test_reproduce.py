"""What the page offers to copy really runs that Spec."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from lth_core.catalogue import LAB_RUNS, lab
from lth_core.cli.arguments import spec_of
from lth_core.experiments import Dense, Draws, Lottery
from lth_core.presets import PRESETS, preset
from lth_core.reproduce import command, python
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Spec, Training

SPECS = [
    *(replace(spec, seed=3) for spec in PRESETS.values()),
    Lottery(seed=17, pruning=Pruning(rate=0.35, rounds=3), conditions=(Condition("ticket"), Condition("reinit", 2))),
    Lottery(data=Data(pool=4), net=Net(sizes=(49, 16, 12, 10)), rewind=Rewind("lr", 5)),
    Lottery(training=Training(optimiser="sgd", lr=0.1, decay_at=(0.5, 0.75), decay_to=(0.1, 0.01))),
    *(make(3) for runs in LAB_RUNS.values() for make in runs.made),
    Draws(net=Net(sizes=(784, 20, 10)), draws=7, density=0.25),
]


def parsed(line: str) -> Spec:
    """What the command line understands by `line`."""
    words = shlex.split(line)
    assert words[:4] == ["python", "-m", "lth_core", "run"]
    options = list(zip(words[4::2], words[5::2], strict=True))
    one = dict(options)
    sets = [value for name, value in options if name == "--set"]
    return spec_of(one.get("--preset"), int(one["--seed"]), None, None, sets, lab=one.get("--lab"))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.experiment}-{spec.key[:6]}")
def test_the_copied_command_and_python_mean_the_same_spec(spec):
    line = command(spec)
    assert line is not None
    assert parsed(line) == spec
    text = python(spec)
    assert Spec.from_json(text[text.index("'") + 1 : text.rindex("'")]) == spec


def test_a_preset_is_named_as_such():
    assert command(preset("quick", 4)) == "python -m lth_core run --preset quick --seed 4"
    faster = replace(preset("quick"), training=replace(preset("quick").training, lr=0.01))
    assert command(faster) == "python -m lth_core run --preset quick --seed 0 --set training.lr=0.01"
    assert command(Dense()) is None


def test_a_lab_is_named_by_the_word_of_its_page():
    assert command(lab("snip", 4)) == "python -m lth_core run --lab snip --seed 4"
    other = """python -m lth_core run --lab before-training --seed 0 --set 'method="synflow"'"""
    assert command(lab("synflow", 0)) == other
