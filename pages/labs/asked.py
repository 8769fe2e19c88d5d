"""A lab before its bet: the question, and beside it the curves that are known. The page begins with a picture."""

from __future__ import annotations

from pages.figures.chart import Chart
from pages.widgets import frame
from pages.widgets.bet import Bet, bet, placed
from pages.widgets.figure import figure


def asked(wager: Bet, known: Chart) -> int | None:
    """Ask, beside `known`, which must not tell the answer. The reader's guess once it is placed, −1 when skipped."""
    if placed(wager) is not None:
        return bet(wager)
    with frame.beside(wager.key) as (text, picture):
        with text:
            bet(wager)
        with picture:
            figure(known, key=f"{wager.key}-known")
    return None
