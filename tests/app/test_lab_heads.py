"""The lab of attention heads: its bet reveals what was measured, and its board reads every set of heads as recorded."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from lth_core.catalogue import LATE_HEADS, SEEDS, head_tickets, headless
from lth_core.catalogue import heads as heads_run
from lth_core.experiments.heads import attention
from lth_core.ledger import heads as ledger
from lth_core.ledger.heads import Heads
from lth_core.ledger.runs import value
from pages.figures import heads as figures
from pages.records import recorded
from tests.app.harness import open_page, words

opened = partial(open_page, "pages/lab.py", method="heads")
NAMES = figures.NAMES


def found() -> Heads:
    return ledger.heads(recorded.among(heads_run(seed) for seed in SEEDS))


def test_the_bet_reveals_how_many_heads_go() -> None:
    board = found()
    app = opened()
    assert len(app.toggle) == 0
    app.slider(key="bet-heads").set_value(7)
    app.button(key="bet-heads-go").click().run()
    assert f"You said **7**. It was **{board.spare('importance').centre:.0f}**." in words(app)
    assert figures.spared(board) in words(app) and f"badge[{ledger.verdict(board)}]" in words(app)


def test_a_press_of_a_switch_reads_the_set_that_was_recorded() -> None:
    result = found().results[0]
    app = opened(**{"bet-heads": "skipped"})
    assert app.metric[0].value == f"{ledger.read(result, 255):.2%}"
    for name, code in (("1B", 0b11111101), ("2D", 0b01111101), ("1B", 0b01111111)):
        switch = app.toggle(key=f"head-0-{name}")
        switch.set_value(not switch.value).run()
        assert app.metric[0].value == f"{ledger.read(result, code):.2%}"
        assert figures.standing(result, code) in words(app)
    assert "2D" in app.query_params["off"]


def test_short_cuts_prune_the_least_important_and_find_the_best() -> None:
    result = found().results[0]
    app = opened(**{"bet-heads": "skipped"})
    for gone in range(1, 4):
        app.button(key="head-0-next").click().run()
        off = {name for name in NAMES if not app.toggle(key=f"head-0-{name}").value}
        assert off == {NAMES[head] for head in ledger.order(result)[:gone]}
    app.button(key="head-0-best").click().run()
    table = result.tables["sets"]
    assert app.metric[0].value == f"{table['test_accuracy'][table['heads'] == 5].max():.2%}"
    app.button(key="head-0-all").click().run()
    assert app.metric[0].value == f"{ledger.read(result, 255):.2%}" and "off" not in app.query_params


def test_a_link_opens_a_board_as_it_was_left() -> None:
    result = found().results[1]
    app = opened(**{"bet-heads": "skipped", "board": "1", "off": "1A.2C"})
    code = 255 & ~1 & ~(1 << 6)
    assert app.metric[0].value == f"{ledger.read(result, code):.2%}"
    app = opened(**{"bet-heads": "skipped", "off": "1A.9Z", "board": "7"})
    assert len(app.warning) == 1 and "off must be some of 1A" in app.warning[0].value
    assert "board must be a whole number" in app.warning[0].value


def test_cut_and_trained_on_are_one_switch_apart() -> None:
    board = found()
    app = opened(**{"bet-heads": "skipped"})
    assert figures.chart(board, again=False).takeaway[1:] in words(app)
    app.segmented_control(key="after").set_value("Trained on").run()
    assert figures.chart(board, again=True).takeaway[1:] in words(app)


# ── what is recorded ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_set_of_heads_was_read() -> None:
    board = found()
    assert board.seeds == len(SEEDS)
    for result in board.results:
        table = result.tables["sets"]
        assert sorted(table["code"].tolist()) == list(range(1 << attention.ALL))
        right = table["test_accuracy"] * result.spec.to_dict()["judged"]
        assert np.allclose(right, right.round(), atol=1e-6)
        assert ledger.read(result, 255) == pytest.approx(value(result, "dense", 0), abs=0.03)  # of all test digits


def test_chance_is_the_mean_over_all_sets_and_best_is_never_behind_on_validation() -> None:
    board = found()
    result = board.results[0]
    table = result.tables["sets"]
    for level in (1, 4, 8):
        mine = table["heads"] == 8 - level
        assert board.cut.accuracy["random"][0, level - 1] == pytest.approx(table["test_accuracy"][mine].mean())
        at, of, best = ledger.place(result, int(table["code"][mine][0]))
        assert 1 <= at <= of == mine.sum() and ledger.read(result, best) == table["test_accuracy"][mine].max()


def test_nets_without_heads_and_tickets_keep_exactly_as_many_weights() -> None:
    runs = recorded.among(headless(seed) for seed in SEEDS)
    assert len(runs) == len(SEEDS)
    for result in runs:
        assert len({value(result, name, 8, "kept") for name in ("ticket", "heads-rewound", "importance")}) == 1
        assert value(result, "dense", 0) == value(found().results[result.spec.seed], "dense", 0)


def test_the_tickets_are_those_of_the_same_net() -> None:
    chains = recorded.among(head_tickets(step, seed) for step in (0, LATE_HEADS) for seed in SEEDS)
    dense = {result.spec.seed: value(result, "dense", 0) for result in found().results}
    assert len(chains) >= 6
    for chain in chains:
        assert value(chain, "ticket", 0) == pytest.approx(dense[chain.spec.seed], abs=0.01)


def test_the_heat_map_says_what_it_draws() -> None:
    result = found().results[0]
    picture = figures.heat(result, "light")
    assert picture.count("<rect") == 8 and "nan" not in picture.lower()
    for name, points in zip(NAMES, figures.alone(result), strict=True):
        assert name in picture and figures.shown(-points) in picture
        assert f"{name} {figures.shown(-points)}" in figures.heat_told(result)
