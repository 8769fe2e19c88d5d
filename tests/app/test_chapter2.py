"""Chapter 2 in Streamlit's own harness: every control, live draws, links good and bad."""

from __future__ import annotations

import dataclasses
import re

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.catalogue import SEEDS, SHARES, WIDTHS, tickets
from lth_core.experiments import Draws
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from pages.records import recorded
from pages.widgets.ticket_wall import drawing
from tests.app import harness
from tests.app.harness import address, charts, programs, words

FILE = "pages/2_the_hypothesis.py"


def open_page(**query: str) -> AppTest:
    return checked(harness.open_page(FILE, **query))


def checked(app: AppTest) -> AppTest:
    assert not app.exception and not app.error, (app.exception, app.error)
    return app


def tally(app: AppTest) -> tuple[int, int]:
    """(winners, draws) as the prose says them."""
    found = re.search(r"\*\*(\d+) of ([\d,]+)\*\* random tickets win", words(app))
    assert found, words(app)[:500]
    return int(found[1]), int(found[2].replace(",", ""))


def truth(spec: Draws, margin: float = 0.01) -> int:
    """Winners counted anew from the atlas."""
    result = recorded.atlas().find(spec)
    assert result, f"{spec.key} is not recorded: python -m lth_core record chapter2"
    goal = result.tables["dense"]["test_accuracy"].mean() - margin
    return int((result.tables["cells"]["test_accuracy"] >= goal - 1e-9).sum())


def finish(engine: JobEngine, spec: Draws) -> None:
    assert isinstance(engine.runner, InlineRunner)
    while engine.runner.advance(spec.key):
        pass


# ── recorded ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_state_the_controls_can_reach_is_recorded() -> None:
    specs = [tickets(share, seed=seed) for share in SHARES for seed in SEEDS]
    specs += [tickets(share, width) for share in SHARES for width in WIDTHS]
    assert all(recorded.atlas().find(spec) for spec in specs)


def test_winners_are_rare_before_any_click_and_the_found_ticket_beats_them_all() -> None:
    app = open_page()
    wins, draws = tally(app)
    assert (wins, draws) == (truth(tickets(0.32)), 200) and 0 < wins < 20
    told = r"In 5 such lotteries, \*\*none of 1,000\*\* random tickets .* fewer than one in \*\*33\d\*\*"
    assert re.search(told, words(app))


@pytest.mark.parametrize("share", SHARES)
def test_the_share_kept_changes_the_wall(share: float) -> None:
    app = open_page()
    app.get_by_key("kept").set_value(f"{100 * share:.0f}").run()
    assert tally(checked(app)) == (truth(tickets(share)), 200)
    assert f"{100 * share:.0f}% kept" in words(app)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_width_changes_the_wall_and_only_recorded_seeds_are_offered(width: int) -> None:
    app = open_page(seed="3")
    app.get_by_key("width").set_value(str(width)).run()
    assert tally(checked(app)) == (truth(tickets(0.32, width, 3 if width == 20 else 0)), 200)
    assert len(app.selectbox) == (1 if width == 20 else 0)


def test_the_seed_changes_the_wall() -> None:
    app = open_page()
    app.selectbox(key="seed").set_value(4).run()
    assert tally(checked(app)) == (truth(tickets(0.32, seed=4)), 200)


@pytest.mark.parametrize("margin", [0, 25])
def test_the_margin_is_in_the_link_and_only_changes_the_reading(margin: int) -> None:
    app = open_page(margin=str(margin))
    assert tally(app) == (truth(tickets(0.32), margin / 1000), 200)
    assert f"less {margin / 10:.1f} points" in words(app)


def test_a_link_opens_a_ticket() -> None:
    app = open_page(ticket="17", kept="16")
    cells = recorded.atlas().find(tickets(0.16)).tables["cells"]
    assert f"**Ticket 17, drawn: {cells['test_accuracy'][17]:.2%}**" in words(app)
    assert f"{cells['dead_units'][17]} of its 20 hidden unit" in words(app) or not cells["dead_units"][17]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"kept": "33", "width": "21"}, ["kept", "width"]),
        ({"margin": "51", "seed": "5"}, ["margin", "seed"]),
        ({"drawn": "1.51"}, ["drawn"]),
        ({"drawn": ".".join(["50"] * 21)}, ["drawn"]),
        ({"ticket": "-1"}, ["ticket"]),
        ({"drawn": "<b>" * 2000, "margin": "٣"}, ["drawn", "margin"]),
    ],
)
def test_a_bad_link_names_the_parameter_and_shows_the_default(query: dict[str, str], names: list[str]) -> None:
    app = open_page(**query)
    assert len(app.warning) == 1 and all(f"{name} must be" in app.warning[0].value for name in names)
    assert tally(app) == (truth(tickets(0.32)), 200)


