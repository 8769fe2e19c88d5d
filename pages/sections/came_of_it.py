"""Chapter 7: what came of a run, in words, as a curve, and where its last weights are."""

from __future__ import annotations

import streamlit as st

from lth_core.results.result import Result
from pages.address import knobs, url
from pages.figures import pipeline, rounds, where
from pages.figures.pipeline import Reference
from pages.sections.rounds_played import STAGE
from pages.widgets import chip, colours, frame, source
from pages.widgets.depth import Depth
from pages.widgets.figure import figure
from pages.widgets.pipeline import take_ticket

PIPELINE = r"""
With $m_r$ the mask of round $r$ and $\theta_k$ the weights after $k$ steps of the first training, round $r$ trains
$f(x;\, m_r \odot \theta_k)$ from step $k$ to $T$ and $m_{r+1}$ keeps the largest $\lvert\theta_T\rvert$ under $m_r$.
$k = 0$ is the lottery ticket, $k > 0$ late rewinding. The bill of $R$ rounds is $T + R\,(T - k)$ steps. If only
surviving weights cost anything, that is about $3B\,\bigl(\lvert\theta\rvert\,T + \sum_{r=1}^{R} \lVert
m_r\rVert_0\,(T-k)\bigr)$ multiplications with $B$ images a step: one a weight and image forwards, two backwards. The
compression ratio, *times fewer weights*, is $\lvert\theta\rvert / \lVert m_r\rVert_0$. A sparse file or a sparse
kernel can use it; an ordinary matrix product cannot.
"""


def came_of_it(level: Depth, shown: Result | None, first: Result | None, reference: Reference | None, at: int,
               played: str) -> None:
    """All that is said of a run. shown: the one in the player, at rest in round `at`; played: its configuration. first:
    the run of the first configuration, and `reference` the recorded ones that are nearest to it."""
    with frame.beside("run") as (text, picture):
        with text:
            if shown is not None:
                st.markdown(rounds.so_far(shown, at, url.whole(STAGE)) + f" {chip.measured(1)}")
            if first is not None and level >= "how":
                st.markdown(f"{pipeline.told(first)} {chip.measured(1)}")
                st.markdown("This is one seed. Change it, and see whether your finding stays.")
            if shown is not None and level >= "how":
                take_ticket(shown, at, key=f"take-{played}-{shown.key}")
            if first is not None and level >= "maths":
                st.markdown(PIPELINE)
        with picture:
            if first is not None and level >= "how":
                figure(pipeline.accuracy(first, reference), key="accuracy", height=300)
                if reference is not None and reference.differs and first not in reference.runs:
                    st.caption("The recorded runs in grey are the nearest there are; yours differs in "
                               + ", ".join(knobs.named(reference.differs)) + ".")
        if shown is not None and level >= "how":
            with text, st.expander("Where the remaining weights are"):
                left_over(shown, at)
    if level >= "maths":
        with st.container(width=1160):
            source.show("lth_core/experiments/lottery/run.py", "stream")


def left_over(run: Result, at: int) -> None:
    """Where the weights of round `at` are, drawn; every one is counted."""
    heats = where.heats(run, at)
    st.markdown(f"{where.sentence(heats)} {chip.measured(1)}")
    with st.container(horizontal=True, gap="medium"):
        for heat in heats:
            st.image(where.svg(heat, st.context.theme.type or "light", colours.chosen()), where.caption(heat),
                     width=where.SIDE, alt=where.alt(heat))
