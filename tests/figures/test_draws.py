"""Chapter 2's figures say what the tables say, whichever way the experiment went."""

from __future__ import annotations

import base64
import dataclasses
import math

import numpy as np
import pytest

from lth_core.experiments import Draws
from lth_core.experiments.draws.tickets import draw
from lth_core.masks.mask import Mask
from lth_core.measures import wilson
from lth_core.results.result import Result
from lth_core.spec import Net
from pages.figures import anatomy, draw_charts, draws, in_words
from pages.figures.sketches import places, sketch
from pages.widgets.ticket_wall import drawing
from pages.widgets.ticket_wall.payload import payload

SPEC = Draws(net=Net(sizes=(784, 20, 10)), density=0.32, draws=4, dense_seeds=2)
DENSE = [0.92, 0.94]  # mean 0.93


def result(accuracies: list[float], spec: Draws = SPEC, found: float = 0.95) -> Result:
    """A result with these accuracies, whose ticket i has the losses 2 + i and 1 + i."""
    numbers = np.arange(spec.first, spec.first + len(accuracies))
    tables = {
        "cells": {
            "draw": numbers, "kept": np.full(len(numbers), 5082), "test_accuracy": np.array(accuracies),
            "dead_units": np.zeros(len(numbers), int), "log10_paths": np.full(len(numbers), 4.2),
            "live_inputs": np.full(len(numbers), 780),
        },
        "curves": {
            "draw": np.repeat(numbers, 2), "step": np.tile([10, 20], len(numbers)),
            "batch_loss": np.stack([2.0 + numbers, 1.0 + numbers], axis=1).ravel(),
        },
        "dense": {"replicate": np.arange(2), "seed": np.arange(2), "test_accuracy": np.array(DENSE)},
        "dense_curves": {"replicate": np.array([0, 0, 1, 1]), "seed": np.array([0, 0, 1, 1]),
                         "step": np.array([10, 20, 10, 20]), "batch_loss": np.array([1.0, 0.5, 3.0, 0.7])},
        "found": {"round": np.arange(2), "kept": np.array([15880, 5082]), "density": np.array([1.0, 0.32]),
                  "test_accuracy": np.array([0.93, found])},
    }
    return Result(spec, tables, {}, {})


WALL = draws.gathered(result([0.90, 0.925, 0.935, 0.9199]))


def test_a_wall_is_read_with_any_margin() -> None:
    strict, loose = draws.reading(WALL, 0.0), draws.reading(WALL, 0.01)
    assert (strict.wins, loose.wins) == (1, 2), "0.9199 misses 0.92 by a single image"
    assert (strict.target, loose.target) == pytest.approx((0.93, 0.92))
    assert (loose.low, loose.high) == wilson(2, 4)
    assert loose.best == 0.935 and loose.found == 0.95 and loose.above == 0


def test_live_tickets_join_the_recorded_ones() -> None:
    more = result([0.99, 0.80], dataclasses.replace(SPEC, first=4, draws=2, dense_seeds=0, found=False))
    wall = draws.gathered(result([0.90, 0.925, 0.935, 0.9199]), more)
    assert wall.cells["draw"].tolist() == [0, 1, 2, 3, 4, 5]
    assert wall.cells["live"].tolist() == [False] * 4 + [True] * 2
    assert draws.reading(wall, 0.01).above == 1
    assert draw_charts.curve(wall, 5, 0.01).lines[2].y.tolist() == [7.0, 6.0]


def test_a_number_drawn_twice_counts_once() -> None:
    again = result([0.93, 0.99], dataclasses.replace(SPEC, first=3, draws=2, dense_seeds=0, found=False))
    wall = draws.gathered(result([0.90, 0.925, 0.935, 0.9199]), again)
    assert wall.cells["draw"].tolist() == [0, 1, 2, 3, 4]
    assert wall.cells["test_accuracy"][3] == 0.9199, "what was recorded stays"
    assert len(wall.curves["draw"]) == 10


