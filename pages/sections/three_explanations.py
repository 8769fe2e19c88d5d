"""Chapter 4: three explanations of why first values might win, each with what speaks for and against it."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS, pruning_run
from lth_core.intervals import Interval
from lth_core.ledger.runs import Runs
from lth_core.ledger.start import between, recovered
from lth_core.ledger.starts import Starts
from lth_core.said import _points
from pages.address import url
from pages.figures import explanations, verdicts
from pages.figures.conditions import against_ticket
from pages.figures.runs import KINDS
from pages.records import recorded
from pages.text.chapters import see
from pages.widgets import chip, colours, frame
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.show_svg import show_svg

LOUD = ("ticket", "shuffled-init", "constant-signs", "reinit")
LAYER = url.Choice("layer", ("fc1", "fc2", "fc3"), "fc1")
WIRE = url.Whole("wire", 1, 20, 10)
PARAMETERS = (LAYER, WIRE)


def section(quick: Runs, long: Runs | None, found: Starts | None, at: int, level: Depth) -> None:
    """The section. long: the runs of 50,000 steps, and found: other starts by that protocol; None while nothing is
    recorded. at: the round of pruning that its numbers are for."""
    if level >= "how":
        weights(quick, long, found, at, level)
        wiring(quick, found, at)
        return
    st.header("Why might first values win?", anchor="why")
    st.markdown("Because their signs are right, their sizes, or the connections that they sit on? Each explains a "
                "part, and none is enough. For the signs: " + _signs_back(quick, found, at))


def _signs_back(quick: Runs, found: Starts | None, at: int) -> str:
    """What the signs alone are worth, by the longer training where it is recorded."""
    back, one = found.recovered("keep-signs") if found else recovered(quick, "keep-signs", at), found or quick
    return (f"new sizes with the old signs win back **{back.whole:.0%}** of what fresh values lose, after "
            f"{one.budget}: {back.span}. {chip.measured(one.seeds)}")


def _head_start(runs: Runs, density: float) -> str:
    """How large a ticket's weights began, in its first layer and its last."""
    level = runs.nearest(density)
    first, last = (explanations.head_start(runs, layer, level) for layer in (LAYER.words[0], LAYER.words[-1]))
    return (f"with {runs.density[level]:.1%} left, those of fc1 began **{first:.2f}** times as large as their layer's "
            f"average. Those of the output layer began **{last:.2f}** times as large. {chip.measured(runs.seeds)}")


def _gap(quick: Runs, found: Starts | None, name: str, at: int) -> Interval:
    return found.gap(name) if found else quick.gap(name, at)


@st.fragment
def weights(quick: Runs, long: Runs | None, found: Starts | None, at: int, level: Depth) -> None:
    """Signs and sizes of one layer. A fragment: its switch redraws it alone, without the rest of the page."""
    both = [runs for runs in (long, quick) if runs is not None and explanations.watched(runs)]
    budget, seeds = (found or quick).budget, (found or quick).seeds
    flat = _gap(quick, found, "constant-signs", at)
    with frame.beside("why") as (text, picture):
        with text:
            st.header("Why might first values win? Three explanations", anchor="why")
            st.subheader("1 · The signs are right", anchor="signs")
            st.markdown(
                f"A weight that begins with the sign it needs never has to cross zero. **For it:** "
                f"{_signs_back(quick, found, at)} **Against it:** many signs change anyway. "
                f"**{explanations.turned(both[0]):.0%}** of the weights that the first cut keeps in fc1 end with the "
                f"other sign after {both[0].budget}. {chip.measured(both[0].seeds)}"
            )
            frame.note("Not in general: deep networks do *not* survive new sizes under old signs. "
                       + chip.cited("Frankle, Schwab & Morcos 2020", "abstract"))
            st.subheader("2 · The sizes are right", anchor="sizes")
            st.markdown(
                f"Do kept weights win because they began large? **For it:** {_head_start(both[0], quick.density[at])} "
                f"**Against it:** after {budget}, {against_ticket('constant-signs', flat)}, although all sizes within "
                f"a layer are the same. {chip.measured(seeds)} What marks kept weights is how far they *move*: "
                f"**{explanations.farther(both[0]):.1f}** times as far as pruned ones."
            )
        with picture:
            layer = choice("Layer", LAYER, tip="784 → 300, 300 → 100, 100 → 10.")
            fact_table(explanations.weights_rows(both, layer), f"What training does to the weights of {layer}",
                       key="weights")
            with st.expander("The same round by round"):
                for number, runs in enumerate(both):
                    figure(explanations.agreement(runs, layer), key=f"signs-chart-{number}", height=300)
                    figure(explanations.sizes(runs, layer), key=f"sizes-chart-{number}", height=300)
                    if level >= "maths":
                        figure(explanations.logits(runs, explanations.logit_sizes(runs, LOUD)),
                               key=f"logits-chart-{number}", height=300)
                st.markdown(f"{verdicts.sizes_alone(quick, at)} {chip.measured(quick.seeds)} Weights of pixels that "
                            "are always black never move, and are left out. Adam, which rescales every weight's step, "
                            "may forgive a lot; plain gradient descent was not measured here.")
                st.markdown("The paper finds both: in the first layer, sizes spread as at the start "
                            f"{chip.cited('Frankle & Carbin 2019', 'appendix F.1')}, and weights of a ticket that move "
                            f"more than others. {chip.cited('Frankle & Carbin 2019', 'appendix F.5')}")


def wiring(quick: Runs, found: Starts | None, at: int) -> None:
    """The third explanation."""
    one = found or quick
    mask = (found.gap("random-reinit", "reinit") if found else between(quick, "reinit", "random-reinit", at)).centre
    with frame.beside("wiring") as (text, picture):
        with text:
            st.subheader("3 · The connections are right", anchor="wiring")
            st.markdown(
                "A random mask may cut off a unit, or a whole layer. **For it:** give both masks the *same* fresh "
                f"weights. After {one.budget} the ticket's mask reads "
                f"**{_points(100 * mask)}** more. **Against it:** it is still "
                f"{_points(100 * _gap(quick, found, 'reinit', at).centre)} behind the ticket, with the very same "
                f"connections. {chip.measured(one.seeds)}"
            )
            with st.expander("Dead units, paths, and masks that ignore the layers"):
                for told in (explanations.wiring_sentence(quick, at), explanations.dead_sentence(quick),
                             explanations.collapse_sentence(quick)):
                    st.markdown(told)
                figure(explanations.dead(quick), key="dead-chart", height=300)
                figure(explanations.paths(quick), key="paths-chart", height=300)
                figure(explanations.output(quick), key="output-chart", height=300)
        with picture:
            small_enough_to_see()


@st.fragment
def small_enough_to_see() -> None:
    """A ticket and a random mask of the small net, drawn. A fragment: its slider redraws it alone."""
    small = recorded.find(pruning_run("drawable", SEEDS[0]))
    if small is None:
        return
    kept, pruned = colours.word("kept"), colours.word("pruned")
    wire = st.slider("Rounds of pruning", WIRE.least, WIRE.most, WIRE.default, key=WIRE.name, bind="query-params")
    pictures = explanations.wirings(small, wire, colours.chosen())
    for place, (name, (drawn, sentence)) in zip(st.columns(2), pictures.items(), strict=True):
        with place:
            st.markdown(f"**{KINDS[name].name.capitalize()}**")
            show_svg(drawn, sentence)
            st.caption(sentence.rpartition(", ")[2])
    st.caption(f"The small net of {see(3)}: {kept} is kept, {pruned} pruned.")
