"""Chapter 2 in Streamlit's own harness: every control of the recorded lotteries, the bet, links good and bad."""

from __future__ import annotations

import re

import pytest

from lth_core.catalogue import SEEDS, SHARES, WIDTHS, tickets
from pages.records import recorded
from tests.app.harness import address, charts, programs, words
from tests.app.wall import checked, open_page, tally, truth


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
