"""The labs of second derivatives: their bets reveal what was measured, and the scatter says what it draws."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from lth_core.catalogue import SEEDS, curvature, evidence
from lth_core.ledger import curvature as ledger
from lth_core.ledger.bench import Bench
from lth_core.results.result import Result
from pages.figures import curvature as figures
from pages.figures import labs, saliency
from pages.records import recorded
from tests.app.harness import open_page, words

opened = partial(open_page, "pages/lab.py")


def found(work: str) -> Bench:
    return ledger.board(recorded.among(curvature(work, seed) for seed in SEEDS),
                        recorded.among(evidence("quick", seed) for seed in SEEDS))


def test_the_bet_on_damage_reveals_how_many_weights_the_rules_share() -> None:
    board = found("obd")
    app = opened(method="obd")
    app.slider(key="bet-obd").set_value(12)
    app.button(key="bet-obd-go").click().run()
    both = ledger.edges(board, board.levels[4], "overlap").mean
    assert f"You said **12**. It was **{100 * both:.0f}**." in words(app)
    assert f"C34 · {ledger.verdict(board)}" in words(app)


def test_the_bet_on_surgery_reveals_what_mending_is_worth() -> None:
    board = found("sparsegpt")
    app = opened(method="sparsegpt")
    mended = labs.percent(board.mean("magnitude-mended", board.levels[3]))
    assert mended not in words(app)
    app.button(key="bet-sparsegpt-skip").click().run()
    assert mended in words(app) and f"C41 · {ledger.verdict(board)}" in words(app)


@pytest.mark.parametrize("work", ["obd", "sparsegpt"])
def test_cuts_and_tickets_compare_equal_sizes_over_five_seeds(work: str) -> None:
    board = found(work)  # raises where a size differs
    assert board.seeds == 5 and board.density[0] > 0.5 and board.density[-1] < 0.01


def test_sizes_that_differ_are_refused() -> None:
    board = found("obd")
    cut = board.labs[0]
    cells = {name: np.array(values) for name, values in cut.tables["cells"].items()}
    cells["kept"][2] -= 1
    with pytest.raises(ValueError, match="keep different numbers of weights"):
        ledger.board((Result(cut.spec, {**cut.tables, "cells": cells}, {}),), board.lotteries)


def test_the_scatter_draws_every_sampled_weight_once() -> None:
    result, level = found("obd").labs[0], 12
    picture = saliency.svg(result, level, 0.07, "light")
    who = saliency.quadrants(result, level)
    assert picture.count("<circle") + picture.count("<rect") == len(who) == len(saliency.table(result)["layer"])
    assert picture.count("<rect") == np.count_nonzero(who == 1) > 0
    assert "NaN" not in picture and "nan" not in picture.replace("font", "")


def test_two_of_four_is_told_for_every_cut() -> None:
    table = figures.patterns(found("sparsegpt"))
    assert len(table["test accuracy"]) == 6 and "SparseGPT" in table["two of each four stay"]
