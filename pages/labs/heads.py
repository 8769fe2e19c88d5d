"""Attention heads: how many can a small Transformer spare?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import LATE_HEADS, SEEDS, head_tickets, headless
from lth_core.catalogue import heads as heads_run
from lth_core.experiments.heads.spec import ALL
from lth_core.intervals import accuracies, leads
from lth_core.ledger import heads as ledger
from lth_core.ledger.heads import Heads
from lth_core.ledger.runs import Runs
from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from pages.address import url
from pages.figures import heads as figures
from pages.figures import labs
from pages.labs import head_board
from pages.labs.base import Lab
from pages.labs.live import run_one
from pages.records import recorded
from pages.text.chapters import see
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, bet, was
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure, numbers
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.show_svg import show_svg

BOARD = url.Whole("board", 0, SEEDS[-1], 0)  # the seed whose heads are on the board
AFTER = url.Choice("after", ("As cut", "Trained on"), "As cut")
HALF = ALL // 2


def show(level: Depth) -> None:
    """The page."""
    url.check((BOARD, AFTER, head_board.OFF))
    runs = recorded.among(heads_run(seed) for seed in SEEDS)
    if not runs:
        recorded.missing("heads")
    found = ledger.heads(runs)
    with frame.prose():
        guess = bet(Bet("bet-heads", f"A small Transformer sees a digit as 16 patches. Its {ALL} *attention heads* let "
                                     "patches look at one another. We switch heads off one by one, the least important "
                                     "first, and train no more. How many can go before it reads one digit in a hundred "
                                     "less?", 0, ALL, 3, f"of {ALL}"))
        if guess is not None:
            was(guess, found.spare("importance").centre)
            st.markdown(
                f"{figures.spared(found)} {chip.measured(found.seeds)} In large Transformers “a large percentage of "
                "attention heads can be removed at test time”. "
                f"{chip.cited('Michel, Levy & Neubig 2019', 'abstract')} In this small one: "
                f"{chip.verdict(ledger.verdict(found))}"
            )
    if guess is not None:
        with frame.prose():
            on_the_board(found.results)
        revealed(found, level)
        without_them(found)
        tickets()
    live(found)


def on_the_board(runs: tuple[Result, ...]) -> None:
    """Eight switches, and what the net reads."""
    st.header("Switch them off yourself", anchor="board")
    judged = runs[0].spec.to_dict()["judged"]
    st.markdown(f"All {1 << ALL} sets of heads were read, each with {judged:,} test digits. Switch as you like.")
    seeds = [run.spec.seed for run in runs]
    asked = url.whole(BOARD)
    seed = st.selectbox("Net of seed", seeds, key=BOARD.name, bind="query-params", width=120,
                        index=seeds.index(asked) if asked in seeds else 0)
    head_board.board(next(run for run in runs if run.spec.seed == seed), f"head-{seed}", kept=True)


def revealed(found: Heads, level: Depth) -> None:
    """Every way to prune heads, and what each head alone is worth."""
    spec = found.results[0].spec
    with frame.prose():
        st.header("Which heads go first?", anchor="order")
        st.markdown(
            f"Michel, Levy & Neubig {cite('sixteen-heads')} rank heads by *importance*: how fast the loss of a picture "
            "changes when a head is weakened slightly, averaged over pictures. The least important goes first. Our "
            "net is small enough to check that against the best: all sets were read."
        )
        provenance(found.results, figures.RECORD)
        after = choice("After the cut", AFTER)
    again = after == AFTER.words[1]
    with st.container(width=960):
        figure(figures.chart(found, again), key="heads-chart")
    with frame.prose():
        st.markdown(compared(found, again) + f" {chip.measured(found.seeds)}")
        if again:
            st.markdown(f"Trained on: {spec.to_dict()['retrain_steps']} more steps for the survivors, at the rate at "
                        "which training ended.")
        st.markdown(
            "In the paper a translation model lost up to 20% of its heads, BERT up to 40%, before anybody could tell. "
            f"{chip.cited('Michel, Levy & Neubig 2019', 'section 4.2')} Ours has {ALL} heads: each has more to do. "
            "Where training itself chose the heads "
            f"{cite('heads')}, an encoder could spare 38 of 48. {chip.cited('Voita et al. 2019', 'abstract')}"
        )
    one_by_one(found)
    if level >= "how":
        deeper(found, level)


def compared(found: Heads, again: bool) -> str:
    """Importance beside the best, chance and single weights at half the heads, in Markdown."""
    runs = found.again if again else found.cut
    told = [labs.compared(runs.gap("importance", way, HALF), "importance", name) for way, name in
            (("best", "the best set"), ("random", "chance"), ("weights", "pruning as many single weights"))]
    return f"Without {HALF} heads: {labs.told(*told)[:1].lower()}{labs.told(*told)[1:]}"


def one_by_one(found: Heads) -> None:
    """What each head alone is worth, in one net."""
    asked = int(st.session_state.get(BOARD.name, found.results[0].spec.seed))
    result = next((run for run in found.results if run.spec.seed == asked), found.results[0])
    with frame.prose():
        st.markdown(f"**One head silent at a time.** Change of test accuracy in points, net of seed {asked}; darker "
                    "loses more. Below it: when importance lets that head go.")
        show_svg(figures.heat(result, st.context.theme.type or "light"), figures.heat_told(result))
        numbers(figures.single(result), key="heads-alone")


def deeper(found: Heads, level: Depth) -> None:
    """How the net is made and how heads are ranked."""
    spec = found.results[0].spec
    told = spec.to_dict()
    with frame.prose():
        st.markdown(
            "**The net.** A picture becomes 16 patches of 7 × 7 pixels, each a row of 32 numbers. In two blocks, four "
            "heads of 8 numbers mix the rows, then a net of 64 units works on each. The mean of the rows is read. That "
            f"makes {weight_count(spec.net):,} weights, {figures.each(found):,} of them in every head. One pass over "
            f"{spec.data.train:,} digits trains it."
        )
        st.markdown(
            f"**Fair play.** Importance looks at {told['calibration']:,} training images. The best set of each size is "
            "chosen on validation images, and read on test images: so a set of the board may read a little more. Every "
            f"set reads the first {told['judged']:,} test digits; of those all heads read "
            f"{labs.percent(accuracies(found.cut.dense))}, of all 10,000 "
            f"{labs.percent(accuracies(ledger.full(found.results, 'dense', 0)))}. {chip.measured(found.seeds)}"
        )
        st.markdown(f"**How it is judged.** {ledger.SPARED.sentence}")
        if level >= "maths":
            st.markdown(
                r"With a gate $\xi_h$ on each head, $I_h = \mathbb E_x \bigl|\partial L(x) / \partial \xi_h\bigr|$ at "
                r"$\xi = 1$, and each block's scores divided by their length $\lVert I \rVert_2$. The absolute value "
                "stands *inside* the mean: what helps one picture and hurts the next must not cancel."
            )
            source.show("lth_core/experiments/heads/attention.py", "importance", "by_layer", "masked")


def without_them(found: Heads) -> None:
    """Nets that never had a head, beside a ticket of as many weights."""
    runs = recorded.among(headless(seed) for seed in SEEDS)
    with frame.prose():
        st.header("And if they had never been there?", anchor="scratch")
        st.markdown(
            "Take all heads out *before* training, go back to θ₀, and train for the whole epoch. No patch ever sees "
            "another. Beside it a ticket of exactly as many weights: the largest of the trained whole net, from θ₀ too."
        )
        if not runs:
            recorded.later("These nets are", "heads")
            return
    with st.container(width=960):
        fact_table(figures.scratch(runs), "Nets without heads, trained from the start", key="heads-scratch")
    never, ticket = (ledger.full(runs, name, ALL) for name in ("heads-rewound", "ticket"))
    with frame.prose():
        st.markdown(
            f"Cut out of the trained net, all heads gone leave {labs.percent(found.cut.mean('importance', ALL))}. "
            f"Without heads from the start, the net reads **{labs.percent(accuracies(never))}**. So what a trained net "
            f"relies on need not be what the task needs. {chip.measured(len(runs))} With equally many weights, "
            f"{labs.compared(leads(never, ticket), 'the net without heads', 'the ticket')}. {chip.measured(len(runs))}"
        )


def tickets() -> None:
    """Iterative magnitude pruning of the Transformer's single weights."""
    first, late = (recorded.among(head_tickets(step, seed) for seed in SEEDS) for step in (0, LATE_HEADS))
    with frame.prose():
        st.header("Does a Transformer have tickets?", anchor="tickets")
        st.markdown(
            f"Now single weights, round by round, as in {see(3)}. The survivors go back to θ₀, or to step "
            f"{LATE_HEADS}. In BERT, tickets of 40% to 90% sparsity begin at the pre-trained weights "
            f"{cite('bert')}. {chip.cited('Chen et al. 2020', 'abstract')}"
        )
        if not first or not late:
            recorded.later("These tickets are", "heads")
            return
    whole, rewound = Runs.of(first), Runs.of(late)
    with st.container(width=960):
        figure(figures.tickets(whole, rewound, LATE_HEADS), key="heads-tickets")
    with frame.prose():
        for at in range(1, whole.levels + 1):
            st.markdown(f"Look at {whole.density[at]:.1%} of the weights. "
                        + labs.told(*(labs.compared(whole.gap(one, at), "the ticket", name) for one, name in
                                      (("random", "a random mask"), ("reinit", "its mask on fresh weights"))))
                        + f" {chip.measured(whole.seeds)}")
        provenance(first + late, figures.RECORD)


def live(found: Heads) -> None:
    """One net here and now, and its own board."""
    fresh = run_one(
        heads_run,
        lambda seed: figures.learning(found.results, f"A Transformer learns, seed {seed}"),
        Plan("train", "step", (LiveLine("validation accuracy", "training", "validation_accuracy", "dense"),)),
        f"The net trains; then it is read with all {1 << ALL} sets of its heads, and you get its board.",
        seeds=f"Seeds 0 to {SEEDS[-1]} are recorded, and should give the same board again. Any other makes a net that "
              "nobody has seen.",
    )
    if fresh is None or "sets" not in fresh.tables:
        return
    with frame.prose():
        st.markdown(f"**Your net**, seed {fresh.spec.seed}:")
        head_board.board(fresh, f"mine-{fresh.spec.seed}")


LAB = Lab("heads", "Attention heads", "How many heads can a Transformer spare?", show)
