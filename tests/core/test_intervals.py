"""Intervals over seeds, against printed tables and hand-worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lth_core.intervals import Interval, accuracies, errors, excess, leads, mean_ci, paired, t_quantile

# Two-sided critical values as statistics textbooks print them (e.g. Fisher & Yates 1963, table III).
PRINTED = {
    (1, 0.95): 12.706, (2, 0.95): 4.303, (3, 0.95): 3.182, (4, 0.95): 2.776, (5, 0.95): 2.571, (9, 0.95): 2.262,
    (10, 0.95): 2.228, (14, 0.95): 2.145, (30, 0.95): 2.042, (120, 0.95): 1.980,
    (1, 0.99): 63.657, (4, 0.99): 4.604, (9, 0.99): 3.250, (4, 0.90): 2.132, (29, 0.50): 0.683,
}


@pytest.mark.parametrize(("degrees", "level"), PRINTED)
def test_quantiles_are_those_of_the_printed_tables(degrees: int, level: float) -> None:
    assert t_quantile(degrees, level) == pytest.approx(PRINTED[degrees, level], abs=6e-4)


def test_closed_forms_of_one_and_two_degrees() -> None:
    assert t_quantile(1, 0.9) == pytest.approx(math.tan(math.pi * 0.45), rel=1e-12)
    assert t_quantile(2, 0.9) == pytest.approx(0.9 * math.sqrt(2 / (1 - 0.9**2)), rel=1e-12)


def test_the_95_percent_interval_holds_the_truth_19_times_in_20() -> None:
    draws = np.random.default_rng(5).normal(3.0, 2.0, (4000, 5))
    hits = sum(found.low <= 3.0 <= found.high for found in map(mean_ci, draws))
    assert 0.938 < hits / 4000 < 0.962  # three standard errors around 0.95


def test_a_hand_worked_mean() -> None:
    found = mean_ci([97.9, 98.1, 98.0, 98.2, 97.8])
    half = 2.776445 * math.sqrt(0.025 / 5)  # variance 0.1 / 4
    assert found.mean == pytest.approx(98.0) and found.n == 5
    assert [found.low, found.high] == pytest.approx([98.0 - half, 98.0 + half], abs=1e-6)
    assert found.half == pytest.approx(half, abs=1e-6)
    assert found.above(97.8) and not found.above(97.9) and found.below(98.2) and not found.below(98.1)


def test_holes_are_left_out() -> None:
    assert mean_ci([1.0, math.nan, 3.0, math.inf]) == mean_ci([1.0, 3.0])
    assert paired([1.0, math.nan, 3.0, 9.0], [0.0, 1.0, 1.0, math.nan]) == mean_ci([1.0, 2.0])


def test_one_value_has_no_interval_and_none_no_mean() -> None:
    one, none = mean_ci([98.0]), mean_ci([math.nan])
    assert (one.mean, one.n, one.known) == (98.0, 1, False) and math.isnan(one.low) and math.isnan(one.high)
    assert none.n == 0 and math.isnan(none.mean)
    assert not one.above(0.0) and not one.below(100.0)  # nothing can be said


def test_pairs_cancel_what_the_seeds_share() -> None:
    seeds = np.array([0.0, 5.0, -3.0, 8.0, 1.0])
    together = paired(seeds + 0.3 + np.array([0.01, -0.01, 0.0, 0.01, -0.01]), seeds)
    assert together.low > 0.28 and mean_ci(seeds).half > 4
    assert paired([2.0, 2.0], [1.0, 1.0]) == Interval(1.0, 1.0, 1.0, 2)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: t_quantile(0), "degrees = 0"), (lambda: t_quantile(3, 1.0), "level = 1.0"),
    (lambda: paired([1.0, 2.0], [1.0]), "first has shape"),
])
def test_bad_input_is_named(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]


def test_chance_is_what_the_classes_make_it() -> None:
    """A collapsed net of two classes reads a half: with ten classes in mind its seed would decide the mean."""
    good, fallen = [0.97, 0.98, 0.96], [0.97, 0.98, 0.5]
    assert accuracies(fallen).fell == 0 and accuracies(fallen, chance=0.52).fell == 1
    assert errors([1 - one for one in fallen], chance=0.52).fell == 1
    assert leads(fallen, good).fell == 0 and leads(fallen, good, chance=0.52).fell == 1
    assert excess([1 - one for one in fallen], [1 - one for one in good], chance=0.52).fell == 1
    assert not leads(fallen, good, chance=0.52).plain
    assert accuracies([0.97, 0.12, 0.1]).fell == 2 and leads([0.97, 0.12], [0.97, 0.5]).fell == 1  # ten classes
