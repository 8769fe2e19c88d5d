"""Optimal Brain Surgeon, SparseGPT, Wanda: cut once, and let the survivors make up for it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core import said
from lth_core.experiments.curvature.layerwise import BLOCK
from lth_core.ledger import curvature
from lth_core.ledger.bench import Bench
from pages.figures import curvature as figures
from pages.figures import labs
from pages.labs.asked import asked
from pages.labs.base import TABLE, Lab
from pages.labs.cuts import recorded_board, run_beside
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance

AT, MIDDLE = 3, 4  # places of the sizes that the bet and the layer's error are about


def show(level: Depth) -> None:
    """The page."""
    found = recorded_board("sparsegpt")
    left, at = found.density[AT], found.levels[AT]
    plain = found.mean("magnitude", at)
    guess = asked(Bet("bet-sparsegpt", f"Cut layer by layer to its largest {left:.1%}, a trained net reads "
                                       f"{plain.centre:.0%} of the test digits. Now let the survivors move to make up "
                                       "for the cut, without any training. How many of 100 does it read?",
                      0, 100, round(100 * plain.centre), "of 100"),
                  figures.plain(found, figures.CUTS, "magnitude", AT), partial(about, found))
    if guess is not None:
        with frame.prose():
            mended = found.mean("magnitude-mended", at)
            was(guess, 100 * mended.centre)
            most = found.levels[0]
            st.markdown(
                f"With its survivors moved, magnitude's mask at {left:.1%} reads **{labs.percent(mended)}**. Unmoved, "
                f"it reads {labs.percent(plain)}. Nothing was trained after the cut. "
                f"{chip.measured(found.seeds)} At {found.density[0]:.0%} of the weights SparseGPT reads "
                f"{said.more(curvature.behind(found, 'sparsegpt', most))} than the whole net. "
                f"{chip.measured(found.seeds)} {chip.claim(41, curvature.verdict(found))}"
            )
        revealed(found, level)
    run_beside(found, "sparsegpt", "One cut, no training", figures.CUTS)


def about(found: Bench) -> None:
    """What the three works do, and where their numbers come from."""
    with frame.prose():
        st.markdown(
            "A large language model can hardly be trained again after pruning. So the weights that stay must make up "
            f"for the cut. Optimal Brain Surgeon {cite('obs')} works out how each should move. SparseGPT "
            f"{cite('sparsegpt')} does so fast, layer by layer. Wanda {cite('wanda')} moves nothing. It looks at how "
            f"large each input is. Here SparseGPT and Wanda see {found.labs[0].spec.to_dict()['calibration']:,} "
            "training images, and no labels."
        )
        provenance(found.labs, figures.RECORD)


def revealed(found: Bench, level: Depth) -> None:
    """What the bet was about, drawn and explained."""
    left, at = found.density[AT], found.levels[AT]
    with st.container(width=960):
        figure(figures.chart(found, figures.CUTS, "One cut, no training afterwards",
                             f"at {left:.1%} of the weights SparseGPT reads {found.mean('sparsegpt', at).centre:.0%}, "
                             f"magnitude {found.mean('magnitude', at).centre:.0%}, the ticket "
                             f"{found.mean('ticket', at).centre:.0%}"), key="sparsegpt-chart")
    about(found)
    with frame.prose():
        st.markdown(
            f"**Mask or update?** Take SparseGPT apart. At {left:.1%}: "
            + labs.told(labs.compared(found.gap("sparsegpt", "sparsegpt-mask", at), "SparseGPT", "its mask alone"),
                        labs.compared(found.gap("sparsegpt-mask", "magnitude", at), "its mask alone",
                                      "magnitude's mask"),
                        labs.compared(found.gap("magnitude-mended", "sparsegpt", at), "magnitude's mask, mended,",
                                      "SparseGPT"))
            + f" {chip.measured(found.seeds)}"
        )
    with st.container(width=960):
        figure(figures.chart(found, figures.MENDED, "Mask and update, taken apart",
                             f"at {left:.1%} mending lifts magnitude's mask from "
                             f"{found.mean('magnitude', at).centre:.0%} to "
                             f"{found.mean('magnitude-mended', at).centre:.0%}"), key="mended-chart")
        figure(figures.errors(found), key="lost-chart")
    with st.container(width=TABLE):
        st.markdown(
            "**Two of each four.** Some graphics cards run a net faster when of each four weights in a row two are "
            f"zero. Half of the weights stay: {chip.measured(found.seeds)}"
        )
        fact_columns(figures.patterns(found), "Cuts in the pattern of two of each four", key="two-of-four")
        if level >= "how":
            how(found)
        if level >= "maths":
            maths()


def how(found: Bench) -> None:
    """What a reader should know before carrying this over to a large model."""
    few = found.levels[MIDDLE]
    st.markdown(
        "**A small layer error is not a good net.** SparseGPT mends each layer's output, and never asks what the "
        f"loss needs. At {found.density[MIDDLE]:.1%} it gets {curvature.wrong(found, 'sparsegpt', few).mean:.0%} of "
        f"the first layer wrong, Optimal Brain Damage {curvature.wrong(found, 'obd', few).mean:.0%}; the first reads "
        f"{labs.percent(found.mean('sparsegpt', few))}, the second {labs.percent(found.mean('obd', few))}. "
        f"{chip.measured(found.seeds)}"
    )
    st.markdown(
        f"**Digits are not sentences.** As in the authors' code, every {BLOCK} columns lose the same share. Our first "
        "and last columns are the black rim of the pictures: weights kept there do next to nothing. And the rim's "
        "inputs are never on, so we add 1 to their empty diagonal. Then the authors' dampening: every diagonal entry "
        f"grows by {found.labs[0].spec.to_dict()['dampening']:.0%} of their mean."
    )
    names = {name: figures.NAMES[name] for name in ("sparsegpt", "wanda", "obd", "magnitude")}
    fact_columns(figures.sizes(found, names), "Test accuracy at all sizes", key="sparsegpt-sizes")


def maths() -> None:
    """The update, and the code that makes it."""
    st.markdown(
        r"A layer's error is $\delta H \delta^\top$ with $H = \tfrac2n XX^\top + \lambda I$, "
        r"$\lambda = 0.01\,\overline{\operatorname{diag}}$. Surgery on $w_q$ costs $\dfrac{w_q^2}{2[H^{-1}]_{qq}}$ and "
        r"moves the rest by $-\dfrac{w_q}{[H^{-1}]_{qq}} H^{-1} e_q$. SparseGPT goes from left to right and freezes "
        r"what it has passed: then all rows share one factor $U^\top U = H^{-1}$, and $U_{jj}^2$ is the entry it "
        r"needs. On a layer of six inputs our columns equal exact surgery, by brute force."
    )
    source.show("lth_core/experiments/curvature/layerwise.py", "factor", "sweep", "share")


LAB = Lab("sparsegpt", "SparseGPT", "Can survivors make up for what was cut?", show)
