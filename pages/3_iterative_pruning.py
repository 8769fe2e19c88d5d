"""Chapter 3 · Iterative magnitude pruning: how does one find a winning ticket?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, SEEDS, evidence, pruning_run
from lth_core.experiments import Lottery
from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from pages.address import url
from pages.figures import biography, magnitude, popular, rounds
from pages.figures.shrinking import popular_schedule, shrinking, survivors
from pages.live.run import LiveRun
from pages.records import judged, recorded
from pages.sections import one_weight, spot_the_fault
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.widgets import chip, colours, depth, frame, source
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet
from pages.widgets.choice import choice
from pages.widgets.figure import figure, numbers
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, ask
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
P = url.Whole("p", 1, 90, 20)
N = url.Whole("n", 1, 40, 15)

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


url.check((NET, SEED, SCHEDULE, RATE, LAST, ROUND, STAGE, P, N, *one_weight.PARAMETERS, growing.GROWN,
           spot_the_fault.SNIPPET, depth.PARAMETER))
level = frame.head(CHAPTER)
PRUNED = colours.word("pruned")

# ── the player ───────────────────────────────────────────────────────────────────────────────────────────────────

grows = url.whole(growing.GROWN) > 0
small_runs, lenet_runs = recorded_runs(SMALL, "Iterative"), recorded_runs(LENET, "Iterative")
small, lenet = rounds.facts(small_runs), rounds.facts(lenet_runs)
long_runs = recorded.among(evidence("paper", seed) for seed in EVIDENCE_SEEDS["paper"])
stage = frame.stage("Each round trains the net, removes its smallest weights and gives the rest their first values "
                    "back. **Press *Next round*, and see how long it holds.**")
again = False
with stage, frame.toolbar():
    net = choice("Network", NET, named=False)
    note = st.container(width="content")
    with frame.menu():
        schedule = choice("Cuts", SCHEDULE, tip="Iterative: a small cut each round, judged by that round's training. "
                                                "One-shot: all cuts are judged by the first training alone.")
        rate = st.selectbox("Cut a round", RATE.words, index=RATE.words.index(RATE.default), key=RATE.name,
                            bind="query-params", help="Of what remains in every layer; in the output layer, half.")
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
        key=f"player-{start}-{colours.chosen()}" + (f"-{most}" if most else "") + ("-grows" if grows else ""),
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

with frame.prose():
    if run is not None:
        st.markdown(rounds.so_far(run, moment.round, moment.stage) + f" {chip.measured(1)}")
    elif grows:
        st.markdown(rounds.NOTHING)
    st.markdown(
        "Rounds are counted by their trainings. **Round 0** trains the whole net. Each later round trains what the cut "
        f"before it left, from the values it had at the very start ({term('Rewinding')})."
    )
    if run is not None:
        numbers(rounds.table(run), key="all-rounds", label="All rounds in numbers")
        if grows:
            take_home(run, "growing")

# ── which round breaks it? ───────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Which round breaks it?", anchor="breaks")
    guess = bet(Bet("bet-breaks", f"The small net has {small.total:,} weights. After how many rounds of 20% has the "
                                  f"mean of {small.seeds} seeds lost a whole point of accuracy?", 1, 20, 10, "rounds"))
    if guess is not None:
        if guess > 0 and small.breaks:
            st.markdown(f"You said **{guess}**. It was **{small.breaks}**.")
        st.markdown(rounds.breaking_sentence(small_runs) + f" {chip.measured(small.seeds)}")
if guess is not None:
    with st.container(width=960):
        figure(rounds.accuracy(small_runs, "the small net's tickets"), key="rounds-small")
    with frame.prose():
        st.markdown(
            "Now the same recipe on the network of the paper, which has far more to spare. "
            + rounds.lenet_sentence(lenet_runs) + f" {chip.measured(lenet.seeds)}"
        )
    with st.container(width=960):
        figure(rounds.accuracy(lenet_runs, "LeNet's tickets"), key="rounds-lenet")
    with frame.prose():
        if level >= "how":
            st.markdown(
                "Be careful with “better than the whole net”. These runs are one epoch long, and a ticket learns "
                "*faster*. Frankle & Carbin trained for 50,000 steps: "
                "their tickets match the whole net down to **3.6%** of the weights and drop below it at 2.9%. "
                + chip.cited("Frankle & Carbin 2019", "section 2")
                + (f" {rounds.long_sentence(long_runs)} {chip.measured(len(long_runs))}" if long_runs else "")
            )
        held = judged.row(11).outcome
        if held.seeds:
            st.markdown("Does such pruning hold the accuracy, to within a point? After 50,000 steps and down to 3.6% "
                        f"of LeNet's weights it surely does {held.ours}. {chip.measured(held.seeds)} {chip.ledger(11)}")

# ── one weight: its life, and what if ────────────────────────────────────────────────────────────────────────────

life = one_weight.life(run, level) if run is not None else None
one_weight.changed(life, net == SMALL, seed, small_runs[0])

# ── the law of shrinking ─────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("How fast does it shrink?", anchor="shrinking")
    st.markdown(
        "Each round takes its share of what *remains*, so the cuts get smaller and smaller. After $n$ rounds at rate "
        r"$p$ a share of $(1-p)^n$ is left."
    )
    with st.container(horizontal=True):
        p = st.slider("Pruned a round, p", P.least, P.most, P.default, format="%d%%", key=P.name, bind="query-params")
        n = st.slider("Rounds, n", N.least, N.most, N.default, key=N.name, bind="query-params")
    law = shrinking(pruning_run(NETS[net], 0).net, p / 100, n, p / 200)
    st.markdown(
        f"$(1 - {p / 100:g})^{{{n}}}$ = **{law.formula[-1]:.2%}** left, {1 - law.formula[-1]:.1%} pruned. Counted "
        f"weight by weight on {THE[net]}, with the output layer at half the rate as in the paper: "
        f"**{sum(law.layers[-1]):,}** of {law.total:,}, {law.counted[-1]:.2%}; by layer "
        + ", ".join(f"{count:,}" for count in law.layers[-1]) + "."
    )
with st.container(width=960):
    figure(survivors(law, p / 100), key="survivors", height=340)
with frame.prose():
    if level >= "how":
        st.markdown(f"{popular_schedule()} {chip.cited('Frankle & Carbin 2019', 'section 2')} "
                    f"{popular.counted()} {chip.ledger(9)}")
        st.markdown(
            "Why half the rate for the output layer? The paper does so; that layer has the fewest weights of all. And "
            "why $n$ rounds cost $n + 1$ trainings is easy to see in the player: the whole net must be "
            "trained before the first cut. The last column of the table holds the bill."
        )
    if level >= "maths":
        st.markdown(
            r"""
