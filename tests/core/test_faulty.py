"""Seven faults of code that searches for tickets: each does to counts and readings what its name says, and no more."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from lth_core.catalogue import faulty, pruning_run
from lth_core.data import load
from lth_core.engine import run
from lth_core.experiments import FAULTS, Faulty, Lottery
from lth_core.experiments.faulty.cuts import biases_too, by_quantile, by_quantile_of_all, one_density
from lth_core.experiments.faulty.run import peeked
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import initial
from lth_core.spec import Data, Net, Pruning, SpecError, Training
from lth_core.training.backends import build, prepare
from lth_core.training.trial import Point

NET = Net(sizes=(16, 12, 8, 10))
COMMON: dict[str, Any] = {"data": Data(pool=7, train=1_000, validation=500), "net": NET, "pruning": Pruning(rounds=5),
                          "training": Training(lr=5e-3, steps=60, eval_every=20)}


@pytest.fixture(scope="module")
def cells() -> dict[str, Any]:
    return {fault: run(Faulty(**COMMON, fault=fault)).tables["cells"] for fault in FAULTS}


def test_without_a_fault_it_is_the_lottery_itself(cells: Any) -> None:
    ticket = run(Lottery(**COMMON)).tables["cells"]
    assert cells["none"]["kept"].tolist() == ticket["kept"].tolist()
    np.testing.assert_allclose(cells["none"]["told_accuracy"], ticket["test_accuracy"], atol=0.02)
    for column in ("accuracy", "ticket_accuracy"):
        np.testing.assert_array_equal(cells["none"][column], cells["none"]["told_accuracy"])
    assert (cells["none"]["nonzero"] == cells["none"]["kept"]).all() and (cells["none"]["biases"] == 30).all()


def test_pruned_biases_change_the_net_and_not_the_count_of_weights(cells: Any) -> None:
    assert cells["biases"]["kept"].tolist() == cells["none"]["kept"].tolist()
    assert cells["biases"]["biases"].tolist()[:3] == [30, 25, 21]
    params = {name: value + 1 for name, value in initial(NET, 0).items()}
    cut = biases_too(Pruning(rate=0.5, output_rate=0.2), Mask.dense(NET), params)
    assert [cut.counts()[f"fc{layer}.bias"] for layer in (1, 2, 3)] == [6, 4, 8]
    again = biases_too(Pruning(rate=0.5, output_rate=0.2), cut, params)
    assert again.within(cut) and [again.counts()[f"fc{layer}.bias"] for layer in (1, 2, 3)] == [3, 2, 6]


def test_held_biases_stay_exactly_zero_while_training() -> None:
    splits, theta0 = load(COMMON["data"], 0), initial(NET, 0)
    mask = biases_too(Pruning(), Mask.dense(NET), theta0)
    backend = build("dense", NET, Training(steps=40, weight_decay=0.1, optimiser="sgd", momentum=0.9, lr=0.1),
                    theta0, mask, prepare(splits))
    backend.advance(np.arange(40 * 10, dtype=np.int32).reshape(40, 10))
    after = backend.params()
    for name in mask:
        assert not after[name][~mask[name]].any() and after[name][mask[name]].all(), name


def test_a_threshold_takes_at_least_one_weight_a_layer_and_in_the_end_the_last(cells: Any) -> None:
    assert (cells["quantile"]["kept"] <= cells["none"]["kept"]).all()
    assert cells["quantile"]["kept"][-1] < cells["none"]["kept"][-1]
    one = Mask({"fc1.weight": np.eye(3, dtype=bool) & (np.arange(3) == 1), "fc2.weight": np.ones((2, 3), bool)})
    params = {name: np.where(alive, 0.5 + np.arange(alive.size).reshape(alive.shape), 0) for name, alive in one.items()}
    assert by_quantile(Pruning(), one, params).counts() == {"fc1.weight": 0, "fc2.weight": 5}
    assert prune(Pruning(), one, params, 0, 1).counts()["fc1.weight"] == 1, "the exact count leaves it"


def test_a_quantile_that_counts_zeros_stops_after_the_first_round(cells: Any) -> None:
    kept = cells["zeros"]["kept"].tolist()
    assert kept[1] < kept[0] and set(kept[1:]) == {kept[1]}
    mask = Mask.dense(NET)
    params = initial(NET, 0)
    first = by_quantile_of_all(Pruning(), mask, params)
    assert by_quantile_of_all(Pruning(), first, first.apply(params)) == first


def test_an_unheld_mask_leaves_a_whole_net(cells: Any) -> None:
    told = cells["unmasked"]
    assert told["kept"].tolist() == cells["none"]["kept"].tolist()
    assert (told["nonzero"][1:] > told["kept"][1:] + 20).all()
    assert told["told_accuracy"][0] == told["accuracy"][0] == cells["none"]["accuracy"][0]
    assert (told["told_accuracy"] == told["ticket_accuracy"]).all()
    assert (told["accuracy"][1:] != told["told_accuracy"][1:]).any(), "with the mask put on it reads something else"


def test_an_untrained_ticket_is_told_with_the_accuracy_of_the_round_before(cells: Any) -> None:
    told, right = cells["untrained"], cells["none"]
    assert told["told_accuracy"][1:].tolist() == right["accuracy"][:-1].tolist()
    assert told["kept"].tolist() == right["kept"].tolist()
    assert told["accuracy"][1:].mean() < right["accuracy"][1:].mean()


def test_one_density_for_all_layers_is_not_the_tickets(cells: Any) -> None:
    assert cells["density"]["ticket_accuracy"].tolist() == cells["none"]["accuracy"].tolist()
    mask = Mask({"fc1.weight": np.arange(40_000).reshape(200, 200) < 4_000, "fc2.weight": np.ones((10, 200), bool)})
    flat = one_density(mask, 0, 1)
    shares = [flat.counts()[name] / flat[name].size for name in flat]
    assert shares == pytest.approx([mask.density] * 2, abs=0.03) and flat != one_density(mask, 0, 2)


def test_peeking_takes_the_best_test_reading_and_rightly_the_validation_chooses() -> None:
    points = [Point(step, 0.0, {"test_accuracy": test, "validation_accuracy": validation})
              for step, (test, validation) in enumerate([(0.5, 0.6), (0.9, 0.7), (0.8, 0.8), (0.7, 0.8)])]
    assert peeked(points) == (0.9, 0.8)


def test_a_peeked_accuracy_is_never_below_the_right_one(cells: Any) -> None:
    assert (cells["peeking"]["told_accuracy"] >= cells["peeking"]["accuracy"]).all()
    assert (cells["peeking"]["told_accuracy"] >= cells["peeking"]["ticket_accuracy"]).all()


def test_the_recorded_runs_are_chapter_3s_with_a_look_after_each_epoch() -> None:
    own, chapter = faulty("biases", 3), pruning_run("drawable", 3)
    assert (own.net, own.data, own.pruning, own.seed) == (chapter.net, chapter.data, chapter.pruning, 3)
    assert own.training == dataclasses.replace(chapter.training, eval_every=917)


@pytest.mark.parametrize(("path", "change"), [
    ("fault", {"fault": "typo"}), ("net.batchnorm", {"net": Net(sizes=(16, 12, 10), batchnorm=True)}),
    ("pruning.scope", {"pruning": Pruning(scope="global")}),
    ("pruning.criterion", {"pruning": Pruning(criterion="random")}),
    ("pruning.schedule", {"pruning": Pruning(schedule="one-shot")}),
    ("training.augment", {"training": Training(augment=True)}),
    ("data.validation", {"fault": "peeking", "data": Data(pool=7, train=1_000, validation=0)}),
    ("training.measure", {"fault": "peeking", "training": Training(measure="validation")}),
    ("pruning.rounds", {"pruning": Pruning(rounds=60)}),
])
def test_what_cannot_be_run_is_refused_by_name(path: str, change: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as refused:
        Faulty(**{**COMMON, **change})
    assert refused.value.path == path