def test_tickets_of_another_lottery_stay_off_the_wall() -> None:
    with pytest.raises(ValueError, match="different lotteries"):
        draws.gathered(result([0.9]), result([0.9], dataclasses.replace(SPEC, seed=1)))


def test_no_winner_and_many_winners_are_both_put_into_words() -> None:
    none = draws.beaten([draws.reading(WALL, 0.01)] * 50)
    assert "none of 200" in none and "fewer than one in **67**" in none
    some = draws.beaten([draws.reading(draws.gathered(result([0.90, 0.96, 0.97, 0.91])), 0.01)])
    assert "2 of 4" in some and "one in 2" in some and "confidence" not in some


def test_far_out_is_the_tail_of_a_normal_distribution() -> None:
    one = dataclasses.replace(draws.reading(WALL, 0.01), mean=0.90, spread=0.01, found=0.92)
    distance, one_in = draws.far_out(one)
    assert distance == pytest.approx(2) and one_in == pytest.approx(1 / 0.02275, rel=1e-3)
    assert draws.far_out(dataclasses.replace(one, spread=0.0)) == (math.inf, math.inf)


def test_the_histogram_counts_every_net_once() -> None:
    chart = draw_charts.histogram(WALL, 0.01)
    tickets, dense = chart.lines
    assert tickets.y.sum() == 4 and dense.y.sum() == 2
    assert {mark.label: mark.x for mark in chart.marks} == pytest.approx({"target": 0.92, "found by pruning": 0.95})
    assert tickets.at(0.9353) == 1 and tickets.at(0.9195) == 1 and tickets.at(0.9205) == 0
    assert "2 of 4 random tickets reach the target of 92.00%" in in_words.alt(chart)


def test_a_hundred_images_more_is_a_hundred_bins_of_ten_images() -> None:
    """Multiples of the bin's width must not fall into the bin below: 0.91 / 0.001 is 909.99… in floating point."""
    wall = draws.gathered(result([0.91, 0.907, 0.93, 0.929]))
    tickets = draw_charts.histogram(wall, 0.01).lines[0]
    assert [tickets.at(edge + 0.0005) for edge in (0.91, 0.907, 0.93, 0.929)] == [1, 1, 1, 1]


def test_rates_pool_seeds_against_their_own_targets() -> None:
    chart = draw_charts.rates({0.32: [WALL, WALL], 0.64: [draws.gathered(result([0.94] * 4))]}, 0.01)
    line = chart.lines[0]
    assert line.x.tolist() == [0.32, 0.64] and line.y.tolist() == [0.5, 1.0]
    assert (line.low[0], line.high[0]) == wilson(4, 8)
    assert chart.takeaway == "4 of 8 win with 32% of the weights kept, 4 of 4 win with 64% of the weights kept"


def test_found_drawn_and_dense_stand_at_every_share_and_width() -> None:
    better = draws.gathered(result([0.94] * 4, found=0.96))
    for chart, xs in ((draw_charts.by_share({0.64: [better], 0.32: [WALL, WALL]}), [0.32, 0.64]),
                      (draw_charts.by_width({40: better, 20: WALL}), [20, 40])):
        found, drawn, dense = chart.lines
        assert found.x.tolist() == xs
        assert found.y.tolist() == pytest.approx([0.95, 0.96]) and drawn.y[1] == pytest.approx(0.94)
        assert (drawn.low[0], drawn.high[0]) == (0.90, 0.935) and dense.y[0] == pytest.approx(0.93)


def test_the_learning_curve_is_the_tickets_own() -> None:
    chart = draw_charts.curve(WALL, 2, 0.01)
    dense, every, own = chart.lines
    assert own.y.tolist() == [4.0, 3.0] and own.role == "kept", "ticket 2 wins"
    assert every.low.tolist() == [2.0, 1.0] and every.high.tolist() == [5.0, 4.0]
    assert dense.y.tolist() == [2.0, 0.6]
    assert draw_charts.curve(WALL, 0, 0.01).lines[2].role == "losing"
    with pytest.raises(KeyError, match="ticket 9"):
        draw_charts.curve(WALL, 9, 0.01)


