"""Chapter 4: three explanations of why first values might win, each with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lth_core.catalogue import SEEDS, pruning_run
from lth_core.ledger.runs import Runs
from lth_core.ledger.start import between, recovered
from lth_core.ledger.starts import Starts
from pages.address import url
from pages.figures import conditions, explanations, starts, verdicts
from pages.figures.chart import Chart
from pages.figures.runs import KINDS
from pages.records import recorded
from pages.text.chapters import see
from pages.widgets import chip, colours, frame
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.figure import figure

LOUD = ("ticket", "shuffled-init", "constant-signs", "reinit")
LAYER = url.Choice("layer", ("fc1", "fc2", "fc3"), "fc1")
WIRE = url.Whole("wire", 1, 20, 10)


def section(quick: Runs, long: Runs | None, found: Starts | None, at: int, level: Depth) -> None:
    """The section. long: the runs of 50,000 steps, and found: other starts by that protocol; None while nothing is
    recorded. at: the round of pruning that its numbers are for."""
    layers(quick, long, found, at, level)
    sizes_for_and_against(quick, found, at)
    wiring(quick, at, level)
    small_enough_to_see()


@st.fragment
def layers(quick: Runs, long: Runs | None, found: Starts | None, at: int, level: Depth) -> None:
    """Signs and sizes of one layer. A fragment: its switch redraws it alone, without the rest of the page."""
    both = [runs for runs in (quick, long) if runs is not None and explanations.watched(runs)]
    with frame.prose():
        st.header("Why might first values win? Three explanations", anchor="why")
        layer = choice("Layer", LAYER, tip="784 → 300, 300 → 100, 100 → 10.")
        st.subheader("1 · The signs point the right way", anchor="signs")
        st.markdown(
            "If θ₀ already has the sign that training wants, a weight need not cross zero. Weights whose pixel is "
            "always black never move, keep their sign for free, and are left out. "
            + " ".join(f"{explanations.signs_sentence(runs, layer)} {chip.measured(runs.seeds)}" for runs in both)
        )
    _side_by_side([explanations.agreement(runs, layer) for runs in both], "signs-chart")
    with frame.prose():
        won = (f"**{recovered(quick, 'keep-signs', at):.0%}** after {quick.budget} with "
               f"{quick.density[at]:.1%} left")
        if found:
            won += f", **{found.recovered('keep-signs'):.0%}** after {found.budget} with {found.density:.1%} left"
        turned = ", and ".join(explanations.turned_sentence(runs) for runs in both)
        st.markdown(
            f"**For it:** of what reinit loses, signs alone win back {won}. **Against it:** many signs change on the "
            f"way: {turned}. {chip.measured(min(runs.seeds for runs in both))} Pruning looks only at the end of "
            "training, and a weight that ends near zero may have come from either side. And it is not general: deep "
            "networks do *not* survive new sizes under old signs. "
            + chip.cited("Frankle, Schwab & Morcos 2020", "abstract")
        )
        st.subheader("2 · The sizes are balanced", anchor="sizes")
        st.markdown(
            "Do survivors have a head start because they began large? Against the average of fc1, "
            + "; ".join(explanations.start_sentence(runs) for runs in both)
            + f". {chip.measured(min(runs.seeds for runs in both))} The longer training leaves less of it. "
            "The paper, which trains with Adam too, finds the first layer of its tickets spread as it was at the "
            f"start. {chip.cited('Frankle & Carbin 2019', 'appendix F.1')}"
        )
        st.markdown(
            "What tells the kept from the pruned is how far they *move*. On average, in fc1, kept against pruned: "
            + "; ".join(explanations.moved_sentence(runs) for runs in both)
            + f". {chip.measured(min(runs.seeds for runs in both))} The paper has the same: weights of a ticket move "
            "more than the others. It also warns that keeping the largest favours weights that grew. "
            f"{chip.cited('Frankle & Carbin 2019', 'appendix F.5')}"
        )
    _side_by_side([explanations.sizes(runs, layer) for runs in both], "sizes-chart")
    if level >= "how":
        _side_by_side([explanations.logits(runs, explanations.logit_sizes(runs, LOUD)) for runs in both],
                      "logits-chart")


def _side_by_side(charts: Sequence[Chart], key: str) -> None:
    """The same chart by each protocol; the first keeps the plain key."""
    for number, (place, chart) in enumerate(zip(st.columns(len(charts), gap="large", width=1160), charts, strict=True)):
        with place:
            figure(chart, key=f"{key}-{number}" if number else key, height=360)


def sizes_for_and_against(quick: Runs, found: Starts | None, at: int) -> None:
    """The second explanation, judged by two experiments."""
    with frame.prose():
        st.markdown(
            f"**For it:** {verdicts.sizes_alone(quick, at)}. **Against it**, two experiments from above. Right sizes "
            "in the wrong places: "
            + conditions.against_ticket(quick, "shuffled-init", at) + ". No sizes, only signs: "
            + conditions.against_ticket(quick, "constant-signs", at) + f". {chip.measured(quick.seeds)}"
        )
        if found:
            st.markdown(starts.compared(found, ("shuffled-init", "constant-signs")) + f" {chip.measured(found.seeds)}")
        st.markdown(
            "Adam, which rescales every weight's step, may forgive a lot here; plain gradient descent has not been "
            "measured on this page."
        )


def wiring(quick: Runs, at: int, level: Depth) -> None:
    """The third explanation."""
    with frame.prose():
        st.subheader("3 · The wiring is good", anchor="wiring")
        st.markdown(
            "A random mask does not know which pixels matter or which units are heard. It may starve a unit, or cut a "
            "layer. " + explanations.wiring_sentence(quick, at) + f" {chip.measured(quick.seeds)}"
        )
    left, right = st.columns(2, gap="large", width=1100)
    with left:
        figure(explanations.paths(quick), key="paths-chart", height=360)
    with right:
        figure(explanations.dead(quick), key="dead-chart", height=360)
    with frame.prose():
        st.markdown(explanations.collapse_sentence(quick))
    if level >= "how":
        with st.container(width=960):
            figure(explanations.output(quick), key="output-chart", height=340)
    with frame.prose():
        worth = between(quick, "reinit", "random-reinit", at)
        st.markdown(
            "**For it:** give both masks the *same* fresh weights, and the ticket's mask leads by "
            f"{conditions.say(worth)} after {quick.budget} with {quick.density[at]:.1%} left. **Against it:** reinit "
            "has the ticket's wiring to the last connection, and still loses "
            f"{conditions.say(quick.gap('reinit', at))}. And are dead units to blame? "
            + explanations.dead_sentence(quick) + f" {chip.measured(quick.seeds)}"
        )


def small_enough_to_see() -> None:
    """A ticket and a random mask of the small net, drawn."""
    small = recorded.find(pruning_run("drawable", SEEDS[0]))
    if small is None:
        return
    with frame.prose():
        st.markdown(f"Small enough to see: the drawable net of {see(3)}, its ticket beside a random mask of the same "
                    f"counts. {colours.word('kept').capitalize()} is kept, {colours.word('pruned')} pruned.")
        wire = st.slider("Rounds of pruning", WIRE.least, WIRE.most, WIRE.default, key=WIRE.name, bind="query-params")
    pictures = explanations.wirings(small, wire, colours.chosen())
    for place, (name, (drawn, sentence)) in zip(st.columns(2, gap="large", width=1100), pictures.items(), strict=True):
        with place:
            st.markdown(f"**{KINDS[name].name.capitalize()}**")
            st.image(drawn, width="stretch", alt=sentence)
            st.caption(sentence)
