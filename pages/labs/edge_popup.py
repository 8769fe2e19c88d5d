"""Edge-Popup: a mask, and no training of weights."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.ledger.bench import Bench, verdict
from pages.figures import labs
from pages.labs.asked import asked
from pages.labs.base import Lab
from pages.labs.beside import recorded_bench, run_beside
from pages.text.chapters import see
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.depth import Depth
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance


def show(level: Depth) -> None:
    """The page."""
    board = recorded_bench("edge-popup")
    sparsest = board.levels[-1]
    left = board.density[-1]
    guess = asked(Bet("bet-popup", f"No weight ever trains: each is plus or minus one constant, as a coin fell. "
                                   f"{left:.1%} of them are switched on. How many of 100 test digits does the best "
                                   "such mask read?", 0, 100, 30, "of 100"),
                  labs.ends(board, "What trained nets read"), partial(about, board))
    if guess is not None:
        with frame.prose():
            best = board.mean("edge-popup-scaled", sparsest)
            was(guess, 100 * best.mean)
            st.markdown(
                f"**{labs.percent(best)}** after one epoch, with {left:.1%} on. It began with a random mask, at "
                f"{labs.percent(board.mean('start', sparsest))}. "
                + labs.against(board, "edge-popup-scaled", "it", sparsest,
                               {"ticket": "the trained ticket", "random": "a trained random mask"})
                + f" {chip.measured(board.seeds)} {chip.claim(39, verdict(board, 'edge-popup-scaled'))}"
            )
        revealed(board, level)
    run_beside(board, "Edge-Popup", labs.POPUP, ("edge-popup-scaled", "edge-popup"))


def about(board: Bench) -> None:
    """What Edge-Popup does, and where its numbers come from."""
    with frame.prose():
        st.markdown(
            f"Edge-Popup {cite('edge-popup')} does the reverse of a ticket: it trains the mask and not the weights. "
            "Every frozen weight has a *score*. The scores learn, and only the weights with the highest are switched "
            "on. Sizes are the ticket's, and there is one epoch. In the end the net has learned nothing but **which** "
            "of its random connections to use."
        )
        provenance(board.labs, labs.RECORD)


def revealed(board: Bench, level: Depth) -> None:
    """What the bet was about, drawn and explained."""
    sparsest = board.levels[-1]
    left = board.density[-1]
    with st.container(width=960):
        wins = sum(board.gap("edge-popup-scaled", "random", at).above() for at in board.levels)
        figure(labs.chart(board, labs.POPUP, "A mask without training",
                          f"the scaled mask beats a trained random one at {wins} of {len(board.levels)} sizes"),
               key="popup-chart")
    about(board)
    with frame.prose():
        st.markdown(
            f"**The size of the coin matters.** With plain ±√(2/inputs), the same epoch of search at {left:.1%} ends "
            f"at {labs.percent(board.mean('edge-popup', sparsest))}. A likely reason: so few small inputs add up to "
            "almost nothing, and the scores get hardly any gradient. Dividing by the root of the layer's density "
            "keeps signals at their size. "
            + labs.against(board, "edge-popup-scaled", "scaled", sparsest, {"edge-popup": "plain"})
            + f" {chip.measured(board.seeds)}"
        )
        if level >= "how":
            st.markdown(
                f"For scale: with {left:.1%} on, the *ticket's* own mask on its own θ₀, untrained, reads "
                f"{labs.percent(board.mean('supermask', sparsest))} ({see(4)}). Searching is no cheaper than training: "
                "each step runs the whole net forward and back, since the scores of absent weights learn too. But the "
                "net can be stored as a seed and one bit a weight."
            )
        if level >= "maths":
            st.markdown(
                r"Forward: $m = [\,|s| \text{ among the } k_l \text{ highest of layer } l\,]$, "
                r"$I_v = \sum_u m_{uv} w_{uv} Z_u$. Backward, the step function is taken for the identity, so that "
                r"$\dfrac{\partial L}{\partial s_{uv}} := \dfrac{\partial L}{\partial I_v}\, w_{uv} Z_u \cdot "
                r"\operatorname{sign}(s_{uv})$, the last factor because the published code ranks $|s|$. With fan-in "
                r"$n$ and density $d$, $w = \pm\sqrt{2/n}$ shrinks the variance of $I_v$ by $d$ in every layer; "
                r"$\pm\sqrt{2/(nd)}$ does not."
            )
            source.show("lth_core/experiments/lab/edge_popup.py", "top", "constants")


LAB = Lab("edge-popup", "Edge-Popup", "Can a mask alone read digits, if no weight ever trains?", show)
