"""The same Specs give the numbers that they always gave, or `NUMBERS_VERSION` says that they do not.

Links, stored results and the shipped atlas go by the content key, in which that version is the only word about the
code. Whoever forgets to raise it passes old numbers off as today's: this is where that is noticed.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest

from lth_core.engine import run
from lth_core.experiments import KINDS
from lth_core.nets import params
from lth_core.spec import NUMBERS_VERSION, Spec
from lth_core.training import trial
from lth_core.training.backends import optimiser
from tests.golden import record
from tests.golden.numbers import RELATIVE, ROUGH, differences, numbers
from tests.golden.runs import RUNS

CURE = "`python -m tests.golden.record` records them"


def golden(name: str) -> dict[str, Any]:
    found = record.kept(name)
    assert found is not None, f"no numbers of {name} are kept: {CURE}"
    return found


def test_every_kind_of_experiment_has_its_numbers() -> None:
    assert {spec.experiment for spec in RUNS.values()} == set(KINDS)
    assert {file.stem for file in record.FOLDER.glob("*.json")} == set(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_the_numbers_are_what_they_were(name: str) -> None:
    old = golden(name)
    assert old["numbers_version"] == NUMBERS_VERSION, f"the numbers of {name} are of another version: {CURE}"
    assert Spec.from_dict(old["spec"]) == RUNS[name], f"those of {name} are of another Spec: {CURE}"
    told = differences(old["numbers"], numbers(run(RUNS[name])), ROUGH.get(name, RELATIVE))
    assert not told, f"{record.RAISE} {'; '.join(told[:5])}"


@pytest.mark.parametrize("name", RUNS)
def test_one_number_that_is_off_is_noticed_wherever_it_stands(name: str) -> None:
    old = golden(name)["numbers"]
    assert differences(old, copy.deepcopy(old)) == []
    for column, values in old.items():
        for place in {0, len(values) // 2, len(values) - 1}:
            new = {column: [*values[:place], moved(values[place]), *values[place + 1 :]]}
            told = f"{column}[{place}] is {moved(values[place])} instead of {values[place]}"
            assert differences({column: values}, new) == [told]
        assert differences(old, {**old, **new}) == [told]
        assert differences(old, {**old, column: values[1:]}) and differences(old, {**old, "more": [1]})
        assert differences(old, {other: old[other] for other in old if other != column})


def moved(value: Any) -> Any:
    """A whole number by one, a fraction by three hundredths and a hundredth of itself, a word by a letter."""
    if isinstance(value, str):
        return value + "s"
    return value + 1 if isinstance(value, int) else 1.01 * value + 0.03


SIGMA = params.glorot_sigma

CHANGES = {
    "first weights a hundredth larger": ("dense", params, "glorot_sigma", lambda *fans: 1.01 * SIGMA(*fans)),
    "steps a hundredth longer": (
        "lottery-sgd", optimiser, "schedule", lambda *at, of=optimiser.schedule: 1.01 * of(*at)),
    "one look the less": ("structured", trial, "measured_steps", lambda *at, of=trial.measured_steps: of(*at)[1:]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_engine_that_computes_otherwise_is_noticed(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, module, function, other = CHANGES[change]
    monkeypatch.setattr(module, function, other)
    assert differences(golden(name)["numbers"], numbers(run(RUNS[name])))


@pytest.mark.parametrize("name", ["dense", "lottery", "lottery-sgd"])
def test_rounding_is_no_change(name: str) -> None:
    """Autograd adds up in another order than the kernels do, as another processor would."""
    from lth_core.engine import Options

    spec = RUNS[name]
    other = numbers(run(spec, Options(backend="reference")))
    told = [line for line in differences(golden(name)["numbers"], other) if not line.startswith("costs.backend")]
    assert told == []


def test_other_numbers_are_not_recorded_under_the_same_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    old = golden("dense")
    new = copy.deepcopy(old)
    new["numbers"]["cells.test_loss"][0] *= 1.01
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    monkeypatch.setattr(record, "RUNS", {"dense": RUNS["dense"]})
    (tmp_path / "dense.json").write_text(record.text(old))
    (tmp_path / "gone.json").write_text("{}")
    monkeypatch.setattr(record, "body", lambda name: new)
    with pytest.raises(SystemExit, match="raise NUMBERS_VERSION"):
        record.main()
    assert "dense: cells.test_loss[0] is" in capsys.readouterr().out
    assert record.kept("dense") == old and (tmp_path / "gone.json").exists()
    new["numbers_version"] += 1
    record.main()
    assert record.kept("dense") == new and not (tmp_path / "gone.json").exists()
    assert json.loads(record.text(new)) == new
    assert record.changed(old, {**new, "spec": dataclasses.replace(RUNS["dense"], seed=9).to_dict()}) == []
