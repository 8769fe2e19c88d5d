"""Strong tickets: is a good net hidden in any random one, if that is wide enough?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import POPUP_WIDTHS, SEEDS, evidence, popup
from lth_core.ledger import strong as ledger
from lth_core.ledger.runs import value
from lth_core.ledger.strong import SCALED, Widths
from pages.address import url
from pages.figures import labs
from pages.figures import strong as figures
from pages.labs.base import Lab
from pages.labs.live import run_one
from pages.records import judged, recorded
from pages.text.chapters import see
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet, was
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.subset_sum import GRAIN, LAST, MOST, View, subset_sum

COUNT = url.Whole("weights", 1, MOST, View.count)
TARGET = url.Whole("target", 0, GRAIN, View.target)  # thousandths
DRAW = url.Whole("draw", 0, LAST, View.draw)
LIVE = url.Choice("width", ("25", "50"), "25")  # percent; wider ones take longer than one likes to wait


def recorded_widths() -> Widths:
    """The recorded searches; ends the page with the cure when they are missing."""
    found = {width: recorded.among(popup(width, seed) for seed in SEEDS) for width in POPUP_WIDTHS}
    lotteries = recorded.among(evidence("quick", seed) for seed in SEEDS)
    known = {width: runs for width, runs in found.items() if runs}
    if len(known) < 2 or not lotteries:
        recorded.missing("strong-tickets, lenet-quick")
    return ledger.widths(known, lotteries)


def show(level: Depth) -> None:
    """The page."""
    url.check((COUNT, TARGET, DRAW, LIVE))
    with frame.stage("Build the dashed target from random weights: keep some, leave out the others, change none. "
                     "**Drag the number of weights.**"):
        apart("subset", _play)
    found = recorded_widths()
    with frame.prose():
        st.markdown(
            "Every further weight doubles the subsets, so the best one can only come closer. A few random weights can "
            f"stand in for any *one* trained weight: Lueker {cite('lueker')} proved that the distance falls "
            f"exponentially. {chip.cited('Lueker 1998', 'abstract')} Hence a random net, wide enough, holds a close "
            f"copy of every smaller net {cite('malach', 'orseau', 'pensia')}. Nobody has to train it, only to "
            "prune it. That is a *strong* ticket."
        )
        provenance([run for width in found.widths for run in found.by_width[width]], figures.RECORD)
        reveal(found)
    live(found)
    if level >= "maths":
        maths()


def _play() -> None:
    """The subset sum, and its state in the address."""
    seen = subset_sum(key="subset-sum", view=View(url.whole(COUNT), url.whole(TARGET), url.whole(DRAW)))
    for parameter, value_now in ((COUNT, seen.count), (TARGET, seen.target), (DRAW, seen.draw)):
        url.put(parameter, value_now)


def reveal(found: Widths) -> None:
    """The bet on what a search finds in a wide net, and what it found."""
    most = found.widths[-1]
    st.header("It exists. Can a search find it?", anchor="search")
    guess = bet(Bet("bet-strong", f"A LeNet {most / 100:g} times as wide, every weight a frozen coin flip. Edge-Popup "
                                  "switches half of them on. How many of 100 test digits does that net read?",
                    0, 100, 50, "of 100"))
    if guess is None:
        return
    was(guess, 100 * found.reads(most).mean)
    st.markdown(
        f"**{labs.percent(found.reads(most))}** after one epoch of search, with no weight trained. Against the "
        f"LeNet-300-100, trained for one epoch: {labs.points(found.behind(most))}. {figures.step_by_step(found)} "
        f"{chip.measured(found.seeds)} {chip.claim(39, judged.row(39).outcome.verdict)}"
    )
    figure(figures.chart(found), key="strong-chart")
    fact_columns(figures.table(found), "Edge-Popup by width", key="strong-table")
    st.markdown(
        "The theorem says that a mask exists, not how to find it. Twenty weights have a million subsets, and the "
        f"picture above tried all of them. This net has {found.by_width[most][0].tables['cells']['total'][0]:,} "
        f"weights, so Edge-Popup {cite('edge-popup')} searches by gradient. And mind C6 ({see(2)}): good nets hide in "
        "wide ones, but that does not show that wide nets train well *because* of them."
    )


def live(found: Widths) -> None:
    """One search here and now."""
    with frame.prose():
        st.header("Run it yourself", anchor="run")
        width = int(choice("Width, in percent of LeNet's", LIVE))
    if width not in found.by_width:
        recorded.later("Searches at this width are", "strong-tickets")
        return
    name = figures.NAMES[SCALED][0]
    fresh = run_one(lambda seed: popup(width, seed), lambda seed: figures.during(found, width, seed),
                    Plan("train", "step", (LiveLine(name, "lab", "test_accuracy", SCALED),)),
                    "Twice the search runs, with plain and with scaled weights.", headed=True)
    if fresh is not None:
        level = fresh.spec.to_dict()["levels"][0]
        with frame.prose():
            read = ", ".join(f"{figures.NAMES[one][0]}: {value(fresh, one, level):.2%}" for one in figures.NAMES)
            st.markdown(f"At {width}% of the width, {read}. {chip.measured(1)}")


def maths() -> None:
    """The theorem, and the code of both halves."""
    with frame.prose():
        st.markdown(
            r"Let $X_1, \dots, X_n$ be independent and uniform on $[-1, 1]$. There is a constant $C$ such that for $n "
            r"\ge C \log(1/\varepsilon)$, with chance at least $1 - \varepsilon$, *every* $z \in [-1, 1]$ has a subset "
            r"$S$ with $|z - \sum_{i \in S} X_i| \le \varepsilon$. Each weight of the target net gets $n$ random ones "
            "of its own, through a layer of ReLU units in between: so a random net twice as deep and $O(\\log(dl))$ "
            f"times as wide is enough for width $d$ and depth $l$. {chip.cited('Pensia et al. 2020', 'abstract')} "
            "The picture above has one target at a time; the theorem has them all at once."
        )
        source.show("lth_core/experiments/lab/edge_popup.py", "top", "constants")


LAB = Lab("strong-tickets", "Strong tickets", "Is a good net hidden in any random one?", show)
