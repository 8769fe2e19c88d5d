"""GraSP, SynFlow, magnitude at the start and ERK beside SNIP: masks chosen before any training."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import lab as lab_run
from lth_core.ledger.bench import Bench, joined
from lth_core.ledger.runs import value
from pages.address import url
from pages.figures import before_training, labs
from pages.labs.asked import asked
from pages.labs.base import Lab
from pages.labs.beside import recorded_bench, run_beside
from pages.records import recorded
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance

ALL = "All"
SHORT = {"snip-global": "SNIP", "grasp": "GraSP", "synflow": "SynFlow", "magnitude-start": "Magnitude", "erk": "ERK"}
SHOWN = url.Choice("shown", (ALL, *SHORT.values()), ALL)
LIVE = url.Choice("run", tuple(SHORT[one] for one in before_training.TRAINED), "GraSP")
TONES = {"loses": "orange", "gains": "green", "no clear change": "gray"}


def bench_of_all() -> Bench:
    """SNIP and the four others over the seeds that all have; ends the page with the cure when they are missing."""
    benches = [recorded_bench("snip")]
    for method in before_training.TRAINED:
        if not recorded.among(lab_run(method, seed) for seed in SEEDS):
            recorded.missing("before-training, snip, lenet-quick")
        benches.append(recorded_bench(method))
    return joined(benches)


def show(level: Depth) -> None:
    """The page."""
    url.check((SHOWN, LIVE))
    board = bench_of_all()
    sparsest, left = board.levels[-1], board.density[-1]
    guess = asked(Bet("bet-before", f"SynFlow chooses {left:.1%} of the weights without one look at an image. A random "
                                    "mask is 0, the winning ticket 100. Where does SynFlow end, in accuracy?",
                      0, 100, 50, "of 100"),
                  labs.ends(board, "Where does SynFlow lie?"), partial(about, board))
    if guess is not None:
        with frame.prose():
            was(guess, 100 * labs.closes(board, "synflow", sparsest))
            st.markdown(
                f"After one epoch, at {left:.1%}, SynFlow's mask reads "
                f"**{labs.percent(board.mean('synflow', sparsest))}**. "
                + labs.against(board, "synflow", "SynFlow", sparsest,
                               {"ticket": "the ticket", "random": "a random mask with the ticket's layer sizes",
                                "snip-global": "SNIP"})
                + f" {chip.measured(board.seeds)} {chip.ledger(38)}"
            )
        revealed(board)
        about(board)
        checked(board)
        collapsed(level)
        if level >= "maths":
            formulas()
    live()


def about(board: Bench) -> None:
    """What the five do, and where their numbers come from."""
    with frame.prose():
        st.markdown(
            f"A ticket's mask takes many trainings. These five take none. **SNIP** {cite('snip')} keeps the weights "
            f"whose weakening changes the loss most. **GraSP** {cite('grasp')} keeps what lets the gradient flow. "
            f"**SynFlow** {cite('synflow')} looks at no image and keeps the thickest paths. *Magnitude* keeps the "
            f"largest first values. *ERK* {cite('random-pruning')} only says how many weights each layer keeps, and "
            "picks them at random."
        )
        provenance(board.labs, before_training.RECORD)


def revealed(board: Bench) -> None:
    """The chart with its switch."""
    with st.container(width=960):
        picked = choice("Masks shown", SHOWN, named=False)
        shown = [one for one, word in SHORT.items() if picked in (ALL, word)]
        figure(before_training.chart(board, shown), key="before-chart", height=460)
    with frame.prose():
        st.markdown(f"{before_training.beside_random(board)} {chip.measured(board.seeds)}")


def checked(board: Bench) -> None:
    """Shuffled within layers, and on fresh weights."""
    runs = recorded.among(lab_run("snip-reinit", seed) for seed in SEEDS)
    anew = {run.spec.seed: value(run, "snip-reinit", board.levels[-1]) for run in runs}
    with frame.prose():
        st.header("Is it the weights, or the layers?", anchor="checks")
        st.markdown(
            "A mask says two things: how many weights each layer keeps, and which ones. Two checks "
            f"{cite('missing-the-mark')} take the second away. *Shuffle* the mask inside every layer. Or keep it, and "
            f"give it *fresh* first weights. At {board.density[-1]:.1%} left, against the mask as it was chosen:"
        )
    with st.container(width=960):
        fact_table(before_training.checks(board, anew), "What shuffling and fresh weights change", key="before-checks",
                   tones=TONES)
    with frame.prose():
        st.markdown(
            f"{before_training.shuffling(board)} {chip.measured(board.seeds)} On deep nets neither check hurts SNIP, "
            f"GraSP or SynFlow. {chip.cited('Frankle et al. 2021', 'abstract')}"
        )


def collapsed(level: Depth) -> None:
    """Who empties a layer, and when."""
    looks = recorded.among(lab_run("collapse", seed) for seed in SEEDS)
    with frame.prose():
        st.header("When a layer runs empty", anchor="collapse")
        st.markdown(
            "Go on cutting, far below the size of any ticket. If all weights of the net are ranked together, a layer "
            "may lose its last one. Then nothing gets through, and no training can mend it. This is called *layer "
            "collapse*. Nothing is trained here: we only look at the masks."
        )
        if not looks:
            recorded.later("These masks are", "before-training")
            return
    with st.container(width=960):
        fact_table(before_training.collapse(looks), "Where a layer is emptied", key="before-collapse")
    with frame.prose():
        st.markdown(
            "SynFlow cuts in a hundred small steps, and scores anew after each. In a layer with few weights left all "
            f"paths run through those few. So they score high, and stay. {chip.measured(len(looks))}"
        )
        if level >= "how":
            st.markdown(
                "A path can break before a layer is empty, at a unit with ways in but none out. The last column says "
                "when no path is left at all. None of these masks takes long to find. The longest times, on the "
                f"machine that recorded them: {before_training.times(looks)}."
            )


def formulas() -> None:
    """How each scores, and the code that does."""
    with frame.prose():
        st.markdown(
            r"**GraSP.** $S = -\theta \odot Hg$, with $g = \partial L/\partial\theta$ and the logits divided by 200. "
            r"Taking $\theta_j$ away changes $\lVert g\rVert^2$ by $2 S_j$ to first order, so the *largest* $S$ go. "
            r"$Hg$ is the gradient of $\langle g, \text{stop}(g)\rangle$. "
            r"**SynFlow.** $R = \mathbf 1^\top \prod_l |\theta^{(l)}|\, \mathbf 1$ sums over all paths; a weight "
            r"scores $|\theta \odot \partial R/\partial\theta|$, the paths through it. Of $N$ weights "
            r"$N (k/N)^{i/100}$ stay after round $i$. "
            r"**ERK.** Density of a layer $\propto (n_{in} + n_{out}) / (n_{in} n_{out})$."
        )
        source.show("lth_core/experiments/lab/grasp.py", "scores")
        source.show("lth_core/experiments/lab/synflow.py", "cut", "flow")
        source.show("lth_core/experiments/lab/erk.py", "counts")


def live() -> None:
    """One seed of one method, here and now."""
    with frame.prose():
        st.header("Run it yourself", anchor="run")
        picked = choice("Which mask to train", LIVE)
    method = next(one for one, word in SHORT.items() if word == picked)
    run_beside(recorded_bench(method), picked, {**before_training.BESIDE, **before_training.METHODS}, (method,),
               headed=True)


LAB = Lab("before-training", "Masks before training", "Can anyone choose the weights before a single training?", show)
