"""Deep Compression and strong tickets: their bets reveal what was measured, and pictures, tables and verdicts agree."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pytest

from lth_core.catalogue import POPUP_WIDTHS, SEEDS, compression, evidence, popup
from lth_core.ledger import compression as squeezing
from lth_core.ledger import strong
from lth_core.ledger.compression import Squeezed, squeezed
from lth_core.ledger.strong import Widths
from lth_core.results.result import Result
from pages.figures import compression as figures
from pages.figures import labs
from pages.figures import strong as wide
from pages.records import recorded
from tests.app.harness import open_page, words

opened = partial(open_page, "pages/lab.py")


@pytest.fixture(scope="module")
def found() -> Squeezed:
    return squeezed(recorded.among(compression(seed) for seed in SEEDS))


@pytest.fixture(scope="module")
def widths() -> Widths:
    return strong.widths({width: recorded.among(popup(width, seed) for seed in SEEDS) for width in POPUP_WIDTHS},
                         recorded.among(evidence("quick", seed) for seed in SEEDS))


def test_the_bet_on_compression_reveals_bytes_that_were_written(found: Squeezed) -> None:
    app = opened(method="deep-compression")
    written = f"{found.stage('huffman').mean():,.0f} bytes"
    assert written not in words(app)
    app.slider(key="bet-compression").set_value(12)
    app.button(key="bet-compression-go").click().run()
    text = words(app)
    assert written in text and f"You said **12**. It was **{found.smaller(found.stored).mean:.0f}**." in text
    assert "1,070 to 27 KB, 40 times" in text and f"C35 · {squeezing.verdict(found)}" in text
    assert {"compression-bars-csv", "compression-bits-csv", "compression-layers-csv"} <= {
        button.key for button in app.download_button}


def test_every_recorded_file_was_read_again_bit_for_bit_over_five_seeds(found: Squeezed) -> None:
    assert found.seeds == 5
    for stage in ("pruned", "shared", "tuned", "huffman"):
        assert (found.stage(stage, "same") == 1).all()
    assert (found.stage("whole") == 4 * 266_610).all()
    assert (np.diff([found.stage(stage).mean() for stage in ("whole", "pruned", "tuned", "huffman")]) < 0).all()


def test_the_small_net_has_exactly_the_ticket_s_size(found: Squeezed) -> None:
    for result in found.results:
        lottery = recorded.find(evidence("quick", result.spec.seed))
        assert lottery is not None
        cells = lottery.tables["cells"]
        at = (cells["condition"] == "ticket") & (cells["round"] == result.spec.rounds)
        assert float(cells["kept"][at][0]) == found.stage("huffman", "kept")[0]


def test_bars_draw_what_their_table_says(found: Squeezed) -> None:
    picture, table = figures.svg(found, "light"), figures.table(found)
    for size, times in zip(table["bytes"][1:], table["times smaller"][1:], strict=True):
        assert f"{figures.kb(float(size.replace(',', '')))} · {times} times smaller" in picture
    ours = [bar for bar in figures.bars(found) if bar.parts]
    assert all(sum(bar.parts.values()) == pytest.approx(bar.size) for bar in ours)
    assert picture.count("<rect") == len(figures.bars(found)) + 2 * len(ours) + 4 and "nan" not in picture
    assert all(float(x) < figures.WIDE for x in re.findall(r'<rect x="([\d.]+)"', picture))


def test_forty_times_is_told_only_where_nothing_is_surely_lost(found: Squeezed) -> None:
    most = squeezing.enough(found)
    assert (most is not None) == (squeezing.verdict(found) == "confirmed")
    if most is not None:
        assert found.smaller(most).low > 40 and not found.lost(most).below()


def test_trainings_that_diverged_are_left_out(found: Squeezed) -> None:
    lost = Result(found.results[0].spec, {"cells": found.results[0].tables["cells"]}, {})
    assert squeezed((lost, *found.results)).seeds == 5
    with pytest.raises(ValueError, match="all of them diverged"):
        squeezed((lost,))


def test_the_bet_on_a_wide_random_net_reveals_what_was_found(widths: Widths) -> None:
    app = opened(method="strong-tickets")
    best = labs.percent(widths.reads(200))
    assert best not in words(app)
    app.button(key="bet-strong-skip").click().run()
    text = words(app)
    assert best in text and wide.step_by_step(widths) in text and "You said" not in text
    assert labs.points(widths.behind(200)) in text


def test_widths_are_compared_over_the_seeds_that_all_have(widths: Widths) -> None:
    assert widths.seeds == 5 and widths.widths == [25, 50, 100, 200]
    fewer = strong.widths({**widths.by_width, 50: widths.by_width[50][:3]}, widths.trained)
    assert fewer.seeds == 3 and len(fewer.steps()) == 3
    with pytest.raises(ValueError, match="different seeds"):
        strong.widths({25: widths.by_width[25][:1], 50: widths.by_width[50][1:]}, widths.trained)


def test_the_address_says_which_weights_are_drawn() -> None:
    app = opened(method="strong-tickets", weights="21", target="-5", draw="3")
    assert all(f"{name} must be" in app.warning[0].value for name in ("weights", "target"))
    assert "draw must be" not in app.warning[0].value
