"""Chapter 4: how fast a ticket learns, and mask and first values taken apart, one part at a time."""

from __future__ import annotations

import streamlit as st

from lth_core.ledger.runs import Runs
from lth_core.ledger.start import NINETY
from lth_core.ledger.starts import Starts
from pages.address import url
from pages.figures import conditions, starts
from pages.text.glossary import term
from pages.widgets import chip, frame, source
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure

QUESTIONS = {  # what is asked, the chart's title, and who can answer
    "Are the signs enough?": ("Old signs, new sizes", ("reinit", "keep-signs", "constant-signs")),
    "Which value on which weight?": ("The same values, dealt anew", ("reinit", "shuffled-init")),
    "Which weights?": ("Four other masks", ("random", "shuffled-mask", "random-global", "random-reinit")),
    "Must the others be zero?": ("Frozen instead of removed", ("frozen",)),
    "Train at all?": ("Pruned, and never trained", ("supermask",)),
}
GOAL = url.Choice("goal", ("95%", "97%"), "95%")
ASK = url.Choice("ask", tuple(QUESTIONS), "Are the signs enough?")
PARAMETERS = (GOAL, ASK)

TOLD = {
    "Are the signs enough?":
        "*Signs kept*: draw new sizes, but let each weight begin on the same side of zero. *Signs kept, all ±σ*: give "
        "all weights of a layer the same size.",
    "Which value on which weight?":
        "*θ₀ shuffled*: the weights that are left swap their first values within each layer. The numbers are the "
        "ticket's own; which weight gets which is chance.",
    "Which weights?":
        "The mask is replaced: at random with the ticket's count in each layer; by the ticket's own, shuffled in each "
        "layer, which here is the same with other luck; at random over the whole net; at random *and* with fresh "
        "weights.",
    "Must the others be zero?":
        "*Pruned frozen at θ₀*: the weights outside the mask are not removed. They stay where they began, and only the "
        "others learn.",
    "Train at all?":
        "*No training at all*: put the mask on the first values and read the test digits. Nothing was learned but the "
        "mask.",
}
CITED = {
    "Are the signs enough?":
        "Zhou et al. found the same. "
        + chip.cited("Zhou et al. 2019", "NeurIPS"),
    "Which value on which weight?":
        "In the paper, values drawn from the *distribution* of a ticket's own first values do no better than fresh "
        "ones. " + chip.cited("Frankle & Carbin 2019", "appendix F.3"),
    "Which weights?":
        "On deep nets, other masks are less particular: those found *before* training by SNIP, GraSP, SynFlow or "
        "magnitude lose nothing when they are shuffled within layers. " + chip.cited("Frankle et al. 2021", "abstract"),
    "Must the others be zero?":
        "Zhou et al.: setting them to zero helps because training was moving them there anyway. "
        + chip.cited("Zhou et al. 2019", "NeurIPS"),
    "Train at all?":
        f"Guessing would read one digit in ten. Zhou et al. call such masks *{term('Supermask', 'supermasks')}*; the "
        "best that they choose by a rule, with signed constants, reads 86% of MNIST; masks that are *learned* reach "
        "95.3%. "
        + chip.cited("Zhou et al. 2019", "abstract and section 5"),
}
STARTS = r"""
Each start is $(m, w)$ with the ticket's mask $m$ unless said otherwise, and $w_0 = \theta_0$, $\theta_0' \sim D$ fresh:

| condition | mask | first values |
|---|---|---|
| reinit | $m$ | $\theta_0'$ |
| signs kept | $m$ | $\lvert\theta_0'\rvert\,\mathrm{sign}(\theta_0)$ |
| all ±σ | $m$ | $\sigma_l\,\mathrm{sign}(\theta_0)$, $\sigma_l^2 = 2/(n_{l-1} + n_l)$ |
| θ₀ shuffled | $m$ | $\theta_0 \circ \pi_l$, $\pi_l$ a permutation of the survivors of layer $l$ |
| frozen | none | $\theta_0$; gradient $m \odot \nabla L$ |

A gap is $\bar d \pm t_{n-1}\,s_d/\sqrt n$, with $d$ the difference of test accuracies within one seed.
"""


@st.fragment
def speed(runs: Runs, longest: Runs, level: Depth) -> None:
    """Steps to a goal. runs: those of the chart. longest: those of the sentence. A fragment: its switch redraws its
    chart alone, without the rest of the page."""
    with frame.beside("speed") as (text, picture):
        with text:
            st.header("A ticket learns faster", anchor="speed")
            st.markdown(
                f"{conditions.speed_sentence(longest, longest.nearest(NINETY))} "
                + chip.measured(longest.seeds)
            )
            if level >= "how":
                goal = choice("Goal", GOAL)
                fast = conditions.speed(runs, int(goal[:2]) / 100)
                if fast is None:
                    st.info(f"At no density does half of the seeds of any condition reach {goal} within "
                            f"{runs.steps:,} steps.", icon=":material/hourglass_disabled:")
                frame.note("With 21.1% left, the paper's ticket is 2.51 times as fast as random reinit. "
                           + chip.cited("Frankle & Carbin 2019", "section 2"))
                if level >= "maths":
                    st.caption(conditions.looks(runs))
        if level >= "how" and fast is not None:
            with picture:
                figure(fast, key="speed-chart", height=300)


@st.fragment
def switched(quick: Runs, longer: Starts | None, at: int, level: Depth) -> None:
    """Conditions taken apart, one question at a time; a fragment too."""
    with frame.beside("switch") as (text, picture):
        with text:
            st.header("Which part counts?", anchor="switch")
            st.markdown("A first value is a sign, a size, and a place: which weight has it. A mask is how many weights "
                        "each layer keeps, and which.")
            question = choice("Question", ASK) if level >= "how" else ASK.default
            title, names = QUESTIONS[question]
            st.markdown(TOLD[question])
            _found(quick, longer, names, at)
            if level >= "how":
                frame.note(CITED[question])
            if level >= "maths":
                st.markdown(STARTS)
                source.show("lth_core/running/conditions.py", "begin", "random_like", "shuffled_init")
        if level >= "how":
            with picture:
                columns = {f"Behind, {quick.budget}, {quick.density[at]:.1%} left":
                           {name: quick.gap(name, at) for name in names}}
                if longer:
                    columns[f"Behind, {longer.budget}, {longer.density:.1%} left"] = {
                        name: longer.gap(name) for name in names if name in longer.reads}
                fact_table(conditions.gap_rows(names, columns), "How far each lies behind the ticket, in points",
                           key="switch-table")
                if longer and "reinit" in names:
                    st.caption(f"The {longer.budget} stand in runs of their own: random reinit may differ in the last "
                               "digit from the table above.")
                with st.expander("Round by round"):
                    figure(conditions.behind(quick, names, title), key="switch-chart", height=300)


def _found(quick: Runs, longer: Starts | None, names: tuple[str, ...], at: int) -> None:
    """What came out, by the longer training as far as it was tried there."""
    names = tuple(name for name in names if name != "reinit")  # it stands in the table, and was told above
    told = starts.compared(longer, names) if longer else ""
    if longer and told:
        st.markdown(f"{told} {chip.measured(longer.seeds)}")
    rest = tuple(name for name in names if not (longer and name in longer.reads))
    if rest:
        st.markdown(f"{conditions.compared(quick, rest, at)} {chip.measured(quick.seeds)}")
