"""Chapter 8's lab figures: pairs are of one seed and one size, and the words follow the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lth_core.experiments import Lab, Lottery
from lth_core.intervals import Interval
from lth_core.ledger import bench as ledger_bench
from lth_core.ledger import rules
from lth_core.results.result import Result
from lth_core.spec import Pruning, Training
from pages.figures import all_methods, before_training, in_words, labs

LEVELS = (2, 4)
KEPT = {2: 640.0, 4: 410.0}


def result(seed: int, accuracies: dict[str, tuple[float, float]], spec: Any) -> Result:
    """A result with these test accuracies at the two levels."""
    rows = [(level, name, pair[i]) for i, level in enumerate(LEVELS) for name, pair in accuracies.items()]
    level, name, accuracy = (np.array(column) for column in zip(*rows, strict=True))
    kept = np.array([KEPT[each] for each in level])
    cells = {"round": level, "condition": name, "replicate": np.zeros(len(rows), int), "test_accuracy": accuracy,
             "kept": kept, "density": kept / 1000, "fc1.kept": kept - 20, "fc2.kept": kept * 0 + 10,
             "fc3.kept": kept * 0 + 10}
    return Result(spec, {"cells": cells}, {}, {})


def lab(seed: int, shift: float = 0.0) -> Result:
    pair = (0.95 + shift, 0.93 + shift)
    names = {"snip-global": pair, "snip-layer": pair, "snip-shuffled": (0.95, 0.92)}
    return result(seed, names, Lab(seed=seed, levels=LEVELS, pruning=Pruning(rounds=4)))


def lottery(seed: int, shift: float = 0.0) -> Result:
    return result(seed, {"ticket": (0.97 + shift, 0.97 + shift), "random": (0.95 + shift, 0.92 + shift)},
                  Lottery(seed=seed, training=Training(steps=917)))


def found() -> ledger_bench.Bench:
    shifts = {0: 0.0, 1: 0.002, 2: -0.001, 7: 0.5}
    return ledger_bench.bench([lab(seed, shift) for seed, shift in shifts.items() if seed != 7],
                      [lottery(seed, shift) for seed, shift in reversed(shifts.items())])


def test_runs_are_paired_by_seed_and_those_without_a_partner_left_out() -> None:
    bench = found()
    assert [run.spec.seed for run in bench.labs] == [run.spec.seed for run in bench.lotteries] == [0, 1, 2]
    gap = bench.gap("snip-global", "ticket", 4)  # both move with the seed: the difference does not
    assert gap.mean == pytest.approx(-0.04) and gap.high - gap.low < 1e-9
    with pytest.raises(ValueError, match="no lab run has a recorded lottery of the same seed"):
        ledger_bench.bench([lab(0)], [lottery(1)])


def early(seed: int, conditions: dict[str, tuple[float, float]], method: str = "grasp") -> Result:
    return result(seed, conditions, Lab(seed=seed, levels=LEVELS, pruning=Pruning(rounds=4), method=method))


def test_benches_are_joined_over_the_seeds_that_all_have() -> None:
    other = ledger_bench.bench([early(seed, {"grasp": (0.94, 0.90 + seed / 100)}) for seed in (1, 2, 3)],
                               [lottery(seed) for seed in (1, 2, 3)])
    both = ledger_bench.joined([found(), other])
    assert [run.spec.seed for run in both.labs] == [1, 2]
    assert both.accuracy["grasp"][:, 1].tolist() == [0.91, 0.92] and "snip-global" in both.accuracy
    alone = ledger_bench.bench([early(3, {"grasp": (0.9, 0.9)})], [lottery(3)])
    with pytest.raises(ValueError, match="different seeds"):
        ledger_bench.joined([found(), alone])


def test_a_check_at_one_size_alone_is_no_unequal_size() -> None:
    one = early(0, {"grasp": (0.94, 0.90)})
    cells = one.tables["cells"]
    cells["condition"] = np.array(["grasp", "grasp-reinit"])
    cells["round"], cells["kept"] = np.array([4, 4]), np.array([410.0, 410.0])
    board = ledger_bench.bench([one], [lottery(0)])
    assert np.isnan(board.accuracy["grasp-reinit"][0, 0]) and board.accuracy["grasp-reinit"][0, 1] == 0.90


def test_the_price_is_the_whole_trainings_until_the_sparse_net_is_done() -> None:
    board = all_methods.with_one_shot(found(), [lottery(seed, 0.01) for seed in (0, 1, 2)])
    rows = {row["Mask"]: row for row in all_methods.rows(board, 4)}
    assert {name: row["Trainings"] for name, row in rows.items()} == {
        "winning ticket (IMP)": "5", "magnitude, one-shot": "2", "SNIP": "1", "random, same layer sizes": "1"}
    assert "SNIP" in all_methods.best(board, 4) and "less than the ticket" in all_methods.best(board, 4)
    wrong = [lottery(seed) for seed in (0, 1, 2)]
    wrong[1].tables["cells"]["kept"][:] += 1
    with pytest.raises(ValueError, match="keep different numbers of weights"):
        all_methods.with_one_shot(found(), wrong)


def test_works_that_cut_after_training_join_at_the_sizes_they_share_and_say_when_they_cut() -> None:
    base = found()
    seeds = [run.spec.seed for run in base.lotteries]
    rates = np.array([[0.5 + seed / 100, 0.6 + seed / 100, 0.7 + seed / 100] for seed in reversed(seeds)])
    other = replace(base, lotteries=base.lotteries[::-1], levels=(1, *LEVELS), density=np.array([0.9, *base.density]),
                    accuracy={"obd-global-retrained": rates, "obd-recursion": rates, "ticket": rates})
    board = all_methods.with_board(base, other)
    assert board.accuracy["obd-global-retrained"].tolist() == rates[::-1, 1:].tolist()
    assert "obd-recursion" not in board.accuracy, "it has no line in METHODS"
    assert board.accuracy["ticket"] is base.accuracy["ticket"]
    row = next(one for one in all_methods.rows(board, 4) if one["Mask"].startswith("Optimal Brain Damage"))
    assert (row["Cut"], row["Trainings"]) == ("after training; 100 steps more", "1.1")
    told = all_methods.best(board, 4)
    assert "cut before or during training is SNIP" in told and "cut after training is Optimal Brain Damage" in told
    few = replace(other, lotteries=other.lotteries[1:])
    assert all_methods.with_board(base, few) is base, "a seed is missing"
    assert all_methods.with_board(base, replace(other, levels=(1, 2, 3))) is base, "a size is missing"


def test_masks_before_training_are_judged_together_and_the_best_of_them_decides() -> None:
    def board(snip: float, grasp: float) -> ledger_bench.Bench:
        both = early(0, {"snip-global": (snip, snip), "grasp": (grasp, grasp)})
        runs = [Result(
            Lab(seed=seed, levels=LEVELS, pruning=Pruning(rounds=4)),
            {"cells": {**both.tables["cells"],
                       "test_accuracy": both.tables["cells"]["test_accuracy"] + seed / 1000}}, {}, {})
                for seed in (0, 1, 2)]
        return ledger_bench.bench(runs, [lottery(seed, seed / 1000) for seed in (0, 1, 2)])

    def judged(snip: float, grasp: float) -> str:
        return ledger_bench.BEFORE(ledger_bench.before(board(snip, grasp)))

    assert judged(0.90, 0.98) == rules.CONFIRMED  # one keeps up
    assert judged(0.96, 0.90) == rules.PARTLY  # all behind, one ahead of random
    assert judged(0.90, 0.91) == rules.FAILED


def test_a_layer_collapses_where_it_first_has_no_weight_left() -> None:
    rows = {"condition": np.array(["grasp"] * 3 + ["synflow"] * 3), "density": np.array([0.1, 0.01, 0.001] * 2),
            "fc1.kept": np.array([9, 0, 0, 9, 5, 1]), "fc2.kept": np.array([9, 7, 0, 9, 5, 1]),
            "log10_paths": np.array([1.0, -np.inf, -np.inf, 1.0, 0.5, 0.0])}
    looked = Result(Lab(method="collapse"), {"masks": rows}, {}, {})
    assert before_training.first_cut(looked, "grasp") == (0.01, "fc1")
    assert before_training.severed(looked, "grasp") == 0.01
    assert before_training.first_cut(looked, "synflow") is None and before_training.severed(looked, "synflow") is None


def test_unequal_sizes_are_refused() -> None:
    wrong = lab(0)
    wrong.tables["cells"]["kept"][3] += 1
    with pytest.raises(ValueError, match="snip-global and the ticket keep different numbers of weights in round 4"):
        ledger_bench.bench([wrong], [lottery(0)])


def test_how_far_a_method_comes_is_measured_between_random_and_ticket() -> None:
    bench = found()
    assert labs.closes(bench, "random", 4) == 0 and labs.closes(bench, "ticket", 4) == 1
    assert labs.closes(bench, "snip-global", 4) == pytest.approx(0.2)
    assert labs.closes(bench, "snip-global", 2) == pytest.approx(0.0)


def test_the_verdict_follows_the_numbers() -> None:
    bench = found()
    assert ledger_bench.verdict(bench, "snip-global") == "partly"  # ahead of random at 4, behind the ticket
    assert ledger_bench.verdict(bench, "ticket") == "confirmed"
    assert ledger_bench.verdict(bench, "random") == "not reproduced"


def test_sentences_say_ahead_behind_or_unclear() -> None:
    bench = found()
    sentence = labs.against(bench, "snip-global", "SNIP", 4, {"random": "a random mask", "ticket": "the ticket"})
    assert sentence == ("SNIP reads 1.00 points [1.00, 1.00] more than a random mask. "
                        "SNIP reads 4.00 points [4.00, 4.00] less than the ticket.")
    unclear = labs.compared(Interval(0.001, -0.01, 0.012, 3), "A", "B")
    assert unclear == "between A and B these 3 seeds show no clear difference: +0.10 points [−1.00, +1.20]"


def test_the_chart_draws_every_condition_once_rising_and_tabulates_its_interval() -> None:
    chart = labs.chart(found(), labs.SNIP, "SNIP beside the ticket", "so far")
    assert [line.name for line in chart.lines] == [name for name, _ in labs.SNIP.values()]
    assert all(line.x.tolist() == [0.41, 0.64] for line in chart.lines)
    columns = in_words.table(chart)
    assert "winning ticket (95% low)" in columns and len(columns["weights left (%)"]) == 2
    assert "3 seeds" in chart.source and "917 steps" in chart.source


def test_layers_are_tabulated_as_counts_and_shares() -> None:
    columns = labs.layer_table(found(), 4)
    assert columns["layer"] == ["784 × 300", "300 × 100", "100 × 10"]
    assert columns["SNIP keeps"] == ["390 (0.2%)", "10 (0.0%)", "10 (1.0%)"]


def test_only_labs_are_shown_as_labs() -> None:
    with pytest.raises(ValueError, match="this figure shows labs, not 'lottery'"):
        ledger_bench.bench([lottery(0)], [lottery(0)])
