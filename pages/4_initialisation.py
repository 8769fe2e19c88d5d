"""Chapter 4 · Initialisation is (nearly) everything: what does a ticket lose with its first values?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, evidence, long_starts
from lth_core.ledger import start
from lth_core.ledger import starts as long_runs
from lth_core.ledger.runs import Runs
from lth_core.ledger.starts import Starts
from lth_core.results.result import Result
from pages.address import url
from pages.figures import conditions, starts, verdicts, wager
from pages.figures.runs import KINDS, THREE
from pages.records import recorded
from pages.sections import three_explanations
from pages.text.chapters import CHAPTERS
from pages.text.glossary import term
from pages.widgets import chip, depth, frame, source
from pages.widgets.ablation import DEALS, View, ablation, current, training
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet
from pages.widgets.choice import choice
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure, take
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, ask
from pages.widgets.run_panel import take_home

CHAPTER = CHAPTERS[3]
PROTOCOLS = {"One epoch": "quick", "50,000 steps": "paper"}  # what the reader sees, and the catalogue's word for it
MEASURES = ("accuracy", "error", "loss")
QUESTIONS = {  # what is asked, the chart's title, and who can answer
    "Are the signs enough?": ("Old signs, new sizes", ("reinit", "keep-signs", "constant-signs")),
    "Which value on which weight?": ("The same values, dealt anew", ("reinit", "shuffled-init")),
    "Which weights?": ("Four other masks", ("random", "shuffled-mask", "random-global", "random-reinit")),
    "Must the others be zero?": ("Frozen instead of removed", ("frozen",)),
    "Train at all?": ("Pruned, and never trained", ("supermask",)),
}

PROTOCOL = url.Choice("protocol", tuple(PROTOCOLS), "One epoch")
LEVEL = url.Whole("level", 1, 24, 10)  # 10.8% left: the popular "90% sparse"
MEASURE = url.Choice("measure", MEASURES, "error")
SHOW = url.Words("show", tuple(KINDS), THREE)
BLIND = url.Whole("blind", 0, DEALS, 0)  # which way the letters are dealt: a link shows everyone the same ones
GOAL = url.Choice("goal", ("95%", "97%"), "95%")
ASK = url.Choice("ask", tuple(QUESTIONS), "Are the signs enough?")


def runs_of(protocol: str) -> Runs | None:
    """The recorded seeds of a protocol, as many as there are."""
    specs = (evidence(PROTOCOLS[protocol], seed) for seed in EVIDENCE_SEEDS[PROTOCOLS[protocol]])
    found = recorded.among(specs)
    return Runs.of(found) if found else None


training.adopt()
url.check((PROTOCOL, LEVEL, MEASURE, SHOW, BLIND, GOAL, ASK, three_explanations.LAYER, three_explanations.WIRE,
           depth.PARAMETER, training.TRAINED, training.RACED, training.SEED))
level = frame.head(CHAPTER)

# ── the ablation ─────────────────────────────────────────────────────────────────────────────────────────────────

quick = runs_of("One epoch")
if quick is None:
    recorded.missing("lenet-quick")
    raise AssertionError("st.stop returned")
long = runs_of("50,000 steps")
recorded_starts = recorded.among(long_starts(seed) for seed in EVIDENCE_SEEDS["paper"])
longer = long_runs.starts(recorded_starts) if recorded_starts else None


def race(quick: Runs, long: Runs | None) -> tuple[str, View, Result | None]:
    """The ablation and its live run; returns the protocol, what is looked at, and the live Result once it is over."""
    with frame.toolbar():
        start = st.container(width="content", key="race-buttons")
        with frame.menu():
            available = [name for name, runs in zip(PROTOCOLS, (quick, long), strict=True) if runs]
            protocol = PROTOCOL.default
            if len(available) > 1:
                protocol = choice("Training", PROTOCOL, available,
                                  tip="The paper trains for 50,000 steps. One epoch is 917.")
            runs = long if protocol != PROTOCOL.default and long else quick
            if runs is quick:
                training.menu()
            provenance(runs.results, f"python -m lth_core record lenet-{PROTOCOLS[protocol]}", inside=True)
    wished = View(min(url.whole(LEVEL), runs.levels), st.query_params.get(MEASURE.name, MEASURE.default),
                  tuple(name for name in SHOW.read() if runs.has(name)) or THREE, url.whole(BLIND))
    key = f"ablation-{PROTOCOLS[protocol]}-{runs.seeds}"
    live, raced = None, None
    if runs is quick:  # 50,000 steps are no matter of a click
        with start:
            training.button(current(key, wished, runs))
        live, raced = training.state()
    view, over = ablation(runs, key=key, view=wished, live=live, presses=training.PRESSES)
    if over:
        st.rerun()  # the run that just ended is in the store now
    return protocol, view, raced


with frame.stage("Same images, same order, same budget: only the ticket’s mask or its first values are taken away. "
                 "**Drag the slider, and compare.**"):
    protocol, view, raced = apart("race", race, quick, long)
runs = long if protocol != PROTOCOL.default and long else quick
url.put(LEVEL, view.level)
SHOW.write(view.shown)
url.put(BLIND, int(view.blind))
if view.measure == MEASURE.default:
    st.query_params.pop(MEASURE.name, None)
elif st.query_params.get(MEASURE.name) != view.measure:
    st.query_params[MEASURE.name] = view.measure

at = min(view.level, quick.levels)  # the density of the sections below
with frame.prose():
    st.markdown(
        f"A {term('Winning ticket')} is two things: a **mask** that says which weights stay, and the **first "
        "values** θ₀ they "
        "start from. So take one of them away. Keep the mask, draw fresh weights: "
        f"*{term('Reinit', 'random reinit')}*. "
        f"Keep θ₀, draw a random mask of the same size: *{term('Random structure')}*. Same images, same order, same "
        "budget."
    )
    if view.hides:
        st.markdown("Blind mode is on: this page keeps quiet about who is who until you reveal it.")
    else:
        take(conditions.learning(runs, view.level, view.measure, view.shown), key="learning")
        if raced is not None and conditions.level_of(raced) == view.level:
            st.markdown(conditions.replayed(raced, runs))
            take_home(raced, key="race-home")
        st.markdown(conditions.at_level(runs, view.level) + f" {chip.measured(runs.seeds)}")
    if level >= "how" and not view.hides:
        st.markdown(
            "On the plain accuracy axis the curves nearly touch; on the stretched axis the differences come out. And "
            "look "
            "at step 0: a ticket found in trainings of one epoch, and itself not trained for a single step, already "
            "reads "
            f"{quick.grid('supermask', 'test_accuracy')[:, at].mean():.0%}. "
            + ("Mind the budget: in one epoch “better” is largely *faster*. The long runs, where recorded, are one "
               "switch away." if protocol == PROTOCOL.default else "")
        )

# ── the popular figures ──────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Ninety-five, eighty-five, seventy-eight?", anchor="popular")
    st.markdown(
        "Retold often enough, the experiment has acquired numbers: at 90% sparsity the ticket reads 95% of the "
        "digits, reinit 85%, a random structure 78%. The *order* is the paper's. For the distances, 10 and 17 "
        f"points, we know no source. {chip.popular()}"
    )
    guess = bet(Bet("bet-opens", "At 20% a round, 90% sparsity takes ten rounds. In which round does a random "
                                 "structure really fall 17 points behind the ticket?", 1, quick.levels, 10, "rounds"))
    if guess is not None:
        found = conditions.opening(quick, "random", 0.17)
        if guess > 0:
            st.markdown(f"You said **{guess}**. It was **{found.level or 'never'}**.")
        for some in (quick, long):
            if some is not None:
                st.markdown(f"{conditions.opening_sentence(some, 'reinit')}. "
                            f"{conditions.opening_sentence(some, 'random')}. {chip.measured(some.seeds)}")
if guess is not None:
    with st.container(width=960):
        protocols = {name: some for name, some in zip(PROTOCOLS, (quick, long), strict=True) if some}
        fact_table(verdicts.popular_table(protocols), "Test accuracy at 90% sparsity: popular, the paper's, and ours",
                   key="popular-table")
        st.caption("Measured: mean over seeds ± 95% interval (Student's t). Paper: Frankle et al. 2019, arXiv "
                   "1903.01611v3, figures 2 and 3; reinit: Frankle & Carbin 2019, v5, section 2."
                   + ("" if long else " The 50,000-step runs are not recorded yet: python -m lth_core record "
                                      "lenet-paper."))
        opens = conditions.opening(runs, "random", 0.17).level or None
        figure(wager.judged(conditions.behind(runs, ("reinit", "random")), guess, opens, "round"), key="behind",
               height=380)
    with frame.prose():
        st.markdown(
            f"So the story survives and the numbers do not. To see a gap of 17 points after {runs.budget} one has to "
            f"starve the net to {conditions.opening(runs, 'random', 0.17).density:.1%} of its weights."
            if conditions.opening(runs, "random", 0.17).level else
            "So the story survives and the numbers do not: down to the sparsest nets recorded such gaps never open."
        )
    with st.container(width=960):
        figure(conditions.accuracy(runs), key="accuracy", height=400)

# ── speed ────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.fragment
def speed(runs: Runs) -> None:
    """Steps to a goal. A fragment: its switch redraws its chart alone, without the rest of the page."""
    with frame.prose():
        st.header("Faster, too", anchor="speed")
        st.markdown("Accuracy at the end hides half of the effect. How many steps until the net first reads this much "
                    "of the validation images?")
        goal = choice("Goal", GOAL)
        fast = conditions.speed(runs, int(goal[:2]) / 100)
        if fast is None:
            st.info(f"At no density does half of the seeds of any condition reach {goal} within {runs.steps:,} steps.",
                    icon=":material/hourglass_disabled:")
    if fast is not None:
        with st.container(width=960):
            figure(fast, key="speed-chart", height=380)
    with frame.prose():
        if level >= "how":
            st.markdown("The paper says so too: with 21.1% left its ticket is 2.51 times as fast as reinit, and half "
                        f"a point better. {chip.cited('Frankle & Carbin 2019', 'section 2')} {conditions.looks(runs)}")


speed(runs)

# ── one switch away ──────────────────────────────────────────────────────────────────────────────────────────────

TOLD = {
    "Are the signs enough?":
        "*Signs kept*: the sizes of θ₀ are drawn anew, only which side of zero each weight starts on is kept. *Signs "
        "kept, all ±σ*: not even sizes, every weight of a layer starts at the same distance from zero.",
    "Which value on which weight?":
        "*θ₀ shuffled*: the survivors of each layer exchange their first values. The bag of numbers is the ticket's "
        "own, to the last digit; only who gets which is left to chance.",
    "Which weights?":
        "The mask goes, in four ways: drawn at random with the ticket's count in each layer, the ticket's own mask "
        "shuffled within each layer, drawn over the whole net, or drawn at random *and* with fresh weights.",
    "Must the others be zero?":
        "*Pruned frozen at θ₀*: weights outside the mask are not removed but stay for ever where they began, and only "
        "the survivors learn.",
    "Train at all?":
        "*No training at all*: apply the mask to θ₀ and read the test digits. Nothing is learned but the mask.",
}
CITED = {
    "Are the signs enough?":
        "Zhou et al. found the same: new values fail unless the sign is kept, and then even constants will do. "
        + chip.cited("Zhou et al. 2019", "NeurIPS"),
    "Which value on which weight?":
        "In the paper, values drawn from the *distribution* of a ticket's own first values do no better than fresh "
        "ones. " + chip.cited("Frankle & Carbin 2019", "appendix F.3"),
    "Which weights?":
        "Not all masks are like this one. Those that SNIP, GraSP, SynFlow and magnitude find *before* training lose "
        "nothing when they are shuffled within layers. " + chip.cited("Frankle et al. 2021", "abstract"),
    "Must the others be zero?":
        "Zhou et al.: setting them to zero helps because training was moving them there anyway. "
        + chip.cited("Zhou et al. 2019", "NeurIPS"),
    "Train at all?":
        f"Guessing would read one digit in ten. Zhou et al. call such masks *{term('Supermask', 'supermasks')}*; the "
        "best that they choose by a rule, with signed constants, reads 86% of MNIST; masks that are *learned* reach "
        "95.3%. "
        + chip.cited("Zhou et al. 2019", "abstract and section 5"),
}


@st.fragment
def switched(quick: Runs, longer: Starts | None) -> None:
    """Conditions taken apart, one question at a time; a fragment too."""
    with frame.prose():
        st.header("One switch away", anchor="switch")
        st.markdown(
            "“First values” is a bundle: signs, sizes, and which weight has which. “Mask” is one too. Take them "
            "apart, one at a time. The chart's runs are one epoch long."
        )
        question = choice("Question", ASK)
        title, names = QUESTIONS[question]
        st.markdown(TOLD[question])
        st.markdown(conditions.compared(quick, names, at) + f" {chip.measured(quick.seeds)}")
        if longer and (told := starts.compared(longer, names)):
            st.markdown(f"{told} {chip.measured(longer.seeds)}")
    with st.container(width=960):
        figure(conditions.behind(quick, names, title), key="switch-chart", height=380)
    with frame.prose():
        if level >= "how":
            st.markdown(CITED[question])
        if level >= "maths":
            st.markdown(
                r"""
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
            )
            source.show("lth_core/running/conditions.py", "begin", "random_like", "shuffled_init")


