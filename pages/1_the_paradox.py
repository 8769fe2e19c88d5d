"""Chapter 1 · The paradox: why train a big network, only to throw most of it away?"""

from __future__ import annotations

import streamlit as st

from lth_core.experiments import Ladder
from lth_core.presets import preset
from pages.address import url
from pages.figures import ladder, popular
from pages.records import judged, recorded
from pages.sections import primer
from pages.text.chapters import CHAPTERS
from pages.text.glossary import term
from pages.widgets import chip, colours, depth, frame
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet, yours
from pages.widgets.choice import choice
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.network_view import at_start, network_view, of_ladder
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, before_you_go
from pages.widgets.run_panel import run_controls, run_outcome

CHAPTER = CHAPTERS[0]
LENET, SMALL = "LeNet-300-100", "Small net"
NETS = {LENET: "ladder", SMALL: "ladder-drawable"}  # what the reader sees, and the preset behind it

NET = url.Choice("net", tuple(NETS), LENET)
SEED = url.Whole("seed", 0, 4, 0)
LIVE = url.Whole("new", 5, 9_999, 5)
SOURCE = url.Choice("source", ("Recorded", "Live"), "Recorded")
AGAIN = url.Choice("rerun", ("true", "false"), "false")
SPARSITY = url.Whole("sparsity", 0, 100, 80)  # far enough to surprise, well before the cliff

# While a new seed runs: one point of each curve a rung.
LIVE_LINES = Plan("rung", "sparsity", tuple(LiveLine(name, role, column) for column, name, role in ladder.CURVES))

MASKS = r"""
Let $\theta_T \in \mathbb{R}^n$ be the weights after $T$ training steps. Rank them by magnitude: $r_i$ is the number of
weights that come before weight $i$ when all are sorted by $|\theta_{T,i}|$, ties in order of index. At sparsity $s$ the
mask removes exactly $\lfloor s\,n + \tfrac12 \rfloor$ of them:

$$
m_i(s) = \mathbb{1}\big[\, r_i \ge \lfloor s\,n + \tfrac12 \rfloor \,\big],
$$

and the pruned network computes $f\big(x;\, m(s) \odot \theta_T\big)$.

Ranking, rather than comparing with a threshold, keeps the count exact when weights tie, and makes the masks *nested*:
$s < s' \Rightarrow m(s') \le m(s)$. That is why one number per edge, its rank, is all the drawing needs. Biases are
never pruned. All layers share one ranking here (*global* pruning), so the histogram has a single cut.
"""
COST = r"""
To first order, removing weight $i$ changes the loss by $-\theta_i\,\partial L/\partial\theta_i$, and at a minimum this
vanishes. To second order with a diagonal Hessian it costs $\tfrac12 h_{ii}\theta_i^2$ (LeCun, Denker & Solla, *Optimal
Brain Damage*). Magnitude pruning is the case where all $h_{ii}$ within the ranking are taken to be equal.
"""



def ladder_of(net: str, seed: int) -> Ladder:
    """The run that trains a net and prunes it to every rung."""
    spec = preset(NETS[net], seed)
    assert isinstance(spec, Ladder)
    return spec


url.check((NET, SEED, SOURCE, LIVE, AGAIN, SPARSITY, depth.PARAMETER))
level = frame.head(CHAPTER)
KEPT, PRUNED = colours.word("kept"), colours.word("pruned")

# ── the slider ───────────────────────────────────────────────────────────────────────────────────────────────────

stage = frame.stage(f"This network reads handwritten digits. Remove its smallest {term('Weight', 'weights')}: at first "
                    "hardly anything happens. **Drag the slider until its accuracy falls.**")
with stage:
    with frame.toolbar():
        net = choice("Network", NET, named=False)
        results, again = recorded.seeds_of(NETS[net]), False
        buttons = st.container(horizontal=True, vertical_alignment="center", width="content")
        with frame.menu():
            source = choice("Run", SOURCE)
            if source == "Live":
                seed = int(st.number_input("New seed", LIVE.least, LIVE.most, LIVE.default, key=LIVE.name, width=140,
                                           bind="query-params",
                                           help="Any number that is not recorded: a net nobody has seen."))
            else:
                seed = st.selectbox("Seed", [result.spec.seed for result in results], key=SEED.name,
                                    bind="query-params", width=110,
                                    help="Networks that differ only in chance: split, first weights, batch order.")
                again = st.toggle("Run it again, here and now", key=AGAIN.name, bind="query-params",
                                  help="Trains this very net anew, and says whether the numbers match the recorded "
                                       "ones.")
                provenance(results, "python -m lth_core record chapter1", key="ladders", inside=True)

    shipped = next((result for result in results if result.spec.seed == seed), None)
    spec, run = ladder_of(net, seed), None
    if shipped is None or again:
        with buttons:
            run = run_controls(spec, key=f"live-{net}-{seed}")
