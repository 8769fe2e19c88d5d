"""Chapter 3: seven snippets with a fault in each. Guess first, then see what it did to a real net."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS, faulty
from pages.address import url
from pages.figures import faults
from pages.figures.faults import Case
from pages.records import recorded
from pages.text.faults import SNIPPETS, Snippet
from pages.widgets import chip, code, frame, source
from pages.widgets.choice import choice
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, pose
from pages.widgets.run_panel import run_panel

NUMBERS = tuple(str(number) for number, _ in enumerate(SNIPPETS, 1))
SNIPPET = url.Choice("snippet", NUMBERS, NUMBERS[0])
NOW = Plan("cell", "round", (LiveLine("printed", "training", "told_accuracy"),
                             LiveLine("read rightly", "kept", "accuracy")))
RECORD = "python -m lth_core record chapter3-faults"


def section(level: Depth) -> None:
    """Faults of code that searches for tickets, folded until a reader opens them."""
    with st.expander("Spot the fault: seven short programs", expanded=SNIPPET.name in st.query_params):
        with frame.prose():
            st.markdown(
                "Code that searches for tickets is short, and easy to get wrong without any error message. "
                "**Each of these programs has one fault.** We built each fault into our own engine and ran it. Guess "
                "first, then see what it does."
            )
            picked = choice("Snippet", SNIPPET)
            snippet = SNIPPETS[NUMBERS.index(picked)]
            code.python(snippet.code)
            guessed = _guess(snippet)
        if guessed:
            _reveal(snippet, level)
        _all()


def _guess(snippet: Snippet) -> bool:
    """Ask; true once the reader has guessed or given up."""
    key = f"fault-{snippet.fault}"
    right = pose(Question(key, "What is wrong with these lines?", snippet.options, snippet.answer))
    if right is not None or st.session_state.get(f"{key}-shown"):
        return True
    st.button("Skip, just show me", type="tertiary", key=f"{key}-skip", on_click=_skip, args=(f"{key}-shown",))
    return False


def _skip(shown: str) -> None:
    st.session_state[shown] = True


def _case(fault: str) -> Case | None:
    runs = (recorded.among(faulty(name, seed) for seed in SEEDS) for name in (fault, "none"))
    return faults.case(fault, *runs)


def _reveal(snippet: Snippet, level: Depth) -> None:
    """The fault by name, its cure, and what it does."""
    found = _case(snippet.fault)
    with frame.prose():
        st.markdown(f"**{snippet.name}.** The one-line cure:")
        code.python(snippet.cure)
        if found is None:
            recorded.later("The runs with this fault are", "chapter3-faults")
            return
        measured = chip.measured(found.seeds)
        st.markdown(f"*The counts.* {faults.counts(found)} {measured}")
        st.markdown(f"*The curve.* {faults.curve(found)} {measured} {snippet.note}")
    with st.container(width=960):
        figure(faults.chart(found), key=f"faulty-{snippet.fault}", height=380)
    with frame.prose():
        provenance(found.faulty, RECORD)
        again = st.toggle("Run it again, here and now", key=f"fault-{snippet.fault}-again",
                          help=f"All {found.rounds} rounds of seed {found.faulty[0].spec.seed}, with the fault.")
    if again:
        spec = found.faulty[0].spec
        with st.container(width=960):
            run_panel(spec, faults.learning(found), NOW, key=f"faulty-{spec.key}", recorded=found.faulty[0])
    if level >= "maths":
        with st.container(width=1160):
            st.markdown("The same fault in the engine, as it was run:")
            source.show(snippet.defined[0], *snippet.defined[1])


def _all() -> None:
    """All faults in one table, for those who have guessed."""
    found = [one for snippet in SNIPPETS if (one := _case(snippet.fault)) is not None]
    if not found:
        return
    with st.container(width=1100), st.popover("All seven side by side (this gives the answers away)"):
        fact_table(faults.rows(found, {snippet.fault: snippet.name for snippet in SNIPPETS}),
                   "Seven faults: weights, printed accuracy, right accuracy", key="faults")
        st.caption(f"Small net, {min(one.seeds for one in found)} seeds: weights are means, the rest "
                   "medians. *All rounds*: how far the printed curve lies above the right one, on "
                   "average over the rounds. It flatters or spoils only where all seeds lie on one side.")
