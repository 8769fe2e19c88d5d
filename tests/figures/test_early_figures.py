"""Early-Bird's and random labels' pictures: what is drawn is what was measured, and the words follow the numbers."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from lth_core.engine import run
from lth_core.experiments import EarlyBird, Lottery, RandomLabels
from lth_core.experiments.early_bird import read
from lth_core.intervals import mean_ci
from lth_core.ledger import early_bird as early_ledger
from lth_core.ledger import random_labels as labels_ledger
from lth_core.ledger.early_bird import Birds
from lth_core.ledger.random_labels import Learnt
from lth_core.results.result import Result
from lth_core.spec import Condition, Data, Net, Pruning, Training
from pages.figures import early_bird, in_words, mask_distances, random_labels

SMALL: dict[str, Any] = {"data": Data(pool=7, train=300, validation=100), "net": Net(sizes=(16, 8, 10))}
SHORT = Training(lr=0.01, steps=10, eval_every=10, batch=30, measure="validation")


@pytest.fixture(scope="module")
def birds() -> Birds:
    runs = [run(EarlyBird(**SMALL, training=dataclasses.replace(SHORT, steps=50), level=2, budget=10, seed=seed))
            for seed in range(3)]
    lotteries = [run(Lottery(**SMALL, training=SHORT, pruning=Pruning(rounds=2), seed=seed,
                             conditions=(Condition("ticket"), Condition("random")))) for seed in range(3)]
    return early_ledger.birds(runs, lotteries)


def test_every_square_is_a_mean_over_seeds(birds: Birds) -> None:
    heat = mask_distances.figure(birds, 30, "dark", 480).data[0]
    mean = np.mean([read.matrix(one) for one in birds.runs], axis=0)
    np.testing.assert_allclose(heat.z, 100 * mean)
    assert heat.x[0] == "1 ep" and len(heat.x) == len(birds.moments) == 5
    table = mask_distances.table(birds)
    assert len(table["first mask, steps"]) == 10
    assert table["kept weights that differ (%)"][0] == pytest.approx(100 * mean[0, 1], abs=1e-3)
    assert f"{mean[0, -1]:.0%}" in mask_distances.alt(birds)


def test_the_frame_stands_around_the_chosen_mask(birds: Birds) -> None:
    shape = mask_distances.figure(birds, birds.moments[2], "light", 480).layout.shapes[0]
    assert (shape.y0, shape.y1) == (1.5, 2.5)


def test_tickets_are_drawn_with_their_numbers(birds: Birds) -> None:
    chart = early_bird.chart(birds, 20)
    table = in_words.table(chart)
    assert any(str(early_bird.NAMES["restarted"][0]) in str(head) for head in table)
    line = next(line for line in chart.lines if line.name == early_bird.NAMES["trained-on"][0])
    np.testing.assert_allclose(line.y, birds.accuracy["trained-on"].mean(axis=0))
    assert [mark.label for mark in chart.marks] == ["2 epochs"]
    rows = early_bird.rows(birds)
    assert {len(column) for column in rows.values()} == {len(birds.moments) + 1}
    assert rows["epochs paid in all"][0] == "2.0" and rows["epochs paid in all"][-1] == "3.0"


def test_where_the_criterion_fires_is_told(birds: Birds) -> None:
    steps = birds.fired("all")
    told = early_bird.fires(birds)
    assert (f"in {sum(step is not None for step in steps)} of 3 seeds" in told) or "in none of 3 seeds" in told
    assert len(early_bird.criterion([birds])["weights left"]) == 1


def test_pairs_are_of_one_seed_and_one_size(birds: Birds) -> None:
    with pytest.raises(ValueError, match="no Early-Bird run has a recorded lottery"):
        early_ledger.birds(birds.runs, ())
    cells = dict(birds.runs[0].tables["cells"])
    cells["kept"] = cells["kept"] + 1
    with pytest.raises(ValueError, match="keep different numbers of weights"):
        early_ledger.birds((Result(birds.runs[0].spec, {**birds.runs[0].tables, "cells": cells}, {}),), birds.lotteries)


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    training = dataclasses.replace(SHORT, measure="train", steps=60)
    return labels_ledger.learnt([run(RandomLabels(**SMALL, training=training, share=share, seed=seed, level=1, fit=0.4))
                                 for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0) for seed in range(2)])


def test_both_pictures_show_the_recorded_cells(learnt: Learnt) -> None:
    knows, takes = random_labels.knows(learnt), random_labels.takes(learnt)
    for at, share in enumerate(learnt.shares):
        cells = [one.tables["cells"] for one in learnt.grid[share]]
        assert knows.lines[0].y[at] == pytest.approx(np.mean([table["train_accuracy"][0] for table in cells]))
        assert takes.lines[1].y[at] == pytest.approx(np.mean([table["fit_step"][1] for table in cells]))
    assert {len(column) for column in random_labels.rows(learnt).values()} == {6}
    one = learnt.grid[1.0][0]
    names = [name for name, _ in random_labels.NAMES.values()]
    assert [line.name for line in random_labels.learning(one).lines] == names
    assert "never did" in random_labels.stands(one) or "steps" in random_labels.stands(one)


def test_no_seed_with_every_share_is_refused(learnt: Learnt) -> None:
    with pytest.raises(ValueError, match="no seed is recorded with every share"):
        labels_ledger.learnt([one for one in learnt.results if one.spec.to_dict()["share"] < 1])


def test_a_gap_that_these_seeds_cannot_tell_is_called_so() -> None:
    assert random_labels._later(mean_ci([-900.0, 100.0, 1100.0]), "it").startswith("it not surely more or fewer")
    assert random_labels._later(mean_ci([-900.0, -910.0, -890.0]), "it").startswith("it 900 fewer [")
