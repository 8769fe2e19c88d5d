"""Chapter 4's figures, on small lotteries really run and on invented ones whose answer is known."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pytest

from lth_core.engine import run
from lth_core.experiments import Ablation, Lottery
from lth_core.explain import signals, typical_size
from lth_core.intervals import mean_ci
from lth_core.ledger import start
from lth_core.ledger.runs import Runs, column, curves, steps_to
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.spec import CONDITIONS, Condition, Data, Net, Pruning, Training
from pages.figures import conditions, explanations, in_words, palette, verdicts
from pages.figures.runs import KINDS
from pages.widgets.ablation.payload import live_payload, payload, thin

NET = Net(sizes=(16, 12, 8, 10))
ALL = tuple(map(Condition, CONDITIONS))
TINY = Lottery(data=Data(pool=7, train=1_000, validation=500), net=NET, pruning=Pruning(rounds=4), conditions=ALL,
               training=Training(lr=5e-3, steps=60, eval_every=30, measure="validation"))


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs.of(tuple(run(dataclasses.replace(TINY, seed=seed)) for seed in range(3)))


def invented(reads: Mapping[str, Callable[[int, int], float]], levels: int = 24, seeds: int = 3) -> Runs:
    """Runs whose test accuracies are `reads[condition](level, seed)`; level 0 is the dense net's."""
    rows = [(level, name) for level in range(levels + 1) for name in reads if level or name == "ticket"]
    results = []
    for seed in range(seeds):
        table = {
            "round": np.array([level for level, _ in rows]), "condition": np.array([name for _, name in rows]),
            "replicate": np.zeros(len(rows), int), "density": np.array([0.8**level for level, _ in rows]),
            "test_accuracy": np.array([reads[name](level, seed) for level, name in rows]),
        }
        movement = {f"fc1.sign_agreement_{fate}": np.full(levels, share) for fate, share in
                    (("kept", 0.8), ("pruned", 0.5))}
        results.append(Result(Lottery(seed=seed), {"cells": table, "movement": movement}, {}))
    return Runs.of(tuple(results))


def apart(**gaps: float) -> Runs:
    """Every condition so many points behind a ticket that reads 97%, the same at all levels, with a little spread."""
    everyone = {name: gaps.get(name.replace("-", "_"), 0.0) for name in CONDITIONS}

    def reader(gap: float) -> Callable[[int, int], float]:
        return lambda level, seed: 0.97 + 0.001 * seed - gap / 100 - 0.0002 * (seed % 2) * bool(gap)

    return invented({name: reader(gap) for name, gap in everyone.items()})


# ── gaps ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_gap_is_the_interval_of_the_differences_within_seeds(runs: Runs) -> None:
    ticket, reinit = (np.array([_cell(one, name, 3) for one in runs.results]) for name in ("ticket", "reinit"))
    assert runs.gap("reinit", 3) == mean_ci(ticket - reinit)
    chart = conditions.behind(runs, ("reinit",))
    assert chart.lines[0].y[2] == pytest.approx(100 * (ticket - reinit).mean())
    assert chart.lines[0].low is not None and chart.lines[0].low[2] < chart.lines[0].y[2]


def _cell(result: Result, name: str, level: int) -> float:
    cells = result.tables["cells"]
    return float(cells["test_accuracy"][(cells["condition"] == name) & (cells["round"] == level)][0])


def test_level_zero_is_the_dense_net_for_everyone(runs: Runs) -> None:
    dense = [column(one, "test_accuracy")[0] for one in runs.results]
    for name in KINDS:
        assert runs.grid(name, "test_accuracy")[:, 0].tolist() == dense


def test_replicates_are_averaged() -> None:
    one = apart(reinit=2.0).results[0]
    cells = {name: np.concatenate([values, values[-1:]]) for name, values in one.tables["cells"].items()}
    last = str(cells["condition"][-1])
    cells["replicate"][-1], cells["test_accuracy"][-1] = 1, cells["test_accuracy"][-2] + 0.1
    more = Runs.of((Result(one.spec, {"cells": cells}, {}),))
    assert more.grid(last, "test_accuracy")[0, -1] == pytest.approx(cells["test_accuracy"][-2] + 0.05)


