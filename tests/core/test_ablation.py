"""Every condition at one level: the same numbers as in the lottery, on the recorded mask or on one found on the way."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lth_core.engine import Options, run, stream
from lth_core.experiments import Ablation, Lottery
from lth_core.experiments.ablation import run as ablation
from lth_core.experiments.lottery import mask_source as chain
from lth_core.jobs.work import Task, moments, point
from lth_core.nets.params import weight_names
from lth_core.results.atlas import reindex
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.spec import CONDITIONS, Condition, Data, Net, Pruning, Rewind, Spec, SpecError, Training

NET = Net(sizes=(16, 12, 8, 10))
COMMON: dict[str, Any] = {
    "data": Data(pool=7, train=600, validation=300), "net": NET, "conditions": tuple(map(Condition, CONDITIONS)),
    "training": Training(lr=5e-3, steps=40, eval_every=20, measure="validation"),
}
RACE = Ablation(**COMMON, pruning=Pruning(rounds=2), level=2)


@pytest.fixture(scope="module")
def lottery() -> Result:
    return run(Lottery(**COMMON, pruning=Pruning(rounds=3)))


@pytest.fixture
def shelf(lottery: Result, tmp_path: Path) -> Path:
    """An atlas with the lottery in it."""
    Store(tmp_path).save(lottery)
    reindex(tmp_path)
    return tmp_path


def test_every_condition_measures_what_the_lottery_measured(lottery: Result) -> None:
    result, old = run(RACE), lottery.tables["cells"]
    assert result.tables["cells"]["condition"].tolist() == list(CONDITIONS)
    for row, name in enumerate(CONDITIONS):
        there = (old["condition"] == name) & (old["round"] == 2)
        for column in ("kept", "test_accuracy", "test_loss", "validation_loss", "dead_units", "log10_paths", "status"):
            assert result.tables["cells"][column][row] == old[column][there][0], (name, column)
    for table, chosen in ((lottery.tables["curves"], 2), (result.tables["curves"], 2)):
        mine = (table["condition"] == "frozen") & (table["round"] == chosen)
        assert table["step"][mine].tolist() == [0, 1, 2, 4, 10, 20, 40]


@pytest.mark.parametrize("net", [NET, Net(sizes=(16, 12, 8, 10), batchnorm=True)])
def test_a_late_rewound_ticket_and_its_controls_measure_what_the_lottery_measured(net: Net) -> None:
    common = {**COMMON, "net": net, "pruning": Pruning(rounds=2)}
    old, new = run(Lottery(**common, rewind=Rewind(step=7))).tables, run(Ablation(**common, step=7, level=2)).tables
    for name in CONDITIONS:
        before, now = ((cells["condition"] == name) & (cells["round"] == 2) for cells in (old["cells"], new["cells"]))
        assert new["cells"]["test_accuracy"][now] == old["cells"]["test_accuracy"][before], name
        assert new["cells"]["status"][now] == old["cells"]["status"][before]
        mine = new["curves"]["condition"] == name
        first = 0 if name in ("reinit", "random-reinit", "keep-signs", "constant-signs") else 7
        assert new["curves"]["step"][mine].min() == first, name


def test_a_step_beyond_the_training_is_refused() -> None:
    with pytest.raises(SpecError, match=r"at most training\.steps = 40"):
        dataclasses.replace(RACE, step=41)


def test_the_recorded_mask_is_the_one_that_the_lottery_found(lottery: Result, shelf: Path) -> None:
    wanted = Lottery(**{**COMMON, "conditions": (Condition("ticket"),)}, pruning=Pruning(rounds=2))
    found = chain.recorded_mask(wanted, 2, shelf)
    assert found is not None and found[1] == lottery.key
    assert found[0] == masks_at({name: lottery.arrays[f"died/{name}"] for name in weight_names(NET)}, 2)
    assert (later := chain.recorded_mask(wanted, 3, shelf)) and later[0] != found[0]


def test_a_record_that_left_its_masks_out_is_passed_over(lottery: Result, tmp_path: Path) -> None:
    Store(tmp_path).save(dataclasses.replace(lottery, arrays={}))
    reindex(tmp_path)
    assert chain.recorded_mask(Lottery(**COMMON, pruning=Pruning(rounds=2)), 2, tmp_path) is None


@pytest.mark.parametrize("other", [
    {"seed": 1}, {"net": Net(sizes=(16, 8, 10))}, {"pruning": Pruning(rounds=2, rate=0.3)},
    {"training": Training(lr=5e-3, steps=41, eval_every=20)}, {"pruning": Pruning(rounds=2, schedule="one-shot")},
])
def test_another_lotterys_mask_is_not_taken(shelf: Path, other: dict[str, Any]) -> None:
    wanted = Lottery(**{**COMMON, "pruning": Pruning(rounds=2), **other})
    assert chain.recorded_mask(wanted, 2, shelf) is None


def test_a_lottery_that_ends_before_the_level_is_not_enough(shelf: Path) -> None:
    assert chain.recorded_mask(Lottery(**COMMON, pruning=Pruning(rounds=4)), 4, shelf) is None


def test_a_record_shipped_without_its_masks_is_passed_over(lottery: Result, tmp_path: Path) -> None:
    bare = dataclasses.replace(lottery, arrays={})
    Store(tmp_path).save(bare)
    reindex(tmp_path)
    assert chain.recorded_mask(Lottery(**COMMON, pruning=Pruning(rounds=2)), 2, tmp_path) is None


@pytest.mark.parametrize("kind", ["atlas", "store"])
def test_with_a_record_only_the_conditions_are_trained(kind: str, lottery: Result, shelf: Path) -> None:
    plain = run(RACE)
    assert plain.manifest["masks"] == {"2": chain.HERE}
    own = Lottery(**{**COMMON, "conditions": Lottery().conditions}, pruning=RACE.pruning)
    Store(shelf).save(dataclasses.replace(lottery, spec=own))
    found = {"atlas": chain.MaskSource(atlas=shelf), "store": chain.MaskSource(store=shelf)}[kind]
    told = list(stream(RACE, Options(masks=found)))
    assert ablation.FINDING not in {moment.condition for moment in told}
    result = told[-1].result
    assert result is not None
    np.testing.assert_array_equal(result.tables["cells"]["test_accuracy"], plain.tables["cells"]["test_accuracy"])
    assert result.manifest["masks"] == {"2": f"{kind} {own.key if kind == 'store' else lottery.key}"}


def test_a_resumed_run_goes_on_with_the_mask_it_began_with(shelf: Path, tmp_path: Path) -> None:
    half = Options(checkpoint=tmp_path / "half", checkpoint_seconds=0)
    for moment in stream(RACE, half):
        if moment.condition != ablation.FINDING and moment.step == 20:
            break
    again = run(RACE, dataclasses.replace(half, masks=chain.MaskSource(atlas=shelf)))
    assert again.manifest["masks"] == {"2": chain.HERE}


def test_the_conditions_run_side_by_side_and_progress_only_rises() -> None:
    told = [moment for moment in stream(RACE) if moment.stage == "train"]
    race = [moment for moment in told if moment.condition != ablation.FINDING]
    assert {moment.condition for moment in told[: -len(race)]} == {ablation.FINDING}
    assert [moment.step for moment in race] == sorted(moment.step for moment in race)
    shares = [RACE.share_done(point(moment)) for moment in told if moment.condition in (ablation.FINDING, "ticket")]
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_threads_change_nothing_but_the_time() -> None:
    one, two = run(RACE), run(RACE, Options(threads=2))
    for table in ("cells", "curves"):
        for name, values in one.tables[table].items():
            np.testing.assert_array_equal(two.tables[table][name], values)


@pytest.mark.parametrize("named", [True, False], ids=["atlas", "store"])
def test_a_job_looks_in_the_atlas_that_is_named_and_in_its_own_store(
    named: bool, lottery: Result, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Lottery(**{**COMMON, "conditions": Lottery().conditions}, pruning=RACE.pruning)
    own = dataclasses.replace(lottery, spec=whole)
    store = Store(tmp_path / "jobs")
    store.save(own)
    monkeypatch.setenv("LTH_ATLAS", str(shelf if named else tmp_path / "none"))
    for _ in moments(Task(RACE.key, RACE.to_json(), str(store.root), str(tmp_path / "stop")), lambda: False):
        pass
    done = store.load(RACE.key)
    assert done is not None
    assert done.manifest["masks"] == {"2": f"atlas {lottery.key}" if named else f"store {own.key}"}


def test_a_spec_travels_as_json_and_doubles_are_refused() -> None:
    assert Spec.from_json(RACE.to_json()) == RACE
    with pytest.raises(SpecError, match="each condition and replicate once"):
        dataclasses.replace(RACE, conditions=(Condition("ticket"), Condition("ticket")))
