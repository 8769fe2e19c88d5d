"""Chapter 2 in Streamlit's own harness: tickets drawn live, stopped, linked to, refused."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.catalogue import tickets
from lth_core.experiments import Draws
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from pages.records import recorded
from pages.widgets.ticket_wall import drawing
from tests.app.harness import address, words
from tests.app.wall import checked, open_page, tally, truth


def finish(engine: JobEngine, spec: Draws) -> None:
    assert isinstance(engine.runner, InlineRunner)
    while engine.runner.advance(spec.key):
        pass


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
