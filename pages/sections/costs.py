"""Chapter 6, second half: what finding a ticket costs, and what its answers cost."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import STABILITY_SEEDS, cost
from lth_core.ledger import price as ledger_price
from lth_core.ledger import storage as ledger_storage
from pages.figures import price, storage
from pages.records import recorded
from pages.text.glossary import term
from pages.widgets import chip, colours, frame
from pages.widgets.bet import Bet, bet
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance

SUM = r"""
With a share $p$ removed per round and cost in proportion to what is left, $R$ rounds cost
$\sum_{i=0}^{R} (1-p)^i = \bigl(1 - (1-p)^{R+1}\bigr)/p \to 1/p$: five trainings at 20%. Rewinding to step $k$ saves
$k$ of $T$ steps in every round but the first.
"""


def training(level: Depth) -> None:
    """The section on the price of the rounds."""
    bills = recorded.among(cost("training", seed) for seed in STABILITY_SEEDS)
    guess = None
    with frame.beside("price") as (text, picture):
        with text:
            st.header("The price", anchor="price")
            st.markdown(
                "To find a ticket one must train the whole net first, and then once more after every round. Fifteen "
                "rounds of 20% leave 3.6% of LeNet-300-100. That mask takes fifteen trainings, and the ticket's own is "
                "the **sixteenth**."
            )
            st.markdown(
                "But sparse nets have less to multiply. If zeros cost nothing, each round would cost 0.8 of the one "
                "before. However many rounds, they would never cost more than five trainings."
            )
            if not bills:
                recorded.later("What the rounds cost is", "chapter6-cost")
            else:
                guess = bet(Bet("bet-price", "What do the sixteen really cost in plain PyTorch, with masks on its "
                                             "weights, in trainings of the whole net?", 1, 40, 16, "trainings"))
            if guess is not None:
                bill = ledger_price.price(bills)
                verdict = ledger_price.judged(bill)
                said = f"You said **{guess}**. " if guess > 0 else ""
                st.markdown(f"{said}{verdict.told}. {chip.measured(bill.seeds)} {chip.claim(30, verdict.verdict)}")
            if level >= "how":
                st.markdown("The paper says it too: finding a ticket takes “15 or more” trainings. "
                            f"{chip.cited('Frankle & Carbin 2019', 'section 6')} So a ticket saves no training. It "
                            "shows that a cheap training *would have been possible*.")
            if level >= "maths":
                st.markdown(SUM)
        with picture:
            st.html(price.stairs(colours.chosen()))
            if level.chosen == "Gist":
                _zeros()
            if guess is not None:
                figure(price.ledger(bill), key="ledger", height=360)
                provenance(bills, "python -m lth_core record chapter6-cost", key="ledger-runs")


def answers() -> None:
    """The section on the price of an answer, from depth How on."""
    with frame.prose():
        stored = _zeros()
        if stored:
            frame.note(f"Processor time of one thread, PyTorch, fastest of {stored[0].turns} turns. Libraries and "
                       "chips for sparse nets shift these numbers.")
    if stored:
        fact_table(storage.rows(stored), "File size, speed and accuracy of one ticket stored in four ways, and of a "
                                         "small net of as many weights", key="stored")


def _zeros() -> list[ledger_storage.Answer]:
    """What zeros save, in words; returns what was measured, nothing while that is not recorded."""
    stored = recorded.among(cost("inference", seed) for seed in STABILITY_SEEDS)
    st.subheader("And what does an answer cost?", anchor="answers")
    st.markdown(
        "The saving should come when the ticket is *used*. But to a computer a zero is a number like any other: it is "
        f"fetched and multiplied. One can store only the other numbers ({term('CSR', 'CSR')}), or "
        f"{term('Structured pruning', 'remove whole neurons')}, so that an ordinary small net is left."
    )
    if not stored:
        recorded.later("What answers cost is", "chapter6-cost")
        return []
    ways = ledger_storage.answers(stored)
    verdict = ledger_storage.judged(ways)
    st.markdown(f"{verdict.told}. {chip.measured(len(stored))} {chip.claim(32, verdict.verdict)}")
    return ways
