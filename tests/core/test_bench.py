"""The benchmark's pieces, on problems that take milliseconds."""

from __future__ import annotations

import io
import json
import time

import numpy as np
import pytest
import torch
from rich.console import Console

from lth_core import bench, roofline
from lth_core.cli.bench import table
from lth_core.data import load
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.spec import Data, Net, Training
from lth_core.training.backends import prepare

NET = Net(sizes=(49, 12, 10))
SHORT = Training(steps=20, eval_every=20)
SMALL = Data(pool=4, train=2_000, validation=500)


@pytest.fixture
def reduced(monkeypatch):
    """The benchmark's own code on a small net, a few steps and a few turns."""
    small = {"NET": NET, "PAPER": SHORT, "EPOCH": SHORT, "TICKETS": NET, "TICKET": SHORT, "QUICK_TURNS": 3}
    for name, value in small.items():
        monkeypatch.setattr(bench, name, value)
    monkeypatch.setattr(bench, "load", lambda data, seed: load(SMALL, seed))
    monkeypatch.setattr(bench, "batches", lambda seed, examples, *rest: batches(seed, min(examples, 2_000), *rest))
    monkeypatch.setattr(bench, "memory", lambda: 321.0)
    monkeypatch.setattr(roofline, "SIDE", 64)
    monkeypatch.setattr(roofline, "BYTES", 1 << 16)


batches = bench.batches


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_slope_is_the_power_of_the_density(power):
    densities = [0.02, 0.07, 0.3]
    assert bench.slope(densities, [3 * density**power for density in densities]) == pytest.approx(power)


def test_runners_take_turns_and_the_median_is_theirs():
    turns: list[tuple[str, int]] = []

    def runner(name, seconds, slow_at):
        def advance(order):
            turns.append((name, len(order)))
            mine = sum(who == name for who, _ in turns)
            time.sleep(len(order) * seconds * (20 if mine == slow_at else 1))  # one busy moment moves no median
        return advance

    # The very first turn is slow, as it is when caches are cold, and is not counted.
    pace = bench.interleaved({"plain": runner("plain", 4e-4, 1), "dense": runner("dense", 1e-4, 2)}, turns=3)
    assert [name for name, _ in turns] == ["plain", "dense"] * 4
    assert {steps for name, steps in turns if name == "plain"} == {20}  # the slow loop does fewer
    assert {steps for name, steps in turns if name == "dense"} == {60}
    assert 4e-4 <= pace["plain"] < 8e-4
    assert 1e-4 <= pace["dense"] < 8e-4


def test_the_fastest_of_a_few_tries_is_told_with_its_processor_time():
    waits = iter([0.05, 0.001])
    wall, processor = bench.fastest(lambda: time.sleep(next(waits)))
    assert 0.001 <= wall < 0.05
    assert processor < wall  # a process that sleeps needs none


def test_levels_are_the_papers(monkeypatch):
    monkeypatch.setattr(bench, "NET", NET)
    data = prepare(load(SMALL, 0))
    monkeypatch.setattr(bench, "batches", lambda *args: batches(0, 2_000, 60, 0, 20))
    masks = bench.levels(data)
    assert list(masks) == list(bench.ROUNDS)
    assert masks["dense"].density == 1
    for name, mask in masks.items():
        rounds = bench.ROUNDS[name]
        expected = (588 * 0.8**rounds + 120 * 0.9**rounds) / 708  # 20% a round, the output layer 10%
        assert mask.density == pytest.approx(expected, abs=0.01)


def test_the_plain_loop_learns(monkeypatch):
    monkeypatch.setattr(bench, "NET", NET)
    data = prepare(load(SMALL, 0))
    torch.manual_seed(0)  # the plain loop draws its weights as everyone does, from the global stream
    advance = bench.plain(data, Mask.dense(NET))
    before = advance(batches(0, 2_000, 60, 0, 1))
    assert before == pytest.approx(np.log(10), rel=0.1)
    assert advance(batches(0, 2_000, 60, 1, 600)) < before / 2  # a loop that did nothing would be fast


def test_every_figure_is_there_and_the_plain_loop_beside_it(reduced):
    figures = json.loads(json.dumps(bench.run(quick=True)))
    assert set(figures["ratios"]) == {"dense_vs_plain", "sparse36_vs_plain"}
    assert {"imp16_quick", "ablation_quick", "draws50", "paper_imp16"} <= set(figures["seconds"])
    assert figures["seconds"]["paper_imp16"] is None  # minutes, left out by --quick
    assert all(figures["seconds"][name] > 0 for name in ("imp16_quick", "imp16_a_seed", "ablation_quick", "draws50"))
    pace = figures["plain_steps_per_second"]
    whole = ("imp16_quick", "imp16_a_seed", "imp16_engine", "paper_imp16", "paper_a_seed")
    assert figures["plain_seconds"] == pytest.approx(dict.fromkeys(whole, 16 * 20 / pace))
    steps = figures["steps_per_second"]
    assert figures["ratios"]["dense_vs_plain"] == pytest.approx(steps["dense"] / pace)
    assert figures["ratios"]["sparse36_vs_plain"] == pytest.approx(steps["3.6"] / pace)
    assert np.isfinite(figures["slope"])
    assert figures["rss_mb"] == 321.0
    assert {"machine", "threads", "versions", "load"} <= set(figures["machine"])

    text = io.StringIO()
    Console(file=text, width=160).print(table(figures))
    shown = text.getvalue()
    for name in (*figures["ratios"], *figures["seconds"], "slope", "rss_mb", "plain loop ×", "GFLOP/s"):
        assert name in shown
    assert "not run" in shown
    assert "321.00 MB" in shown


def test_a_step_needs_two_operations_for_every_multiply_add():
    net = Net(sizes=(49, 10))
    data, params = prepare(load(SMALL, 0)), initial(net, 0)
    whole = roofline.work(params, Mask.dense(net), data.train, batch=60, skipping=False)
    assert whole == 2 * 60 * 2 * 490 + roofline.ADAM * 490  # forward and weight gradient, then Adam
    assert roofline.work(params, Mask.dense(net), data.train, batch=60, skipping=True) < whole
