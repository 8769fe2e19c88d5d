"""Chapter 3: how much each cut takes, which weights it takes, and why it is not made all at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lth_core.results.result import Result
from lth_core.spec import Net
from pages.address import url
from pages.figures import biography, magnitude, popular, rounds
from pages.figures.shrinking import Shrinking, popular_schedule, shrinking, survivors
from pages.records import judged
from pages.text.chapters import see
from pages.text.glossary import term
from pages.widgets import chip, colours, frame
from pages.widgets.depth import Depth
from pages.widgets.figure import figure, numbers
from pages.widgets.show_svg import show_svg

P = url.Whole("p", 1, 90, 20)
N = url.Whole("n", 1, 40, 15)
PARAMETERS = (P, N)


def how_much(runs: Sequence[Result], called: str, level: Depth) -> None:
    """How fast a net shrinks. runs: of that net. called: what a sentence calls it."""
    net = runs[0].spec.net
    with frame.beside("shrinking") as (text, picture):
        with text:
            st.header("How fast does it shrink?", anchor="shrinking")
            two = shrinking(net, 0.2, 2, 0.1)
            st.markdown(
                "Each round removes a fifth of what is *left*. So two rounds leave 0.8 × 0.8 = 64%, not 60%. "
                f"{called[:1].upper()}{called[1:]} keeps {two.counted[-1]:.1%}: its output layer, "
                f"{net.sizes[-2] * net.sizes[-1]:,} of {two.total:,} weights, loses only a tenth a round, as in the "
                "paper."
            )
            law = _turned(net) if level >= "how" else two
            if level >= "how":
                with st.expander("Figures one often reads, and the biases"):
                    st.markdown(f"{popular_schedule()} {chip.cited('Frankle & Carbin 2019', 'section 2')}")
                    st.markdown(f"{popular.counted()} {chip.ledger(9)}")
                    st.markdown(_biases(net, two.total, int(rounds.column(runs[0], "kept")[-1])))
            if level >= "maths":
                st.markdown(LAW)
        if level >= "how":
            with picture:
                figure(survivors(law, url.whole(P) / 100), key="survivors", height=330)


def _turned(net: Net) -> Shrinking:
    """The reader's own rate and rounds."""
    with st.container(horizontal=True):
        p = st.slider("Pruned a round, p", P.least, P.most, P.default, format="%d%%", key=P.name, bind="query-params")
        n = st.slider("Rounds, n", N.least, N.most, N.default, key=N.name, bind="query-params")
    law = shrinking(net, p / 100, n, p / 200)
    st.markdown(f"By the formula $(1 - {p / 100:g})^{{{n}}}$ = **{law.formula[-1]:.2%}** are left; counted, "
                f"**{sum(law.layers[-1]):,}** of {law.total:,}.")
    return law


LAW = r"""
In round $r$ layer $l$ has $k_l^{(r)}$ weights, and
$k_l^{(r+1)} = k_l^{(r)} - \lfloor p_l\,k_l^{(r)} + \tfrac12 \rfloor$, with $p_l = p$ for all layers but the last, where
it is $p/2$. Whole weights make the count deviate from $(1-p_l)^r k_l^{(0)}$ by at most $\tfrac{1}{2p_l}$ in each layer.
To remove a share $P$ in $n$ rounds, choose $p = 1 - (1-P)^{1/n}$; “prune $P^{1/n}$ a round”, as the paper has it in
passing, is not the same.
"""


def _biases(net: Net, total: int, left: int) -> str:
    """What is not pruned. left: weights after the last recorded round."""
    biases = sum(net.sizes[1:])
    told = (f"Biases are never pruned, as in the paper. There are {biases:,} biases beside {total:,} weights at the "
            f"start, and beside {left:,} after the last round")
    return told + (": by then most of what is left is not counted." if biases > left else ".")


def which(runs: Sequence[Result], seed: int, level: Depth) -> None:
    """Why the smallest go. runs: iterative ones of a net. seed: whose weights are drawn."""
    with frame.beside("magnitude") as (text, picture):
        with text:
            st.header("Why the smallest?", anchor="magnitude")
            names = [f"fc{depth}" for depth in range(1, len(runs[0].spec.net.sizes))]
            layer = names[0]
            if level >= "how":
                st.markdown(
                    "A weight's size tells you most *after* training. Each mark is a weight: its place "
                    f"across is where it began, its height where {rounds.budget(runs[0].spec)} of training took it. On "
                    f"the dashed line nothing moved. The {colours.word('pruned')} ones are about to go."
                )
                layer = st.segmented_control("Layer", names, default=layer, key="layer", required=True) or layer
        clouds = [magnitude.cloud(biography.follow(run), names.index(layer)) for run in runs]
        with text:
            told = magnitude.sentence([magnitude.story(cloud) for cloud in clouds],
                                      "this layer" if level >= "how" else "the first layer")
            st.markdown(("" if level >= "how" else "A weight's size tells you most *after* training. ")
                        + f"{told} {chip.measured(len(clouds))}")
            if level >= "how":
                _hindsight(level)
        if level >= "how":
            shown = clouds[min(seed, len(clouds) - 1)]
            with picture.container(width=440):
                show_svg(magnitude.svg(shown, st.context.theme.type or "light", colours.chosen()), magnitude.alt(shown))
                numbers(magnitude.table(shown), key="cloud")


def _hindsight(level: Depth) -> None:
    moved = judged.row(10).outcome
    if moved.seeds:
        frame.note(f"LeNet-300-100 shows the same after 50,000 steps. {moved.why} {chip.measured(moved.seeds)} "
                   f"{chip.ledger(10)}")
    if level >= "maths":
        st.markdown(f"Can a ticket be recognised before training? {see(8, 'Chapter 8')} asks. In the paper, removing "
                    "what is smallest *at the start* does worse than drawing new values. "
                    f"{chip.cited('Frankle & Carbin 2019', 'appendix F.4')}")
        if moved.seeds:
            st.markdown(f"LeNet-300-100, {moved.ours}.")
        st.markdown(
            r"The score of weight $i$ is $|\theta_{T,i}|$. Two things can make it small: a small start "
            r"$|\theta_{0,i}|$, or a $\theta_T - \theta_0$ that points back to zero. A weight whose input pixel is "
            r"always black has no gradient, stays exactly at $\theta_0$, and is judged by luck alone: it lies on the "
            r"diagonal."
        )


def how_often(many: Sequence[Result], once: Sequence[Result], level: Depth) -> None:
    """Iterative against one-shot pruning of one net."""
    gap = rounds.gap(many, once)
    with frame.beside("one-shot") as (text, picture):
        with text:
            st.header("One cut or many?", anchor="one-shot")
            st.markdown(
                "Why not train once, and cut as deep as you like? That is "
                f"{term('One-shot pruning', 'one-shot pruning')}. "
                f"{rounds.gap_sentence(gap)} {chip.measured(gap.seeds)}"
            )
            if level >= "how":
                frame.note("A likely reason, which these runs do not test: while all weights are there, their sizes "
                           "say little about which ones a much smaller net will need.")
            if level >= "maths":
                st.markdown("The paper's one-shot tickets learn faster than the whole net only between 67.5 and 17.6% "
                            f"of the weights. {chip.cited('Frankle & Carbin 2019', 'section 2')}")
        if level >= "how":
            with picture:
                figure(rounds.schedules(many, once), key="one-shot-chart", height=330)
