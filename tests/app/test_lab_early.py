"""Early-Bird and random labels: their bets reveal what was measured, their controls stand in the address."""

from __future__ import annotations

from functools import partial

import pytest

from lth_core.catalogue import EARLY_LEVELS
from lth_core.ledger import early_bird, random_labels
from lth_core.ledger.random_labels import DENSE
from lth_core.said import percent
from pages.figures import early_bird as birds_figures
from pages.figures import random_labels as labels_figures
from pages.labs import early_bird as early_page
from pages.labs import random_labels as labels_page
from pages.records import judged
from tests.app.harness import open_page, words

opened = partial(open_page, "pages/lab.py")


def test_the_bet_on_the_early_mask_reveals_what_it_shares_with_the_last() -> None:
    board = early_page.everything()[EARLY_LEVELS.index(7)]
    shared = board.shared(board.epoch, board.moments[-1]).mean
    app = opened(method="early-bird")
    assert birds_figures.takeaway(board)[1:] not in words(app)
    app.slider(key="bet-early").set_value(81)
    app.button(key="bet-early-go").click().run()
    assert f"You said **81**. It was **{100 * shared:.0f}**." in words(app)
    assert birds_figures.takeaway(board)[1:] in words(app) and birds_figures.fires(board) in words(app)
    assert early_bird.EARLY(early_bird.early(early_page.everything())) in words(app)


@pytest.mark.parametrize(("keep", "level"), early_page.SIZES.items())
@pytest.mark.parametrize("drawn", ["10 steps", "1 epoch", "8 epochs"])
def test_size_and_moment_stand_in_the_address(keep: str, level: int, drawn: str) -> None:
    board = early_page.everything()[EARLY_LEVELS.index(level)]
    app = opened(method="early-bird", keep=keep, drawn=drawn, **{"bet-early": "skipped"})
    assert not app.warning
    assert birds_figures.here(board, early_page.WORDS[drawn]) in words(app)


def test_the_slider_moves_the_sentence_and_a_bad_moment_is_named() -> None:
    board = early_page.everything()[EARLY_LEVELS.index(7)]
    app = opened(method="early-bird", drawn="noon", **{"bet-early": "skipped"})
    assert "drawn must be one of" in app.warning[0].value
    app.select_slider(key="drawn").set_value("300 steps").run()
    assert birds_figures.here(board, 300) in words(app)


def test_drawn_masks_have_the_tickets_size_over_five_seeds() -> None:
    for board in early_page.everything():  # raises where a size differs
        assert board.seeds == 5 and len(board.moments) == 12
        assert board.accuracy["restarted"].shape == (5, 12)


def test_the_bet_on_random_labels_reveals_what_was_learned() -> None:
    found = labels_page.everything()
    app = opened(method="random-labels")
    learned = found.values(DENSE, 1.0, "train_accuracy").mean()
    assert percent(found.test(DENSE, 1.0)) in words(app)  # known before the bet, which asks for its own images
    assert f"**{learned:.2%}**" not in words(app) and labels_figures.knows(found).title not in words(app)
    app.slider(key="bet-labels").set_value(12)
    app.button(key="bet-labels-go").click().run()
    assert f"You said **12**. It was **{100 * learned:.0f}**." in words(app)
    assert f"**{learned:.2%}**" in words(app) and labels_figures.knows(found).title in words(app)
    assert percent(found.test(DENSE, 1.0)) in words(app)
    assert f"C36 · {judged.row(36).outcome.verdict}" in words(app)
    assert labels_figures.sooner(found, 1.0)[1:] in words(app)


def test_shuffled_labels_were_dealt_as_derived() -> None:
    found = labels_page.everything()
    assert found.seeds == 5 and found.shares == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    for share in found.shares:
        assert found.other(share).mean == pytest.approx(0.9 * share, abs=0.01)
    assert random_labels.by_heart(found).seeds == 5


def test_the_live_run_is_of_the_share_in_the_address() -> None:
    for share in ("0%", "40%"):
        app = opened(method="random-labels", shuffled=share)
        assert f"With {share} shuffled" in words(app)
    assert "shuffled must be one of 0%, 20%" in opened(method="random-labels", shuffled="50%").warning[0].value
