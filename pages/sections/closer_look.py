"""Chapter 5, folded at its end: each finding beside the paper's words, its statements one by one, and all six nets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lth_core.ledger import convolutional
from lth_core.ledger.lenet import Finding
from lth_core.ledger.rules import SURE
from lth_core.ledger.runs import Runs
from lth_core.reproduce import command
from pages.figures import findings, networks, popular, reproduction
from pages.figures.sweep import Sweep
from pages.records import judged
from pages.sections import occams_hill
from pages.widgets import chip, frame
from pages.widgets.fact_table import fact_table

_PAPER = "Frankle & Carbin 2019"
PAPERS = {  # what the paper says of the same, by claim
    23: "The paper: 38% earlier at 21.1% of the weights. " + chip.cited(_PAPER, "section 2"),
    24: "The paper: more than 0.3 points at 13.5% of the weights. " + chip.cited(_PAPER, "section 2"),
    25: "On conv nets the paper sees no significant difference between reinit and random masks. "
        + chip.cited(_PAPER, "appendix E"),
}


def closer_look(
    long: Sweep | None, three: Sequence[Finding], found: tuple[reproduction.Check, ...], convs: Mapping[str, Runs],
    every: tuple[networks.Network, ...],
) -> None:
    """All that is folded. long: the runs of 50,000 steps. three, found, convs, every: the findings above, the paper's
    statements, its small conv nets on photographs, and all six nets."""
    occams_hill.fold()
    with st.expander("Do tickets keep up? And what does the paper say?"), frame.prose():
        _keeps_up(long, three, convs)
    if found:
        with st.expander("All statements of the paper, one by one"):
            _statements(found)
    with st.expander("All six networks: popular figure, paper, our measurement"):
        _six_networks(every)


def _keeps_up(long: Sweep | None, three: Sequence[Finding], convs: Mapping[str, Runs]) -> None:
    if long:
        st.markdown(f"**Level with the whole net?** {findings.keeps_up(long)} {chip.measured(long.runs.seeds)} "
                    f"{chip.ledger(4)}")
    for finding in three:
        st.markdown(f"**{finding.title}**: {finding.why}. {PAPERS[finding.claim]}"
                    + (f" {networks.fresh_or_random(convs)}" if convs and finding.claim == 25 else ""))
    if long and (enough := judged.row(8).outcome).seeds:
        st.markdown(f"**“5 to 10% of the weights are enough.”** {popular.enough(enough)} "
                    f"{chip.measured(enough.seeds)} {chip.ledger(8)}")


def _statements(found: tuple[reproduction.Check, ...]) -> None:
    st.markdown(reproduction.exceptions(found))
    fact_table(reproduction.rows(found), "The paper's statements beside our measurements", key="reproduction")
    st.caption("The paper reads accuracy at the step of the lowest validation loss (*early stop*), and so do we. The ± "
               "that Frankle et al. 2019 print is no 95% interval: in their figures 3 and 4 errors span the lowest to "
               "the highest sample, and we read figure 2 alike.")
    st.markdown(SURE + "\n" + "".join(f"\n- *{name}*: {sentence}" for name, sentence
                                     in reproduction.rules(found).items()))


def _six_networks(every: tuple[networks.Network, ...]) -> None:
    st.markdown(networks.short(every))
    st.caption("Weights are counted from the paper's own description; where its printed number differs (Conv-6), both "
               "stand here.")
    fact_table(networks.rows(every), "Six networks: popular figure, paper, our measurement", key="networks")
    st.markdown("Train the conv nets yourself. The second command takes hours on two cores; `--plan` at its end counts "
                "them first. The third trains one seed on a graphics card, in minutes.")
    on_a_card = f"{command(convolutional.specs('Conv-2')[0])} --backend cuda"
    st.code(f"{convolutional.BRING}\n{convolutional.RECORD}\n{on_a_card}", language="bash", wrap_lines=True)