switched(quick, longer)

three_explanations.section(quick, long, longer, at, level)

# ── verdicts and retrieval ───────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("What the claims are worth", anchor="claims")
    for one in start.verdicts(quick, longer):
        st.markdown(f"**{one.claim}** {chip.claim(int(one.number[1:]), one.verdict)}\\\n{one.ours}. *{one.why}*")
        if level >= "maths":
            st.caption(f"Rule, *{one.rule.name}*: {one.rule.sentence}")
    st.caption(f"LeNet-300-100 on MNIST, {quick.density[quick.nearest(start.NINETY)]:.1%} of the weights left; "
               f"{quick.budget}: {quick.seeds} seeds"
               + (f"; {longer.budget}: {longer.seeds} seeds" if longer else "")
               + "; differences within seeds with their 95% interval.")
    ninety = quick.nearest(start.NINETY)
    st.markdown(
        f"**In one line:** after {quick.budget}, with {quick.density[ninety]:.1%} of the weights, taking θ₀ from a "
        f"ticket costs {conditions.say(quick.gap('reinit', ninety))}, taking its mask "
        f"{conditions.say(quick.gap('random', ninety))}, and of θ₀ the signs are nearly all that counts: losing the "
        f"sizes costs {conditions.say(quick.gap('constant-signs', ninety))}. {chip.measured(quick.seeds)}"
    )
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-reinit", "A ticket's mask with fresh weights does clearly worse than the ticket. What follows?",
        (
            ("The mask is worthless", "It still beats a random mask with the same fresh weights. Something of the "
             "ticket is in the wiring."),
            ("The first values are part of what makes the ticket", "Yes: with the mask held fixed, only they were "
             "changed, and accuracy fell. *How* they matter, this experiment does not say."),
            ("Fresh weights are badly scaled", "They come from the same distribution as θ₀ did. And values all set to "
             "±σ, with the right signs, do well."),
        ), 1,
    ))
    ask(Question(
        "quiz-shuffle", "θ₀ shuffled keeps every number of a layer and loses. Which explanation does that hurt?",
        (
            ("Signs", "Shuffling gives about half of the weights another sign. That it loses is just what the signs "
             "would predict."),
            ("Sizes", "Yes: the distribution of sizes is untouched, to the last digit. If it were what wins, the "
             "shuffled ticket would win too."),
            ("Wiring", "The mask is the same before and after. The wiring cannot explain the difference, but neither "
             "does it suffer: it never claimed to be enough."),
        ), 1,
    ))
    frame.foot(CHAPTER)
