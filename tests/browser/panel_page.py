"""A page with nothing but a run panel, on a real small experiment; with st.App's routes, or without.

`streamlit run tests/browser/panel_page.py` serves it; LTH_PANEL_ROUTES=0 leaves the routes out, so that it polls.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.results.store import Store, default_root
from pages.live import api
from tests.jobs import standin

ROUTES = os.environ.get("LTH_PANEL_ROUTES") != "0"

if not st.runtime.exists():
    # The engine computes the stand-in here: seconds of a test, not minutes of a training.
    api.job_engine = functools.cache(
        lambda: JobEngine(Store(default_root()), DaskRunner(workers=1, preload=False), stream=standin.stream)
    )
    app = st.App(__file__, routes=api.routes() if ROUTES else [], lifespan=api.lifespan)
else:
    import numpy as np

    from pages.figures.chart import Axis, Chart, Line
    from pages.widgets import look, run_panel
    from pages.widgets.live_chart import LiveLine, Plan

    seed = st.number_input("Seed", 0, 99, 0, key="seed", bind="query-params")
    points = st.number_input("Points", 10, 1000, 40, key="points", bind="query-params")
    pause = 25  # milliseconds between two points
    recorded = standin.run(standin.spec(99, 40))
    curve = recorded.tables["curves"]
    chart = Chart(
        "Learning a line", "The recorded run learns within a hundred steps.",
        Axis("step", range=(0.0, 5.0 * points)), Axis("test accuracy", percent=True, range=(0.5, 1.0)),
        (Line("recorded, seed 99", "dense", curve["step"], np.asarray(curve["test_accuracy"])),),
    )  # fmt: skip
    plan = Plan("train", "step", (LiveLine("test accuracy", "training", "test_accuracy"),))
    look.apply()
    st.title("Run panel")
    result = run_panel.run_panel(standin.spec(seed, points, pause), chart, plan, key="panel")
    if result is not None:
        st.markdown(f"Final accuracy: {result.tables['curves']['test_accuracy'][-1]:.4f}")

