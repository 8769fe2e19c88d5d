"""The lab of parameter-efficient tuning: its bet reveals what was measured, and its tables hold every way to tune."""

from __future__ import annotations

from functools import partial

import pytest

from lth_core.catalogue import SEEDS, peft
from lth_core.ledger import peft as ledger
from lth_core.ledger.peft import OUTPUTS, Tunings
from pages.figures import labs
from pages.figures import peft as figures
from pages.records import recorded
from tests.app.harness import open_page, tables, words

opened = partial(open_page, "pages/lab.py")


def found() -> Tunings:
    return ledger.tunings(recorded.among(peft(seed) for seed in SEEDS))


def test_the_bet_reveals_how_far_the_thinnest_update_comes() -> None:
    runs = found()
    app = opened(method="peft")
    thinnest = labs.percent(runs.mean(("lora", 1)))
    assert thinnest not in words(app)
    app.slider(key="bet-peft").set_value(20)
    app.button(key="bet-peft-go").click().run()
    assert f"You said **20**. It was **{100 * figures.closes(runs, ('lora', 1)):.0f}**." in words(app)
    assert thinnest in words(app) and f"C40 · {ledger.verdict(runs)}" in words(app)
    rows = next(rows for rows in tables(app) if "What moves" in rows[0])
    assert [row["What moves"] for row in rows] == [figures.name(way) for way in figures.shown(runs)]


def test_five_seeds_tune_equally_many_numbers_and_merging_changes_no_answer() -> None:
    runs = found()
    assert runs.seeds == 5 and len(runs.cells) == 1 + len(runs.spec.tunings)
    for size in runs.sizes("lora"):
        assert len({runs.number((how, size), "trained") for how in ("lora", "ticket", "random")}) == 1
    gap, changed = runs.merged
    assert 0 < gap < 1e-3 and changed == 0
    assert runs.number(OUTPUTS, "old_accuracy") == runs.number(("base", 0), "old_accuracy")


def test_the_chart_has_a_point_for_every_size() -> None:
    runs = found()
    chart = figures.chart(runs, "a", "b")
    assert [len(line.x) for line in chart.lines] == [len(runs.sizes(how)) for how in figures.LINES]
    assert chart.lines[1].at(runs.number(("lora", 4), "trained")) == pytest.approx(runs.mean(("lora", 4)).mean)


def test_no_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="no run has a tuned net"):
        ledger.tunings([])
