"""A lab before its bet: the question, and beside it the curves that are known. The page begins with a picture."""

from __future__ import annotations

from collections.abc import Callable

from pages.figures.chart import Chart
from pages.widgets import frame
from pages.widgets.bet import Bet, bet, placed
from pages.widgets.figure import figure


def asked(wager: Bet, known: Chart, about: Callable[[], None]) -> int | None:
    """Ask, beside `known`, which must not tell the answer, with what the lab is `about` below. The reader's guess once
    it is placed, −1 when skipped; then none of this is shown."""
    if placed(wager) is not None:
        return bet(wager)
    with frame.beside(wager.key, leads=True) as (text, picture):
        with text:
            bet(wager)
            about()
        with picture:
            figure(known, key=f"{wager.key}-known")
    return None