@pytest.mark.parametrize(("breaks", "level"), [(21, 21), (1, 1), (99, 0)])
def test_a_gap_opens_where_it_stays_open(breaks: int, level: int) -> None:
    found = conditions.opening(invented({
        "ticket": lambda at, seed: 0.97, "random": lambda at, seed: 0.97 - (0.18 if at >= breaks or at == 5 else 0.02),
    }), "random", 0.17)
    assert found.level == level
    assert found.widest == pytest.approx(0.18)


def test_the_sentence_says_when_it_never_opens() -> None:
    assert "**never** falls 10 points behind: 5.01 points at most" in conditions.opening_sentence(
        apart(reinit=5.0), "reinit")
    assert "in round 1, with **80.0%**" in conditions.opening_sentence(apart(reinit=11.0), "reinit")


def test_words_follow_the_interval() -> None:
    some = apart(reinit=3.0, keep_signs=-1.0, frozen=0.0)
    assert "lies 3.01 points" in conditions.against_ticket("reinit", some.gap("reinit", 3))
    assert "*ahead* of the ticket by 0.99 points" in conditions.against_ticket("keep-signs", some.gap("keep-signs", 3))
    assert "cannot be told" in conditions.against_ticket("frozen", some.gap("frozen", 3))


# ── curves and speed ─────────────────────────────────────────────────────────────────────────────────────────────


def raced(curves: list[dict[int, float]]) -> Runs:
    """One curve a seed of the ticket at level 1, as step → validation accuracy; the dense net reads 0."""
    results = []
    for seed, curve in enumerate(curves):
        steps, values = list(curve), list(curve.values())
        table = {"round": np.array([0, *[1] * len(steps)]), "condition": np.array(["ticket"] * (len(steps) + 1)),
                 "replicate": np.zeros(len(steps) + 1, int), "step": np.array([0, *steps]),
                 "validation_accuracy": np.array([0.0, *values])}
        cells = {"round": np.arange(2), "condition": np.array(["ticket"] * 2), "density": np.array([1.0, 0.8]),
                 "test_accuracy": np.array([0.9, 0.9]), "replicate": np.zeros(2, int)}
        results.append(Result(Lottery(seed=seed), {"cells": cells, "curves": table}, {}))
    return Runs.of(tuple(results))


def test_steps_are_the_first_look_that_reads_the_goal() -> None:
    some = raced([{100: 0.9, 200: 0.96, 300: 0.94}, {100: 0.95, 200: 0.96, 300: 0.97}, {100: 0.1, 200: 0.2, 300: 0.3}])
    assert steps_to(some, "ticket", 1, 0.95).tolist() == [200, 100, np.inf]
    chart = conditions.speed(some, 0.95, ("ticket",))
    assert chart is not None and chart.lines[0].y.tolist() == [200]
    assert conditions.speed(some, 0.97, ("ticket",)) is None


def test_curves_keep_the_steps_that_all_seeds_were_measured_at() -> None:
    found = curves(raced([{100: 0.1, 150: 0.2, 200: 0.3}, {100: 0.4, 200: 0.5}]), "ticket", 1)
    assert found.step.tolist() == [100, 200] and found.values.tolist() == [[0.1, 0.3], [0.4, 0.5]]


# ── what the browser gets ────────────────────────────────────────────────────────────────────────────────────────


def test_the_browser_gets_every_level_of_every_condition(runs: Runs) -> None:
    data = payload(runs)
    json.dumps(data, allow_nan=False)
    assert [item["key"] for item in data["conditions"]] == list(KINDS)
    assert len(data["levels"]) == 4 and data["levels"][0]["kept"] == column(runs.results[0], "kept")[1]
    for name in KINDS:
        levels = data["curves"][name]["accuracy"]
        assert len(levels) == len(data["table"][name]) == 4
        assert all(low <= y <= high for line in levels for low, y, high in zip(
            line["low"], line["y"], line["high"], strict=True))
    assert len(data["curves"]["dense"]["loss"]) == 1
    still = data["curves"]["supermask"]["accuracy"][0]
    assert still["x"] == [0, 60] and still["y"][0] == still["y"][1]
    expected = np.mean([_cell(one, "reinit", 2) for one in runs.results])
    assert data["table"]["reinit"][1]["final"] == pytest.approx(expected, abs=1e-5)