def test_a_ticket_nobody_has_drawn_shows_the_first() -> None:
    assert "**Ticket 0, drawn" in words(open_page(ticket="5000"))


def test_the_bet_is_revealed_after_placing_or_skipping_and_not_before() -> None:
    app = open_page()
    keys = {button.key for button in app.download_button}
    assert "rates-csv" not in keys and "by-share-csv" in keys
    app.slider(key="bet-rate").set_value(12)
    app.button(key="bet-rate-go").click().run()
    assert "You said **12%**" in words(checked(app)) and "rates-csv" in {button.key for button in app.download_button}
    skipped = open_page()
    skipped.button(key="bet-rate-skip").click().run()
    assert "You said" not in words(checked(skipped)) and "not a law of nature" in words(skipped)


def test_a_placed_bet_stands_in_the_address_and_survives_a_reload() -> None:
    app = open_page()
    app.slider(key="bet-rate").set_value(12)
    app.button(key="bet-rate-go").click().run()
    assert address(app) == {"bet-rate": "12"}
    assert "You said **12%**" in words(open_page(**{"bet-rate": "12"}))
    assert "not a law of nature" in words(open_page(**{"bet-rate": "skipped"}))
    refused = open_page(**{"bet-rate": "101"})
    assert "bet-rate must be a whole number from 0 to 100" in refused.warning[0].value
    assert refused.button(key="bet-rate-go") and "not a law of nature" not in words(refused)


def test_the_bet_is_drawn_on_the_chart_that_answers_it() -> None:
    marks = [mark for chart in charts(open_page(**{"bet-rate": "12"})) for mark in chart["marks"]]
    told, = (mark for mark in marks if "you: 12%" in mark["label"])
    assert told["named"] and any(mark["label"].startswith("it was ") for mark in marks)


def test_the_code_on_the_page_ran_on_the_page() -> None:
    app = open_page()
    printed = "\n".join(programs(app))
    assert "def winning_ticket" in printed and "survivors equal θ₀        to the bit" in printed
    assert "weights kept              439 of 1,096" in printed and "weights at exactly zero   657" in printed
    assert "def draw(" in printed and "def prune(" in printed and "def stream(" in printed


# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_draw_one_trains_the_next_ticket_and_the_link_keeps_it(engine: JobEngine) -> None:
    app = open_page()
    app.button(key="draw-one").click().run()
    [batch] = drawing.batches(tickets(0.32), (1,))
    assert engine.status(batch.key).state == "running"
    assert app.button(key="draw-one").disabled and app.button(key="draw-cancel").label == "Stop drawing"
    assert tally(checked(app)) == (truth(tickets(0.32)), 200), "nothing is counted before it is trained"
    finish(engine, batch)
    app.run()
    assert tally(checked(app))[1] == 201 and "(1 of them drawn just now)" in words(app)
    assert app.query_params["drawn"] == "1"
    again = open_page(drawn="1", ticket="200")
    assert tally(again) == tally(app) and "**Ticket 200, drawn" in words(again)
    again.button(key="draw-reset").click().run()
    assert tally(checked(again))[1] == 200 and "drawn" not in again.query_params


def test_live_tickets_continue_the_recorded_lottery(engine: JobEngine) -> None:
    """Ticket 3, trained live, has the recorded ticket 3's accuracy: live and recorded are one."""
    spec = tickets(0.32)
    live = Draws(**{**vars(spec), "first": 3, "draws": 1, "dense_seeds": 0, "found": False})
    engine.submit(live, "reader")
    finish(engine, live)
    told = recorded.atlas().find(spec).tables["cells"]["test_accuracy"][3]
    assert engine.result(live.key).tables["cells"]["test_accuracy"][0] == pytest.approx(told, abs=0.005)


def stop_after(engine: JobEngine, app: AppTest, moments: int) -> int:
    """Draw fifty, stop after as many moments of the run, let all runs end; returns how many were heard of."""
    app.button(key="draw-many").click().run()
    [batch] = drawing.batches(tickets(0.32), (50,))
    assert isinstance(engine.runner, InlineRunner)
    for _ in range(moments):
        engine.runner.advance(batch.key)
    app.button(key="draw-cancel").click().run()
    finish(engine, batch)
    app.run()
    for count in range(1, 51):  # what had been drawn goes on as a run of its own
        if (short := drawing.batches(tickets(0.32), (count,))[0]).key in engine.runner._runs:
            finish(engine, short)
    checked(app.run())
    return moments


