"""One weight changed, everything else equal: that and nothing more, on a tiny net."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lth_core.engine import Options, run, stream
from lth_core.experiments import Counterfactual, Lottery
from lth_core.experiments.counterfactual.run import change
from lth_core.masks.mask import Mask
from lth_core.nets.drawn import index, place
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial, weight_names
from lth_core.results.result import Result
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training

NET = Net(sizes=(16, 8, 10))
SHORT = Training(lr=5e-3, steps=40, eval_every=20)
COMMON: dict[str, Any] = {"data": Data(pool=7, train=600, validation=300), "net": NET, "training": SHORT}
PRUNING = Pruning(rate=0.4, rounds=3)
WHAT_IF = Counterfactual(**COMMON, pruning=PRUNING, level=2, orders=2)


@pytest.fixture(scope="module")
def lottery() -> Result:
    return run(Lottery(**COMMON, pruning=PRUNING))


def flat_died(lottery: Result) -> np.ndarray:
    return np.concatenate([lottery.arrays[f"died/{name}"].ravel() for name in weight_names(NET)])


def edge(lottery: Result, alive: bool) -> int:
    died = flat_died(lottery)
    return int(np.flatnonzero((died == 0) | (died > 2) if alive else died == 2)[3])


def column(result: Result, name: str, changed: int) -> np.ndarray:
    cells = result.tables["cells"]
    return np.asarray(cells[name][cells["changed"] == changed])


def test_the_unchanged_ticket_is_the_one_of_the_lottery(lottery: Result) -> None:
    result = run(dataclasses.replace(WHAT_IF, edge=edge(lottery, alive=True)))
    there = lottery.tables["cells"]
    assert column(result, "test_accuracy", 0)[0] == there["test_accuracy"][there["round"] == 2][0]
    assert column(result, "order", 0).tolist() == column(result, "order", 1).tolist() == [0, 1]


def test_killing_silences_the_weight_and_the_order_alone_makes_a_difference(lottery: Result) -> None:
    result = run(dataclasses.replace(WHAT_IF, edge=edge(lottery, alive=True), action="kill"))
    assert column(result, "alive", 0).all() and not column(result, "alive", 1).any()
    assert (column(result, "edge_end", 1) == 0).all() and (column(result, "edge_end", 0) != 0).all()
    assert (column(result, "kept", 1) == column(result, "kept", 0) - 1).all()
    assert len(np.unique(column(result, "validation_loss", 0))) == 2


def test_reviving_starts_from_theta0(lottery: Result) -> None:
    dead = edge(lottery, alive=False)
    result = run(dataclasses.replace(WHAT_IF, edge=dead, action="revive"))
    name, at = place(NET, dead)
    assert (column(result, "edge_start", 1) == float(initial(NET, 0)[name][at])).all()
    assert not column(result, "alive", 0).any() and column(result, "alive", 1).all()


def test_flipping_starts_from_minus_theta0(lottery: Result) -> None:
    result = run(dataclasses.replace(WHAT_IF, edge=edge(lottery, alive=True), action="flip"))
    np.testing.assert_array_equal(column(result, "edge_start", 1), -column(result, "edge_start", 0))
    assert (column(result, "kept", 1) == column(result, "kept", 0)).all()


def test_a_change_touches_one_weight_and_nothing_of_the_callers() -> None:
    theta0, mask = initial(NET, 0), Mask.dense(NET)
    for action, moved, lost in (("kill", 0, 1), ("revive", 0, 0), ("flip", 1, 0)):
        theta, smaller = change(dataclasses.replace(WHAT_IF, edge=131, action=action), theta0, mask)
        assert sum(int(np.count_nonzero(theta[name] != theta0[name])) for name in theta0) == moved
        assert mask.kept - smaller.kept == lost
    assert all(np.array_equal(theta0[name], value) for name, value in initial(NET, 0).items())


def test_the_rank_tells_who_goes_next(lottery: Result) -> None:
    result = run(dataclasses.replace(WHAT_IF, edge=edge(lottery, alive=True), orders=1))
    cells = result.tables["cells"]
    layer = place(NET, edge(lottery, alive=True))[0]
    rate = PRUNING.rate if layer == "fc1.weight" else PRUNING.output_rate
    going = cells["edge_rank"] < np.floor(rate * cells["kept"] + 0.5)
    assert (cells["next_pruned"] == (going & (cells["alive"] == 1))).all()


def test_a_killed_run_goes_on_bit_identical(tmp_path: Path, lottery: Result) -> None:
    spec = dataclasses.replace(WHAT_IF, edge=edge(lottery, alive=True), action="flip")
    whole, options = run(spec), Options(checkpoint=tmp_path / "c", checkpoint_seconds=0)
    for stop in (1, 8, 14, 22):
        for number, _ in enumerate(stream(spec, options)):
            if number == stop:
                break
    again = run(spec, options)
    for name, table in whole.tables.items():
        for key, values in table.items():
            np.testing.assert_array_equal(values, again.tables[name][key])
    assert not list(tmp_path.iterdir())


def test_indices_and_places_agree() -> None:
    for number in (0, 127, 128, weight_count(NET) - 1):
        name, (target, source) = place(NET, number)
        assert index(NET, weight_names(NET).index(name), source, target) == number
    with pytest.raises(IndexError, match="208"):
        place(NET, weight_count(NET))


def test_a_spec_is_refused_by_name_and_survives_its_own_text() -> None:
    assert Spec.from_json(WHAT_IF.to_json()) == WHAT_IF
    with pytest.raises(SpecError, match=r"edge = 208 .* 0 to 207"):
        dataclasses.replace(WHAT_IF, edge=weight_count(NET))
    with pytest.raises(SpecError, match="action"):
        dataclasses.replace(WHAT_IF, action="save")


def test_progress_counts_every_training() -> None:
    told = list(stream(dataclasses.replace(WHAT_IF, edge=5)))
    trained = [snapshot.round for snapshot in told if snapshot.stage == "cell"]
    assert trained == list(range(2 + 2 * 2)) and {snapshot.rounds for snapshot in told} == {5}
