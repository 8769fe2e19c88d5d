"""The plane of three nets: do ticket and whole net end in one valley, and does a ticket start in a good place?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import LAB_RUNS, SEEDS
from lth_core.catalogue import landscape as landscape_run
from lth_core.results.result import Result
from pages.address import url
from pages.figures import landscape
from pages.figures.landscape import ACROSS, NETS
from pages.labs.base import Lab
from pages.labs.live import run_one
from pages.records import judged, recorded
from pages.text.chapters import see
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, bet, was
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.heights import HEIGHT, heights
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance

ROUTES = {"From end to end": ACROSS, "Ticket": "ticket", "Whole net": "dense"}
ROUTE = url.Choice("route", tuple(ROUTES), "From end to end")
WAY = url.Whole("way", 0, 100, 50)  # percent of the straight line walked
PLANE = url.Whole("plane", 0, SEEDS[-1], 0)  # the seed whose plane is shown
RECORD = "python -m lth_core record plane"
LIVE = Plan("train", "step", tuple(LiveLine(*words, "train_loss", net) for net, words in NETS.items()))


def show(level: Depth) -> None:
    """The page."""
    url.check((ROUTE, WAY, PLANE))
    results = recorded.among(landscape_run(seed) for seed in SEEDS)
    if not results:
        recorded.missing("plane")
    with frame.prose():
        guess = bet(Bet("bet-plane", "The winning ticket and the whole net begin with the same weights, and end far "
                                     "apart. Walk in a straight line from the one end to the other, mixing their "
                                     "weights. Of 1,000 training images, how many does the worst net on the way get "
                                     "wrong?", 0, 900, 200, "of 1,000"))
        if guess is not None:
            was(guess, 1_000 * landscape.worst(results).mean())
            st.markdown(f"{landscape.apart(results)} {chip.measured(len(results))} "
                        f"{chip.cited('Frankle et al. 2020', 'section 2')}")
    if guess is not None:
        net, alpha = walk(results)
        with frame.prose():
            provenance(results, RECORD)
        favourable(results, level)
        stable()
        deeper(level)
    else:
        net, alpha = ROUTES[ROUTE.default], WAY.default / 100
    live(results, net, alpha)


def walk(results: tuple[Result, ...]) -> tuple[str, float]:
    """The controls, the map with the walker on it, and the straight lines; returns where the walker is."""
    with frame.prose(), st.container(horizontal=True, vertical_alignment="bottom"):
        picked = choice("Walk", ROUTE)
        way = st.slider("Of the way", WAY.least, WAY.most, WAY.default, 2, "%d%%", key=WAY.name, width=220,
                        bind="query-params")
        seed = st.selectbox("Seed", [one.spec.seed for one in results], key=PLANE.name, width=90, bind="query-params")
    found = landscape.ground(next((one for one in results if one.spec.seed == seed), results[0]))
    with frame.prose():
        st.markdown(f"{landscape.here(found, ROUTES[picked], way / 100)} {chip.measured(1)}")
    left, right = st.columns(2, gap="large", width=1160)
    with left:
        heights(found, ROUTES[picked], way / 100, key="landscape-map")
    with right:
        figure(landscape.ways(results, way / 100), key="ways-down", height=HEIGHT)
    return ROUTES[picked], way / 100


def favourable(results: tuple[Result, ...], level: Depth) -> None:
    """The popular sentence, judged."""
    with frame.prose():
        st.header("A favourable region?", anchor="favourable")
        st.markdown(
            "Popular accounts say that a ticket *starts* in a favourable region. The paper only says that it “might "
            "land in a region of the loss landscape that is particularly amenable to optimization”. "
            f"{chip.cited('Frankle & Carbin 2019, v5', 'section 5')}"
        )
        st.markdown(f"**{landscape.verdict(results)}** {landscape.counted(results)} {chip.measured(len(results))}")
    with st.container(width=1000):
        fact_table(landscape.rows(results), "Four nets: loss at the start and on the way down", key="ways-table")
    if level >= "how":
        with st.container(width=960):
            figure(landscape.descent(results), key="descent", height=380)


def stable() -> None:
    """What the field asks of such valleys."""
    outcome = judged.row(37).outcome
    with frame.prose():
        st.header("One valley, and then?", anchor="stable")
        st.markdown(
            "Train one net twice, with its images in another order each time. If both end in one valley, the net is "
            f"*stable* ({see(6)} walks between such siblings). Stability is said to decide whether a small net does as "
            f"well as the whole. {outcome.ours}. {chip.measured(outcome.seeds)} {chip.claim(37, outcome.verdict)}"
        )


def deeper(level: Depth) -> None:
    """What a map cannot show, and how it is made."""
    with frame.prose():
        if level >= "how":
            st.markdown(
                "A map has two directions, the net has hundreds of thousands. A valley on the map may be a pass in "
                "another direction, and a hill may have a way around it: the trainings, seen from above, do not go "
                "straight."
            )
        if level >= "maths":
            st.markdown(
                r"The plane is $\theta_0 + x\,u + y\,v$. Here $u$ points from $\theta_0$ to the whole net’s end, and "
                r"$v$ is what is left of the direction to the ticket’s end once its share along $u$ is taken away; "
                r"both have length 1. The ticket’s start $m \odot \theta_0$ is not on it: its pruned weights are zero, "
                r"those of $\theta_0$ are not."
            )
            source.show("lth_core/experiments/landscape/plane.py", "Plane")


def live(results: tuple[Result, ...], net: str, alpha: float) -> None:
    """One seed here and now: one epoch, a coarse map. net, alpha: where its walker stands."""
    made = LAB_RUNS["plane"].made[0]
    coarse, whole = landscape_run(0, "quick"), landscape_run(0)
    quick = recorded.among(made(seed) for seed in SEEDS)
    fresh = run_one(
        made,
        lambda seed: landscape.coming(quick or results, f"Seed {seed}, one epoch"),
        LIVE,
        f"Four trainings of one epoch, {coarse.training.steps} steps, then the lines and a coarse map of "
        f"{coarse.points} × {coarse.points} dots. (The recorded one: {whole.training.steps:,} steps, {whole.points} × "
        f"{whole.points} dots.) Seeds above {SEEDS[-1]} find their ticket's mask first, in ten trainings more.",
    )
    if fresh is None:
        return
    found = landscape.ground(fresh)
    with st.container(width=620):
        heights(found, net, alpha, key="landscape-map-live")
    with frame.prose():
        st.markdown(f"{landscape.here(found, net, alpha)} {landscape.apart((fresh,))} {chip.measured(1)}")


LAB = Lab("plane", "Linear mode connectivity", "Do ticket and whole net end in one valley of the loss?", show)
