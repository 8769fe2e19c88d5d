"""Running a lab here and now: one seed of a Spec, drawn as it comes, beside what is recorded."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, SEEDS
from lth_core.results.result import Result
from lth_core.spec import Spec
from pages.address import url
from pages.figures.chart import Chart
from pages.records import recorded
from pages.widgets import frame
from pages.widgets.live_chart import Plan
from pages.widgets.run_panel import run_panel

SEED = url.Whole("seed", 0, 9, 0)
PARAMETERS = (SEED,)


BESIDE = (f"Seeds 0 to {SEEDS[-1]} are recorded: a second run should give the same numbers. Seeds up to "
          f"{len(EVIDENCE_SEEDS['quick']) - 1} have a recorded ticket too, but no lab was run on them.")


def run_one(made: Callable[[int], Spec], backdrop: Callable[[int], Chart], plan: Plan, say: str = "",
            headed: bool = False, seeds: str = BESIDE) -> Result | None:
    """The section *Run it yourself*; returns the live Result once there is one.

    made: seed → what is run. backdrop: seed → the chart behind the live points. plan: which points are drawn. say: what
    comes before the sentences about seeds. headed: the page has its header already. seeds: what to know of them.
    """
    with frame.prose():
        if not headed:
            st.header("Run it yourself", anchor="run")
        st.markdown(f"{say} {seeds}")
        seed = st.selectbox("Seed", list(range(SEED.least, SEED.most + 1)), key=SEED.name, bind="query-params",
                            width=110)
    spec = made(seed)
    with st.container(width=960):
        return run_panel(spec, backdrop(seed), plan, key=f"lab-{spec.key}", recorded=recorded.find(spec))
