"""Whole neurons and travelling tickets: what the figures and their sentences make of runs with known figures."""

from __future__ import annotations

import numpy as np
import pytest

from lth_core.catalogue import JOURNEY_LEVELS, JOURNEYS, STRUCTURED_ROUNDS
from lth_core.ledger import transfer as ledger_transfer
from lth_core.ledger.grid import grid
from lth_core.ledger.rules import CONFIRMED, FAILED, OPEN, PARTLY
from lth_core.ledger.transfer import Journey
from lth_core.results.result import Result
from pages.figures import in_words, structured, transfer
from tests.figures import invented6 as invented
from tests.figures.invented6 import BY_NEURONS, LOST, PARTLY_AT_HOME, Losses

SEEDS = range(3)
AS_GOOD: Losses = PARTLY_AT_HOME | {"moved": lambda level: 0.0}


def journey(losses: Losses = PARTLY_AT_HOME, name: str = "low-high", seeds: int = 3) -> Journey:
    return ledger_transfer.journey(tuple(invented.travelled(name, seed, losses) for seed in range(seeds)))


def test_the_chart_of_neurons_shows_every_way_at_its_own_size() -> None:
    runs = structured.found(tuple(map(invented.pruned, SEEDS)))
    chart = structured.chart(runs)
    assert [line.name for line in chart.lines] == [name for name, _ in structured.WAYS.values()]
    weights, neurons = chart.lines[:2]
    assert weights.x.tolist() == list(range(1, STRUCTURED_ROUNDS + 1))
    assert neurons.y[-1] == pytest.approx(0.97 - 0.008 * 12 + 0.0005 + 1e-4, abs=1e-6)
    assert chart.marks[0].y == pytest.approx(0.9706, abs=1e-9)
    assert [mark.label for mark in chart.marks[1:]] == ["21.0% left"], "where the axis ends there is no room for one"
    assert "whole neurons 87.5%" in chart.takeaway and "to 87.46% at 15" in in_words.alt(chart)
    low, high = chart.y.range or (0, 0)
    assert low < 0.821 and 0.9712 < high < 1
    row = structured.rows(runs)[-1]
    assert row["Left"] == "3.5%" and row["Neurons by norm"] == "87.46 ± 0.15%"
    assert len(in_words.csv(chart).splitlines()) > STRUCTURED_ROUNDS and "3 seeds" in chart.source


def test_neurons_are_dear_where_the_whole_interval_says_so() -> None:
    runs = structured.found(tuple(map(invented.pruned, SEEDS)))
    assert "surely read more at **12** of 15 sizes, from 41% down" in structured.dear(runs)
    assert "left, single weights read **97.1%** and whole neurons **87.5%**." in structured.dear(runs)
    told = structured.which(runs)
    assert "better than to lose random ones at **15** of 15" in told
    assert "fresh weights at **0** sizes, and surely worse at **none**" in told
    assert "**300** of 400 hidden units still work, with 32 inputs each" in structured.shapes(runs)
    assert "look at 500 of 784 pixels. Pruned by neurons, **16** units are left, with 600" in structured.shapes(runs)


def test_the_sentences_turn_round_with_the_numbers() -> None:
    turned: Losses = {**BY_NEURONS, "weights": lambda level: 0.01 * level, "neurons": lambda level: 0.0}
    runs = structured.found(tuple(invented.pruned(seed, turned) for seed in SEEDS))
    assert "surely read more at **0** of 15 sizes" in structured.dear(runs) and "down" not in structured.dear(runs)
    assert "θ₀ reads 9.60 points" in structured.which(runs)
    alone = structured.found((invented.pruned(0),))
    assert "Fewer than 3 seeds" in structured.dear(alone) and "fewer than 3 seeds" in structured.which(alone)


def test_a_round_that_one_seed_lacks_is_left_out_and_no_run_at_all_is_said() -> None:
    whole, short = invented.pruned(0), invented.pruned(1)
    cells = {name: column[short.tables["cells"]["round"] <= 4] for name, column in short.tables["cells"].items()}
    cut = Result(short.spec, {**short.tables, "cells": cells}, {}, {})
    assert structured.found((whole, cut)).levels == (1, 2, 3, 4)
    with pytest.raises(ValueError, match="no round of these runs is complete"):
        grid((), "weights", ("weights",))


def test_a_journey_is_named_by_its_images_and_drawn_on_its_target() -> None:
    names = [journey(name=name).name for name in JOURNEYS]
    assert names == ["digits 0–4 → digits 5–9", "digits 5–9 → digits 0–4", "MNIST → Fashion-MNIST",
                     "Fashion-MNIST → MNIST"]
    chart = transfer.chart(journey())
    assert chart.title == "From digits 0–4 to digits 5–9" and len(chart.lines) == len(transfer.NETS)
    assert all(len(line.x) == len(JOURNEY_LEVELS) for line in chart.lines)
    native, moved = chart.lines[:2]
    np.testing.assert_allclose(native.y - moved.y, 0.002 * np.array(JOURNEY_LEVELS))
    assert "784-300-100-5" in chart.source and "25,000 training images" in chart.source
    assert [line.name for line in transfer.learning(journey(), 15).lines] == [line.name for line in chart.lines]


@pytest.mark.parametrize(("losses", "verdict", "won", "behind"), [
    ((AS_GOOD, AS_GOOD), CONFIRMED, 8, 0), ((PARTLY_AT_HOME, LOST), PARTLY, 4, 8), ((LOST, LOST), FAILED, 0, 8),
])
def test_tickets_travel_where_they_beat_random_masks_as_native_ones_do(
    losses: tuple[Losses, Losses], verdict: str, won: int, behind: int
) -> None:
    found = [journey(losses[0], "low-high"), journey(losses[1], "high-low")]
    assert [one.worth for one in found] == [[7, 12, 15, 18]] * 2, "at 51% a random mask does as well"
    judged = ledger_transfer.judged(found)
    assert (judged.claim, judged.verdict) == (33, verdict)
    assert "**8** cases" in judged.told and f"in **{won}** of them" in judged.told
    assert judged.told.endswith(f"in **{behind}**")


def test_one_seed_settles_no_journey() -> None:
    alone = journey(seeds=1)
    judged = ledger_transfer.judged([alone])
    assert judged.verdict == OPEN and "fewer than 3 seeds" in judged.told
    assert transfer.rows([alone], 15)[0]["Verdict"] == OPEN
    assert "which settles nothing" in transfer.sentence(alone, 15)


def test_the_table_and_the_sentence_say_what_was_measured() -> None:
    row = transfer.rows([journey()], 15)[0]
    assert row["Journey"] == "digits 0–4 → digits 5–9" and row["Verdict"] == "4 of 4 · confirmed"
    assert row["Native ticket"].startswith("97.06") and row["Travelled ticket"].startswith("94.06")
    told = transfer.sentence(journey(), 15)
    assert "After 917 steps, with **3.5%** of the weights left, the ticket from digits 0–4 reads **94.1%**" in told
    assert "The travelled ticket reads 3.00 points" in told
    assert "It reads 3.00 points" in told and "more than a random mask." in told
    assert "both keep **20.0%**, with 3.5% left" in transfer.overlap(journey(), 15)
    assert "looks at 500 of 784 pixels, the travelled one at 500" in transfer.pixels(journey(), 15)
