"""Early-Bird: is the mask known long before the weights are?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.catalogue import EARLY_EPOCHS, EARLY_LEVELS, SEEDS, evidence
from lth_core.catalogue import early_bird as early_run
from lth_core.experiments.early_bird.distance import EPSILON, QUEUE
from lth_core.ledger import early_bird as ledger
from lth_core.ledger.early_bird import Birds
from pages.address import url
from pages.figures import early_bird as figures
from pages.figures import mask_distances
from pages.labs.asked import asked
from pages.labs.base import TABLE, Lab
from pages.labs.beside import lotteries_of
from pages.labs.live import run_one
from pages.records import recorded
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns
from pages.widgets.figure import figure, numbers
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance

SIZES = dict(zip(("51%", "21%", "7.0%", "3.6%"), EARLY_LEVELS, strict=True))
KEEP = url.Choice("keep", tuple(SIZES), "21%")
MOMENTS = early_run(EARLY_LEVELS[0], 0).moments
WORDS = {figures.when(step, early_run(EARLY_LEVELS[0], 0).epoch): step for step in MOMENTS}
DRAWN = url.Choice("drawn", tuple(WORDS), "1 epoch")
HEIGHT = 480  # px of both pictures


def everything() -> list[Birds]:
    """The runs of every size; ends the page with the cure when some are missing."""
    found = []
    for level in EARLY_LEVELS:
        runs = recorded.among(early_run(level, seed) for seed in SEEDS)
        if not runs:
            recorded.missing("early-bird")
        found.append(ledger.birds(runs, lotteries_of(runs, "early-bird")))
    return found


def show(level: Depth) -> None:
    """The page."""
    url.check((KEEP, DRAWN))
    sizes = everything()
    board = sizes[EARLY_LEVELS.index(SIZES[KEEP.default])]
    guess = asked(Bet("bet-early", f"Keep the largest {board.density:.0%} of the weights. Of 100 that stay after one "
                                   f"epoch, how many stay after {EARLY_EPOCHS} epochs too?", 0, 100, 80, "of 100"),
                  figures.whole(board), partial(about, sizes, board))
    if guess is not None:
        about(sizes, board)
        with frame.prose():
            shared = board.shared(board.epoch, board.moments[-1])
            was(guess, 100 * shared.mean)
            st.markdown(
                f"**{shared.mean:.0%}** of them, where a random mask would share {board.density:.0%}. The mask "
                f"keeps moving as long as the net trains. {figures.as_good(ledger.early(sizes))} "
                f"{chip.measured(board.seeds)} {told(sizes)}"
            )
        revealed(sizes, level)
    live(sizes)


def about(sizes: list[Birds], board: Birds) -> None:
    """What Early-Bird does, and where its numbers come from."""
    with frame.prose():
        st.markdown(
            "A winning ticket takes a whole training before its mask is known. Early-Bird "
            f"{cite('early-bird')} says: look sooner. Here the whole net trains {EARLY_EPOCHS} epochs, and "
            f"{len(board.moments)} times on the way we ask: *if you stopped now, which weights would stay?*"
        )
        provenance([run for one in sizes for run in one.runs], figures.RECORD)


def told(sizes: list[Birds]) -> str:
    """The verdict as a badge."""
    return chip.verdict(f"Early-Bird · {ledger.EARLY(ledger.early(sizes))}")


def revealed(sizes: list[Birds], level: Depth) -> None:
    """Both pictures with their controls, and what they say."""
    with frame.prose(), st.container(horizontal=True, vertical_alignment="bottom"):
        size = choice("Weights left", KEEP)
        word = st.select_slider("Mask drawn after", DRAWN.words, DRAWN.default, key=DRAWN.name, bind="query-params")
    found, drawn = sizes[EARLY_LEVELS.index(SIZES[size])], WORDS[word]
    with frame.prose():
        st.markdown(f"{figures.here(found, drawn)} {chip.measured(found.seeds)}")
    left, right = st.columns(2, gap="large", width=1160)
    with left:
        heat(found, drawn)
    with right:
        figure(figures.chart(found, drawn), key="early-chart", height=HEIGHT)
    settles(sizes, found)
    if level >= "how":
        deeper(sizes, found, level)


def heat(found: Birds, drawn: int) -> None:
    """How far apart all pairs of masks are."""
    st.markdown("**How far apart are two masks?** Of 100 weights that one keeps, so many are missing from the other. "
                "The frame marks the mask chosen above.")
    st.plotly_chart(mask_distances.figure(found, drawn, st.context.theme.type or "light", HEIGHT), key="early-heat",
                    height=HEIGHT, theme=None, alt=mask_distances.alt(found), config={"displaylogo": False})
    numbers(mask_distances.table(found), key="early-heat")
    st.caption(f"Means over {found.seeds} seeds, {found.density:.1%} of the weights. Numbers on the axes are steps, "
               f"“ep” epochs of {found.epoch:,} steps.")


def settles(sizes: list[Birds], found: Birds) -> None:
    """The paper's criterion, by two ways of counting."""
    with frame.prose():
        st.markdown(
            f"**When has it settled?** The paper takes a mask after every epoch. It stops as soon as {QUEUE} in a row "
            f"differ from the newest by at most {EPSILON}. {figures.fires(found)} {chip.measured(found.seeds)}"
        )
    with st.container(width=TABLE):
        fact_columns(figures.criterion(sizes), "Does the mask settle?", key="early-settles")
    with frame.prose():
        st.markdown(
            "Counted over all places, masks with few weights always look alike. Two masks of 3.6% differ in at most "
            "7.2% of the places, even with no weight in common. The paper prunes 30 to 70% of the channels, where "
            "this matters less."
        )


