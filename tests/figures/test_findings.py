"""Chapter 5's figures: verdicts follow the numbers, whichever way they go."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lth_core.experiments import Lottery
from lth_core.intervals import paired
from lth_core.ledger import lenet
from lth_core.ledger import runs as runs_of
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.nets.layers import weight_count
from lth_core.presets import preset
from lth_core.results.result import Result
from pages.figures import findings, in_words, networks, reproduction, sweep
from pages.widgets.chip import VERDICTS
from pages.widgets.curve_reader.payload import payload
from tests.figures.invented import Figures, accuracy_of_the_paper, result, stop_of_the_paper
from tests.figures.invented_conv import lotteries

PAPER: Figures = accuracy_of_the_paper
STOP: Figures = stop_of_the_paper


def case(seeds: int = 5, accuracy: Figures = PAPER, stop: Figures = STOP, protocol: str = "paper",
         once: bool = False) -> sweep.Sweep:
    runs = tuple(result(protocol, seed, "iterative", accuracy, stop) for seed in range(seeds))
    extra = tuple(result(protocol, seed, "one-shot", accuracy, stop) for seed in range(seeds)) if once else ()
    return sweep.sweep(runs, extra)


@pytest.fixture(scope="module")
def paper() -> sweep.Sweep:
    return case(once=True)


def test_numbers_like_the_papers_confirm_everything(paper: sweep.Sweep) -> None:
    verdicts = {check.statement: check.verdict for check in reproduction.checks(paper)}
    random = verdicts.pop("A random mask's accuracy after all steps, 10.7% left")  # invented a point too low
    assert set(verdicts.values()) == {"confirmed"}, verdicts
    assert random == "not reproduced"
    told = reproduction.summary(reproduction.checks(paper))
    assert "Of 14 statements **13** are confirmed, **0** partly. **0** agree" in told
    assert "**1** do not reproduce" in told
    named = reproduction.exceptions(reproduction.checks(paper))
    assert named == "Not found here: a random mask's accuracy after all steps, 10.7% left."
    faster, better, not_random = findings.findings(paper)
    assert faster.verdict == "confirmed" and "**38% [38, 38]** fewer" in faster.effect
    assert not_random.verdict == "confirmed"
    assert better.won == len(better.gaps) and better.verdict == "partly"  # best at 17% left, outside 60–80% sparsity
    assert "lies outside the popular" in better.why


def test_other_numbers_lead_to_other_verdicts() -> None:
    late = lenet.faster(case(stop=lambda name, level, seed: 5_000 + 100 * level + 10 * seed).runs)
    assert (late.won, late.verdict) == (0, "not reproduced")
    later = case(stop=lambda name, level, seed: 5_000 + (level > 7) * 1_000 - 300 * (level > 0) + seed)
    mixed = lenet.faster(later.runs)
    assert mixed.verdict == "partly" and mixed.won == 7
    same = case(accuracy=lambda name, level, seed: 0.97 + 0.001 * ((seed + level) % 3))
    assert lenet.better(same.runs).verdict == "not reproduced"
    assert lenet.not_random(same.runs).verdict == "not reproduced"
    only_masks = case(accuracy=lambda name, level, seed: 0.98 - 0.01 * (name == "random") + 1e-4 * (seed % 2))
    assert lenet.not_random(only_masks.runs).won == 0  # better than a random mask, not than its own mask reinitialised


def test_a_peak_inside_the_popular_range_confirms_it() -> None:
    hill = case(accuracy=lambda name, level, seed: 0.98 - 1e-4 * (level - 6) ** 2 + 1e-5 * (seed % 2))
    found = lenet.better(hill.runs)
    assert found.verdict == "confirmed" and found.density[0] == pytest.approx(0.41, abs=0.01)


@pytest.mark.parametrize("seeds", [1, 2])
def test_fewer_than_three_seeds_settle_nothing(seeds: int) -> None:
    few = case(seeds)
    words = [finding.verdict for finding in findings.findings(few)]
    words += [check.verdict for check in reproduction.checks(few)]
    table = lenet.convergence(few.runs)
    assert table is not None and table.settled() == "not settled yet"
    assert set(words) == {"not settled yet"}
    assert "No verdict from fewer than 3 seeds" in reproduction.summary(reproduction.checks(few))


def test_the_papers_accuracies_at_the_early_stop_are_compared_there() -> None:
    """After all steps the tickets are worse than dense here; at the early stop they are as the paper has them."""
    runs = [result("paper", seed, accuracy=lambda name, level, seed: 0.98 - 0.002 * (level > 0) + 1e-5 * seed)
            for seed in range(3)]
    early = [{**run.tables["cells"], "early_stop_test_accuracy": np.array(
        [PAPER(name, level, 2 + seed) for name, level in zip(*(run.tables["cells"][key].tolist()
                                                               for key in ("condition", "round")), strict=True)])}
        for seed, run in enumerate(runs)]
    found = reproduction.checks(sweep.sweep(tuple(
        Result(run.spec, {**run.tables, "cells": cells}, {}) for run, cells in zip(runs, early, strict=True)), ()))
    verdicts = {check.statement: check for check in found}
    assert verdicts["A ticket's lead on it at the early stop, 13.5% left"].verdict == "confirmed"
    assert verdicts["The largest lead after 50,000 steps"].verdict == "not reproduced"
    assert "after all steps from 80.0% on" in next(check.ours for check in found if check.statement.startswith("Where"))
    assert not any("One-shot" in check.statement for check in found)


@pytest.mark.parametrize(("last", "verdict"), [(15, "confirmed"), (8, "partly"), (24, "partly")])
def test_parity_is_lost_after_the_last_level_that_is_ahead(last: int, verdict: str) -> None:
    falls = case(accuracy=lambda name, level, seed: 0.98 - 0.004 * (level > last) - 0.0001 * (level == 1) + 1e-5 * seed)
    check = next(check for check in reproduction.checks(falls) if check.statement.startswith("Where tickets"))
    assert check.verdict == verdict
    if last < 24:
        assert f"from {falls.runs.density[last + 1]:.1%} on" in check.ours  # not from round 1's dip


def test_where_the_budget_ends_too_soon_the_first_95_percent_count(paper: sweep.Sweep) -> None:
    quick = case(protocol="quick", stop=lambda name, level, seed: 917)
    assert lenet.censored(quick.runs) and not lenet.censored(paper.runs)
    assert "95% validation accuracy" in lenet.pace_words(quick.runs)
    steps = lenet.pace(quick.runs, "ticket")
    assert set(np.unique(steps)) <= {300, 500, 917, np.inf}


def test_a_seed_that_never_arrives_is_no_win_and_no_point() -> None:
    steps = np.array([[400.0, 300.0], [400.0, np.inf], [400.0, 200.0]])
    assert lenet.earlier(steps, 1).n == 0
    assert lenet.earlier(steps[[0, 2]], 1).mean == pytest.approx(0.375)


def test_the_table_by_epochs_is_read_off_the_curves(paper: sweep.Sweep) -> None:
    table = lenet.convergence(paper.runs)
    assert table is not None
    level = paper.runs.nearest(0.107)
    ticket = np.mean([PAPER("ticket", level, seed) for seed in range(5)]) - 20 / 4_900
    assert table.cells["ticket"][5].mean == pytest.approx(ticket)
    assert table.cells["dense"][20].mean == pytest.approx(
        np.mean([PAPER("ticket", 0, seed) for seed in range(5)]) - 20 / 18_700)
    assert table.settled() == "not reproduced"
    rows = findings.convergence_rows(table)
    assert [row["Step"] for row in rows] == ["4,600", "9,200", "18,400"] and rows[0]["Popular reinit"] == "91.3%"
    assert lenet.convergence(case(protocol="quick").runs) is None


def test_every_measure_is_a_chart_with_its_words(paper: sweep.Sweep) -> None:
    assert sweep.measures(paper) == tuple(sweep.MEASURES)
    for measure in sweep.measures(paper):
        chart = sweep.chart(paper, measure, 4_600)
        assert [line.name for line in chart.lines] == ["winning ticket", "random reinit", "random structure",
                                                       "one-shot ticket", "dense net"]
        columns = in_words.table(chart)
        assert "winning ticket (95% low)" in columns and len({len(column) for column in columns.values()}) == 1
        assert chart.title in in_words.alt(chart)
    error, right = sweep.chart(paper, "error").lines[0], sweep.chart(paper, "accuracy").lines[0]
    assert error.low is not None and right.high is not None
    assert np.allclose(error.y, 1 - right.y) and np.allclose(error.low, 1 - right.high)
    assert "stopped" not in sweep.measures(case(protocol="quick"))


def test_read_outs_are_paired_within_seeds(paper: sweep.Sweep) -> None:
    ticket, *_, dense = sweep.readings(paper, "accuracy", 7)
    own = [PAPER("ticket", 7, seed) for seed in range(5)]
    whole = [PAPER("ticket", 0, seed) for seed in range(5)]
    assert ticket.against == paired(own, whole) and dense.against is None
    assert dense.value.mean == pytest.approx(np.mean(whole))
    assert ticket.against.half < dense.value.half / 2  # what seeds share has cancelled
    assert sweep.versus(ticket.against) in sweep.sentence(paper, 7)
    assert "it is the dense net" in sweep.sentence(paper, 0)


def test_replicates_are_averaged_at_a_step() -> None:
    one = result("paper", 0)
    curves = {name: np.concatenate([values, values]) for name, values in one.tables["curves"].items()}
    half = len(curves["step"]) // 2
    curves["replicate"][half:], curves["test_accuracy"][half:] = 1, curves["test_accuracy"][half:] - 0.02
    doubled = type(one)(one.spec, {**one.tables, "curves": curves}, {})
    plain, mean = (runs_of.at_step(sweep.sweep((run,), ()).runs, "reinit", 4_600, "test_accuracy")
                   for run in (one, doubled))
    assert np.allclose(plain - mean, 0.01)


def test_the_browser_gets_the_same_numbers(paper: sweep.Sweep) -> None:
    data = json.loads(json.dumps(payload(paper), allow_nan=False))
    assert data["density"] == paper.runs.density.tolist() and data["kept"][0] == data["total"] == 266_200
    assert data["steps"] == [100, 300, 500, 4_600, 9_200, 18_400, 50_000]
    measure = data["measures"][0]["charts"]["0"]
    ticket = measure["lines"][0]
    gap = sweep.readings(paper, "accuracy", 7)[0].against
    assert gap is not None and ticket["against"][7] == [gap.mean, gap.low, gap.high]
    assert ticket["y"][24 - 7] == pytest.approx(sweep.readings(paper, "accuracy", 7)[0].value.mean, abs=1e-6)
    assert len(data["measures"][-1]["charts"]) == 7 and "against" not in measure["lines"][-1]
    assert [mark["label"] for mark in measure["marks"]] == [
        "dense net 98.0 ± 0.2%", "winning ticket 98.3 ± 0.1%", "random structure 97.5 ± 0.3%",
        "popular: 98.3% with 3.5% left"]
    assert [(mark["kind"], mark["told"]) for mark in measure["marks"]][2:] == [
        ("paper", "paper: random structure 97.5 ± 0.3%"), ("popular", "popular: 98.3% with 3.5% left")]
    single = json.loads(json.dumps(payload(case(1)), allow_nan=False))
    assert single["measures"][0]["charts"]["0"]["lines"][0]["low"] is None


def test_the_printed_curves_are_those_on_screen(paper: sweep.Sweep) -> None:
    shown = sweep.as_shown(paper, "accuracy", 4_600, linear=False, each=False, first=6, last=14)
    assert shown.x.falling and shown.x.log and shown.origin is not None and shown.origin.seeds == (0, 1, 2, 3, 4)
    assert all(line.x.tolist() == paper.runs.density[14:5:-1].tolist() and line.low is not None for line in shown.lines)
    assert [mark.x for mark in shown.marks] == [0.107, 0.107] and "Diamonds: as printed in" in shown.source
    other = sweep.as_shown(paper, "stop", 4_600, linear=True, each=True, first=0, last=24)
    assert not other.x.log and not other.marks and other.lines[0].low is None and other.lines[0].seeds.shape == (5, 25)
    quick = case(protocol="quick")  # has no test accuracy at the early stop, nor so many steps
    assert sweep.as_shown(quick, "stopped", 1, False, False, 0, 24).title == sweep.MEASURES["accuracy"].title
    assert "500 steps" in sweep.as_shown(quick, "step", 50_000, False, False, 0, 24).title
    columns = in_words.csv(shown).splitlines()[0]
    assert "winning ticket (seed 4)" in columns and "dense net (seed 0)" in columns


def test_a_control_that_was_not_run_in_every_round_has_no_points_elsewhere() -> None:
    runs = sweep.sweep(lotteries("Conv-2"), ())
    shares = runs.runs.density
    for shown in (sweep.chart(runs, "accuracy"), sweep.as_shown(runs, "accuracy", 500, False, False, 0, 4)):
        lines = {line.name: line for line in shown.lines}
        assert lines["winning ticket"].x.tolist() == shares[::-1].tolist()
        assert lines["random reinit"].x.tolist() == [shares[4], shares[2]]
        assert lines["random structure"].x.tolist() == [shares[4]]
        assert not shown.marks and "nan" not in in_words.alt(shown) and "Conv-2 on CIFAR-10, JPEG copy" in shown.source
    data = json.loads(json.dumps(payload(runs), allow_nan=False))
    ticket, reinit, random, dense = data["measures"][0]["charts"]["0"]["lines"]
    assert [value is None for value in reinit["y"]] == [False, True, False, True, True] == [
        value is None for value in reinit["seeds"][0]]
    assert [value is None for value in random["low"]] == [False, *[True] * 4]
    assert ticket["x"] == pytest.approx(reinit["x"], abs=1e-6) and None not in ticket["y"] + dense["y"]
    assert len(data["steps"]) == 5 and data["steps"][-1] == 10_000
    assert [one["key"] for one in data["measures"]] == ["accuracy", "error", "stop", "train", "step"]


def test_every_network_has_its_row_and_a_verdict(paper: sweep.Sweep) -> None:
    found = networks.networks(paper)
    assert [row.claim for row in found] == [17, 18, 19, 20, 21, 22]
    assert all(row.verdict in VERDICTS for row in found) and [row.measured for row in found] == [True, *[False] * 5]
    assert "98.00 ± " in found[0].ours and found[0].verdict == "partly"  # dense 98.0, not the popular 98.3
    assert "2,261,184" in found[3].paper and "1.7M" in found[3].paper
    assert "run --preset conv2," in found[1].ours and "run --preset resnet20," in found[4].ours


def test_a_small_conv_net_is_never_passed_off_as_the_papers() -> None:
    runs = tuple(small_conv(seed) for seed in range(3))
    row = networks.networks(case(1), (runs,))[1]
    assert row.measured and row.verdict == "cannot be tested here"
    assert row.ours.startswith("Not the paper's numbers: MNIST at 14×14 pixels, 50% of the channels (479,008 weights)")
    assert "Dense 98.01 ± " in row.ours  # 98.0, 98.01, 98.02
    assert "best of 8 tickets +0.40 points [+0.40, +0.40] at 17.4% left" in row.ours
    assert "against dense and +0.50 points" in row.ours and "--preset conv2," in row.ours
    assert "; 1 seed. Dense" in networks.networks(case(1), (runs[:1],))[1].ours


def test_whatever_relative_is_recorded_stands_in_the_row_of_its_net() -> None:
    found = networks.networks(case(1), tuple((small_conv(0, name),) for name in (
        "conv2-mnist", "conv2-fashion", "resnet20-small")))
    assert "MNIST at 14×14 pixels" in found[1].ours and "Fashion-MNIST at 14×14 pixels" in found[1].ours
    assert found[1].ours.count("not yet measured") == 1
    assert "600 steps" in found[4].ours and "--preset resnet20," in found[4].ours
    assert [row.measured for row in found] == [True, True, False, False, True, False]


def small_conv(seed: int, name: str = "conv2-mnist") -> Result:
    """Made-up cells: tickets lead the dense net by 0.1 points a round up to the fourth, fresh weights trail by 0.5."""
    spec = preset(name, seed)
    assert isinstance(spec, Lottery)
    kept = [sum(counts.values()) for counts in schedule(spec.pruning, Mask.dense(spec.net))]
    rows = [(0, "ticket", 0.0)]
    rows += [(level, how, 0.001 * min(level, 8 - level) - 0.005 * (how == "reinit")) for level in range(1, len(kept))
             for how in ("ticket", "reinit")]
    cells = {"round": np.array([row[0] for row in rows]), "condition": np.array([row[1] for row in rows]),
             "density": np.array([kept[row[0]] / weight_count(spec.net) for row in rows]),
             "test_accuracy": np.array([0.98 + 0.0001 * seed + row[2] for row in rows])}
    return Result(spec, {"cells": cells}, {})


def test_the_pace_chart_leaves_out_rounds_nobody_finishes() -> None:
    quick = case(protocol="quick", stop=lambda name, level, seed: 917,
                 accuracy=lambda name, level, seed: 0.985 - 0.004 * level * (name != "ticket"))
    chart = findings.speed_chart(quick)
    ends = {line.name: line.x[-1] for line in chart.lines}
    assert ends["winning ticket"] == 24 and ends["random reinit"] < 8
    assert "of the dense net's steps to 95%" in chart.takeaway