going, own = run is not None and run.going, (run and run.result) or shipped


def cut() -> None:
    """The slider, and what is said of the rung where it rests: redrawn alone when the reader lets go."""
    if run is not None and run.going is not going:
        st.rerun()  # it began or ended: the whole page has something new to say
    rung, place = url.whole(SPARSITY), f"slider-{net}-{seed}"
    if going or own is None:  # it stays where it is while it trains: one place for all three states
        network_view(at_start(net, spec, results), key=place, sparsity=rung, plan=LIVE_LINES,
                     live=run.followed() if run and going else None)
    else:
        rung = network_view(of_ladder(net, own, results), key=place, sparsity=rung)
        url.put(SPARSITY, rung)
    at = ladder.at_rung(results, rung)
    told.markdown(
        f"At **{rung}% sparsity** each of the {story.seeds} recorded networks keeps {at.kept:,} of {story.total:,} "
        f"weights. Whole, after {story.trained} of training, they read {story.dense:.1%} of the test digits. The "
        "table shows what is left of that. It matters **which** weights go: removing the smallest hurts far less "
        f"than removing random ones. {chip.measured(story.seeds)} {chip.ledger(3)}"
    )
    table.markdown(ladder.table(story, at, rung))


if run:
    with frame.prose():
        run_outcome(run, recorded=shipped)

story = ladder.facts(results)
other = ladder.facts(recorded.seeds_of(NETS[SMALL if net == LENET else LENET]))
small, large = sorted((story, other), key=lambda facts: facts.total)
frame.message(CHAPTER, f"A trained network can lose {story.retrained_free:.0%} of its weights and, trained a little "
                       "more, read digits about as well. But to learn which ones can go, we had to train them all.")
with frame.beside("cut") as (text, picture):
    told, table = text.container(), picture.container()
    with stage:
        apart("cut", cut)
    with text:
        if level >= "how":
            st.markdown(
                f"{term('Sparsity', 'Sparsity')} is the share of weights removed; {term('Density', 'density')} is the "
                f"share that remains. {term('Retraining', 'Retrained')} means that the remaining weights go on "
                "learning from where they are. They are **not** sent back to their first values; that comes later."
            )
            st.markdown(
                f"Compare the two nets above. Retrained, the one of {small.total:,} weights loses a point after "
                f"{small.retrained_free:.0%} of them; the one of {large.total:,} after {large.retrained_free:.0%}. "
                "**The larger net can spare more.** "
                f"{chip.measured(min(small.seeds, large.seeds))}"
            )
    with picture:
        if level >= "how":
            primer.fold("net", "split", "seed", "interval", settings=True)
    if level >= "maths":
        with text:
            st.markdown(MASKS)

# ── capacity ─────────────────────────────────────────────────────────────────────────────────────────────────────

