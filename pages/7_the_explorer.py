"""Chapter 7 · The explorer: what happens if I change that?"""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from lth_core.results.result import Result
from pages.address import knobs, url
from pages.address.knobs import POINTS, Values
from pages.figures import challenges, pipeline
from pages.figures import race as races
from pages.sections.came_of_it import came_of_it
from pages.sections.rounds_played import ROUND, STAGE, play, sound
from pages.serving import scripts
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.widgets import bet as bets
from pages.widgets import chip, depth, frame
from pages.widgets.bet import Bet, bet
from pages.widgets.challenge_cards import challenge_cards
from pages.widgets.digit_pad import SHOWN, digit_pad, records
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.pipeline import (
    COMPARED,
    RACE_SEED,
    Bench,
    form,
    gave_way,
    history,
    load,
    parameters,
    race,
    show,
    train_again,
    values,
    workbench,
)
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, before_you_go

CHAPTER = CHAPTERS[6]
ONE, TWO = "One configuration", "Two, side by side"
SCROLL = "explorer.scroll"  # in the session: the knobs were turned from far below, and shall be seen
ANSWERING = "explorer.answering"  # in the session: the comparison whose nets may answer, and its run
B = "b-"  # what the second configuration's parameters begin with in the address

VIEW = url.Choice("view", (ONE, TWO), ONE)
PLAYED = url.Choice("played", ("A", "B"), "A")


def start(prefix: str, name: str) -> None:
    """A starting point was chosen: turn all knobs to it."""
    load(prefix, {**knobs.DEFAULTS, **POINTS[name]})
    url.put(ROUND, min(ROUND.default, int({**knobs.DEFAULTS, **POINTS[name]}["rounds"])))


def show_two(two: bool, level: int) -> None:
    """One configuration or two, with the player at round `level` and in view; for callbacks."""
    st.session_state[SCROLL] = True
    st.session_state["view-switch"] = TWO if two else ONE
    url.put(ROUND, level)
    url.put(STAGE, 1)


def copy_over() -> None:
    """The second configuration appears: it begins as a copy of the first."""
    if st.session_state.get("view-switch") == TWO:
        load(B, values(""))


def challenges_solved() -> set[str]:
    """Which challenges this visit has solved."""
    return set(st.session_state.get("challenges", ()))


def say_turned(prefix: str) -> None:
    """Which knobs gave way to the one that the reader turned."""
    for sentence in gave_way(prefix):
        st.info(sentence, icon=":material/tune:")


url.check((VIEW, PLAYED, ROUND, STAGE, SHOWN, depth.PARAMETER, RACE_SEED, COMPARED,
           *parameters(), *parameters(B)))
level = frame.head(CHAPTER)

# ── draw a digit ─────────────────────────────────────────────────────────────────────────────────────────────────

with frame.stage("**Draw a digit** with mouse, finger or pen. Four nets, one whole and three pruned, answer with every "
                 "stroke."):
    with frame.toolbar():
        st.markdown("[All knobs at once](#levers)", width="content")
        st.markdown(f"[{len(challenges_solved())} of {len(challenges.CHALLENGES)} challenges](#challenges)",
                    width="content")
        with frame.menu():
            if known := records():
                provenance(known, "python -m lth_core record chapter7", inside=True)
    digit_pad(*st.session_state.get(ANSWERING, (None, None)))

frame.message(CHAPTER, "One run shows what *can* happen when you change a setting. Only several seeds show what to "
                       "expect.")
if level >= "how":
    st.caption("A bar says how sure a net *acts*, not how often it is right.")

# ── the knobs ────────────────────────────────────────────────────────────────────────────────────────────────────

with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    st.header("All knobs at once", anchor="levers", width="content")
    st.markdown("Turn a knob and press **Train it now**.", width="content")
    if "view-switch" not in st.session_state:
        st.session_state["view-switch"] = url.word(VIEW)
    view = st.segmented_control("Configurations", VIEW.words, key="view-switch", required=True, on_change=copy_over,
                                label_visibility="collapsed") or ONE
    url.put(VIEW, view)
    with st.popover("Start from"):
        for name in POINTS:
            st.button(name, key=f"point-{name}", on_click=start, args=("", name), width="stretch")

other, second_knobs = Bench(), Values()
bench = st.container(key="bench")
if view == ONE:
    right, left = bench.columns([33, 12], gap="medium")  # on a phone the net comes before its knobs
    stage = right.container(key="bench-net")
else:
    left, right = bench.columns(2, gap="medium")
with left, st.container(border=True, key="knobs-a"):
    if view == TWO:
        st.subheader("A", anchor=False)
    first_knobs = form("")
    say_turned("")
if view == TWO:
    with right, st.container(border=True, key="knobs-b"):
        st.subheader("B", anchor=False)
        second_knobs = form(B)
        say_turned(B)
    with right:
        other = workbench(second_knobs, B)
    stage = bench.container(key="bench-net")
with left if view == TWO else stage:
    own = workbench(first_knobs)

