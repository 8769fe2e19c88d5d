"""Spot the fault: sentences and verdicts follow the numbers, whichever way they go; every snippet has its run."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest

from lth_core.catalogue import SEEDS, faulty
from lth_core.experiments import FAULTS
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.result import Result
from pages.figures import faults, in_words
from pages.figures.faults import Case
from pages.text.faults import SNIPPETS
from pages.widgets.source import text

NAMES = {snippet.fault: snippet.name for snippet in SNIPPETS}


def result(fault: str, seed: int, **columns: Any) -> Result:
    """A run of three rounds, ten weights a round fewer; `columns` over what it would read without a fault."""
    right = np.array([0.92, 0.9, 0.8]) + 0.001 * seed
    cells = {"round": np.arange(3), "kept": np.array([100, 90, 80]), "fc1.kept": np.array([70, 62, 55]),
             "fc2.kept": np.array([30, 28, 25]), "biases": np.array([20, 20, 20]), "nonzero": np.array([100, 90, 80]),
             "told_accuracy": right, "accuracy": right, "ticket_accuracy": right}
    cells |= {name: np.asarray(value) for name, value in columns.items()}
    return Result(faulty(fault, seed), {"cells": cells}, {})


def case(fault: str, shift: float, seeds: int = 5, jitter: float = 0.0, **columns: Any) -> Case:
    """The printed curve lies `shift` above the right one in every pruned round, give or take `jitter` by seed."""
    right = tuple(result("none", seed) for seed in range(seeds))
    wrong = []
    for seed, one in enumerate(right):
        told = one.tables["cells"]["told_accuracy"] + (shift + jitter * (-1) ** seed) * np.array([0, 1, 1])
        wrong.append(result(fault, seed, **({"told_accuracy": told} | columns)))
    found = faults.case(fault, tuple(wrong), right)
    assert found is not None
    return found


@pytest.mark.parametrize(("shift", "jitter", "said"), [
    (0.05, 0.0, "flatters"), (-0.05, 0.0, "spoils"), (0.05, 0.06, "cannot be told"), (0.001, 0.0, "hardly shows"),
])
def test_a_fault_flatters_or_spoils_only_where_all_seeds_say_so(shift: float, jitter: float, said: str) -> None:
    found = case("zeros", shift, jitter=jitter)
    assert faults.effect(found) == said
    assert faults.SAID[said] in faults.curve(found)
    assert faults.rows([found], NAMES)[0]["The curve"] == said


def test_two_seeds_settle_nothing() -> None:
    assert faults.effect(case("zeros", 0.2, seeds=2)) == "cannot be told"


def test_runs_without_a_partner_are_left_out() -> None:
    right, wrong = (tuple(result(fault, seed) for seed in seeds) for fault, seeds in
                    (("none", (1, 2, 4)), ("zeros", (0, 1, 2))))
    found = faults.case("zeros", wrong, right)
    assert found is not None and found.seeds == 2
    assert [one.spec.seed for one in found.faulty] == [one.spec.seed for one in found.right] == [1, 2]
    assert faults.case("zeros", wrong, ()) is None


def test_the_counts_say_what_each_fault_does_to_them() -> None:
    told = faults.counts(case("unmasked", 0.1, nonzero=[100, 99, 98]))
    assert "mask says **80** weights" in told and "**98** weights that are not zero" in told
    told = faults.counts(case("biases", 0.0, biases=[20, 16, 13]))
    assert "only **13** of 20 biases" in told and "80 after round 2" in told
    told = faults.counts(case("zeros", 0.1, kept=[100, 90, 90]))
    assert "should be 80 weights. There are **90**" in told and "layer is gone" not in told
    told = faults.counts(case("quantile", 0.1, **{"kept": [100, 89, 55], "fc2.kept": [30, 27, 0]}))
    assert "There are **55**, and in 5 of 5 seeds a whole layer is gone." in told
    told = faults.counts(case("density", -0.1, **{"fc2.kept": [30, 27, 24]}))
    assert "the control has **24** where the ticket has **25**" in told
    assert "belongs to another net" in faults.counts(case("untrained", 0.1))
    assert faults.counts(case("peeking", 0.1)) == "The count is right: 80 weights after round 2."


def test_the_chart_has_the_right_curve_the_printed_one_and_the_net_that_comes_out() -> None:
    found = case("unmasked", 0.1, accuracy=[0.92, 0.5, 0.3])
    names = [line.name for line in faults.chart(found).lines]
    assert names == ["the right procedure", "what the code prints", "the same net with its mask on"]
    assert faults.chart(found).lines[1].y[-1] == pytest.approx(0.902)
    assert "in round 2 the code prints 90.2%, and should print 80.2%" in faults.chart(found).takeaway
    assert "with its mask on reads **30.0%**" in faults.curve(found)
    assert "each layer a round" in faults.source(found) and "5 seeds" in faults.source(found)
    assert len(in_words.csv(faults.chart(found)).splitlines()) == 4
    peeked = case("peeking", 0.0, accuracy=[0.9, 0.8, 0.7], told_accuracy=[0.9, 0.81, 0.72])
    assert peeked.shifts == pytest.approx([0.015] * 5), "judged by its own nets, not by the other runs"


def test_every_fault_has_a_snippet_that_is_python_and_code_that_ran() -> None:
    assert {snippet.fault for snippet in SNIPPETS} == {*FAULTS} - {"none"}
    for snippet in SNIPPETS:
        ast.parse(snippet.code)
        assert len(snippet.options) == 3 and 0 <= snippet.answer < 3
        assert all(text(snippet.defined[0], name) for name in snippet.defined[1])
        assert "\n" not in snippet.cure


def test_the_recorded_faults_do_what_the_page_says() -> None:
    """The story in the words: if a new recording tells another one, this fails and the words must follow."""
    atlas = Atlas(default_atlas())
    found = {}
    for fault in NAMES:
        runs = (tuple(atlas.find(faulty(name, seed)) for seed in SEEDS) for name in (fault, "none"))
        one = faults.case(fault, *runs)
        assert one is not None and one.seeds == len(SEEDS) and one.rounds == 20
        found[fault] = one
    assert {fault: faults.effect(one) for fault, one in found.items()} == {
        "unmasked": "flatters", "zeros": "flatters", "quantile": "spoils", "untrained": "flatters",
        "density": "cannot be told", "peeking": "hardly shows", "biases": "cannot be told",
    }
    assert (found["zeros"].grid("kept")[:, 1:] == 888).all() and (found["unmasked"].grid("nonzero")[:, 10] > 600).all()
    assert "in 5 of 5 seeds a whole layer is gone" in faults.counts(found["quantile"])
    assert (found["untrained"].grid("accuracy")[:, 10] < 0.4).all()
