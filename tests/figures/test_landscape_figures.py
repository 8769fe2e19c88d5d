"""The landscape's charts, its map and its sentences: they follow the numbers, whichever way they go."""

from __future__ import annotations

import numpy as np
import pytest

from lth_core.catalogue import SEEDS, landscape
from lth_core.results.atlas import Atlas, default_atlas
from pages.figures import in_words, landscape_map
from pages.figures import landscape as figures
from tests.figures.invented_landscape import falling, ground, sloping

FIVE = tuple(ground(seed) for seed in range(5))


def test_each_way_goes_from_start_to_end_and_the_walker_is_marked() -> None:
    chart = figures.ways(FIVE, 0.5)
    assert [line.name for line in chart.lines] == [name for name, _ in figures.NETS.values()]
    assert chart.lines[0].x[0] == 0 and chart.lines[0].x[-1] == 1 and chart.marks[0].x == 0.5
    assert chart.lines[0].y[0] == pytest.approx(2.303, abs=1e-3)
    assert "halved after 16% of its way" in chart.takeaway and "fresh weights after 30%" in chart.takeaway
    assert "10.8% of the weights left" in chart.source and "50,000 steps" in chart.source
    assert len(in_words.csv(chart).splitlines()) == 52 and not figures.ways(FIVE).marks
    assert figures.descent(FIVE).lines[0].x[0] == 10, "a logarithm has no place for step 0"


def test_a_faster_way_from_no_lower_a_start_is_favourable_in_one_sense_alone() -> None:
    assert "fits in one sense alone" in figures.verdict(FIVE)
    told = figures.counted(FIVE)
    assert "fresh weights in **0 of 5** seeds, and than that of a random mask in 0." in told
    assert "After 100 steps of real training it is lower in **5** and in 5." in told
    ticket, dense, *_ = figures.rows(FIVE)
    assert ticket["Loss at the start"] == "2.30 nats" and ticket["Right, untrained"] == "10%"
    assert (ticket["Loss after 100 steps"], dense["Loss after 100 steps"]) == ("0.46 nats", "0.58 nats")
    assert ticket["Straight on, halved after"] == "16% of the way"


def test_other_numbers_lead_to_other_verdicts() -> None:
    def low_start(net: str, alpha: float, seed: int) -> float:
        return sloping(net, alpha, seed) - (net == "ticket") * 0.5 * (1 - alpha)

    low = tuple(ground(seed, low_start) for seed in range(5))
    assert figures.verdict(low).endswith("the ticket’s start lies lower, and its way down is faster.")
    late = tuple(ground(seed, low_start, lambda net, step, at: falling("ticket" if net == "dense" else net, step, at)
                        - 0.01 * (net == "dense")) for seed in range(5))
    assert figures.verdict(late).endswith("faster; the whole net is faster still.")
    one = tuple(ground(seed, descent=lambda net, step, at: falling(net, step, at) + (net == "ticket") * 2 * (at == 3))
                for seed in range(5))
    assert figures.verdict(one) == "These seeds do not show that the ticket starts in a favourable region."
    assert "is lower in **4** and in 4." in figures.counted(one)
    assert figures.verdict(FIVE[:2]) == "Fewer than 3 seeds settle nothing."


def test_hills_on_the_way_and_between_the_ends_are_found() -> None:
    def bumpy(net: str, alpha: float, seed: int) -> float:
        return sloping(net, alpha, seed) + (net == "random") * 9 * alpha * (1 - alpha)

    bump = tuple(ground(seed, bumpy) for seed in range(3))
    assert (figures.hills(bump, "random") > 0.5).all() and not figures.hills(bump, "ticket").any()
    assert [row["Hill on that way"] for row in figures.rows(bump)] == ["in 0 of 3 seeds"] * 3 + ["in 3 of 3 seeds"]
    error = [1 - np.exp(-height) for height in (1.001, 0.001)]
    assert figures.barrier(FIVE) == pytest.approx([error[0] - error[1]] * 5, abs=1e-6)
    told = figures.apart(FIVE)
    assert "rises by **63.1** points (63.1 to 63.1 over the seeds)" in told and "these are in 0 of 5 seeds" in told
    level = tuple(ground(seed, lambda net, alpha, at: 0.001 if net == "across" else sloping(net, alpha, at))
                  for seed in range(3))
    many, single = figures.apart(level), figures.apart(level[:1])
    assert many.endswith("both end in **one valley**, in every seed.") and "rises by **0.0** points" in many
    assert single.endswith("both end in **one valley**.") and "over the seeds" not in single
    assert figures.worst(FIVE) == pytest.approx([error[0]] * 5, abs=1e-6)


def test_the_walker_reads_measured_points_and_says_how_far_beside_the_map_it_is() -> None:
    found = figures.ground(FIVE[2])
    assert landscape_map.walker(found, "ticket", 0.5) == (2.5, 4.0)
    assert landscape_map.walker(found, "dense", 1.0) == (10.0, 0.0)
    assert landscape_map.walker(found, "across", 0.0) == (4.0, 6.0)
    told = figures.here(found, "ticket", 0.5)
    assert "At **50%** of the way: loss **0.147** nats, **86.4%** of the training images" in told
    assert "lies 1.5 beside the plane" in told and "beside" not in figures.here(found, "dense", 0.3)
    assert "At **0%** of the way" in figures.here(found, "ticket", 0.004), "the nearest point that was read"


def test_the_map_shows_every_dot_with_its_exact_values() -> None:
    found = figures.ground(FIVE[0])
    assert found.loss.shape == (25, 25)
    row, column = 3, 17
    assert found.loss[row, column] == pytest.approx(
        0.01 + 0.02 * ((found.x[column] - 6) ** 2 + (found.y[row] - 3) ** 2))
    for theme in ("light", "dark"):
        drawn = landscape_map.figure(found, (1.0, 2.0), theme, "green-red", 500)
        heights, *routes, spot = drawn.data
        np.testing.assert_allclose(heights.z, np.log10(found.loss))
        np.testing.assert_allclose(heights.customdata[..., 0], found.loss)
        assert (spot.x[0], spot.y[0]) == (1.0, 2.0) and len(routes) == 2
        assert "step 50,000" in routes[0].customdata[-1]
    assert len(landscape_map.table(found)["x"]) == 625
    assert "2.30 nats at θ₀" in landscape_map.alt(found) and "up to 1 on the straight line" in landscape_map.alt(found)


def test_the_recorded_landscape_is_whole() -> None:
    """Grid, lines and trainings of every seed, all finite, with the ends where the plane says."""
    atlas = Atlas(default_atlas())
    results = tuple(one for seed in SEEDS if (one := atlas.find(landscape(seed))) is not None)
    assert len(results) == len(SEEDS)
    for one in results:
        found = figures.ground(one)
        assert found.loss.shape == (25, 25) and np.isfinite(found.loss).all()
        assert found.ends("dense")[0] == (0.0, 0.0) and found.ends("ticket")[1][1] > 0
        assert found.line("ticket")["train_loss"][-1] < 0.1 < found.line("ticket")["train_loss"][0]
