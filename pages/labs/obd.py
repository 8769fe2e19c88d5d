"""Optimal Brain Damage: which weights can a trained net spare?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.ledger import curvature
from lth_core.ledger.bench import Bench
from lth_core.nets.layers import weight_count
from pages.figures import curvature as figures
from pages.figures import labs, saliency
from pages.labs.asked import asked
from pages.labs.base import TABLE, Lab
from pages.labs.cuts import recorded_board, run_beside
from pages.text.chapters import see
from pages.text.references import cite
from pages.widgets import chip, colours, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns
from pages.widgets.figure import figure, numbers
from pages.widgets.provenance import provenance
from pages.widgets.show_svg import show_svg

AT = 4  # place of the size that the bet is about: few enough weights to tell the rules apart


def show(level: Depth) -> None:
    """The page."""
    found = recorded_board("obd")
    left, at = found.density[AT], found.levels[AT]
    guess = asked(Bet("bet-obd", f"Two rules cut one trained net to {left:.1%} of its weights. Magnitude keeps the "
                                 "largest, Optimal Brain Damage those without which the loss rises most. Of 100 "
                                 "weights that one keeps, how many does the other keep too?", 0, 100, 70, "of 100"),
                  figures.plain(found, figures.OBD, "magnitude-global", AT), partial(about, found))
    if guess is not None:
        with frame.prose():
            both, chance = (curvature.edges(found, at, name) for name in ("overlap", "overlap_by_chance"))
            was(guess, 100 * both.mean)
            st.markdown(
                f"With {left:.1%} left the two rules share **{both.mean:.0%}** of their weights. Random masks "
                f"would share {chance.mean:.0%}. As cut, "
                + labs.compared(found.gap("obd-global", "magnitude-global", at), "Optimal Brain Damage", "magnitude")
                + "."
                + f" {chip.measured(found.seeds)} {chip.claim(34, curvature.verdict(found))}"
            )
        revealed(found, level)
    run_beside(found, "obd", "Cut by curvature", figures.OBD)


def about(found: Bench) -> None:
    """What Optimal Brain Damage does, and where its numbers come from."""
    with frame.prose():
        st.markdown(
            f"Pruning by magnitude cuts the *smallest* weights of a trained net. Optimal Brain Damage {cite('obd')} "
            "cuts those without which the loss rises least. A small weight may matter where the loss bends sharply. A "
            "large one may not, where the loss is flat. Here both rules cut the same trained net, once."
        )
        provenance(found.labs, figures.RECORD)


def revealed(found: Bench, level: Depth) -> None:
    """What the bet was about, drawn and explained."""
    left, at = found.density[AT], found.levels[AT]
    retrain = found.labs[0].spec.to_dict()["retrain_steps"]
    with st.container(width=960):
        figure(figures.chart(found, figures.OBD, "Cut by size, cut by curvature",
                             f"as cut, curvature is surely ahead at {curvature.won(found)} of {len(found.levels)} "
                             f"sizes, surely behind at {curvature.lost(found)}"),
               key="obd-chart")
    about(found)
    with frame.prose():
        st.markdown(
            f"**And after training on?** Give the survivors {retrain} more steps. At {left:.1%}: "
            + labs.against(found, "obd-global-retrained", "Optimal Brain Damage", at,
                           {"magnitude-global-retrained": "magnitude", "ticket": "the ticket"})
            + f" {chip.measured(found.seeds)} The ticket starts from θ₀ and trains for one epoch; these nets have an "
            f"epoch behind them and train {retrain} steps more."
        )
        st.markdown(
            "**Layer by layer.** The rules above choose over the whole net, as the paper does. Let every layer keep as "
            f"many weights as the ticket's instead. At {left:.1%}: "
            + labs.against(found, "obd", "curvature", at, {"magnitude": "magnitude"}) + f" {chip.measured(found.seeds)}"
        )
    scatter(found)
    if level >= "how":
        deeper(found, level)


def scatter(found: Bench) -> None:
    """Every sampled weight's size and saliency."""
    result, at, left = found.labs[0], found.levels[AT], found.density[AT]
    with st.container(width=620):
        st.markdown("**Size and saliency.** One dot a weight: green both rules keep, blue rings only curvature, violet "
                    "squares only magnitude, grey neither. Dashed: where the two rules cut.")
        show_svg(saliency.svg(result, at, float(left), st.context.theme.type or "light", colours.chosen()),
                 saliency.told(result, at, float(left)))
        numbers(saliency.table(result), key="obd-scatter")
        st.caption(saliency.told(result, at, float(left)))


def deeper(found: Bench, level: Depth) -> None:
    """How it is computed, and what the paper computed instead."""
    at, left, spec = found.levels[AT], found.density[AT], found.labs[0].spec
    count = weight_count(spec.net)
    with st.container(width=TABLE):
        st.markdown(
            f"**What is exact here.** A full table of second derivatives of {count:,} weights would have "
            f"{count**2 / 1e9:.0f} billion entries. Optimal Brain Damage needs only its diagonal: how the slope of the "
            "loss changes as one weight alone moves. We compute it exactly, over "
            f"{spec.to_dict()['calibration']:,} training images. The paper's recursion is cheaper: it drops what units "
            f"of one layer do to each other. At {left:.1%}: "
            + labs.against(found, "obd-recursion", "the paper's recursion", at, {"obd-global": "the exact diagonal"})
            + f" {chip.measured(found.seeds)}"
        )
        names = {"obd-global": "curvature, as cut", "magnitude-global": "magnitude, as cut",
                 "obd-global-retrained": "curvature, trained on",
                 "magnitude-global-retrained": "magnitude, trained on"}
        fact_columns(figures.sizes(found, names), "Test accuracy at all sizes", key="obd-sizes")
        st.markdown(
            "The paper cuts a little, trains, cuts again. Here there is one cut, so that both rules stand on the same "
            f"net. Cutting and training in turns is {see(3)}'s subject."
        )
        if level >= "maths":
            st.markdown(
                r"Around a minimum, removing $w_k$ alone costs $s_k = \tfrac12 h_{kk} w_k^2$. A ReLU net is linear in "
                r"a single weight between kinks, so with logits $z$, chances $p$ and "
                r"$J_c = \partial z_c/\partial a_i$: "
                r"$\dfrac{\partial^2 L}{\partial a_i^2} = \sum_c p_c J_c^2 - \bigl(\sum_c p_c J_c\bigr)^2$ and "
                r"$h_{ij} = \overline{x_j^2\, \partial^2 L/\partial a_i^2}$. The paper carries only "
                r"$\partial^2 L/\partial a_i^2 \approx [a_i > 0] \sum_l w_{li}^2\, \partial^2 L/\partial a_l^2$ down, "
                r"from $p_c(1-p_c)$ at the logits."
            )
            source.show("lth_core/experiments/curvature/diagonal.py", "exact", "recursion")


LAB = Lab("obd", "Optimal Brain Damage", "Which weights can a trained net spare?", show)