def deeper(sizes: list[Birds], found: Birds, level: Depth) -> None:
    """Every moment with its price, and what differs from the paper."""
    spec = found.runs[0].spec
    with frame.prose():
        st.markdown(f"**What early costs.** At {found.density:.1%} of the weights, over {found.seeds} seeds:")
    with st.container(width=960):
        fact_columns(figures.rows(found), "Every mask with its price", key="early-price")
    with frame.prose():
        st.markdown(
            "“Trained on” keeps the weights of the moment, as the paper does; “back to θ₀” rewinds, as a ticket does. "
            f"Both train {spec.to_dict()['budget']:,} steps. The mask after one epoch is the one-shot ticket's. "
            "What differs from the paper: it prunes channels of convolutions by their BatchNorm scale, trains 160 "
            "epochs with SGD, and lowers the rate twice. We prune single weights by size, with Adam at a constant rate."
        )
        st.markdown(f"The rule behind the verdict, over all four sizes. {ledger.EARLY.sentence} {told(sizes)}")
        if level >= "maths":
            st.markdown(
                r"Masks $m, m'$ of $k$ weights each: $d = \dfrac{|m \oplus m'|}{|m| + |m'|} = 1 - \dfrac{|m \cap m'|}"
                r"{k}$. The paper's code divides by all $n$ places instead: $\dfrac{|m \oplus m'|}{n} = 2 \rho d$ with "
                r"$\rho = k/n$, never more than $2\rho$."
            )
            source.show("lth_core/experiments/early_bird/distance.py", "distance", "settled")


def live(sizes: list[Birds]) -> None:
    """One seed here and now, at the size chosen above."""
    level = SIZES[url.word(KEEP)]
    found = sizes[EARLY_LEVELS.index(level)]
    drawn = tuple(LiveLine(*figures.NAMES[way], "test_accuracy", way) for way in (ledger.TRAINED_ON, ledger.RESTARTED))
    fresh = run_one(
        lambda seed: early_run(level, seed),
        lambda seed: figures.chart(found, found.epoch), Plan("cell", "drawn", drawn),
        f"At {found.density:.1%} of the weights: the dense net trains, and at each of {len(MOMENTS)} moments its mask "
        "is drawn and trained twice.",
    )
    rival = None if fresh is None else recorded.find(evidence("quick", fresh.spec.seed))
    if fresh is not None and rival is not None:
        mine = ledger.birds((fresh,), (rival,))
        with frame.prose():
            st.markdown(f"{figures.here(mine, mine.epoch)} {chip.measured(1)}")


LAB = Lab("early-bird", "Early-Bird", "Is the mask known long before the weights are?", show)
