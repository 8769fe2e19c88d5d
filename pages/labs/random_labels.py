"""Random labels: what does it prove that a net can learn?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.catalogue import LABEL_SHARES, SEEDS
from lth_core.catalogue import random_labels as labels_run
from lth_core.ledger import random_labels as ledger
from lth_core.ledger.random_labels import DENSE, Learnt
from lth_core.nets.layers import weight_count
from lth_core.said import percent
from pages.address import url
from pages.figures import random_labels as figures
from pages.labs.asked import asked
from pages.labs.base import Lab
from pages.labs.live import run_one
from pages.records import recorded
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance

SHARES = {f"{share:.0%}": share for share in LABEL_SHARES}
SHARE = url.Choice("shuffled", tuple(SHARES), "100%")


def everything() -> Learnt:
    """The recorded runs; ends the page with the cure when some are missing."""
    runs = recorded.among(labels_run(share, seed) for share in LABEL_SHARES for seed in SEEDS)
    if len({run.spec.to_dict()["share"] for run in runs}) < len(LABEL_SHARES):
        recorded.missing("random-labels")
    return ledger.learnt(runs)


def show(level: Depth) -> None:
    """The page."""
    url.check((SHARE,))
    found = everything()
    guess = asked(Bet("bet-labels", "All labels at random. Of 100 of its own training images, how many will the net "
                                    "name as it was told?", 0, 100, 30, "of 100"),
                  figures.unwise(found), partial(about, found))
    if guess is not None:
        about(found)
        with frame.prose():
            learned = found.values(DENSE, 1.0, "train_accuracy")
            was(guess, 100 * float(learned.mean()))
            st.markdown(
                f"**{learned.mean():.2%}**: {found.steps(DENSE, 1.0).mean:,.0f} steps are enough to learn them by "
                f"heart, with true labels {found.steps(DENSE, 0.0).mean:,.0f}. Of *test* images it reads "
                f"**{percent(found.test(DENSE, 1.0))}**: chance. {chip.measured(found.seeds)} "
                f"{chip.claim(36, ledger.BY_HEART(ledger.by_heart(found)))}"
            )
        revealed(found, level)
    live(found)


def about(found: Learnt) -> None:
    """What was tried, and where its numbers come from."""
    with frame.prose():
        st.markdown(
            f"Take {found.spec.data.train:,} pictures of digits, and hand out their labels at random. A seven may now "
            f"be called a two. There is nothing left to understand. Zhang and colleagues {cite('zhang2017')} trained "
            "nets on that."
        )
        provenance(found.results, figures.RECORD)


def revealed(found: Learnt, level: Depth) -> None:
    """Both pictures, and what they say."""
    left, right = st.columns(2, gap="large", width=1160)
    with left:
        figure(figures.knows(found), key="labels-chart")
    with right:
        figure(figures.takes(found), key="labels-steps")
    with frame.prose():
        st.markdown(
            "**So size does not explain it.** The same net, the same training, the same perfect score on its own "
            "images: with true labels it understands digits, with shuffled ones nothing. That it *could* learn "
            "anything does not say why it learns the right thing."
        )
        st.markdown(
            f"**Is there a ticket for nonsense?** Keep the largest {found.density():.0%} of the trained weights, go "
            f"back to θ₀, train again. {figures.ticket(found)} {chip.measured(found.seeds)} Mind what the mask knows: "
            "it was cut from a net that had learned these very labels."
        )
    if level >= "how":
        deeper(found, level)


def deeper(found: Learnt, level: Depth) -> None:
    """All shares, and what was shuffled how."""
    with st.container(width=960):
        fact_columns(figures.rows(found), "All shares of shuffled labels", key="labels-shares")
    with frame.prose():
        st.markdown(
            "*Shuffled* means: that share of the images is chosen at random, and their labels are handed out again "
            "among them. One new label in ten is right by luck. The paper draws each new label from all ten, which is "
            "nearly the same. A net stops at the first look, every "
            f"{found.spec.training.eval_every} steps, at which it gets {found.spec.fit:.1%} right. The ticket is cut "
            f"once, layer by layer, at the sizes of round {found.spec.level}. The net has "
            f"{weight_count(found.spec.net):,} weights for {found.spec.data.train:,} images."
        )
        if level >= "maths":
            st.markdown(
                r"Of $k$ dealt labels with class shares $p_c$, a share $1 - \sum_c p_c^2 \approx 0.9$ changes on "
                r"average: a place of class $c$ is dealt class $c$ again with chance $p_c$."
            )
            source.show("lth_core/experiments/random_labels/labels.py", "shuffled")


def live(found: Learnt) -> None:
    """One seed of one share, here and now."""
    with frame.prose():
        st.header("Run it yourself", anchor="run")
        share = SHARES[choice("Labels shuffled", SHARE)]
    backdrop = {run.spec.seed: run for run in found.grid[share]}
    plan = Plan("train", "step", tuple(LiveLine(*figures.NAMES[net], "train_accuracy", net) for net in figures.NAMES))
    fresh = run_one(
        lambda seed: labels_run(share, seed),
        lambda seed: figures.learning(backdrop.get(seed, next(iter(backdrop.values())))), plan,
        f"With {share:.0%} shuffled: the whole net learns first, then its ticket and two controls.", headed=True,
    )
    if fresh is not None:
        with frame.prose():
            st.markdown(f"{figures.stands(fresh)} {chip.measured(1)}")


LAB = Lab("random-labels", "Random labels", "If a net can learn anything, why does it learn the right thing?", show)
