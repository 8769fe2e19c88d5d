"""Bets: asked, placed, told."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.app.harness import address, open_page


def asked() -> None:
    """A page with one bet."""
    import streamlit as st

    from pages.widgets.bet import Bet, bet

    wager = Bet("bet-units", "How many *units* before **every** seed fits?", 1, 100, 50, "units")
    st.markdown(f"{bet(wager)}")


def told(app: AppTest) -> str:
    assert not app.exception
    return str(app.markdown[-1].value)


def test_a_bet_is_asked_and_placed() -> None:
    app = AppTest.from_function(asked).run()
    assert told(app) == "None" and not address(app)
    app.slider(key="bet-units").set_value(12)
    app.button(key="bet-units-go").click().run()
    assert told(app) == "12" and address(app) == {"bet-units": "12"}


def test_a_skipped_bet_is_skipped_in_the_address_too() -> None:
    app = AppTest.from_function(asked).run()
    app.button(key="bet-units-skip").click().run()
    assert told(app) == "-1" and address(app) == {"bet-units": "skipped"}


def test_the_slider_of_a_bet_has_a_name_without_asterisks() -> None:
    """“*every*” was read out with its asterisks."""
    app = AppTest.from_function(asked).run()
    assert app.slider(key="bet-units").label == "How many units before every seed fits?"
    assert "*" not in open_page("pages/1_the_paradox.py").slider(key="bet-width").label
