"""Chapter 3's figures on a small lottery really run: counts, facts, lives and sentences agree with the masks."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from lth_core import by_hand
from lth_core.catalogue import pruning_run
from lth_core.data import held_out
from lth_core.engine import run
from lth_core.experiments import Counterfactual, Lottery
from lth_core.experiments.lottery.read import biases
from lth_core.ledger import runs as runs_of
from lth_core.ledger.runs import column
from lth_core.nets.drawn import index
from lth_core.nets.params import initial, weight_names
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.spec import Data, Net, Pruning, Training
from pages.figures import biography, in_words, magnitude, rounds, six_weights, what_if
from pages.figures.shrinking import popular_schedule, shrinking, survivors
from pages.widgets.round_player.build import player

NET = Net(sizes=(16, 12, 8, 10))
TINY = Lottery(
    data=Data(pool=7, train=1_000, validation=500), net=NET, training=Training(lr=5e-3, steps=60, eval_every=30),
    pruning=Pruning(rounds=4),
)


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(TINY)


@pytest.fixture(scope="module")
def seeds(tiny: Result) -> tuple[Result, Result]:
    return tiny, run(dataclasses.replace(TINY, seed=1))


@pytest.fixture(scope="module")
def crowd(tiny: Result) -> biography.Followed:
    return biography.follow(tiny)


def invented(accuracies: list[list[float]]) -> tuple[Result, ...]:
    """Lotteries with these test accuracies by round, one list a seed; each round halves the weights."""
    levels = np.arange(len(accuracies[0]))
    table = {"round": levels, "condition": np.array(["ticket"] * levels.size), "density": 0.5**levels,
             "kept": 64 // 2**levels, "total": np.full(levels.size, 64)}
    return tuple(Result(Lottery(seed=seed), {"cells": {**table, "test_accuracy": np.array(row)}}, {})
                 for seed, row in enumerate(accuracies))


def test_the_breaking_round_is_the_first_whose_mean_is_a_point_below() -> None:
    story = rounds.facts(invented([[0.90, 0.90, 0.885, 0.86], [0.90, 0.92, 0.897, 0.88]]))
    assert (story.breaks, story.breaks_weights) == (3, 8)
    assert story.holds_left == 0.25 and story.best == pytest.approx(0.91)


def test_a_net_that_never_breaks_says_so() -> None:
    results = invented([[0.9, 0.95, 0.96]])
    assert rounds.facts(results).breaks == 0
    assert "never lost" in rounds.breaking_sentence(results)
    assert "never falls" in rounds.accuracy(results).takeaway


def test_ahead_ends_at_the_first_gap() -> None:
    assert rounds.ahead(invented([[0.9, 0.91, 0.89, 0.92]])) == 0.5
    assert rounds.ahead(invented([[0.9, 0.91, 0.92]])) == 0.25


def test_the_gap_is_where_the_means_differ_most_whoever_leads() -> None:
    many, once = invented([[0.9, 0.8, 0.7], [0.9, 0.8, 0.5]]), invented([[0.9, 0.7, 0.9], [0.9, 0.85, 0.8]])
    gap = rounds.gap(many, once)
    assert (gap.round, gap.wins, gap.seeds) == (2, 0, 2)
    assert "one-shot is ahead" in rounds.gap_sentence(gap)


def test_the_law_counts_what_the_masks_count(tiny: Result) -> None:
    law = shrinking(NET, 0.2, 4, 0.1)
    deaths = {name: tiny.arrays[f"died/{name}"] for name in weight_names(NET)}
    for level, counts in enumerate(law.layers):
        assert counts == tuple(masks_at(deaths, level).counts().values())
    assert law.counted[0] == law.formula[0] == 1.0


def test_six_weights_are_told_drawn_and_tabled_alike() -> None:
    told = by_hand.play((0.3, 0.6, 0.8, 0.2, 0.4, -0.6))
    assert "began at +0.80, the largest of all" in six_weights.sentence(told)  # why size is judged after training
    table = six_weights.table(told)
    assert len(set(map(len, table.values()))) == 1 and len(table["weight"]) == 6
    for theme in ("light", "dark"):
        drawing = six_weights.svg(told, theme)
        assert drawing.count("stroke-dasharray") == 2  # the one that was cut, in the last two pictures
    assert "−0.60" in six_weights.alt(told)


def test_the_quoted_schedule_is_the_papers() -> None:
    sentence = popular_schedule()
    assert "20.0%, 67.2%, 89.3%, 96.5%" in sentence and "51.3%, 21.1%, 7.0%, 3.6%" in sentence


def test_nothing_is_told_before_it_is_trained(tiny: Result) -> None:
    accuracies = runs_of.column(tiny, "test_accuracy")
    assert "Nothing has been trained" in rounds.so_far(tiny, 0, 0)
    assert f"{accuracies[1]:.1%}" in rounds.so_far(tiny, 2, 0) and "Round 1" in rounds.so_far(tiny, 2, 0)
    assert f"{accuracies[2]:.1%}" in rounds.so_far(tiny, 2, 1) and "Round 2" in rounds.so_far(tiny, 2, 1)


def test_followed_weights_begin_and_die_as_the_run_says(tiny: Result, crowd: biography.Followed) -> None:
    theta0 = np.concatenate([initial(NET, 0)[name].ravel() for name in weight_names(NET)])
    np.testing.assert_array_equal(crowd.theta0, theta0)
    for at in (0, 191, 192, 287, 288, 367):
        assert index(NET, int(crowd.layer[at]), int(crowd.source[at]), int(crowd.target[at])) == crowd.edge[at] == at
    for level in range(5):
        assert np.count_nonzero(crowd.alive(level)) == runs_of.column(tiny, "kept")[level]


def test_a_dead_weight_lay_at_or_below_the_cut_and_had_passed_every_one_before(
    tiny: Result, crowd: biography.Followed
) -> None:
    for edge in np.flatnonzero(crowd.died)[::7]:
        life = biography.life(tiny, crowd, int(edge))
        assert len(life.size) == life.died and (life.size[:-1] >= life.threshold[:-1]).all()
        assert life.size[-1] <= life.threshold[-1]
        removed = np.floor((0.1 if life.layer == 2 else 0.2) * life.of + 0.5)
        assert life.rank[-1] < removed[-1] and (life.rank[:-1] >= removed[:-1]).all()
        assert f"Round **{life.died - 1}** was its last" in biography.told(life, NET)
        assert [path[-1] for path in life.values] == pytest.approx([abs(v) * np.sign(p[-1]) for v, p in zip(
            life.size, life.values, strict=True)])


def one_shot_runs() -> list[Result]:
    """A live one, which holds its trained weights, and shipped ones of a small net and of a sampled large one."""
    live = run(dataclasses.replace(TINY, pruning=dataclasses.replace(TINY.pruning, schedule="one-shot")))
    atlas = Atlas(default_atlas())
    names = [entry for entry in atlas.entries("lottery") if isinstance(entry.spec, Lottery)
             and entry.spec.pruning.schedule == "one-shot" and "path/1" in atlas.arrays(entry.key)]
    shipped = {entry.spec.net.sizes: entry.key for entry in names}
    return [live, *(result for key in shipped.values() if (result := atlas.find(key)))]


def test_in_a_one_shot_run_nobody_lies_below_the_cut_and_stays() -> None:
    """Every cut judges by the first training; the record's table has sizes after later ones."""
    runs = one_shot_runs()
    assert len(runs) == 3
    for result in runs:
        crowd = biography.follow(result)
        for edge in crowd.edge[:: max(1, crowd.edge.size // 150)]:
            life = biography.life(result, crowd, int(edge))
            cuts = np.nan_to_num(life.threshold)
            stays = len(life.size) - bool(life.died)
            assert (life.size[:stays] >= cuts[:stays]).all(), (result.key, edge)
            assert not life.died or life.size[-1] <= cuts[-1], (result.key, edge)
            assert (life.size == life.size[0]).all() and (np.diff(cuts[:stays][:-1]) >= 0).all()
        assert "judges by this training alone" in biography.told(
            biography.life(result, crowd, int(crowd.edge[np.argmax(crowd.died == 2)])), result.spec.net)


def test_the_cut_of_a_live_one_shot_run_is_that_of_the_whole_layer() -> None:
    result = one_shot_runs()[0]
    crowd = biography.follow(result)
    bare = dataclasses.replace(result, arrays={name: array for name, array in result.arrays.items()
                                               if not name.startswith("final/")})
    for edge in (0, 191, 192, 300, 367):  # all of so small a net are followed: both ways must agree
        np.testing.assert_array_equal(biography.life(result, crowd, edge).threshold,
                                      biography.life(bare, crowd, edge).threshold)


def test_a_survivor_outlives_every_round(tiny: Result, crowd: biography.Followed) -> None:
    life = biography.life(tiny, crowd, int(np.flatnonzero(crowd.died == 0)[0]))
    assert len(life.size) == 5 and np.isnan(life.threshold[-1])
    assert "outlived" in biography.told(life, NET) and "above the cut" in biography.fate(life).takeaway
    assert all(path[0] == np.float32(life.theta0) for path in life.values)


def test_a_weight_that_is_not_followed_is_refused(tiny: Result, crowd: biography.Followed) -> None:
    with pytest.raises(KeyError, match="368"):
        biography.life(tiny, crowd, 368)


def test_the_cloud_parts_at_the_cut(crowd: biography.Followed) -> None:
    for layer in range(3):
        cloud = magnitude.cloud(crowd, layer)
        assert np.abs(cloud.end[cloud.pruned]).max() == np.float32(cloud.cut) <= np.abs(cloud.end[~cloud.pruned]).min()
        told = magnitude.story(cloud)
        assert told.pruned + told.kept == cloud.start.size and 0 <= told.foretold <= 1
        drawing = magnitude.svg(cloud, "dark")
        assert drawing.count("<circle") == told.kept and f"{told.pruned:,} pruned" in drawing
        assert len(magnitude.table(cloud)["fate"]) == cloud.start.size


def test_charts_have_words_and_tables(tiny: Result, seeds: tuple[Result, Result], crowd: biography.Followed) -> None:
    life = biography.life(tiny, crowd, int(np.flatnonzero(crowd.died == 3)[0]))
    law = shrinking(NET, 0.2, 4, 0.1)
    charts = (rounds.accuracy(seeds), rounds.schedules(seeds, seeds), survivors(law, 0.2), rounds.learning(tiny),
              biography.fate(life), biography.journey(life))
    for chart in charts:
        assert chart.title in in_words.alt(chart) and chart.takeaway
        assert len(set(map(len, in_words.table(chart).values()))) == 1


def test_the_player_gets_every_round_and_nothing_revived(tiny: Result) -> None:
    data = player(tiny, "tiny")
    assert data["rounds"] == 4 and len(data["rows"]) == len(data["paths"]) == len(data["curves"]) == 5
    assert data["cuts"][-1] is None and len(data["cuts"][0]) == 3 and data["sampled"] == ""
    assert [row["kept"] for row in data["rows"]] == runs_of.column(tiny, "kept").tolist()
    assert all(sum(row["layers"]) == row["kept"] for row in data["rows"])


def test_a_film_of_fewer_rounds_is_the_film_of_a_shorter_run(tiny: Result) -> None:
    """Pruning goes by rank: a run that was asked for two rounds is the beginning of one that was asked for four."""
    short = run(dataclasses.replace(TINY, pruning=dataclasses.replace(TINY.pruning, rounds=2)))
    asked, shown = player(short, "tiny"), player(tiny, "tiny", rounds=2)
    for name in ("rounds", "died", "curves", "cuts", "edge", "source", "target"):
        assert asked[name] == shown[name], name
    assert [row["kept"] for row in shown["rows"]] == [row["kept"] for row in asked["rows"]]


def test_an_open_end_shows_the_cut_that_the_next_round_will_make(tiny: Result) -> None:
    short = run(dataclasses.replace(TINY, pruning=Pruning(rounds=2)))
    opened, whole = player(short, "tiny", planned=4), player(tiny, "tiny")
    longer = player(run(dataclasses.replace(TINY, pruning=Pruning(rounds=3))), "tiny", planned=3)
    assert opened["open"] and "open" not in whole and "open" not in longer
    assert opened["start"] == whole["start"] == longer["start"] and opened["died"] == longer["died"]
    assert opened["cuts"] == longer["cuts"][:3]
    assert opened["next"] == {name: longer["rows"][3][name] for name in ("kept", "layers")}
    assert opened["planned"] == [row["density"] for row in whole["rows"]]


def test_the_table_has_a_row_for_every_round(tiny: Result) -> None:
    table = rounds.table(tiny)
    assert table["round"] == [0, 1, 2, 3, 4] and table["weights left"] == runs_of.column(tiny, "kept").tolist()
    assert {len(column) for column in table.values()} == {5}


def test_the_verdict_on_a_changed_weight_is_the_difference_within_pairs(tiny: Result) -> None:
    alive = int(np.flatnonzero(biography.follow(tiny).died == 0)[5])
    spec = Counterfactual(data=TINY.data, net=NET, training=TINY.training, pruning=Pruning(rounds=2), level=2,
                          edge=alive, action="kill", orders=3)
    result = run(spec)
    told = what_if.outcome(result)
    assert told.moves and told.effect == pytest.approx(told.changed - told.unchanged) and told.effect.size == 3
    assert rounds.points(float(told.effect.mean()), 2) in what_if.verdict(told)
    pairs = what_if.accuracies(result)
    assert [line.y.tolist() for line in pairs.lines] == [told.unchanged.tolist(), told.changed.tolist()]
    assert f"better in {np.count_nonzero(told.effect > 0)} of 3" in pairs.takeaway
    assert what_if.chart(result).lines[1].y[-1] == 0  # the killed weight
    idle = what_if.outcome(run(dataclasses.replace(spec, action="revive", orders=1)))
    assert not idle.moves and "already was as you asked" in what_if.verdict(idle)


@pytest.mark.parametrize("schedule", ["iterative", "one-shot"])
def test_the_shipped_small_net_reads_the_test_digits_as_recorded(schedule: str) -> None:
    """Its drawn weights and shipped biases are the net: what lights up in the browser is what was measured."""
    spec = pruning_run("drawable", 0, schedule)
    shipped = Atlas(default_atlas()).find(spec)
    assert shipped is not None
    crowd, test = biography.follow(shipped), held_out(spec.data)
    for level in (0, 3, 8):
        flat, x = np.nan_to_num(crowd.end(level)), test.images.reshape(len(test), -1)
        for depth, (wide, tall) in enumerate(pairwise(spec.net.sizes)):
            weights = flat[crowd.layer == depth].reshape(tall, wide)
            x = x @ weights.T + biases(shipped, level)[f"fc{depth + 1}.bias"]
            x = np.maximum(x, 0) if depth < len(spec.net.sizes) - 2 else x
        read = float(np.mean(x.argmax(1) == test.labels))
        assert read == pytest.approx(column(shipped, "test_accuracy")[level], abs=2e-4)
