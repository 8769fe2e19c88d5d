"""Chapter 7 · The explorer: what happens if I change that?"""

from __future__ import annotations

import streamlit as st

from lth_core.experiments import Lottery
from lth_core.results.result import Result
from pages.address import knobs, url
from pages.address.knobs import POINTS, Values
from pages.figures import challenges, pipeline, rounds, where
from pages.figures import race as races
from pages.serving import scripts
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.text.references import cite
from pages.widgets import chip, colours, depth, frame, source
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
    take_ticket,
    train_again,
    values,
    workbench,
)
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, ask
from pages.widgets.round_player import WORDS, Moment, film, round_player, seedling

CHAPTER = CHAPTERS[6]
ONE, TWO = "One configuration", "Two, side by side"
SCROLL = "explorer.scroll"  # in the session: the knobs were turned from far below, and shall be seen
ANSWERING = "explorer.answering"  # in the session: the comparison whose nets may answer, and its run
B = "b-"  # what the second configuration's parameters begin with in the address

VIEW = url.Choice("view", (ONE, TWO), ONE)
PLAYED = url.Choice("played", ("A", "B"), "A")
ROUND = url.Whole("round", 0, 24, 6)
STAGE = url.Whole("stage", 0, 2, 1)


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


def sound(run: Result | None, name: str) -> Result | None:
    """The run, unless one of its trainings blew up, which is said."""
    blown = pipeline.diverged(run) if run is not None else None
    if blown is None:
        return run
    st.warning(f"The training of {name} blew up in round {blown}: its loss was no longer a number. Lower *Learning "
               "rate*.", icon=":material/crisis_alert:")
    return None


def play(bench: Bench, values: Values, name: str) -> int:
    """The round player on a configuration, trained or not; returns the round at which the reader left it."""
    run, spec = bench.shown, bench.spec
    key = f"explorer-{name}-{(spec or run.spec).key}-{colours.chosen()}"  # type: ignore[union-attr]
    if run is None:
        assert spec is not None
        round_player(seedling(spec, str(values["net"]), colours.chosen()), moment=Moment(), words=spoken(spec), key=key,
                     live=bench.live())
        return 0
    last = int(rounds.column(run, "round")[-1])
    wished = min(url.whole(ROUND), last)
    moment = Moment(wished, min(url.whole(STAGE), 2 if wished < last else 1))
    rested = round_player(film(run, str(values["net"]), colours.chosen()), moment=moment, key=key,
                          words=spoken(rounds.lottery(run)))
    url.put(ROUND, rested.round)
    url.put(STAGE, rested.stage)
    return rested.round


def spoken(spec: Lottery) -> dict[str, str]:
    """What the player says of this run in other words than of a winning ticket on digits."""
    step = spec.rewind.step
    words = {"hint": "Click a connection to see what became of it."}
    if step:
        words["tell2"] = "Round {round}: the {kept} living weights learn up to step {steps}; rounds after the first "
        words["tell2"] += f"begin at step {step:,}."
        words["tell4"] = "Round {round}: the {next} survivors jump back to their values after " + f"{step:,} steps."
        words["tell5"] = "Round {round} comes next: {kept} of {total} weights are left, as they were after "
        words["tell5"] += f"{step:,} steps."
    if spec.data.name != "mnist":
        for name in ("result", "learning", "scored", "scored_whole"):
            words[name] = WORDS[name].replace("digits", "images")
    return words


url.check((VIEW, PLAYED, ROUND, STAGE, SHOWN, depth.PARAMETER, RACE_SEED, COMPARED,
           *parameters(), *parameters(B)))
level = frame.head(CHAPTER)

# ── draw a digit ─────────────────────────────────────────────────────────────────────────────────────────────────

with frame.stage("**Draw a digit** with mouse, finger or pen. Four nets, one whole and three pruned, answer with every "
                 "stroke."):
    with frame.toolbar():
        st.markdown("[All levers at once](#levers)", width="content")
        st.markdown(f"[{len(challenges_solved())} of {len(challenges.CHALLENGES)} challenges](#challenges)",
                    width="content")
        with frame.menu():
            if known := records():
                provenance(known, "python -m lth_core record chapter7", inside=True)
    digit_pad(*st.session_state.get(ANSWERING, (None, None)))

with frame.prose():
    st.markdown(
        "Who answers: LeNet-300-100 with all its weights, its winning ticket, the ticket's mask with other first "
        "values, and a random mask of the same size, all trained for one epoch; or your own four, once you have "
        "compared them below. Or pick a test digit on which they disagree."
    )
    if level >= "how":
        st.markdown(
            "Your drawing is treated as MNIST's were: cut out, fitted into a box of 20 × 20, and laid into 28 × 28 "
            "with its centre of mass in the middle. Still it is not the same: MNIST was written with pens on "
            "paper. A drawing that all four misread is no scandal. A bar is the "
            "softmax of the net's answers: how sure it *acts*, not how often it is right."
        )

# ── the knobs ────────────────────────────────────────────────────────────────────────────────────────────────────

with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    st.header("All levers at once", anchor="levers", width="content")
    st.markdown("Turn a knob and press **Train it now**: the net trains before your eyes.", width="content")
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
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

# ── what the rounds left ─────────────────────────────────────────────────────────────────────────────────────────