def test_long_curves_are_thinned_to_what_can_be_seen() -> None:
    steps = np.array([0, 5, *range(100, 50_001, 100)])
    chosen = thin(steps, 40)
    assert 20 < len(chosen) <= 41 and chosen[0] == 0 and chosen[-1] == len(steps) - 1 and (np.diff(chosen) > 0).all()


def test_a_live_run_is_told_as_the_record_is(runs: Runs) -> None:
    names = ("ticket", "reinit", "supermask")
    spec = Ablation(data=TINY.data, net=NET, training=TINY.training, pruning=Pruning(rounds=2), level=2, seed=1,
                    conditions=tuple(map(Condition, names)))
    result = run(spec)
    shown = live_payload(result)
    json.dumps(shown, allow_nan=False)
    assert (shown["level"], shown["seed"], list(shown["curves"])) == (2, 1, list(names))
    old = curves(Runs.of((runs.results[1],)), "reinit", 2)
    assert shown["curves"]["reinit"]["accuracy"]["x"] == old.step.tolist()
    assert shown["curves"]["reinit"]["accuracy"]["y"] == pytest.approx(old.values[0], abs=1e-5)
    assert "Every one as recorded, to the last digit" in conditions.replayed(result, runs)
    alone = Runs.of((runs.results[0],))
    assert "record" not in conditions.replayed(result, alone)


# ── explanations ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_charts_have_words_and_tables(runs: Runs) -> None:
    loud = {"ticket": np.array([[1.0, 2.0]] * 3), "reinit": np.array([[1.0, 0.1], [1.0, 0.2], [1.0, 0.3]])}
    charts = [
        conditions.accuracy(runs), conditions.behind(runs, tuple(KINDS)[1:]), conditions.speed(runs, 0.3),
        *(figure(runs, layer) for layer in ("fc1", "fc2", "fc3")
          for figure in (explanations.agreement, explanations.sizes)),
        explanations.paths(runs), explanations.dead(runs), explanations.output(runs), explanations.logits(runs, loud),
    ]
    for chart in charts:
        assert chart is not None
        assert chart.title in in_words.alt(chart) and chart.takeaway
        assert len(set(map(len, in_words.table(chart).values()))) == 1


def test_the_learning_curves_go_home_as_they_are_shown(runs: Runs) -> None:
    chart = conditions.learning(runs, 2, "error", ("ticket", "supermask"))
    assert [line.name for line in chart.lines] == ["dense net", "winning ticket", "no training at all"]
    ticket = curves(runs, "ticket", 2)
    assert np.allclose(chart.lines[1].y, ticket.values.mean(0)) and chart.lines[1].x.tolist() == ticket.step.tolist()
    assert chart.lines[2].x.tolist() == [0, 60] and chart.lines[2].y[0] == chart.lines[2].y[1]
    assert chart.y.error and not chart.x.log and f"{100 * ticket.values[:, -1].mean():.4g}%" in chart.takeaway
    assert "winning ticket (seed 2)" in in_words.csv(chart) and conditions.learning(runs, 2, "loss", ("ticket",)).y.log


def test_signs_and_sizes_are_the_engines_own_columns(runs: Runs) -> None:
    kept = np.mean([one.tables["movement"]["fc2.sign_agreement_kept"][0] for one in runs.results])
    assert explanations.agreement(runs, "fc2").lines[0].y[0] == pytest.approx(kept)
    size = np.mean([one.tables["movement"]["fc2.start_magnitude_pruned"][0] for one in runs.results])
    assert explanations.sizes(runs, "fc2").lines[1].y[0] == pytest.approx(size / typical_size(NET, 1))


def test_signals_are_those_of_a_plain_forward_pass(runs: Runs) -> None:
    deaths, theta0 = explanations.deaths_of(runs.results[0]), initial(NET, 0)
    mask, images = masks_at(deaths, 2), np.linspace(0, 1, 48, dtype=np.float32).reshape(3, 16)
    layer = images
    for number in (1, 2, 3):
        weight = theta0[f"fc{number}.weight"] * mask[f"fc{number}.weight"]
        pre = layer @ weight.T
        assert signals(theta0, mask, images)[number - 1] == pytest.approx(float(np.sqrt((pre**2).mean())))
        layer = np.maximum(pre, 0)


