"""Chapter 3 · Iterative magnitude pruning: how does one find a winning ticket?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, SEEDS, evidence, pruning_run
from lth_core.experiments import Lottery
from lth_core.results.result import Result
from pages.address import url
from pages.figures import biography, rounds
from pages.live.run import LiveRun
from pages.records import judged, recorded
from pages.sections import one_weight, six_weights, spot_the_fault, the_cut
from pages.text.chapters import CHAPTERS
from pages.widgets import bet as bets
from pages.widgets import chip, colours, depth, frame, source
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet
from pages.widgets.choice import choice
from pages.widgets.figure import figure, numbers
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, before_you_go
from pages.widgets.round_player import Moment, film, growing, round_player, seedling
from pages.widgets.run_panel import run_panel, take_home

CHAPTER = CHAPTERS[2]
SMALL, LENET = "Small net", "LeNet-300-100"
THE = {SMALL: "the small net", LENET: "LeNet-300-100"}  # within a sentence
NETS = {SMALL: "drawable", LENET: "lenet"}  # what the reader sees, and the catalogue's word for it
SCHEDULES = {"Iterative": "iterative", "One-shot": "one-shot"}
RATES = {f"{percent}%": percent / 100 for percent in (10, 20, 30, 50, 80)}

NET = url.Choice("net", tuple(NETS), SMALL)
SEED = url.Whole("seed", 0, 4, 0)
SCHEDULE = url.Choice("schedule", tuple(SCHEDULES), "Iterative")
RATE = url.Choice("rate", tuple(RATES), "20%")
LAST = url.Choice("rounds", ("all", "5", "10", "15"), "all")
ROUND = url.Whole("round", 0, 42, 3)  # 42 rounds: what it takes to reach 1% at the smallest rate
STAGE = url.Whole("stage", 0, 2, 0)

TRAINING_NOW = Plan("train", "step", (LiveLine("this round", "training", "validation_accuracy", "ticket"),))
LIFE = {"life": "Its whole life ↓"}
SHORTER = {"edge_lives": "alive after the last round played"}


def recorded_runs(net: str, schedule: str) -> tuple[Result, ...]:
    """One recorded run a seed at 20% a round; ends the page with the cure when there is none."""
    specs = (pruning_run(NETS[net], seed, SCHEDULES[schedule]) for seed in SEEDS)
    found = recorded.among(specs)
    if not found:
        recorded.missing("chapter3")
    return found


def start_growing() -> None:
    """The run is trained at the press from now on, or taken whole again: either way it is looked at from its start."""
    url.put(growing.GROWN, int(st.session_state["grows"]))
    for parameter in (ROUND, STAGE):
        url.put(parameter, 0 if st.session_state["grows"] else parameter.default)


url.check((NET, SEED, SCHEDULE, RATE, LAST, ROUND, STAGE, *the_cut.PARAMETERS, *one_weight.PARAMETERS, growing.GROWN,
           six_weights.SIX, spot_the_fault.SNIPPET, depth.PARAMETER))
level = frame.head(CHAPTER)

# ── the player ───────────────────────────────────────────────────────────────────────────────────────────────────

grows = url.whole(growing.GROWN) > 0
small_runs, lenet_runs = recorded_runs(SMALL, "Iterative"), recorded_runs(LENET, "Iterative")
small, lenet = rounds.facts(small_runs), rounds.facts(lenet_runs)
long_runs = recorded.among(evidence("paper", seed) for seed in EVIDENCE_SEEDS["paper"])
stage = frame.stage("Each round trains the net, removes its smallest weights and gives the rest their first values "
                    "back. **Press *Next round* until accuracy falls.**")
again = False
with stage, frame.toolbar():
    net = choice("Network", NET, named=False)
    note = st.container(width="content")
    with frame.menu():
        schedule = choice("Cuts", SCHEDULE, tip="Iterative: a small cut each round, judged by that round's training. "
                                                "One-shot: all cuts are judged by the first training alone.")
        rate = st.selectbox("Cut a round", RATE.words, index=RATE.words.index(RATE.default), key=RATE.name,
                            bind="query-params", help="Share of what remains in each layer. The output layer loses "
                                                         "half that share.")
        most = st.selectbox("Rounds", LAST.words, index=LAST.words.index(LAST.default), key=LAST.name,
                            bind="query-params", help="After how many rounds the run ends.")
        seed = st.selectbox("Seed", list(SEEDS), key=SEED.name, bind="query-params",
                            help="Runs that differ only in chance: split, first weights, batch order.")
        runs = recorded_runs(net, schedule)
        spec = pruning_run(NETS[net], seed, SCHEDULES[schedule], RATES[rate])
        whole = spec
        if most != LAST.default:
            spec = spec.shortened(int(most))
        run = recorded.find(whole)
        recorded_here = run is not None
        if recorded_here:
            st.toggle("Train a round at each press", key="grows", value=grows, on_change=start_growing,
                      help="Nothing is ready: *Next round* trains one, here and now.")
        else:  # of a run that nobody recorded every round is trained at the press
            st.caption(f"{rate} a round is not recorded: each *Next round* trains one, here and now.")
            grows = True
        if recorded_here and not grows:
            again = st.toggle("Run it again, here and now", key="again")
            provenance(runs, "python -m lth_core record chapter3", inside=True)


def play(run: Result | None, spec: Lottery, grows: bool, most: int | None) -> Moment:
    """The player, and the training of the next round; returns where the reader rests. run: None of a run that grows and
    of which nothing is trained."""
    live = growing.going(spec) if grows else None
    run = (growing.latest(spec) if grows else None) or run
    if run is None:
        played, start, shorter = seedling(spec, net, colours.chosen()), spec.shortened(1).key, True
    else:
        played = film(run, net, colours.chosen(), most, spec.pruning.rounds if grows else 0)
        start = rounds.lottery(run).shortened(1).key if grows else f"{run.key}-{run.manifest.get('created')}"
        shorter = grows or played.rounds < biography.follow(run).rounds
    edge = url.whole(one_weight.EDGE) if one_weight.EDGE.name in st.query_params else -1
    rests = round_player(
        played, moment=played.held(url.whole(ROUND), url.whole(STAGE), followed(edge)), live=live,
        words=LIFE | (SHORTER if shorter else {}),
        key=f"player-{start}" + (f"-{most}" if most else "") + ("-grows" if grows else ""),
        on_more=lambda: growing.ask(spec), on_stop=lambda: growing.stop(spec),
    )
    url.put(ROUND, rests.round)
    url.put(STAGE, rests.stage)
    follow(rests.edge)
    return rests


def followed(edge: int) -> int:
    """The drawn weight nearest to `edge`; none for none."""
    return edge if edge < 0 else biography.nearest(biography.follow(runs[0]), edge)


def follow(edge: int) -> None:
    """Write the followed weight into the address, the default too: whoever clicked it wants to see its card."""
    if edge >= 0:
        st.query_params[one_weight.EDGE.name] = str(edge)
    else:
        st.query_params.pop(one_weight.EDGE.name, None)


with stage:
    if grows:
        run = growing.latest(spec)
    again_key = f"lottery-{whole.key}"
    if again:  # the panel stands below the player; what it has trained is in the player
        run = LiveRun(whole, again_key).result or run
    moment = apart("player", play, run, spec, grows, None if grows or most == LAST.default else int(most))
if again:
    note.markdown("[Train it again ↓](#again)")
    st.subheader("The same run again", anchor="again")
    run_panel(whole, rounds.learning(runs[0]), TRAINING_NOW, key=again_key, recorded=recorded.find(whole))

frame.message(CHAPTER, "To find a winning ticket, repeat three moves: train the net, remove its smallest weights, and "
                       "give the rest their first values back.")
with frame.prose():
    if run is not None:
        st.markdown(rounds.so_far(run, moment.round, moment.stage) + f" {chip.measured(1)}")
    elif grows:
        st.markdown(rounds.NOTHING)
    if run is not None:
        numbers(rounds.table(run), key="all-rounds", label="All rounds in numbers")
        if grows:
            take_home(run, "growing")

six_weights.section(level)

# ── which round breaks it? ───────────────────────────────────────────────────────────────────────────────────────

with frame.beside("breaks") as (text, picture):
    with text:
        st.header("How far does it go?", anchor="breaks")
        guess = bet(Bet("bet-breaks", f"The small net has {small.total:,} weights and loses a fifth of them a round. "
                                      f"After how many rounds has it lost a whole point of accuracy (mean of "
                                      f"{small.seeds} seeds)?", 1, 20, 10, "rounds"))
        if guess is not None:
            if guess > 0 and small.breaks:
                st.markdown(f"You said **{guess}**. It was **{small.breaks}**.")
            st.markdown(rounds.breaking_sentence(small_runs) + f" {chip.measured(small.seeds)}")
            st.markdown(f"The paper's network, LeNet-300-100, has {lenet.total:,} weights, far more than it needs. "
                        + (f"{rounds.long_sentence(long_runs)} {chip.measured(len(long_runs))} " if long_runs else "")
                        + "In the paper they match it down to 3.6% and fall below it at 2.9%. "
                        + chip.cited("Frankle & Carbin 2019", "section 2"))
            if level >= "how":
                held = judged.row(11).outcome
                frame.note(rounds.lenet_sentence(lenet_runs) + f" {chip.measured(lenet.seeds)} "
                           + (chip.ledger(11) if held.seeds else ""))
    if guess is not None:
        with picture:
            figure(rounds.accuracy(small_runs, "the small net's tickets"), key="rounds-small", height=300)
            figure(rounds.accuracy(long_runs or lenet_runs, "LeNet's tickets"), key="rounds-lenet", height=300)

# ── how much, which, how often ───────────────────────────────────────────────────────────────────────────────────

parts = frame.sections(level, 1, 1, 1)
with parts[0]:
    the_cut.how_much(recorded_runs(net, "Iterative"), THE[net], level)
with parts[1]:
    the_cut.which(recorded_runs(net, "Iterative"), seed, level)
with parts[2]:
    the_cut.how_often(recorded_runs(net, "Iterative"), recorded_runs(net, "One-shot"), level)

# ── play ─────────────────────────────────────────────────────────────────────────────────────────────────────────

if level >= "how":
    st.header("Go on playing", anchor="life")
    life = one_weight.life(run, level) if run is not None else None
    one_weight.changed(life, net == SMALL, seed, small_runs[0])
    spot_the_fault.section(level)
    with st.expander("The engine's own code for a cut"):
        st.markdown("The count is exact, ties are broken by index, and a removed weight never comes back.")
        source.show("lth_core/masks/prune.py", "prune", "rates")
        st.markdown("The loop around it: train, prune, rewind, with the control experiments of the next chapter.")
        source.show("lth_core/experiments/lottery/run.py", "stream")
        if level >= "maths":
            source.show("lth_core/masks/select.py", "remove_lowest", "_lowest")

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

yours = bets.yours("bet-breaks", "rounds")
gap = rounds.gap(small_runs, recorded_runs(SMALL, "One-shot"))
frame.learned(
    CHAPTER,
    f"{rounds.in_one_line(small_runs, long_runs or lenet_runs)} "
    f"{chip.measured(min(small.seeds, len(long_runs) or lenet.seeds))}"
    + (f"{yours} It was {small.breaks}." if yours and small.breaks else ""),
    "A weight's size tells most after training: a ticket is found in hindsight.",
    f"Many small cuts beat one large cut, by up to {rounds.points(gap.iterative - gap.one_shot).lstrip('+')} on the "
    f"small net. {chip.measured(gap.seeds)}",
)
before_you_go(
    Question(
        "quiz-rewind", "After a cut, the weights that are left will be trained again. From which values?",
        (
            ("From where training left them", "That is ordinary pruning, chapter 1. It works, but it does not show "
             "that the small net could have learned *alone*."),
            ("From fresh random values", "Then only the mask is tested. Chapter 4 does that: such nets learn more "
             "slowly than the ticket and end up worse."),
            ("From the values they had before the first training", "Yes: mask and first values together are the "
             "ticket. Everything that training did to these weights is undone."),
        ), 2,
    ),
    Question(
        "quiz-rounds", "At 20% a round, how much of a hidden layer do two rounds remove?",
        (
            ("40%", "The second fifth is taken from what the first has left, which is only 80%."),
            ("36%", "Yes: 0.8 × 0.8 = 0.64 is left."),
            ("64%", "That is what remains, the density. The sparsity is 1 − 0.64."),
        ), 1,
    ),
)
frame.foot(CHAPTER)