if shown is not None:
    with frame.prose():
        st.markdown(rounds.so_far(shown, at, url.whole(STAGE)) + f" {chip.measured(1)}")
    take_ticket(shown, at, key=f"take-{played}-{shown.key}")
    heats = where.heats(shown, at)
    with frame.prose():
        st.subheader("Where the survivors are", anchor="where")
        st.markdown("Every weight counted, none sampled: the image as the first layer sees it, then the other matrices "
                    f"in blocks, out × in. {where.sentence(heats)} {chip.measured(1)}")
    with st.container(horizontal=True, gap="medium"):
        for heat in heats:
            st.image(where.svg(heat, st.context.theme.type or "light", colours.chosen()), where.caption(heat),
                     width=where.SIDE, alt=where.alt(heat))
with frame.prose():
    st.markdown("Nothing can be broken, and the address in your browser always holds the whole experiment.")
if first is not None:
    with st.container(width=960):
        figure(pipeline.accuracy(first, reference), key="accuracy")
    with frame.prose():
        if reference is not None and reference.differs and first not in reference.runs:
            st.caption("The recorded runs in grey are the nearest there are; yours differs in "
                       + ", ".join(knobs.named(reference.differs)) + ".")
        st.markdown(f"**In one line:** {pipeline.told(first)} {chip.measured(1)}")
        if level >= "how":
            st.markdown(
                "One run is one seed. Before you believe a difference, change the seed and see whether it stays: "
                f"{see(5)} trains every net three to ten times for that reason. And mind what the axis counts: *times "
                "fewer weights* is the compression ratio, which a sparse file or a sparse kernel can use and an "
                "ordinary matrix product cannot."
            )
            st.markdown(
                f"*What goes* has five answers. Zhou et al. {cite('zhou2019')} found that what training *enlarged* is "
                "about as good a sign as what it left *large*. And what was large at the start? Set two of the five "
                "side by side, and see."
            )
        if level >= "maths":
            st.markdown(
                r"""
With $m_r$ the mask of round $r$ and $\theta_k$ the weights after $k$ steps of the first training, round $r$ trains
$f(x;\, m_r \odot \theta_k)$ from step $k$ to $T$ and $m_{r+1}$ keeps the largest $\lvert\theta_T\rvert$ under $m_r$.
$k = 0$ is the lottery ticket, $k > 0$ late rewinding. The bill of $R$ rounds is $T + R\,(T - k)$ steps. If only
surviving weights cost anything, that is about $3B\,\bigl(\lvert\theta\rvert\,T + \sum_{r=1}^{R} \lVert
m_r\rVert_0\,(T-k)\bigr)$ multiplications with $B$ images a step: one a weight and image forwards, two backwards. The
compression ratio is
$\lvert\theta\rvert / \lVert m_r\rVert_0$.
"""
            )
if level >= "maths":
    with st.container(width=1160):
        source.show("lth_core/experiments/lottery/run.py", "stream")

# ── compare at this round ────────────────────────────────────────────────────────────────────────────────────────

compared: Result | None = None
with frame.prose():
    st.header("What is this ticket worth?", anchor="compare")
    st.markdown(
        (f"The player above rests in round {at}. " if shown is not None else "Train a run above and go to a round of "
         "it. ") + f"Then take its ticket apart, as in {see(4)}: the same mask with fresh weights "
        f"(*{term('Reinit', 'random reinit')}*), a random mask of the same size (*{term('Random structure')}*). Same "
        "images, same order, same budget, trained side by side."
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

with frame.prose():
    st.header("Five challenges", anchor="challenges")
    st.markdown(
        "Each is checked by your runs above, the moment they are there. Each has been solved: the solution is "
        "recorded, and one click away when you give up."
    )
with st.container(width=1100):
    challenge_cards(challenges.Table(first, second, compared), start_from=load, show_two=show_two)

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-knob", "You raise the rate from 20 to 50% a round and stop at the same size. What do you save?",
        (
            ("Trainings: fewer rounds reach the same size", "Yes. From 20 to 50% it takes a third of the rounds. What "
             "it may cost is accuracy at the sparse end: each ranking is made with more weights still around."),
            ("Nothing: the number of weights removed is the same", "The bill is paid in trainings, not in weights: "
             "n rounds, n + 1 trainings."),
            ("Memory at inference", "The last net has the same size either way; only the way to it is shorter."),
        ), 0,
    ))
    ask(Question(
        "quiz-one-run", "Your run of seed 3 beats the recorded mean by 0.3 points. What have you found?",
        (
            ("A better setting", "Perhaps. The recorded seeds differ by as much among themselves, and you have drawn "
             "one."),
            ("That the recorded runs were flawed", "A single run above a mean is what half of all runs are."),
            ("A reason to run more seeds", "Yes. One run says what can happen; the spread over seeds says what to "
             "expect."),
        ), 2,
    ))
    frame.foot(CHAPTER)

if st.session_state.pop(SCROLL, False):
    st.html(f"<script>{scripts.TO_LEVERS}</script>", unsafe_allow_javascript=True)
before, _ = st.session_state.get(ANSWERING, (None, None))
if compared is not None and compared is not before:  # other nets answer on the pad from now on
    st.session_state[ANSWERING] = (compared, shown)
    st.rerun()
