"""Chapter 1 · The paradox: why train a big network, only to throw most of it away?"""

from __future__ import annotations

import streamlit as st

from lth_core.experiments import Ladder
from lth_core.presets import preset
from pages.address import url
from pages.figures import ladder, popular
from pages.records import judged, recorded
from pages.text.chapters import CHAPTERS
from pages.text.glossary import term
from pages.widgets import chip, colours, depth, frame
from pages.widgets.bet import Bet, bet
from pages.widgets.choice import choice
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.network_view import at_start, network_view, of_ladder
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, ask
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

url.check((NET, SEED, SOURCE, LIVE, AGAIN, SPARSITY, depth.PARAMETER))
level = frame.head(CHAPTER)
KEPT, PRUNED = colours.word("kept"), colours.word("pruned")

# ── the slider ───────────────────────────────────────────────────────────────────────────────────────────────────

with frame.stage("This network reads handwritten digits. Remove its smallest weights: at first hardly anything "
                 "happens. **Drag the slider until its accuracy falls.**"):
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
    spec, run = preset(NETS[net], seed), None
    assert isinstance(spec, Ladder)
    if shipped is None or again:
        with buttons:
            run = run_controls(spec, key=f"live-{net}-{seed}")
    own = (run and run.result) or shipped

    rung, place = url.whole(SPARSITY), f"slider-{net}-{seed}"
    if run and (run.going or own is None):  # it stays where it is while it trains: one place for all three states
        network_view(at_start(net, spec, results), key=place, sparsity=rung, plan=LIVE_LINES,
                     live=run.followed() if run.going else None)
    elif own is not None:
        rung = network_view(of_ladder(net, own, results), key=place, sparsity=rung)
        url.put(SPARSITY, rung)

if run:
    with frame.prose():
        run_outcome(run, recorded=shipped)