@pytest.mark.parametrize("moments", [3, 20])
def test_a_stopped_draw_keeps_what_was_drawn(engine: JobEngine, moments: int) -> None:
    """It had said so and dropped them all: 225, 250, 200."""
    app = open_page()
    stop_after(engine, app, moments)
    counted = tally(app)[1]
    assert 200 + moments <= counted < 250 and address(app)["drawn"] == str(counted - 200)
    assert sorted(app.session_state["wall.told"].wall.cells["draw"]) == list(range(counted)), "numbers without a gap"
    app.button(key="draw-one").click().run()
    batch = drawing.batches(tickets(0.32), (counted - 200, 1))[-1]
    assert batch.first == counted
    finish(engine, batch)
    assert tally(checked(app.run()))[1] == counted + 1


def test_a_draw_that_ends_before_it_can_stop_is_kept_whole(engine: JobEngine) -> None:
    app = open_page()
    stop_after(engine, app, 50)
    assert tally(app)[1] == 250 and address(app)["drawn"] == "50"


def test_what_was_stopped_is_what_it_would_have_been(engine: JobEngine) -> None:
    """Cut short or not, a ticket's number fixes its accuracy."""
    app = open_page()
    stop_after(engine, app, 3)
    cells = app.session_state["wall.told"].wall.cells
    whole = dataclasses.replace(drawing.batches(tickets(0.32), (50,))[0], draws=int(cells["draw"].max()) - 199)
    engine.submit(whole, "reader", fresh=True)
    finish(engine, whole)
    assert engine.result(whole.key).tables["cells"]["test_accuracy"].tolist() == cells["test_accuracy"][200:].tolist()


def test_each_lottery_keeps_its_own_draws(engine: JobEngine) -> None:
    """Turning to another share is no link to tickets that are missing here, and the way back finds them again."""
    app = open_page()
    app.button(key="draw-one").click().run()
    app.segmented_control(key="kept").set_value("24").run()  # while it is drawn
    assert tally(checked(app)) == (truth(tickets(0.24)), 200) and not app.info and "drawn" not in app.query_params
    finish(engine, drawing.batches(tickets(0.32), (1,))[0])
    app.segmented_control(key="kept").set_value("32").run()
    assert tally(checked(app))[1] == 201 and not app.info


def test_a_second_tab_sees_the_draw_that_is_under_way(engine: JobEngine) -> None:
    first = open_page()
    first.button(key="draw-one").click().run()
    second = open_page(drawn="1")
    assert second.button(key="draw-one").disabled
    finish(engine, drawing.batches(tickets(0.32), (1,))[0])
    assert tally(second.run())[1] == 201 and tally(first.run())[1] == 201


def test_a_link_to_tickets_that_are_not_stored_here_draws_them(engine: JobEngine) -> None:
    """In a fresh browser `?drawn=50` showed none."""
    app = open_page(drawn="2.1")
    for batch, heard in zip(drawing.batches(tickets(0.32), (2, 1)), (202, 203), strict=True):
        assert engine.status(batch.key).state == "running" and not app.info
        finish(engine, batch)
        assert tally(checked(app.run()))[1] == heard
    assert app.query_params["drawn"] == "2.1"


def test_a_link_whose_tickets_cannot_be_drawn_now_says_so(engine: JobEngine) -> None:
    for seed in range(engine.limits.waiting + engine.runner.slots):
        engine.submit(Draws(seed=seed, draws=1), f"reader {seed}")
    app = open_page(drawn="50.1")
    assert "51 tickets that were" in app.info[0].value and "waiting already" in app.warning[0].value
    assert tally(app)[1] == 200
    assert "1 ticket that was" in open_page(drawn="1").info[0].value


def test_a_failed_draw_is_explained(engine: JobEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    from lth_core.experiments.draws import run as draws

    def broken(*_: object) -> object:
        raise RuntimeError("the disk of cell 3 is full")

    monkeypatch.setattr(draws, "draw", broken)
    app = open_page()
    app.button(key="draw-one").click().run()
    finish(engine, drawing.batches(tickets(0.32), (1,))[0])
    app.run()
    assert not app.exception and "the disk of cell 3 is full" in app.error[0].value
    assert tally(app)[1] == 200 and not app.button(key="draw-one").disabled


def test_too_many_runs_of_one_reader_are_refused_with_the_reason(engine: JobEngine) -> None:
    for seed in range(engine.limits.own):
        engine.submit(Draws(seed=seed, draws=1), "me")
    app = open_page()
    app.session_state["viewer"] = "me"
    app.button(key="draw-one").click().run()
    assert app.warning and tally(checked(app))[1] == 200 and "drawn" not in app.query_params
