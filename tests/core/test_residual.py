"""C21, and ResNet-20's word beside C28: verdicts follow the numbers, and one seed settles nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from lth_core.catalogue import CIFAR_LATE, OPTIONAL
from lth_core.ledger import ledger, residual
from lth_core.ledger.rewound import Rewound, harder, repaired, rewound
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, OPEN, UNTESTED
from lth_core.results.atlas import Atlas
from tests.figures import invented6
from tests.figures.invented import atlas
from tests.figures.invented_resnet import Errors, as_told, chain, chains


def net(errors: Errors = as_told, seeds: int = 3) -> Rewound:
    return rewound(residual.RESIDUAL, chains(seeds, errors))


def losing(points: float, swing: float) -> Errors:
    """Tickets from θ₀ that lose so many points in every round, and `swing` more or less from seed to seed."""
    return lambda condition, step, level, seed: (
        0.0 if step or condition != "ticket" else (points + swing * (seed - 1)) / 100)


@pytest.mark.parametrize(("points", "swing", "verdict"), [
    (0.1, 0.001, CONFIRMED),  # 0.2 points more are no difference
    (1.0, 2.0, COMPATIBLE),
    (1.0, 0.001, FAILED),
])
def test_the_verdict_counts_sizes(points: float, swing: float, verdict: str) -> None:
    found = residual.sizes(net(losing(points, swing)))
    assert found.of == len(harder(net())) > 0
    assert residual.MATCHING(replace(found, left=residual.LEFT)) == verdict
    assert residual.MATCHING(replace(found, left=0.4)) == (verdict if verdict == FAILED else OPEN), "too large a ticket"
    assert residual.MATCHING(residual.sizes(net(losing(points, swing), seeds=2))) == OPEN


def test_it_is_told_at_how_many_sizes_and_that_the_papers_are_smaller() -> None:
    found = replace(residual.sizes(net()), of=1, short=0, matching=1, left=0.4)
    assert residual.counted(found) == "At the one recorded size the ticket from θ₀ surely matches."
    assert residual.smaller(found) == (
        "With a smaller rate and warm-up it finds them down to 11.8% of the weights, smaller than ours. ")
    assert residual.smaller(replace(found, left=0.118)) == "", "as small as the paper's"
    assert residual.counted(replace(found, of=4, left=0.04)) == (
        "Of 4 sizes the ticket from θ₀ surely matches at 1 and surely falls short at 0.")


def test_one_seed_has_no_interval_and_says_so(tmp_path: Path) -> None:
    row = next(ledger(Atlas(atlas(tmp_path, *chains(1))), (21,)))
    assert row.outcome.verdict == OPEN and row.outcome.seeds == 1 and row.rerun == residual.RECORD
    assert row.outcome.why.startswith("One seed: no interval, and so no verdict. The rate is 0.1, without warm-up")
    assert "CIFAR-10, JPEG copy, 2,000 steps (1/15 of the paper's steps), four of its rounds at a time" in (
        row.outcome.why)
    assert "The whole net was still learning when its training ended" in row.outcome.why
    assert row.outcome.why.endswith("bfloat16; 1 seed.") and "[" not in row.outcome.ours


def test_what_is_told_has_one_number_a_sentence_and_reads_the_statistics_of_the_data(tmp_path: Path) -> None:
    mine, last = net(), harder(net())[-1]
    told = residual.told(mine)
    left = f"With {mine.density[last]:.1%} of the weights left"
    assert told.startswith(f"{left} the ticket from θ₀ errs by {2 * last}.00 points [")
    assert f"The one from step {CIFAR_LATE} errs by 0.00 points" in told and "The whole net reads 79.00 ± 2.48%" in told
    for sentence in told.split(". "):
        assert len(re.findall(r"points \[|\d ± ", sentence)) == 1, sentence
    assert repaired(mine, last, CIFAR_LATE).above(0.019 * last)
    row = next(ledger(Atlas(atlas(tmp_path, *chains())), (21,)))
    assert row.outcome.verdict == FAILED and row.outcome.ours == told and len(row.outcome.specs) == 2


def test_a_net_that_has_learned_all_it_could_needs_no_warning() -> None:
    assert residual.unfinished(net()).startswith("The whole net was still learning")
    done = tuple(replace(run, tables={"cells": {**cells, "early_stop_step": cells["round"]}})
                 for run in chains() for cells in (run.tables["cells"],))
    assert residual.unfinished(rewound(residual.RESIDUAL, done)) == ""


def test_c28_has_a_word_on_it(tmp_path: Path) -> None:
    deep = [invented6.chain("deep", step, seed) for step in (0, 100) for seed in range(3)]
    bare = next(ledger(Atlas(atlas(tmp_path / "bare", *deep)), (28,))).outcome
    both = next(ledger(Atlas(atlas(tmp_path / "both", *deep, *chains(1))), (28,))).outcome
    assert "ResNet-20" not in bare.why and (bare.verdict, bare.ours) == (both.verdict, both.ours)
    where, lost = "On ResNet-20 (CIFAR-10, JPEG copy, 2,000 steps, 1 seed)", 2 * harder(net())[-1]
    assert f"{where} the ticket from step 500 errs by {lost}.00 points less than the one from θ₀" in both.why


def test_half_a_seed_is_none_and_without_any_the_relative_stands(tmp_path: Path) -> None:
    there = {run.spec: run for run in (chain(0, 0), chain(CIFAR_LATE, 1))}
    assert residual.recorded(there.get) is None
    asked: list[object] = []
    residual.recorded(lambda spec: asked.append(spec))
    assert asked == list(OPTIONAL[residual.PART])
    assert next(ledger(Atlas(tmp_path), (21,))).outcome.verdict == UNTESTED