capacity = recorded.one("widths")
fits = ladder.width_facts(capacity)
with frame.beside("capacity") as (text, picture):
    with text:
        st.header("A small net could do it, but seldom finds out how", anchor="capacity")
        st.markdown(
            "Perhaps all those weights are needed to *hold* the answer? We can test that. Take nets with one hidden "
            f"layer, and {fits.examples:,} training images. How small can a net be and still get every one right?"
        )
        guess = bet(Bet("bet-width", "How many hidden units does a net need before *every* seed gets all "
                        f"{fits.examples:,} training images right?", 1, 100, 50, "units"))
        if guess is not None:
            if guess > 0 and fits.always_width:
                st.markdown(f"You said **{guess}**. It was **{fits.always_width}**: {fits.always_weights:,} weights.")
            st.markdown(f"{ladder.width_sentence(fits)} {chip.measured(fits.replicates)} {chip.ledger(1)}")
            if level >= "how":
                st.markdown(ladder.speed_sentence(fits) + f" {chip.measured(fits.replicates)}")
                st.markdown(
                    "So a small net *can* hold a solution and often fails to *find* it. A large net finds it, and "
                    "then no longer needs most of its weights. That is the paradox: **we pay for a big network while "
                    "it searches, and go on paying after it has found.**"
                )
    with picture:
        if guess is not None:
            figure(ladder.widths(capacity), key="widths", height=360)
            provenance((capacity,), "python -m lth_core record capacity", key="capacity-runs")
    if guess is not None and level >= "how":
        with text, st.expander("Why do small nets fail? And a popular figure"):
            st.markdown(
                "Bad local minima are often blamed. In many dimensions saddle points are commoner: flat places from "
                f"which a way leads on down. {chip.cited('Dauphin et al. 2014', 'abstract')} For nets that are wide "
                "enough it is proved that training gets the loss down to zero. "
                f"{chip.cited('Du et al. 2019', 'abstract')} Neither result says why a *small* net fails. A run that "
                "fails shows only that this training did not find a solution, not that there is none."
            )
            images = recorded.seeds_of(NETS[LENET])[0].spec.data.train
            st.markdown(popular.thousandfold(fits, images) + f" {chip.measured(fits.replicates)}")

# ── ordinary pruning, and the question ───────────────────────────────────────────────────────────────────────────

with frame.beside("pruning") as (text, picture):
    with text:
        st.header("What pruning saves, and what it does not", anchor="pruning")
        st.markdown(
            "The recipe behind the slider is decades old. **Train** the whole network. **Remove** the weights closest "
            "to zero. **Train on** for a while. What remains needs less storage. With suitable hardware it also "
            "answers faster. But training became no cheaper: the whole network had to be trained first."
        )
        ninety = judged.row(2).outcome
        if level >= "how":
            st.markdown("“90% can go with little loss”, one reads. "
                        f"{ladder.ninety_sentence(recorded.seeds_of(NETS[LENET]))} {chip.measured(ninety.seeds)} "
                        f"{chip.ledger(2)}")
            st.markdown(
                "Why the *smallest* weights? A weight near zero changes its unit least, and training had every chance "
                f"to make it larger. The rule is crude, but far better than chance: compare the solid {KEPT} line "
                f"above with the dashed {PRUNED} one."
            )
        if level >= "maths":
            st.markdown(COST)
    with picture:
        st.header("The question of this article", anchor="question")
        st.markdown(
            "If most weights are not needed, could we know *which* before training, and train only the others? For a "
            "long time the answer seemed to be no: give the pruned network new random weights, and it usually learns "
            f"more slowly and ends up worse. {chip.cited('Frankle & Carbin 2019', 'section 1')} "
            "In 2019 Jonathan Frankle and Michael Carbin changed one thing. They gave the remaining weights back *the "
            "very values they had started from*."
        )

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

frame.learned(
    CHAPTER,
    "A net does well without its smallest weights, and badly without as many random ones.",
    "A small net could hold the answer, but training seldom finds it there." if guess is None else
    f"{fits.always_width} hidden units hold the answer for {fits.examples:,} images.{yours('bet-width', 'units')}",
    "Pruning saves storage, not training.",
)
before_you_go(
    Question(
        "quiz-saving", "A network keeps its accuracy after 80% of its weights were pruned. What did that save?",
        (
            ("Training time", "The whole network was trained before anything could be pruned, and then it was trained "
             "on. That costs more, not less."),
            ("Storage, and possibly time per answer", "The remaining weights need less space. An answer comes faster "
             "too if hardware or code can skip zeros; ordinary code cannot."),
            ("Both", "Storage yes. But the whole network was trained first, so training became no cheaper."),
        ), 1,
    ),
    Question(
        "quiz-random", "Random pruning at the same sparsity fails much earlier. Why?",
        (
            ("It removes more weights", "At each position of the slider all four curves have lost the same number of "
             "weights."),
            ("It removes large weights as readily as small ones", "Chance does not care which weights training made "
             "large. Size is a crude sign of importance, but far better than none."),
            ("It cannot be retrained", f"It can: that is the dashed {PRUNED} line. Training on repairs much, but not "
             "all."),
        ), 1,
    ),
)
frame.foot(CHAPTER)
