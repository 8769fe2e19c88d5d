"""One configuration at work: what it takes, the button that trains it, its Result, and what to look at meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lth_core import reproduce
from lth_core.catalogue import PROTOCOLS, pruning_run
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
from pages.widgets.pipeline import own_images
from pages.widgets.provenance import provenance
from pages.widgets.round_player import LiveRound
from pages.widgets.run_panel import run_controls, run_outcome

WORDS = {"cancel": "Pause", "resume": "Go on",
         "cancelled": "Paused. What is trained so far is kept: *Go on* continues where it stopped. To give it up, turn "
                      "a knob or just leave."}


@dataclass(frozen=True)
class Bench:
    """A configuration and what there is of it. spec: None when it cannot be run, which was said. result: recorded or
    live, once it is there. reference: the recorded runs nearest to it. again: the run that trains a record anew."""

    spec: Lottery | None = None
    result: Result | None = None
    reference: pipeline.Reference | None = None
    again: LiveRun | None = None

    @property
    def shown(self) -> Result | None:
        """What the player plays of a configuration that cannot be run: the nearest record, else the first one."""
        if self.spec is not None or self.result is not None:
            return self.result
        return self.reference.runs[0] if self.reference is not None else recorded.find(pruning_run("drawable", 0))

    def live(self) -> LiveRound | None:
        """Its training as the player hears it, while it goes on or where it was paused."""
        if self.spec is None or self.result is not None:
            return None
        run, last = LiveRun(self.spec, "", WORDS), self.spec.pruning.rounds
        if run.going:
            return LiveRound(**vars(run.followed()), first=0, round=last)
        heard = run.so_far()
        return LiveRound(**vars(heard), first=0, round=last, paused=True) if heard.events else None


def workbench(values: Values, prefix: str = "") -> Bench:
    """The row above the player: a record's badge, or what a training takes and the button that begins it."""
    mine = own_images.chosen() if values["data"] == knobs.OWN else None
    if mine is None and values["data"] == knobs.OWN:
        st.info("Bring your images under *The net*, or set *Images* to MNIST. Own images are of one visit alone: a "
                "link or a reload brings the settings, never the images.", icon=":material/add_photo_alternate:")
        return Bench()
    try:
        spec = knobs.spec_of(values, mine)
    except SpecError as error:
        st.error(knobs.refusal(error), icon=":material/tune:")
        return Bench()
    reference, name = nearest(spec), spec.data.name
    if not all(home.find(name, file).exists() for file in home.FILES.get(name, ())):
        st.error(f"{DATA[name]} is not on this server. `python -m lth_core fetch {name}` brings it there"
                 f"{'' if name == 'mnist' else '; or set *Images* to MNIST'}.", icon=":material/image_not_supported:")
        return Bench(reference=reference)
    found = recorded.find(spec)
    if found is not None and "path/0" not in found.arrays:
        found = None  # a copy that cannot be played round by round: this page trains its own
    if reference is None:
        recorded.missing("chapter7")
        return Bench(spec, found)
    return _recorded(spec, found, reference, prefix) if found is not None else _trained(spec, reference, prefix)


def _recorded(spec: Lottery, found: Result, reference: pipeline.Reference, prefix: str) -> Bench:
    key = f"explorer{prefix}-{spec.key}"
    with st.container(horizontal=True, vertical_alignment="center"):
        provenance((found,), reproduce.command(spec) or "")
        again = LiveRun(spec, key, WORDS) if st.toggle("Run it again, here and now", key=f"again{prefix}") else None
    return Bench(spec, (again.result if again else None) or found, reference, again)


def _trained(spec: Lottery, reference: pipeline.Reference, prefix: str) -> Bench:
    """A configuration that nobody recorded: trained here, at the press."""
    expected = pace.estimate(spec, reference.runs[0])
    if expected.too_long:
        st.error(f"{expected.sentence()} More than {pace.duration(pace.LIMIT)} is too much for a shared server: fewer "
                 "steps or fewer rounds, or take the command line below home.", icon=":material/hourglass_disabled:")
        st.code(reproduce.command(spec), language="bash", wrap_lines=True)
        return Bench(None, None, reference)
    with st.container(horizontal=True, vertical_alignment="center", key=f"bench-row{prefix}"):
        run = run_controls(spec, key=f"explorer{prefix}-{spec.key}", words=WORDS)
        result, status = run_outcome(run), run.status
        if result is None and (status is None or status.state == "failed"):
            st.caption(f"Not trained yet. {expected.sentence()} An estimate, from recorded runs of this net on one "
                       "core.")
    return Bench(spec, result, reference)


def train_again(bench: Bench) -> None:
    """The panel that trains a recorded configuration anew and holds it against its record."""
    if bench.again is not None and bench.spec is not None:
        run_controls(bench.spec, key=bench.again.name, words=WORDS)
        run_outcome(bench.again, recorded=recorded.find(bench.spec))


def nearest(spec: Lottery) -> pipeline.Reference | None:
    """The recorded protocol that differs least from `spec`."""
    return pipeline.nearest(spec, tuple(recorded.among(specs) for specs in PROTOCOLS))