reference = own.reference
first, second = sound(own.result, "this run" if view == ONE else "A"), sound(other.result, "B")

# ── the rounds ───────────────────────────────────────────────────────────────────────────────────────────────────

if view == TWO:
    if "played-switch" not in st.session_state:
        st.session_state["played-switch"] = url.word(PLAYED)
    with stage:
        played = st.segmented_control("In the player", PLAYED.words, key="played-switch", required=True) or "A"
    url.put(PLAYED, played)
else:
    played = "A"
of_played, shown, shown_knobs = (own, first, first_knobs) if played == "A" else (other, second, second_knobs)

at = 0
with stage:
    if of_played.shown is not None or of_played.spec is not None:
        at = play(of_played, shown_knobs, played)
    if of_played.spec is None:
        st.caption("Shown meanwhile: a recorded run.")
for trained in (own, other):
    train_again(trained)

# ── two runs against each other ──────────────────────────────────────────────────────────────────────────────────

if first is not None and second is not None:
    differing = knobs.changed(first_knobs, second_knobs)
    with frame.prose():
        st.header("A against B", anchor="versus")
        st.markdown(("B has " + "; ".join(differing) + "." if differing else
                     "Both are the same configuration: change a knob of B.") + f" {chip.measured(1)}")
    with st.container(width=960):
        figure(pipeline.versus(first, second), key="versus")
        fact_table(pipeline.side_by_side(first, second), "Outcomes of A and B", key="versus-table")

# ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────────

came_of_it(level, shown, first, reference, at, played)

# ── compare at this round ────────────────────────────────────────────────────────────────────────────────────────

compared: Result | None = None
parts = frame.sections(level, 1, 1, 2)
with parts[0]:
    st.header("What is this ticket worth?", anchor="compare")
    with frame.prose() if level >= "how" else st.expander("Compare it with two others"):
        st.markdown(
            (f"The player above rests in round {at}. " if shown is not None else "Train a run above and go to a round "
             "of it. ") + "Train its ticket beside "
            f"*{term('Reinit', 'random reinit')}* and *{term('Random structure')}*, as in {see(4)}."
        )
        guess = -1 if COMPARED.read() else None  # whoever follows a link to comparisons has nothing left to guess
        if shown is not None and at and guess is None:
            guess = bet(Bet("bet-race", "How many points of accuracy will the random structure end behind the ticket?",
                            0, 60, 3, "points"))
    if shown is not None and (guess is not None or not at):
        with st.container(width=960):
            compared = race(shown, at)
            if compared is not None:
                if guess is not None and guess >= 0:
                    st.markdown(f"You said **{guess}** points.")
                st.markdown(f"{races.told(compared)} {chip.measured(1)}")
                show(compared)
                history(compared)

# ── challenges ───────────────────────────────────────────────────────────────────────────────────────────────────

with parts[1]:
    st.header("Five challenges", anchor="challenges")
    if level >= "how":
        st.markdown("Your runs above are checked at once. A recorded run reaches each goal.")
    with nullcontext() if level >= "how" else st.expander("Goals for your own runs"):
        challenge_cards(challenges.Table(first, second, compared), start_from=load, show_two=show_two)

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

yours = bets.yours("bet-race", "points")
with parts[2]:
    frame.learned(
        CHAPTER,
        "Changing the seed alone moves the result.",
        "A ticket is judged beside its own mask with fresh weights, and beside a random mask."
        + (f"{yours}{races.behind(compared)}" if yours and compared is not None else ""),
        f"{len(challenges_solved())} of {len(challenges.CHALLENGES)} challenges solved so far.",
    )
before_you_go(
    Question(
        "quiz-knob", "You raise the rate from 20 to 50% a round and stop at the same size. What do you save?",
        (
            ("Trainings: fewer rounds reach the same size", "Yes. From 20 to 50% it takes a third of the rounds. The "
             "price may be accuracy when few weights are left."),
            ("Nothing: the number of weights removed is the same", "You pay in trainings, not in weights: n rounds are "
             "n + 1 trainings."),
            ("Memory when the net is used", "The last net has the same size either way. Only the way to it is "
             "shorter."),
        ), 0,
    ),
    Question(
        "quiz-one-run", "Your run of seed 3 beats the recorded mean by 0.3 points. What have you found?",
        (
            ("A better setting", "Perhaps. The recorded seeds differ by as much among themselves, and you have drawn "
             "one."),
            ("That the recorded runs were flawed", "A single run above the mean is what half of all runs are."),
            ("A reason to run more seeds", "Yes. One run says what can happen. The spread over seeds says what to "
             "expect."),
        ), 2,
    ),
)
frame.foot(CHAPTER)

if st.session_state.pop(SCROLL, False):
    st.html(f"<script>{scripts.TO_LEVERS}</script>", unsafe_allow_javascript=True)
before, _ = st.session_state.get(ANSWERING, (None, None))
if compared is not None and compared is not before:  # other nets answer on the pad from now on
    st.session_state[ANSWERING] = (compared, shown)
    st.rerun()
