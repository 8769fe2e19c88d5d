"""SNIP: can a ticket be seen before training?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.experiments.lab.spec import LOOKS
from lth_core.ledger.bench import Bench
from pages.figures import labs
from pages.labs.asked import asked
from pages.labs.base import TABLE, Lab
from pages.labs.beside import recorded_bench, run_beside
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance


def show(level: Depth) -> None:
    """The page."""
    board = recorded_bench("snip")
    sparsest = board.levels[-1]
    left = board.density[-1]
    guess = asked(Bet("bet-snip", f"SNIP chooses {left:.1%} of the weights before any training. Call a random mask's "
                                  "accuracy 0, and the winning ticket's 100. Where is SNIP's?", 0, 100, 50, "of 100"),
                  labs.ends(board, "Where does SNIP lie?"), partial(about, board))
    if guess is not None:
        with frame.prose():
            was(guess, 100 * labs.closes(board, "snip-global", sparsest))
            st.markdown(
                f"After one epoch, at {left:.1%}, SNIP's mask reads "
                f"**{labs.percent(board.mean('snip-global', sparsest))}**. The ticket reads "
                f"{board.mean('ticket', sparsest).mean:.1%}, and a random mask with the ticket's layer sizes "
                f"{board.mean('random', sparsest).mean:.1%}. "
                + labs.against(board, "snip-global", "SNIP", sparsest,
                               {"random": "the random mask", "ticket": "the ticket"})
                + f" {chip.measured(board.seeds)} {chip.ledger(38)}"
            )
        revealed(board, level)
    run_beside(board, "SNIP", labs.SNIP, ("snip-global", "snip-layer", "snip-shuffled"))


def about(board: Bench) -> None:
    """What SNIP does, and where its numbers come from."""
    sparsest = board.levels[-1]
    with frame.prose():
        st.markdown(
            f"A ticket is found in hindsight: the mask of {board.density[-1]:.1%} of the weights takes {sparsest} "
            f"trainings. SNIP {cite('snip')} looks at the *untrained* net and asks of each weight how fast the loss "
            "would change if that weight were weakened slightly. It keeps the most sensitive ones, and trains once. "
            f"Here it looks at {LOOKS * board.labs[0].spec.training.batch:,} training images. Then it has as many "
            "weights as the ticket, the same θ₀ and the same steps."
        )
        provenance(board.labs, labs.RECORD)


def revealed(board: Bench, level: Depth) -> None:
    """What the bet was about, drawn and explained."""
    sparsest = board.levels[-1]
    left = board.density[-1]
    with st.container(width=960):
        ends = [f"{labs.closes(board, 'snip-global', at):.0%}".replace("-", "−") for at in (board.levels[0], sparsest)]
        figure(labs.chart(board, labs.SNIP, "SNIP beside the ticket",
                          f"of the way from a random mask to the ticket SNIP goes {ends[0]} at "
                          f"{board.density[0]:.0%} of the weights and {ends[1]} at {left:.1%}"), key="snip-chart")
    about(board)
    with frame.prose():
        st.markdown(
            "**Does it matter which weights it picks?** Shuffle SNIP's mask within every layer. Each layer keeps as "
            "many weights as before, but other ones. "
            + labs.told(*(f"at {board.density[board.levels.index(at)]:.1%} " + labs.compared(
                board.gap("snip-global", "snip-shuffled", at), "SNIP's mask", "its shuffled copy")
                for at in (board.levels[0], sparsest)))
            + f" {chip.measured(board.seeds)} On deep nets shuffling costs nothing: SNIP and GraSP "
            f"{cite('su2020', 'missing-the-mark')}, SynFlow {cite('missing-the-mark')}. "
            + chip.cited("Frankle et al. 2021", "abstract")
        )
    if level >= "how":
        with st.container(width=TABLE):
            st.markdown(f"Where does it cut? At {left:.1%} of the weights, means over {board.seeds} seeds:")
            fact_columns(labs.layer_table(board, sparsest), "Weights left in each layer", key="snip-layers")
    with frame.prose():
        if level >= "how":
            st.markdown(
                "The ticket's shares are set by its schedule. SNIP's come from ranking the whole net at once. “SNIP, "
                "layer by layer” in the figure has the ticket's shares. A pixel that is always black has no gradient, "
                "so its weights have no score. SNIP never keeps them; a random mask does. All of this is one epoch, "
                f"{board.labs[0].spec.training.steps} steps. A small net that learns slowly has no time to catch up. "
                "Longer trainings may show smaller gaps."
            )
        if level >= "maths":
            st.markdown(
                r"Put a gate $c_j$ on every weight and ask at $c = \mathbf 1$: "
                r"$\dfrac{\partial L(c \odot \theta_0)}{\partial c_j} = \theta_{0,j}\,\dfrac{\partial L}"
                r"{\partial \theta_j}$. The absolute value comes *after* the sum over batches: a gate that helps one "
                r"batch as much as it hurts the next is not needed. (The paper looks at one mini-batch.)"
            )
            source.show("lth_core/experiments/lab/snip.py", "sensitivity")


LAB = Lab("snip", "SNIP", "Can a ticket be seen before training?", show)