In round $r$ layer $l$ has $k_l^{(r)}$ weights, and
$k_l^{(r+1)} = k_l^{(r)} - \lfloor p_l\,k_l^{(r)} + \tfrac12 \rfloor$, with $p_l = p$ for all layers but the last, where
it is $p/2$. Whole weights make the count deviate from $(1-p_l)^r k_l^{(0)}$ by at most $\tfrac{1}{2p_l}$ in each layer.
To remove a share $P$ in $n$ rounds, choose $p = 1 - (1-P)^{1/n}$; “prune $P^{1/n}$ a round”, as the paper has it in
passing, is not the same.
"""
        )

# ── why the smallest? ────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Why the smallest?", anchor="magnitude")
    st.markdown(
        "Magnitude is a verdict in hindsight: training had every chance to make a weight large. Below is every weight "
        f"of one layer before and after the first training, of {rounds.budget(runs[0].spec)}. Those on the dashed "
        f"diagonal did not move; the {PRUNED} ones are about to go."
    )
    layers = [f"fc{depth}" for depth in range(1, len(pruning_run(NETS[net], 0).net.sizes))]
    layer = st.segmented_control("Layer", layers, default=layers[0], key="layer", required=True) or layers[0]
clouds = [magnitude.cloud(biography.follow(own), layers.index(layer)) for own in recorded_runs(net, "Iterative")]
told = [magnitude.story(cloud) for cloud in clouds]
picture, words = st.columns([5, 6], gap="large", width=1000)
with picture:
    shown = clouds[min(seed, len(clouds) - 1)]
    st.image(magnitude.svg(shown, st.context.theme.type or "light", colours.chosen()), width="stretch",
             alt=magnitude.alt(shown))
    numbers(magnitude.table(shown), key="cloud")
with words:
    st.markdown(magnitude.sentence(told) + f" {chip.measured(len(told))}")
    moved = judged.row(10).outcome
    if moved.seeds:
        st.markdown("What the first cut takes of LeNet-300-100, and what it keeps, after 50,000 steps: "
                    f"{moved.ours}. {moved.why} {chip.measured(moved.seeds)} {chip.ledger(10)}")
    if level >= "how":
        st.markdown(
            "So this recipe recognises a ticket only *after* the fact. Whether it can be recognised before is an open "
            f"question with a chapter of its own: SNIP, GraSP and SynFlow try ({see(8)}). In the paper, cutting the "
            "weights that are smallest *at the start* does worse than drawing new ones. "
            + chip.cited("Frankle & Carbin 2019", "appendix F.4")
        )
    if level >= "maths":
        st.markdown(
            r"The score of weight $i$ is $|\theta_{T,i}|$. Two things can make it small: a small start "
            r"$|\theta_{0,i}|$, or a $\theta_T - \theta_0$ that points back to zero. A weight whose input pixel is "
            r"always black has no gradient, stays exactly at $\theta_0$, and is judged by luck alone: it lies on the "
            r"diagonal."
        )

# ── one cut or many ──────────────────────────────────────────────────────────────────────────────────────────────

once = recorded_runs(net, "One-shot")
many = recorded_runs(net, "Iterative")
gap = rounds.gap(many, once)
with frame.prose():
    st.header("One cut or many?", anchor="one-shot")
    st.markdown(
        "One could save all those trainings: rank the weights once, after the first training, and cut as deep as one "
        f"likes. Those *{term('One-shot pruning', 'one-shot')}* tickets start from θ₀ too. " + rounds.gap_sentence(gap)
        + f" {chip.measured(gap.seeds)}"
    )
with st.container(width=960):
    figure(rounds.schedules(many, once), key="one-shot-chart")
with frame.prose():
    if level >= "how":
        st.markdown(
            "A likely reason, which these runs do not test: a ranking made by a net that still has all its weights "
            "knows little about which ones will matter when most of the others are gone. The paper finds iterative "
            "tickets better too: its one-shot tickets learn faster than the whole net only between 67.5 and 17.6% of "
            "the weights. "
            + chip.cited("Frankle & Carbin 2019", "section 2")
        )

    # ── biases and code ──────────────────────────────────────────────────────────────────────────────────────────

    sizes = pruning_run(NETS[net], 0).net.sizes
    total, biases = weight_count(pruning_run(NETS[net], 0).net), sum(sizes[1:])
    ends = int(rounds.column(many[0], "kept")[-1])
    st.header("What about the biases?", anchor="biases")
    st.markdown(
        "They stay, as in the paper: what is pruned, counted and called density here is weights alone. "
        f"{THE[net][:1].upper()}{THE[net][1:]} has {biases:,} biases beside {total:,} weights. After the last recorded "
        f"round they stand beside {ends:,}"
        + (", and outnumber them: by then a count of weights hides most of what is left." if biases > ends else ".")
    )
    st.header("The engine, unabridged", anchor="code")
    st.markdown("One pruning step. The count is exact, ties are broken by index, and masks can only shrink.")
with st.container(width=1160):
    source.show("lth_core/masks/prune.py", "prune", "quota")
    if level >= "how":
        st.markdown("The loop around it: train, prune, rewind, with the control experiments of the next chapter.")
        source.show("lth_core/experiments/lottery/run.py", "stream")
    if level >= "maths":
        source.show("lth_core/masks/select.py", "remove_lowest", "_lowest")

spot_the_fault.section(level)

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.markdown(
        f"**In one line:** {rounds.in_one_line(small_runs, lenet_runs, long_runs)} "
        f"{chip.measured(min(small.seeds, lenet.seeds, len(long_runs) or lenet.seeds))}"
    )
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-rewind", "Pruning is done, the survivors are about to be trained again. From which values?",
        (
            ("From where training left them", "That is ordinary pruning with retraining, chapter 1. It works, but it "
             "says nothing about whether the small net could have learned *alone*."),
            ("From fresh random values", "Then only the mask is tested. Chapter 4 does that: such nets learn more "
             "slowly than the ticket and end up worse."),
            ("From the values they had before the first training", "Yes: mask and θ₀ together are the ticket. What "
             "training did to the survivors is forgotten; that it happened shows only in the mask."),
        ), 2,
    ))
    ask(Question(
        "quiz-rounds", "At 20% a round, how much of a layer do two rounds remove?",
        (
            ("40%", "The second fifth is taken from what the first has left, which is only 80%."),
            ("36%", "Yes: 0.8 × 0.8 = 0.64 is left. Two rounds, three trainings."),
            ("64%", "That is what remains, the density. The sparsity is 1 − 0.64."),
        ), 1,
    ))
    frame.foot(CHAPTER)