def test_a_path_chart_ends_where_paths_do(runs: Runs) -> None:
    one = runs.results[0]
    cells = {name: np.array(values) for name, values in one.tables["cells"].items()}
    cells["log10_paths"][(cells["condition"] == "random") & (cells["round"] == 3)] = -np.inf
    cut = Runs.of((Result(one.spec, {**one.tables, "cells": cells}, {}),))
    chart = explanations.paths(cut)
    assert chart.lines[1].x.tolist() == [1, 2] and "then none in some seed" in chart.takeaway


def test_dead_units_are_blamed_by_the_numbers(runs: Runs) -> None:
    last, told = runs.levels, explanations.dead_sentence(runs)
    mine, other = (runs.grid(name, "dead_units")[:, last].mean() / 20 for name in ("ticket", "random"))
    lost = runs.gap("random", last).mean
    assert f"{mine:.0%} of the ticket's" in told and f"{other:.0%} of the random" in told
    assert told.endswith("cannot be the whole reason.") == (lost > 2 * abs(other - mine))


def test_silent_digits_are_counted_in_the_masks(runs: Runs) -> None:
    counts = explanations.silent(runs, "ticket", 4)
    for one, count in zip(runs.results, counts, strict=True):
        mask = masks_at(explanations.deaths_of(one), 4)
        reach = np.ones(16)
        for alive in mask.values():
            reach = (alive @ reach > 0).astype(float)
        assert count == np.count_nonzero(reach == 0)


def test_pictures_show_both_masks_with_equally_many_weights(runs: Runs) -> None:
    drawn = explanations.wirings(runs.results[0], 3)
    kept = column(runs.results[0], "kept")[3]
    assert list(drawn) == ["ticket", "random"] and drawn["ticket"][0] != drawn["random"][0]
    assert all(f"{kept:,} of {weight_count(NET):,} weights" in sentence for _, sentence in drawn.values())


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def judged(runs: Runs) -> dict[str, str]:
    return {one.number: one.verdict for one in start.verdicts(runs)}


def told(accuracy: float, level: int, seed: int) -> float:
    return accuracy + 0.001 * seed


def test_verdicts_follow_the_numbers() -> None:
    usual = apart(reinit=3.0, random=4.0, random_reinit=5.0, keep_signs=0.2, constant_signs=0.0, shuffled_init=3.0)
    assert judged(usual) == {"C7": "partly", "C12": "confirmed", "C13": "not reproduced", "C14": "partly",
                             "C15": "not reproduced", "C16": "partly"}


def test_verdicts_can_turn_out_otherwise() -> None:
    none = judged(apart(reinit=-1.0, random=-1.0, random_reinit=-1.0, keep_signs=1.0, shuffled_init=-1.0))
    assert (none["C7"], none["C12"], none["C14"], none["C16"]) == ("not reproduced",) * 4
    ruined = judged(apart(reinit=10.0, random=17.0, random_reinit=9.9, keep_signs=9.0, constant_signs=9.0))
    assert (ruined["C7"], ruined["C14"], ruined["C15"]) == ("confirmed", "not reproduced", "partly")
    legend = invented({name: partial(told, conditions.POPULAR.get(name, 0.9)) for name in CONDITIONS})
    assert judged(legend)["C13"] == "confirmed"


def test_the_popular_table_has_a_column_a_protocol() -> None:
    some = apart(reinit=3.0)
    table = verdicts.popular_table({"One epoch": some, "50,000 steps": some})
    assert all({"One epoch, 10.7% left", "50,000 steps, 10.7% left"} <= set(row) for row in table)
    assert [row["Popular"] for row in table] == ["≈ 95%", "≈ 85%", "≈ 78%", "–"]
    assert table[0]["Paper, 10.7% left"] == "98.3 ± 0.1%"


def test_no_runs_is_an_error_with_a_cure() -> None:
    with pytest.raises(ValueError, match="record the evidence"):
        Runs.of(())


def test_every_condition_of_the_engine_has_its_words_and_a_line_of_its_own() -> None:
    assert set(KINDS) == set(CONDITIONS)
    for palette_name in palette.PALETTES:
        drawn = [palette.style(kind.role, palette_name) for kind in KINDS.values()]
        assert len({(style.colour, style.dash, style.marker) for style in drawn}) == len(KINDS)