# ── one ticket ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_anatomy_names_dead_units_and_counts_paths() -> None:
    first = np.zeros((3, 4), bool)
    first[0, :2] = first[1, 2] = True  # unit 2 has no way in
    second = np.array([[1, 0, 1], [1, 0, 1]], bool)  # unit 1 has no way out
    one = anatomy.anatomy(Mask({"fc1.weight": first, "fc2.weight": second}))
    assert one.dead == (1, 2) and one.live_inputs == 2 and one.paths == 4 and one.all_paths == 24
    assert one.sentence() == (
        "7 of 18 weights; 2 of its 3 hidden units are dead (no. 1, 2); 2 of 4 pixels are read; "
        "4 of 24 paths from a pixel to an output are left."
    )


def test_the_picture_draws_what_the_mask_says() -> None:
    mask = draw(SPEC.net, 0.32, 0, 5)
    drawn, sentence = anatomy.picture(SPEC.net, mask, 0, "Ticket 5")
    pixels, hidden, outputs = anatomy.shown(SPEC.net)
    kept = mask["fc1.weight"][np.ix_(hidden, pixels)].sum() + mask["fc2.weight"][np.ix_(outputs, hidden)].sum()
    assert f"{kept} of the 480 connections" in sentence and sentence in drawn.replace("&#x27;", "'")
    assert drawn.count("M") >= 480, "one move a connection"


def test_a_card_draws_the_same_places_of_its_own_ticket() -> None:
    bits = np.unpackbits(np.frombuffer(sketch(SPEC.net, 0.32, 0, 5), np.uint8))
    pixels, hidden, outputs = places(SPEC.net)
    mask = draw(SPEC.net, 0.32, 0, 5)
    for place, (source, target) in enumerate((i, j) for i in range(8) for j in range(8)):
        assert bits[place] == mask["fc1.weight"][hidden[target], pixels[source]]
    assert bits[64 + 3 * 10 + 7] == mask["fc2.weight"][outputs[7], hidden[3]]
    assert sketch(SPEC.net, 0.32, 0, 6) != sketch(SPEC.net, 0.32, 0, 5)


def test_the_payload_is_json_and_complete() -> None:
    data = payload(WALL, 0.01)
    assert data["numbers"] == [0, 1, 2, 3] and data["accuracy"] == [0.90, 0.925, 0.935, 0.9199]
    assert data["layers"] == [8, 8, 10] and data["total"] == 15_880
    assert len(data["sketches"]) == math.ceil(4 * 18 / 3) * 4, "18 bytes a card, in base64"
    losses = np.frombuffer(base64.b64decode(data["losses"]), np.float32).reshape(4, 2)
    assert losses.tolist() == [[2, 1], [3, 2], [4, 3], [5, 4]] and data["dense_losses"] == [2.0, 0.6]


def test_the_table_of_a_wall_judges_as_the_wall_does() -> None:
    table = draws.table(WALL, 0.01)
    assert table["verdict"] == ["loses", "wins", "wins", "loses"] and table["trained"] == ["recorded"] * 4
    assert {len(column) for column in table.values()} == {4}


def test_the_bins_grow_before_the_histogram_becomes_a_comb() -> None:
    assert draw_charts.width_of_bins(WALL, 0.01) == 0.001
    wide = draws.gathered(result([0.70, 0.925]))
    assert draw_charts.width_of_bins(wide, 0.01) == 0.005
    bars = draw_charts.histogram(wide, 0.01).lines[0]
    assert bars.y.sum() == 2 and bars.y[0] == 1 and bars.x[0] == pytest.approx(0.7025)


def test_live_draws_are_numbered_on_from_the_recorded_ones() -> None:
    spec = dataclasses.replace(SPEC, draws=200, dense_seeds=20)
    batches = drawing.batches(spec, (1, 50, 1))
    assert [(batch.first, batch.draws) for batch in batches] == [(200, 1), (201, 50), (251, 1)]
    assert all(batch.dense_seeds == 0 and not batch.found for batch in batches)
