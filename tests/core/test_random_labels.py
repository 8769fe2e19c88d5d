"""Shuffled labels: what the lot keeps and changes, and that no shuffling is the ordinary training bit for bit."""

from __future__ import annotations

import dataclasses
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.data import load
from lth_core.engine import run
from lth_core.experiments import Dense, Lottery, RandomLabels
from lth_core.experiments.random_labels.labels import shuffled
from lth_core.experiments.random_labels.spec import NETS, TINY
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.spec import Data, Net, Pruning, SpecError, Training
from lth_core.streams import stream
from lth_core.training.backends import build, prepare
from lth_core.training.order import batches

LABELS = st.lists(st.integers(0, 9), min_size=1, max_size=60).map(np.array)


@given(LABELS, st.floats(0, 1), st.integers(0, 999))
def test_shuffling_keeps_the_class_counts_and_touches_no_more_than_its_share(
    labels: np.ndarray, share: float, seed: int
) -> None:
    told = shuffled(labels, share, seed)
    assert np.array_equal(np.bincount(told, minlength=10), np.bincount(labels, minlength=10))
    assert np.count_nonzero(told != labels) <= int(np.floor(share * len(labels) + 0.5))
    assert np.array_equal(told, shuffled(labels, share, seed))


@given(LABELS, st.integers(0, 999))
def test_a_share_of_none_leaves_every_label(labels: np.ndarray, seed: int) -> None:
    assert np.array_equal(shuffled(labels, 0.0, seed), labels)


def test_a_larger_share_chooses_the_same_images_and_more() -> None:
    labels = np.arange(1_000)  # all different: whoever is dealt another label was chosen
    moved = [set(np.flatnonzero(shuffled(labels, share, 4) != labels).tolist()) for share in (0.2, 0.6, 1.0)]
    chosen = [set(stream(4, "labels").permutation(1_000)[:count].tolist()) for count in (200, 600, 1_000)]
    assert all(mine <= of and len(mine) > 0.9 * len(of) for mine, of in zip(moved, chosen, strict=True))
    assert chosen[0] < chosen[1] < chosen[2]


def expected(labels: np.ndarray) -> float:
    """The page's formula for the share that changes: 1 − Σ p², with p the classes' shares."""
    return float(1 - np.sum((np.bincount(labels) / len(labels)) ** 2))


@pytest.mark.parametrize("labels", [[0, 0, 1], [0, 1, 2, 3], [0, 0, 1, 1, 2], [5, 5, 5]])
def test_the_expected_change_is_the_mean_over_all_deals(labels: list[int]) -> None:
    deals = [np.mean(np.array(deal) != np.array(labels)) for deal in permutations(labels)]
    assert np.mean(deals) == pytest.approx(expected(np.array(labels)))


def test_nine_in_ten_shuffled_labels_change_on_average() -> None:
    labels = np.repeat(np.arange(10), 100)
    for share in (0.4, 1.0):
        changed = [np.mean(shuffled(labels, share, seed) != labels) for seed in range(200)]
        assert np.mean(changed) == pytest.approx(share * expected(labels), abs=0.003)
        assert expected(labels) == pytest.approx(0.9)


SMALL: dict[str, Any] = {"data": Data(pool=4, train=400, validation=100), "net": Net(sizes=(49, 12, 10)), "seed": 5}
TRAINING = Training(lr=0.01, steps=60, eval_every=20, batch=20, measure="all")


def test_no_shuffling_is_the_ordinary_training_bit_for_bit() -> None:
    plain = run(Dense(**SMALL, training=TRAINING)).tables["curves"]
    told = run(RandomLabels(**SMALL, training=TRAINING, share=0.0, fit=1.0, level=2)).tables["curves"]
    mine = told["condition"] == "dense"
    for name in ("step", "batch_loss", "train_loss", "train_accuracy", "validation_loss", "test_loss", "test_accuracy"):
        np.testing.assert_array_equal(told[name][mine], plain[name], name)
    assert len(plain["step"]) > 3


def test_its_ticket_is_the_one_shot_lotterys() -> None:
    lottery = run(Lottery(**SMALL, training=TRAINING, pruning=Pruning(rounds=2, schedule="one-shot"))).tables["cells"]
    cells = run(RandomLabels(**SMALL, training=TRAINING, share=0.0, fit=1.0, level=2)).tables["cells"]
    mine, theirs = np.flatnonzero(cells["condition"] == "ticket")[0], np.flatnonzero(lottery["round"] == 2)[0]
    assert cells["fitted"][mine] == 0, "it used its whole budget, as the lottery does"
    for name in ("kept", "test_accuracy", "test_loss", "train_loss"):
        assert cells[name][mine] == lottery[name][theirs], name


def test_the_same_labels_given_anew_give_the_same_weights_and_others_do_not() -> None:
    splits, net = load(SMALL["data"], 5), SMALL["net"]
    data, order = prepare(splits), batches(5, 400, 20, 0, 30)

    def trained(examples: Any) -> dict[str, np.ndarray]:
        backend = build("dense", net, TRAINING, initial(net, 5), Mask.dense(net), examples)
        backend.advance(order)
        return backend.params()

    plain, same = trained(data), trained(data.learning(splits.train.labels))
    assert all(np.array_equal(same[name], plain[name]) for name in plain)
    other = trained(data.learning(shuffled(splits.train.labels, 1.0, 5)))
    assert not np.array_equal(other["fc1.weight"], plain["fc1.weight"])
    assert np.array_equal(data.train.labels, splits.train.labels), "and the shared data are as they were"


def test_by_heart_and_no_wiser() -> None:
    """A net of ten times as many weights as images learns labels by lot, and reads the test images by chance."""
    training = Training(lr=5e-3, steps=3_000, eval_every=50, batch=20, measure="train")
    found = run(RandomLabels(data=Data(pool=2, train=200, validation=100), net=Net(sizes=(196, 40, 10)),
                             training=training, fit=1.0, level=3))
    cells = found.tables["cells"]
    assert cells["condition"].tolist() == list(NETS) and cells["fitted"].all() and (cells["fit_step"] < 3_000).all()
    assert (cells["train_accuracy"] == 1).all() and (cells["test_accuracy"] < 0.2).all()
    assert len({*cells["kept"][1:].tolist()}) == 1 and found.tables["labels"]["other"][0] > 0.8


def test_a_net_that_diverged_leaves_no_ticket() -> None:
    wild = Training(optimiser="sgd", lr=10.0, momentum=0.9, weight_decay=1.0, steps=60, eval_every=60, batch=20,
                    measure="train")
    cells = run(RandomLabels(**SMALL, training=wild, level=1)).tables["cells"]
    assert cells["condition"].tolist() == ["dense"] and cells["status"].tolist() == ["diverged"]


def test_what_cannot_be_run_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"share = 1\.5 is not allowed"):
        dataclasses.replace(TINY, share=1.5)
    with pytest.raises(SpecError, match=r"training\.measure = 'validation' is not allowed: train or all"):
        dataclasses.replace(TINY, training=dataclasses.replace(TINY.training, measure="validation"))
    with pytest.raises(SpecError, match=r"pruning\.scope"):
        dataclasses.replace(TINY, pruning=Pruning(scope="global"))
