"""The lab of heads on invented runs: what is counted, judged and told follows from the numbers alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lth_core.catalogue import headless
from lth_core.catalogue import heads as heads_run
from lth_core.ledger import heads as ledger
from lth_core.ledger.rules import CONFIRMED, FAILED, OPEN, PARTLY
from lth_core.results.result import Result
from lth_core.spec import Spec
from pages.figures import heads as figures
from pages.figures import in_words

# What head 0, 1, … takes with it, in accuracy; heads do not know of each other here.
WORTH = np.array([0.001, 0.002, 0.004, 0.02, 0.03, 0.04, 0.05, 0.06])
WHOLE = 0.95


def reads(code: int, worth: np.ndarray) -> float:
    return WHOLE - float(sum(worth[head] for head in range(8) if not code >> head & 1))


def invented(seed: int, worth: np.ndarray = WORTH, scores: np.ndarray = WORTH, spec: Spec | None = None) -> Result:
    """A run in which importance knows what `scores` say, and the best set is the best."""
    codes = np.arange(256)
    sets = {"code": codes, "heads": np.array([code.bit_count() for code in codes.tolist()]),
            "test_accuracy": np.array([reads(code, worth) for code in codes.tolist()])}
    rows: list[tuple[int, str, float]] = [(0, "dense", WHOLE)]
    gone = np.argsort(scores, kind="stable")
    for level in range(1, 9):
        code = 255 & ~sum(1 << int(head) for head in gone[:level])
        best = max(reads(other, worth) for other in codes.tolist() if other.bit_count() == 8 - level)
        cut = {"importance": reads(code, worth), "random": 0.5, "best": best, "weights": WHOLE}
        rows += [(level, way, value) for way, value in cut.items()]
        if level % 2 == 0:
            rows += [(level, f"{way}-retrained", (value + WHOLE) / 2) for way, value in cut.items()]
    rows += [(8, "heads-rewound", 0.9 + seed / 1000), (8, "ticket", 0.94 + seed / 1000)]
    level, names, accuracy = zip(*rows, strict=True)
    cells = {"round": np.array(level), "condition": np.array(names), "test_accuracy": np.array(accuracy),
             "replicate": np.zeros(len(rows), int), "kept": 18_784 - 1_024 * np.array(level),
             "density": 1 - 1_024 * np.array(level) / 18_784}
    table = {"head": np.arange(8), "importance": scores, "by_layer": scores}
    curve = {"condition": np.array(["dense", "dense"]), "step": np.array([0, 100]),
             "validation_accuracy": np.array([0.1, 0.9])}
    return Result(spec or heads_run(seed), {"sets": sets, "cells": cells, "heads": table, "curves": curve}, {})


def runs(*worths: np.ndarray) -> ledger.Heads:
    return ledger.heads([invented(seed, worth, worth) for seed, worth in enumerate(worths)])


def test_heads_to_spare_are_counted_up_to_the_first_point_lost() -> None:
    found = runs(WORTH, WORTH, WORTH)  # 0.001 + 0.002 + 0.004 stay below a point, 0.02 more does not
    assert found.spare("importance").seeds == found.spare("best").seeds == (3, 3, 3)
    assert found.spare("random").seeds == (0, 0, 0)  # the mean over all sets: each head costs 0.026 on average
    assert found.spare("weights").seeds == (8, 8, 8)
    assert "**3 in all 3 nets**" in figures.spared(found) and "By lot: none in all 3 nets" in figures.spared(found)


@pytest.mark.parametrize(("factor", "verdict"), [(0.1, CONFIRMED), (1.0, PARTLY), (3.0, PARTLY), (20.0, FAILED)])
def test_the_verdict_follows_how_many_heads_go(factor: float, verdict: str) -> None:
    found = runs(*3 * [factor * WORTH])
    assert ledger.verdict(found) == verdict
    assert ledger.verdict(runs(factor * WORTH, factor * WORTH)) == OPEN  # two seeds settle nothing


def test_the_rule_names_the_papers_two_shares() -> None:
    assert "40% of the heads or more" in ledger.SPARED.sentence and "20% or more" in ledger.SPARED.sentence


def test_chance_is_the_mean_over_all_sets_of_a_size() -> None:
    result = invented(0)
    for gone in range(9):
        assert ledger.by_lot(result, gone) == pytest.approx(WHOLE - gone * WORTH.mean())
    assert runs(WORTH).cut.accuracy["random"][0, 3] == pytest.approx(WHOLE - 4 * WORTH.mean())


def test_a_set_is_told_with_its_place_among_its_size() -> None:
    result = invented(0)
    assert figures.standing(result, 255) == "All 8 heads on: **95.00%** of the test digits."
    worst = 255 & ~(1 << 7)
    assert ledger.place(result, worst) == (8, 8, 254)
    assert figures.standing(result, worst) == (
        "7 of 8 heads on: **89.00%**, 6.00 points below all of them. Among the 8 sets of 7 it is number **8**; the "
        "best reads 94.90%.")
    assert "No patch sees another" in figures.standing(result, 0)


def test_a_set_better_than_all_heads_is_told_as_above() -> None:
    assert "0.50 points above all of them" in figures.standing(invented(0, WORTH - 0.006), 254)


def test_what_a_head_alone_is_worth_and_when_it_goes() -> None:
    result = invented(0, scores=WORTH[::-1])
    np.testing.assert_allclose(figures.alone(result), 100 * WORTH)
    assert ledger.order(result) == list(range(7, -1, -1))
    assert "2D · goes 1st" in figures.heat(result, "dark") and "order 2D, 2C" in figures.heat_told(result)
    assert figures.single(result)["points without it"][7] == "−6.00"


def test_the_charts_begin_with_all_heads_and_say_what_they_draw() -> None:
    found = runs(WORTH, WORTH, WORTH)
    for again in (False, True):
        chart = figures.chart(found, again)
        assert [line.x.tolist() for line in chart.lines] == 4 * [list(range(0, 9, 2 if again else 1))]
        assert [float(line.y[0]) for line in chart.lines] == pytest.approx(4 * [WHOLE])
        assert "single weights" in in_words.alt(chart).lower()
    assert figures.learning(found.results, "t").lines[0].y.tolist() == pytest.approx([0.1, 0.9])


def test_nets_without_heads_stand_beside_a_ticket_of_as_many_weights() -> None:
    row = figures.scratch([invented(seed, spec=headless(seed)) for seed in range(3)])[0]
    assert row["Weights left"] == "10,592" and row["Heads pruned"] == "8"
    assert row["Ticket of as many weights"].startswith("94.10") and figures.each(runs(WORTH)) == 1_024


def test_a_run_that_diverged_is_left_out() -> None:
    broken = invented(3)
    broken = Result(broken.spec, {"cells": broken.tables["cells"]}, {})
    assert ledger.heads([invented(0), broken]).seeds == 1
    with pytest.raises(ValueError, match="no round of these runs is complete"):
        ledger.heads([broken])
    assert math.isnan(ledger.full([invented(0)], "ticket", 3)[0])
