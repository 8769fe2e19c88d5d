"""Chapter 4 · Initialisation is (nearly) everything: what does a ticket lose with its first values?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, evidence, long_starts
from lth_core.ledger import start
from lth_core.ledger import starts as long_runs
from lth_core.ledger.runs import Runs
from lth_core.results.result import Result
from pages.address import url
from pages.figures import conditions, verdicts, wager
from pages.figures.rounds import points
from pages.figures.runs import KINDS, THREE
from pages.records import recorded
from pages.sections import primer, taken_apart, three_explanations
from pages.text.chapters import CHAPTERS
from pages.text.glossary import term
from pages.widgets import bet as bets
from pages.widgets import chip, depth, frame
from pages.widgets.ablation import DEALS, View, ablation, current, training
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet
from pages.widgets.choice import choice
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure, take
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, before_you_go
from pages.widgets.run_panel import take_home

CHAPTER = CHAPTERS[3]
PROTOCOLS = {"One epoch": "quick", "50,000 steps": "paper"}  # what the reader sees, and the catalogue's word for it
MEASURES = ("accuracy", "error", "loss")
PROTOCOL = url.Choice("protocol", tuple(PROTOCOLS), "One epoch")
LEVEL = url.Whole("level", 1, 24, 10)  # 10.8% left: the popular "90% sparse"
MEASURE = url.Choice("measure", MEASURES, "error")
SHOW = url.Words("show", tuple(KINDS), THREE)
BLIND = url.Whole("blind", 0, DEALS, 0)  # which way the letters are dealt: a link shows everyone the same ones


def runs_of(protocol: str) -> Runs | None:
    """The recorded seeds of a protocol, as many as there are."""
    specs = (evidence(PROTOCOLS[protocol], seed) for seed in EVIDENCE_SEEDS[PROTOCOLS[protocol]])
    found = recorded.among(specs)
    return Runs.of(found) if found else None


training.adopt()
url.check((PROTOCOL, LEVEL, MEASURE, SHOW, BLIND, *taken_apart.PARAMETERS, *three_explanations.PARAMETERS,
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


def opens(runs: Runs) -> int:
    """The round from which on a random mask lies 17 points behind; 0 for never."""
    return conditions.opening(runs, "random", 0.17).level


def cost_of(name: str) -> str:
    """What a condition loses at 90% sparsity, by the longer training where it is recorded: `0.5 points`."""
    runs = long or quick
    assert runs is not None
    return points(runs.gap(name, runs.nearest(start.NINETY)).centre).lstrip("+")


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


with frame.stage("Same images, same order, same number of steps: only the ticket’s mask or its first values are taken "
                 "away. **Drag the slider, and compare.**"):
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
both = [one for one in (long, quick) if one]  # the longer training leads
told, ninety = both[0], both[0].nearest(start.NINETY)
frame.message(CHAPTER, f"A winning ticket is its mask *and* its first values. With {told.density[ninety]:.1%} of the "
                       f"weights left, after {told.budget}, new first values cost it {cost_of('reinit')} of accuracy, "
                       f"and a random mask {cost_of('random')}.")
with frame.beside("taken") as (text, picture):
    with text:
        st.markdown(
            f"Keep the mask and draw new first values: that is *{term('Reinit', 'random reinit')}*. Or keep the values "
            f"and draw a random mask of the same size: *{term('Random structure')}*. The *dense net* is the whole one."
        )
        if view.hides:
            st.markdown("Blind mode is on: this page keeps quiet about who is who until you reveal it.")
        else:
            st.markdown(conditions.at_level(runs, view.level) + f" {chip.measured(runs.seeds)}")
            if raced is not None and conditions.level_of(raced) == view.level:
                st.markdown(conditions.replayed(raced, runs))
                take_home(raced, key="race-home")
        if level >= "how" and runs is quick:
            frame.note("In one epoch, “better” is largely *faster*.")
    with picture:
        if not view.hides:
            if level >= "how":
                fact_table(conditions.rows(both, at), f"Test accuracy with {quick.density[at]:.1%} of the weights left",
                           key="taken-table")
            take(conditions.learning(runs, view.level, view.measure, view.shown), key="learning")
        if level >= "how":
            primer.fold("valley", "step", settings=True)

# ── when does it matter? ─────────────────────────────────────────────────────────────────────────────────────────

with frame.beside("popular") as (text, picture):
    with text:
        st.header("When does the gap grow large?", anchor="popular")
        st.markdown("One often reads larger numbers: with 90% of the weights gone, the ticket reads 95% of the digits, "
                    f"fresh values 85%, a random mask 78%. We know no source for such gaps. {chip.popular()}")
        guess = bet(Bet("bet-opens", "After one epoch of training: in which round does a random mask fall 17 points "
                                     "behind the ticket? After ten rounds, about 90% of the weights are gone.",
                        1, quick.levels, 10, "rounds"))
        if guess is not None:
            if guess > 0:
                st.markdown(f"You said **{guess}**. It was **{opens(quick) or 'never'}**.")
            for some in both:
                st.markdown(f"{conditions.opening_sentence(some, 'random')}. "
                            f"{conditions.opening_sentence(some, 'reinit')}. {chip.measured(some.seeds)}")
            st.markdown("So the order is right, and the numbers are not.")
    if guess is not None:
        with picture:
            figure(wager.judged(conditions.behind(quick, ("reinit", "random")), guess, opens(quick) or None, "round"),
                   key="behind", height=330)
            protocols = {name: some for name, some in zip(PROTOCOLS, (quick, long), strict=True) if some}
            fact_table(verdicts.popular_table(protocols), "Test accuracy at 90% sparsity: popular, the paper's, and "
                       "ours", key="popular-table")
            st.caption("Measured: mean ± 95% interval. Paper: Frankle et al. 2019, arXiv 1903.01611v3, figures 2 and "
                       "3; reinit: Frankle & Carbin 2019, v5, section 2."
                       + ("" if long else " The 50,000-step runs are not recorded yet: python -m lth_core record "
                                          "lenet-paper."))

# ── what of it counts, and why ───────────────────────────────────────────────────────────────────────────────────

parts = frame.sections(level, 1, 1, 1)
with parts[0]:
    taken_apart.speed(runs, told, level)
with parts[1]:
    taken_apart.switched(quick, longer, at, level)
with parts[2]:
    three_explanations.section(quick, long, longer, at, level)

# ── verdicts and retrieval ───────────────────────────────────────────────────────────────────────────────────────

if level >= "how":
    st.header("The claims, checked", anchor="claims")
    with st.expander("Six claims, with our verdicts", expanded=level >= "maths"):
        for one in start.verdicts(quick, longer):
            st.markdown(f"**{one.claim}** {chip.claim(int(one.number[1:]), one.verdict)}\\\n{one.ours}. *{one.why}*")
            if level >= "maths":
                st.caption(f"Rule, *{one.rule.name}*: {one.rule.sentence}")
        st.caption(f"LeNet-300-100 on MNIST, {quick.density[quick.nearest(start.NINETY)]:.1%} of the weights left; "
                   f"{quick.budget}: {quick.seeds} seeds"
                   + (f"; {longer.budget}: {longer.seeds} seeds" if longer else "")
                   + "; differences within seeds with their 95% interval.")

yours = bets.yours("bet-opens", "rounds")
back = longer.recovered("keep-signs") if longer else start.recovered(quick, "keep-signs", at)
frame.learned(
    CHAPTER,
    f"The gaps grow as the net shrinks.{yours}"
    + (f" After {quick.budget} a random mask fell 17 points behind in round {opens(quick)}." if yours else ""),
    f"Of the first values the signs count most: after {(longer or quick).budget} they alone win back "
    f"{back.whole:.0%} of what new ones lose, {back.span}. {chip.measured((longer or quick).seeds)}",
    "Signs, sizes, connections: none of them explains it all.",
)
before_you_go(
    Question(
        "quiz-reinit", "A ticket's mask with fresh weights does clearly worse than the ticket. What follows?",
        (
            ("The mask is worthless", "It still beats a random mask with the same fresh weights. So something of the "
             "ticket is in the mask."),
            ("The first values are part of what makes the ticket", "Yes: only they were changed, and accuracy fell. "
             "*How* they matter, this experiment does not say."),
            ("Fresh weights are badly scaled", "They come from the same distribution as the first ones. And values all "
             "set to ±σ, with the right signs, do well."),
        ), 1,
    ),
    Question(
        "quiz-shuffle", "Shuffle a ticket's first values within each layer: the same numbers, on other weights. It "
                        "does worse. Which explanation does that hurt?",
        (
            ("Signs", "Shuffling gives about half of the weights another sign. That it loses is just what the signs "
             "would predict."),
            ("Sizes", "Yes: the sizes are the same as before, only on other weights. If sizes alone were enough, the "
             "shuffled ticket would win too."),
            ("Connections", "The mask is the same before and after, so the connections cannot explain the difference. "
             "But nobody claimed that they are enough."),
        ), 1,
    ),
)
frame.foot(CHAPTER)
