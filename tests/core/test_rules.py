"""Verdict rules: every case is reached, the sentence is made of the cases, and one collapsed seed decides none."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core import said
from lth_core.intervals import CHANCE, SIGNS, Interval, accuracies, errors, excess, leads, luck, mean_ci
from lth_core.ledger import (
    CLAIMS,
    bench,
    early_bird,
    lenet,
    peft,
    price,
    pruned,
    random_labels,
    repair,
    rules,
    start,
    storage,
    subspace,
    transfer,
)
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, OPEN, PARTLY, VERDICTS, Count, Crossing, Rule, Seen
from pages.figures import reproduction

MODULES = (rules, lenet, start, pruned, repair, price, storage, subspace, transfer, bench, reproduction, peft,
           early_bird, random_labels)
RULES = {id(rule): rule for module in MODULES for rule in vars(module).values() if isinstance(rule, Rule)}

# The fine-tuned deep net at 3.4%: how many points each seed lies above its whole net.
COLLAPSED = (1.26, 1.44, 1.03, 87.69, 9.48)


def around(mean: float, half: float = 0.0, n: int = 5) -> Interval:
    """An interval by t of about this mean and half width, over seeds that lie on both sides of the mean."""
    spread = np.linspace(-1, 1, n)
    width = mean_ci(spread).half
    return mean_ci(mean + spread * half / width)


# ── one collapsed seed ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_collapsed_seed_hides_no_effect() -> None:
    dense = np.full(5, 0.0265)
    gap = excess(dense + np.array(COLLAPSED) / 100, dense)
    assert gap.fell == 1 and gap.low < 0 < gap.high, "t alone cannot tell"
    assert gap.above(0.002) and not gap.plain and gap.centre == pytest.approx(0.0144)
    assert gap.ends == pytest.approx((0.0103, 0.8769))
    assert said.more(gap) == "1.44 points (median; 1.03 to 87.69; 1 of 5 seeds fell to chance) more"
    assert said.signs(gap, 0.002) == "5 of 5 seeds, by luck 3%"


def test_a_collapsed_seed_makes_no_effect_either() -> None:
    """Four seeds a little better, one at chance: the mean is far below, and nothing is sure."""
    gap = leads([0.981, 0.981, 0.981, 0.981, 0.1], np.full(5, 0.98))
    assert gap.mean < -0.1 and not gap.below() and not gap.above() and gap.over() == 4


def test_where_every_seed_collapses_t_speaks_again() -> None:
    gap = leads(np.array([0.10, 0.11, 0.1]), np.array([0.97, 0.98, 0.975]))
    assert gap.fell == 3 and gap.plain and gap.below(-0.8)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=10))
def test_no_interval_of_accuracies_holds_what_cannot_be(values: list[float]) -> None:
    for found in (accuracies(values), errors(values)):
        assert 0 <= found.ends[0] <= found.centre + 1e-9 and found.centre - 1e-9 <= found.ends[1] <= 1
        numbers = [float(text) for text in re.findall(r"\d+\.\d+", said.percent(found))]
        if found.plain:
            assert numbers[0] - numbers[1] >= -0.011 and numbers[0] + numbers[1] <= 100.011  # as rounded
        else:
            assert all(0 <= number <= 100 for number in numbers)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=10))
def test_no_difference_is_beyond_a_hundred_points(pairs: list[tuple[float, float]]) -> None:
    gap = leads(*map(np.array, zip(*pairs, strict=True)))
    assert gap.ends[0] >= -1 and gap.ends[1] <= 1
    assert (-gap).below() == gap.above() and (-gap).over() == sum(one < 0 for one in gap.seeds)


def test_chance_is_what_one_answer_to_all_digits_reads() -> None:
    assert accuracies([0.1135, 0.098, 0.9]).fell == 2 and accuracies([0.175]).fell == 0
    assert errors([0.9026, 0.03]).fell == 1
    assert CHANCE < 0.2


def test_the_exact_statement_is_the_binomial_one() -> None:
    assert luck(SIGNS, SIGNS) == 1 / 32 and luck(0, 7) == 1.0
    draws = np.random.default_rng(3).integers(0, 2, (200_000, 7)).sum(1)
    for agreeing in (4, 6, 7):
        assert luck(agreeing, 7) == pytest.approx((draws >= agreeing).mean(), abs=0.004)


def test_without_an_effect_the_rule_seldom_sees_one() -> None:
    draws = map(mean_ci, np.random.default_rng(7).normal(0, 1, (8000, SIGNS)))
    assert np.mean([gap.above() for gap in draws]) == pytest.approx(0.0344, abs=0.006)


def test_a_seed_exactly_at_the_mark_agrees_with_neither_side() -> None:
    gap = leads([0.98] * 4 + [0.97], [0.97] * 5)
    assert gap.over() == 4 and (-gap).over() == 0


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────

GAP, NOTHING = (0.01, 0.004), around(0, 0.1)
EXAMPLES = [
    (rules.EFFECT, Seen(around(0.30, 0.1), 0.38), CONFIRMED), (rules.EFFECT, Seen(around(0.3, 0.05), 0.38), PARTLY),
    (rules.EFFECT, Seen(mean_ci([0.62, 0.5, -0.03, 0.1, 0.01]), 0.38), COMPATIBLE),
    (rules.EFFECT, Seen(around(0.0, 0.2), 0.38), FAILED), (rules.EFFECT, Seen(around(2.1, 0.5), 2.51, 1.0), CONFIRMED),
    (rules.AT_LEAST, Seen(around(0.005, 0.002), 0.003), CONFIRMED),
    (rules.AT_LEAST, Seen(around(0.002, 0.0018), 0.003), PARTLY),
    (rules.AT_LEAST, Seen(around(0.001, 0.0025), 0.003), COMPATIBLE),
    (rules.AT_LEAST, Seen(around(0.0, 0.002), 0.003), FAILED),
    (rules.SURELY, Seen(around(0.01, 0.004)), CONFIRMED), (rules.SURELY, Seen(around(0.001, 0.004)), COMPATIBLE),
    (rules.SURELY, Seen(around(-0.001, 0.004)), FAILED),
    (rules.NO_DIFFERENCE, Seen(around(0.01, 0.05)), CONFIRMED),
    (rules.NO_DIFFERENCE, Seen(around(-0.11, 0.48)), COMPATIBLE),
    (rules.NO_DIFFERENCE, Seen(around(-0.6, 0.48)), FAILED),
    (rules.TRIALS, Seen(around(0.98, 0.01), trials=(0.978, 0.982)), CONFIRMED),
    (rules.TRIALS, Seen(around(0.984, 0.006), trials=(0.978, 0.982)), PARTLY),
    (rules.TRIALS, Seen(around(0.99, 0.004), trials=(0.978, 0.982)), FAILED),
    (rules.COUNTED, Count(3, 3, 5), CONFIRMED), (rules.COUNTED, Count(1, 3, 5), PARTLY),
    (rules.COUNTED, Count(0, 3, 5), FAILED), (rules.COUNTED, Count(0, 0, 5), OPEN),
    (rules.CROSSES, Crossing(around(0.0, 0.001), around(-0.01, 0.002)), CONFIRMED),
    (rules.CROSSES, Crossing(around(0.0, 0.001), around(0.0, 0.002)), PARTLY),
    (rules.CROSSES, Crossing(around(0.001, 0.004), around(0.001, 0.004)), COMPATIBLE),
    (rules.CROSSES, Crossing(around(0.01, 0.004), around(0.01, 0.004)), FAILED),
    (lenet.PEAKED, lenet.Peak(4, 4, 5, True), CONFIRMED), (lenet.PEAKED, lenet.Peak(4, 4, 5, False), PARTLY),
    (lenet.PEAKED, lenet.Peak(1, 4, 5, True), PARTLY), (lenet.PEAKED, lenet.Peak(0, 4, 5, True), FAILED),
    (lenet.PEAKED, lenet.Peak(0, 0, 5, True), OPEN),
    (lenet.HELD, Seen(around(0.91, 0.01), 0.913), CONFIRMED), (lenet.HELD, Seen(around(0.97, 0.01), 0.913), FAILED),
    (lenet.ROW, lenet.Right((True, True, True), 5), CONFIRMED),
    (lenet.ROW, lenet.Right((True, False, False), 5), PARTLY),
    (lenet.ROW, lenet.Right((False, False, False), 5), FAILED),
    (start.RUINED, Seen(around(0.06, 0.01), 0.05), CONFIRMED), (start.RUINED, Seen(around(0.02, 0.01), 0.05), PARTLY),
    (start.RUINED, Seen(around(0.02, 0.04), 0.05), COMPATIBLE), (start.RUINED, Seen(around(0.0, 0.01), 0.05), FAILED),
    (start.ORDERED, start.Two(around(*GAP), around(*GAP)), CONFIRMED),
    (start.ORDERED, start.Two(around(*GAP), around(0, 0.1)), PARTLY),
    (start.ORDERED, start.Two(around(0, 0.1), around(0, 0.1)), FAILED),
    (start.MET, start.Means({"a": 0.94}, {"a": 0.95}, 5), CONFIRMED),
    (start.MET, start.Means({"a": 0.98}, {"a": 0.95}, 5), FAILED),
    (start.WIRED, start.Several((start.Two(around(*GAP), around(0, 0.1)),)), CONFIRMED),
    (start.WIRED, start.Several((start.Two(around(*GAP), around(*GAP)),)), PARTLY),
    (start.WIRED, start.Several((start.Two(around(*GAP), around(*GAP)), start.Two(NOTHING, around(*GAP)))), FAILED),
    (start.SIZED, start.Several((start.Two(NOTHING, around(*GAP)), start.Two(around(*GAP), around(*GAP)))), PARTLY),
    (start.SIZED, start.Several((start.Two(around(0.001, 0.0005), around(0.015, 0.001)),)), FAILED),
    (start.SIGNED, start.Signs((around(*GAP), around(*GAP)), (0.9, 0.7)), PARTLY),
    (start.SIGNED, start.Signs((around(*GAP), around(*GAP)), (0.9, 0.4)), FAILED),
    (pruned.FITS, pruned.Fit(9_528, 55_000, 20), CONFIRMED), (pruned.FITS, pruned.Fit(9_528, 1_000, 20), PARTLY),
    (pruned.FITS, pruned.Fit(20_000, 55_000, 20), FAILED), (pruned.FITS, pruned.Fit(0, 1_000, 20), FAILED),
    (pruned.CHEAP, Seen(around(-0.002, 0.003)), CONFIRMED), (pruned.CHEAP, Seen(around(-0.008, 0.01)), PARTLY),
    (pruned.CHEAP, Seen(around(-0.05, 0.01)), FAILED),
    (pruned.FLAT, pruned.Flat(around(0, 0.001), around(0, 0.001), around(-0.5, 0.1)), CONFIRMED),
    (pruned.FLAT, pruned.Flat(around(0, 0.001), around(-0.05, 0.01), around(-0.5, 0.1)), PARTLY),
    (pruned.FLAT, pruned.Flat(around(-0.05, 0.01), around(-0.1, 0.01), around(-0.5, 0.1)), FAILED),
    (pruned.SUFFICE, pruned.Enough(Count(4, 4, 5), True), CONFIRMED),
    (pruned.SUFFICE, pruned.Enough(Count(4, 4, 5), False), PARTLY),
    (pruned.SUFFICE, pruned.Enough(Count(0, 4, 5), True), FAILED),
    (pruned.KEPT, pruned.Schedule(0.001, 5), CONFIRMED), (pruned.KEPT, pruned.Schedule(0.01, 5), FAILED),
    (early_bird.EARLY, early_bird.Early(4, 4, 4, 5), CONFIRMED),
    (early_bird.EARLY, early_bird.Early(0, 1, 4, 5), PARTLY), (early_bird.EARLY, early_bird.Early(0, 0, 4, 5), FAILED),
    (random_labels.BY_HEART, random_labels.ByHeart(5, 5, around(0.1, 0.01)), CONFIRMED),
    (random_labels.BY_HEART, random_labels.ByHeart(5, 5, around(0.2, 0.01)), PARTLY),
    (random_labels.BY_HEART, random_labels.ByHeart(0, 5, around(0.1, 0.01)), FAILED),
    (peft.LOW_RANK, peft.Reach(around(0.001, 0.002), around(*GAP)), CONFIRMED),
    (peft.LOW_RANK, peft.Reach(around(-0.001, 0.002), around(*GAP)), COMPATIBLE),
    (peft.LOW_RANK, peft.Reach(around(-0.01, 0.002), around(*GAP)), PARTLY),
    (peft.LOW_RANK, peft.Reach(around(-0.01, 0.002), NOTHING), FAILED),
    (reproduction.FITS, Count(3, 3, 5), CONFIRMED), (reproduction.FITS, Count(1, 3, 5), PARTLY),
    (reproduction.FITS, Count(0, 3, 5), FAILED),
]


@pytest.mark.parametrize(("rule", "seen", "verdict"), EXAMPLES)
def test_a_rule_says_what_its_sentence_says(rule: Rule, seen: object, verdict: str) -> None:
    assert rule(seen) == verdict
    first = next(case for case in rule.cases if case.holds(seen))
    assert f"{verdict[:1].upper()}{verdict[1:]}: {first.words}." in rule.sentence


def test_every_case_of_the_general_rules_has_an_example() -> None:
    tried: dict[int, set[int]] = {}
    for rule, seen, _ in EXAMPLES:
        at = next(n for n, case in enumerate(rule.cases) if case.holds(seen))
        tried.setdefault(id(rule), set()).add(at)
    for rule, _, _ in EXAMPLES:
        assert tried[id(rule)] == set(range(len(rule.cases))), f"{rule.name}: a case that no example reaches"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_rules_are_whole(rule: Rule) -> None:
    assert {case.verdict for case in rule.cases} <= set(VERDICTS)
    assert len({case.words for case in rule.cases}) == len(rule.cases) >= 2
    told = [rule.sentence.index(case.words) for case in rule.cases]
    assert told == sorted(told), "the sentence has the order of the function"
    assert "()" not in rule.sentence and rule.name[:1].islower()


def test_two_seeds_settle_nothing_under_any_rule() -> None:
    for rule, seen, _ in EXAMPLES:
        few = (dataclasses.replace(seen, seeds=2) if any(field.name == "seeds" for field in dataclasses.fields(seen))
               else None)
        if few is not None:
            assert rule(few) == OPEN
    assert rules.EFFECT(Seen(mean_ci([0.38, 0.39]), 0.38)) == OPEN


def test_a_null_result_from_a_wide_interval_is_not_confirmed() -> None:
    """“As early as dense”, measured 11% later [−37, 59]."""
    wide = around(-0.11, 0.48)
    assert rules.NO_DIFFERENCE(Seen(wide)) == COMPATIBLE
    assert math.isclose(wide.half, 0.48, rel_tol=1e-6)


def test_every_claim_is_numbered_and_none_is_missing() -> None:
    assert [claim.number for claim in CLAIMS] == list(range(1, 44))
