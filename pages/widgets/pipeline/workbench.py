"""One configuration at work: what it will take, the button, the live chart, and its Result."""

from __future__ import annotations

import streamlit as st

from lth_core import reproduce
from lth_core.catalogue import PROTOCOLS
from lth_core.data import home
from lth_core.experiments import Lottery
from lth_core.results.result import Result
from lth_core.said import DATA
from lth_core.spec import SpecError
from pages.address import knobs
from pages.address.knobs import Values
from pages.figures import pipeline
from pages.live import pace
from pages.live.run import LiveRun
from pages.records import recorded
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.pipeline import own_images
from pages.widgets.provenance import provenance
from pages.widgets.run_panel import run_panel

WORDS = {"cancel": "Pause", "resume": "Go on",
         "cancelled": "Paused. What is trained so far is kept: *Go on* continues where it stopped. To give it up, turn "
                      "a knob or just leave."}


def growing(spec: Lottery) -> Plan:
    """A point a training: what its net reads at last, over how many times fewer weights it has."""
    measure = "population_test_accuracy" if spec.net.batchnorm else "test_accuracy"  # see `figures.rounds.reads`
    return Plan("cell", "1/density", (LiveLine("this run", "kept", measure, "ticket"),))


def workbench(values: Values, prefix: str = "") -> tuple[Result | None, pipeline.Reference | None]:
    """The Result of a configuration once there is one, recorded or live, and the recorded runs nearest to it.

    A configuration that cannot be run is refused in the words of its controls.
    """
    mine = own_images.chosen() if values["data"] == knobs.OWN else None
    if mine is None and values["data"] == knobs.OWN:
        st.info("Bring your images under *The net*, or set *Images* to MNIST. Own images are of one visit alone: a "
                "link or a reload brings the settings, never the images.", icon=":material/add_photo_alternate:")
        return None, None
    try:
        spec = knobs.spec_of(values, mine)
    except SpecError as error:
        st.error(knobs.refusal(error), icon=":material/tune:")
        return None, None
    name = spec.data.name
    if not all(home.find(name, file).exists() for file in home.FILES.get(name, ())):
        st.error(f"{DATA[name]} is not on this server. `python -m lth_core fetch {name}` brings it there"
                 f"{'' if name == 'mnist' else '; or set *Images* to MNIST'}.", icon=":material/image_not_supported:")
        return None, None
    reference = nearest(spec)
    if reference is None:
        recorded.missing("chapter7")
        return None, None
    found = recorded.find(spec)
    if found is not None and "path/0" not in found.arrays:
        found = None  # a copy that cannot be played round by round: this page trains its own
    if found is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            provenance((found,), reproduce.command(spec) or "")
            if not st.toggle("Run it again, here and now", key=f"again{prefix}"):
                return found, reference
    expected = pace.estimate(spec, reference.runs[0])
    if expected.too_long:
        st.error(f"{expected.sentence()} More than {pace.duration(pace.LIMIT)} is too much for a shared server: fewer "
                 "steps or fewer rounds, or take the command line below home.", icon=":material/hourglass_disabled:")
        st.code(reproduce.command(spec), language="bash", wrap_lines=True)
        return found, reference
    st.caption(f"{expected.sentence()} An estimate, from recorded runs of this net on one core.")
    live = run_panel(spec, pipeline.backdrop(reference), growing(spec), key=f"explorer{prefix}-{spec.key}",
                     recorded=found, words=WORDS)
    if live is None and found is None and not LiveRun(spec, "").going:
        st.markdown("Not trained yet. These are the nearest recorded runs; yours will grow over them.")
        figure(pipeline.backdrop(reference), key=f"nearest{prefix}", height=360)
    return live or found, reference


def nearest(spec: Lottery) -> pipeline.Reference | None:
    """The recorded protocol that differs least from `spec`."""
    return pipeline.nearest(spec, tuple(recorded.among(specs) for specs in PROTOCOLS))
