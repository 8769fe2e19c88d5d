"""Occam's hill: the gap between training and test images, judged by all seeds, whichever way the numbers go."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger.runs import Runs
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.result import Result
from pages.figures import in_words, occam
from tests.figures.invented import Figures, result

# (condition, round, seed) → training accuracy
Fits = Callable[[str, int, int], float]


def hill(condition: str, level: int, seed: int) -> float:
    """Tickets rise by three tenths of a point to round 8 and fall after; random masks only fall."""
    rise = 0.003 * np.sin(np.pi * min(level, 16) / 16) - 0.002 * max(0, level - 16)
    return float(0.98 + 0.0002 * seed + (rise if condition == "ticket" else -0.001 * level))


def fitted(condition: str, level: int, seed: int) -> float:
    """All fit 99.9% of the training images, until too few weights are left."""
    return 0.999 - (0.01 * (level - 18) if level > 18 else 0)


def runs(seeds: int = 5, fits: Fits = fitted, accuracy: Figures = hill) -> Runs:
    made = []
    for seed in range(seeds):
        one = result("paper", seed, accuracy=accuracy)
        cells = dict(one.tables["cells"])
        cells["train_accuracy"] = np.array([fits(name, level, seed) for level, name in
                                            zip(cells["round"].tolist(), cells["condition"].tolist(), strict=True)])
        made.append(Result(one.spec, {**one.tables, "cells": cells}, {}, one.manifest))
    return Runs.of(tuple(made))


def test_the_right_few_narrow_the_gap_and_others_widen_it() -> None:
    told = occam.sentence(runs())
    assert "tickets with 16.9% of the weights read **98.34%** of unseen images, the whole net 98.04%" in told
    assert "as fully as the whole net, down to 1.9% left" in told
    assert "the gap is **1.56** points, smaller than the whole net's 1.86" in told
    assert "A random mask of that size has a gap of **2.66** points, larger than" in told
    assert "The *right* few narrow the gap a little" in occam.verdict(runs())


def test_other_numbers_lead_to_other_words() -> None:
    all_narrow = runs(accuracy=lambda condition, level, seed: 0.98 + 0.0005 * min(level, 10) + 0.0001 * seed)
    assert "fewer weights do narrow the gap, whichever they are" in occam.verdict(all_narrow)
    mixed = runs(fits=lambda condition, level, seed: 0.999 + (level > 0) * 0.004 * (-1) ** seed)
    assert "not to be told from" in occam.sentence(mixed)
    assert occam.verdict(mixed) == "So nothing here says that pruning prevents overfitting."
    assert occam.verdict(runs(2)) == "Fewer than 3 seeds settle nothing."
    assert "not to be told from" in occam.sentence(runs(2))


def test_gaps_that_close_because_nothing_is_fitted_are_no_cure() -> None:
    told = occam.end(runs())
    assert "With 0.5% left the gap is smaller" in told and "tickets read 93.9% of them" in told
    assert occam.end(runs(fits=lambda condition, level, seed: 0.999)) == ""


def test_the_charts_show_both_accuracies_and_all_gaps() -> None:
    found = runs()
    chart = occam.hill(found)
    assert [line.name for line in chart.lines] == ["training images", "unseen images"]
    assert found.density[int(chart.lines[0].x[-1])] >= occam.LEAST_LEFT and chart.lines[0].x[0] == 0
    assert "tickets rise from 98.04% to 98.34%" in chart.takeaway and "5 seeds" in chart.source
    gaps = occam.chart(found)
    assert len(gaps.lines) == 3 and gaps.lines[0].y[0] == pytest.approx(1.86)
    assert "whole net 1.86" in gaps.marks[0].label and len(in_words.csv(gaps).splitlines()) == found.levels + 2


def test_the_recorded_runs_say_what_the_page_says() -> None:
    found = Atlas(default_atlas())
    results = tuple(one for seed in EVIDENCE_SEEDS["paper"] if (one := found.find(evidence("paper", seed))) is not None)
    told = occam.sentence(Runs.of(results))
    assert "the gap is **1.55** points, smaller than the whole net's 1.78" in told
    widest = occam.widening(Runs.of(results))
    assert "With 1.5% left the tickets' gap is **2.56** points, larger than the whole net's" in widest
    assert "has a gap of **2.19** points, larger than the whole net's" in told
    assert "The *right* few" in occam.verdict(Runs.of(results))