story, at = ladder.facts(results), ladder.at_rung(results, rung)
with frame.prose():
    st.markdown(
        f"At **{rung}% sparsity** the {story.seeds} recorded networks, trained for {story.trained}, keep {at.kept:,} "
        f"of {story.total:,} weights each. On average they read **{at.magnitude:.1%}** of the test digits as they "
        f"stand, **{at.magnitude_retrained:.1%}** after the survivors have trained on for {at.retrain_steps} steps, "
        f"and {at.random:.1%} and {at.random_retrained:.1%} if as many weights are removed at random. "
        f"{chip.measured(story.seeds)}"
    )
    st.markdown(
        f"**In one line:** untouched, after {story.trained}, these nets score {story.dense:.1%}; they stay within one "
        f"point of that up to {story.raw_free:.0%} sparsity, and up to {story.retrained_free:.0%} if they may train on "
        f"afterwards. With weights chosen by lot the limits are {story.random_free:.0%} and "
        f"{story.random_retrained_free:.0%}. {chip.measured(story.seeds)} {chip.ledger(3)}"
    )
    other = ladder.facts(recorded.seeds_of(NETS[SMALL if net == LENET else LENET]))
    small, large = sorted((story, other), key=lambda facts: facts.total)
    st.markdown(
        f"Now switch between the two networks. The small one, {small.total:,} weights, is out of its depth beyond "
        f"{small.raw_free:.0%} sparsity ({small.retrained_free:.0%} retrained); the large one, {large.total:,} "
        f"weights, only beyond {large.raw_free:.0%} ({large.retrained_free:.0%}). Of these two it is the **large** "
        f"one that can spare most. {chip.measured(min(small.seeds, large.seeds))}"
    )
    if level >= "how":
        st.markdown(
            f"*{term('Sparsity', 'Sparsity')}* is the share of weights removed; *{term('Density')}* is the share that "
            "remains. The two add up to one. Not everybody uses the words so: watch which of the two a chart means. "
            "“As it is” means the weights were set "
            f"to zero and nothing else happened. “{term('Retraining', 'Retrained')}” means that the survivors went "
            "on learning from where they "
            "were: they were **not** sent back to their first values. That is a different experiment, and it is what "
            "the next chapters are about."
        )
    if level >= "maths":
        st.markdown(
            r"""
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
        )

# ── capacity ─────────────────────────────────────────────────────────────────────────────────────────────────────

capacity = recorded.one("widths")
fits = ladder.width_facts(capacity)
with frame.prose():
    st.header("Capacity is not the problem", anchor="capacity")
    st.markdown(
        "Perhaps so many weights are needed to *hold* the solution? That can be tested. Take networks with a single "
        f"hidden layer, from one unit upwards, and {fits.examples:,} training images. How small can a net be and "
        "still get every one of them right?"
    )
    guess = bet(Bet("bet-width", "How many hidden units does a net need before *every* seed gets all "
                    f"{fits.examples:,} training images right?", 1, 100, 50, "units"))
    if guess is not None:
        if guess > 0 and fits.always_width:
            st.markdown(f"You said **{guess}**. It was **{fits.always_width}**: {fits.always_weights:,} weights.")
        st.markdown(f"{ladder.width_sentence(fits)} {chip.measured(fits.replicates)} {chip.ledger(1)}")
        if level >= "how":
            images = recorded.seeds_of(NETS[LENET])[0].spec.data.train
            st.markdown(popular.thousandfold(fits, images) + f" {chip.measured(fits.replicates)}")
if guess is not None:
    with st.container(width=960):
        figure(ladder.widths(capacity), key="widths")
        provenance((capacity,), "python -m lth_core record capacity", key="capacity-runs")
with frame.prose():
    if level >= "how":
        st.markdown(
            "Fitting the training images is not the same as reading new ones: the lower curve keeps rising long after "
            "the upper one has reached the top. And a run that fails proves only that *this* training from *this* "
            "start did not find a solution. It does not prove that none exists, which is exactly the point."
        )

    st.header("Large networks are easier to train", anchor="large")
    st.markdown(ladder.speed_sentence(fits) + f" {chip.measured(fits.replicates)}")
    if level >= "how":
        st.markdown(
            "Bad local minima are often blamed for what small nets miss. In many dimensions another obstacle is "
            "commoner: saddle points, flat places from which a way leads on down. "
            f"{chip.cited('Dauphin et al. 2014', 'abstract')} And for nets that are wide enough it is proved that "
            f"gradient descent gets the training loss down to zero. {chip.cited('Du et al. 2019', 'abstract')} Neither "
            "result says why a *small* net fails."
        )
        st.markdown(
            "A popular picture: the solution is a needle in a haystack, and each extra unit is another hand that "
            "searches. It is a picture, no theory. What was measured is less: a small net *can represent* a solution "
            "and often fails to *find* it, and a large one finds it and could then spare most of its weights. That is "
            "the paradox of this chapter: **we pay for a big network during the search, and keep paying long after "
            "the search is over.**"
        )

    # ── ordinary pruning ─────────────────────────────────────────────────────────────────────────────────────────

    st.header("What ordinary pruning buys, and what not", anchor="pruning")
    st.markdown(
        "The recipe behind the slider is decades old. **Train** the whole network. **Remove** the weights closest to "
        "zero. **Retrain** the rest for a while. What remains needs less storage, and on suitable hardware or after "
        "removing whole units also less time per answer. But it saves nothing in training: to learn which weights "
        "were dispensable, the whole network had to be trained first."
    )
    ninety = judged.row(2).outcome
    trained = ladder.facts(recorded.seeds_of(NETS[LENET])).trained
    st.markdown(f"“90% can go with little loss”, one reads. Cut after {trained} of training, LeNet-300-100 stands at "
                f"{ninety.ours.partition(': ')[2]}. "
                f"{chip.measured(ninety.seeds)} {chip.ledger(2)}")
    if level >= "how":
        st.markdown(
            "Why the *smallest* weights? Because a weight near zero changes its unit's input least, and because "
            "training itself had every opportunity to make it larger. It is a crude rule, and the slider shows how far "
            f"crude goes: compare the solid {KEPT} line with the dashed {PRUNED} one, where the same number of weights "
            "was chosen by lot."
        )
    if level >= "maths":
        st.markdown(
            r"""
To first order, removing weight $i$ changes the loss by $-\theta_i\,\partial L/\partial\theta_i$, and at a minimum this
vanishes. To second order with a diagonal Hessian it costs $\tfrac12 h_{ii}\theta_i^2$ (LeCun, Denker & Solla, *Optimal
Brain Damage*). Magnitude pruning is the case where all $h_{ii}$ within the ranking are taken to be equal.
"""
        )

    st.header("The radical question", anchor="question")
    st.markdown(
        "If most weights turn out to be superfluous, could we know *which* before training, or at least early, and "
        "train only the others? For a long time the answer seemed to be no: train the pruned network from fresh random "
        "weights, and it usually learns more slowly and ends up worse. "
        f"{chip.cited('Frankle & Carbin 2019', 'section 1')} In 2019 Jonathan Frankle and Michael Carbin "
        "changed one thing. They gave the surviving weights back *the very values they had started from*."
    )

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-saving", "A network keeps its accuracy after 80% of its weights were pruned. What did that save?",
        (
            ("Training time", "The whole network was trained before anything could be pruned. Training cost grew by "
             "the retraining, it did not shrink."),
            ("Storage, and possibly time per answer", "The survivors can be stored in less space. Time per answer "
             "falls too if the hardware or the code can skip zeros; ordinary dense code cannot."),
            ("Both", "Storage yes. But the whole network was trained first, so training became no cheaper."),
        ), 1,
    ))
    ask(Question(
        "quiz-random", "Random pruning at the same sparsity fails much earlier. Why?",
        (
            ("It removes more weights", "At each position of the slider all four curves have lost exactly the same "
             "number of weights."),
            ("It removes large weights as readily as small ones", "The lot does not care which weights training "
             "made large. Magnitude is a crude sign of importance, but far better than none."),
            ("It cannot be retrained", f"It can: that is the dashed {PRUNED} line. Retraining repairs much, though "
             "not all."),
        ), 1,
    ))
    frame.foot(CHAPTER)
