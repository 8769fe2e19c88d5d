"""Chapter 6: what finding a ticket costs, and what its answers cost."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS, STABILITY_SEEDS, cost
from lth_core.catalogue import structured as structured_run
from lth_core.ledger import price as ledger_price
from lth_core.ledger import storage as ledger_storage
from pages.figures import price, storage, structured
from pages.records import recorded
from pages.text.glossary import term
from pages.widgets import chip, frame
from pages.widgets.bet import Bet, bet
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance


def training(level: Depth) -> None:
    """The section on the price of the rounds."""
    bills = recorded.among(cost("training", seed) for seed in STABILITY_SEEDS)
    with frame.prose():
        st.header("The price", anchor="price")
        st.markdown(
            "To find a ticket one must train the whole net first, and then again after every round. Fifteen rounds of "
            "20% leave 3.6% of LeNet-300-100. Its mask takes fifteen trainings, the ticket's own is the "
            "**sixteenth**. But sparse nets have less to multiply: if zeros cost nothing, each round would cost about "
            "0.8 of the one before, and all of them together never more than five."
        )
        guess = None
        if not bills:
            recorded.later("What the rounds cost is", "chapter6-cost")
        else:
            guess = bet(Bet("bet-price", "So what does plain PyTorch, with masks on its weights, really pay for the "
                                         "sixteen, in trainings of the whole net?", 1, 40, 16, "trainings"))
    if guess is not None:
        bill = ledger_price.price(bills)
        with frame.prose():
            said = f"You said **{guess}**. " if guess > 0 else ""
            verdict = ledger_price.judged(bill)
            st.markdown(f"{said}{verdict.told}. {chip.measured(bill.seeds)} {chip.claim(30, verdict.verdict)}")
        with st.container(width=960):
            figure(price.ledger(bill), key="ledger", height=400)
        with frame.prose():
            st.markdown(f"One training of the whole net, 917 steps, takes {bill.seconds[1]:.1f} s of processor time "
                        f"here and {bill.seconds[0]:.1f} s in plain PyTorch, on one thread of the machine that "
                        "recorded this.")
            provenance(bills, "python -m lth_core record chapter6-cost")
    with frame.prose():
        if level >= "how":
            st.markdown("The paper says it plainly: finding a ticket takes the training of a network "
                        f"“15 or more times”. {chip.cited('Frankle & Carbin 2019', 'section 6')} So a ticket does not "
                        "save training. It shows that a sparse training *would have been possible*.")
        if level >= "maths":
            st.markdown(
                r"""
With a share $p$ removed per round and cost in proportion to what is left, $R$ rounds cost
$\sum_{i=0}^{R} (1-p)^i = \bigl(1 - (1-p)^{R+1}\bigr)/p \to 1/p$: five trainings at 20%. Rewinding to step $k$ saves
$k$ of $T$ steps in every round but the first.
"""
            )


def answers(level: Depth) -> None:
    """The section on the price of an answer."""
    stored = recorded.among(cost("inference", seed) for seed in STABILITY_SEEDS)
    with frame.prose():
        st.header("And what does an answer cost?", anchor="answers")
        st.markdown(
            "The saving should come when the ticket is *used*. But a zero in a matrix is multiplied like any other "
            "number. One can store the survivors alone (CSR), or cut out units that no path runs through; or "
            f"{term('Structured pruning', 'prune whole neurons')} "
            "in the first place, so that what is left is an ordinary small net."
        )
        if not stored:
            recorded.later("What answers cost is", "chapter6-cost")
    if stored:
        ways = ledger_storage.answers(stored)
        with st.container(width=1100):
            fact_table(storage.rows(ways), "File size, speed and accuracy of one ticket stored in four ways, and of a "
                                           "small net of as many weights", key="stored")
        with frame.prose():
            verdict = ledger_storage.judged(ways)
            st.markdown(f"{verdict.told}. {chip.measured(len(stored))} {chip.claim(32, verdict.verdict)}")
            if whole := recorded.among(structured_run(seed) for seed in SEEDS):
                st.markdown(f"{structured.round_by_round(structured.found(whole))}. {chip.measured(len(whole))}")
            if level >= "how":
                st.markdown(
                    "The small nets lose the same share of each hidden layer, by the norm of what comes in, and are "
                    f"then trained from their θ₀ for {ways[0].trained}, like the ticket. Processor time of one thread, "
                    f"PyTorch, fastest of {ways[0].turns} turns. Libraries and chips with sparse kernels "
                    "shift these numbers; a likely reason for their order: scattered numbers cannot be fetched "
                    "in rows."
                )
