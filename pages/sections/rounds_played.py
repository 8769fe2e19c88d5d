"""Chapter 7, where a configuration's rounds are played: trained, on its way, or still to come."""

from __future__ import annotations

import streamlit as st

from lth_core.experiments import Lottery
from lth_core.results.result import Result
from pages.address import url
from pages.address.knobs import Values
from pages.figures import pipeline, rounds
from pages.widgets import colours
from pages.widgets.pipeline import Bench
from pages.widgets.round_player import WORDS, Moment, film, round_player, seedling

ROUND = url.Whole("round", 0, 24, 6)
STAGE = url.Whole("stage", 0, 2, 1)


def play(bench: Bench, values: Values, name: str) -> int:
    """The round player on a configuration, trained or not; returns the round at which the reader left it."""
    run, spec = bench.shown, bench.spec
    key = f"explorer-{name}-{(spec or run.spec).key}"  # type: ignore[union-attr]
    if run is None:
        assert spec is not None
        round_player(seedling(spec, str(values["net"]), colours.chosen()), moment=Moment(), words=spoken(spec), key=key,
                     live=bench.live())
        return 0
    last = int(rounds.column(run, "round")[-1])
    wished = min(url.whole(ROUND), last)
    moment = Moment(wished, min(url.whole(STAGE), 2 if wished < last else 1))
    rested = round_player(film(run, str(values["net"]), colours.chosen()), moment=moment, key=key,
                          words=spoken(rounds.lottery(run)))
    url.put(ROUND, rested.round)
    url.put(STAGE, rested.stage)
    return rested.round


def spoken(spec: Lottery) -> dict[str, str]:
    """What the player says of this run in other words than of a winning ticket on digits."""
    step = spec.rewind.step
    words = {"hint": "Click a connection to see what became of it."}
    if step:
        words["tell2"] = "Round {round}: the {kept} living weights learn up to step {steps}; rounds after the first "
        words["tell2"] += f"begin at step {step:,}."
        words["tell4"] = "Round {round}: the {next} survivors jump back to their values after " + f"{step:,} steps."
        words["tell5"] = "Round {round} comes next: {kept} of {total} weights are left, as they were after "
        words["tell5"] += f"{step:,} steps."
    if spec.data.name != "mnist":
        for name in ("result", "learning", "scored", "scored_whole"):
            words[name] = WORDS[name].replace("digits", "images")
    return words


def sound(run: Result | None, name: str) -> Result | None:
    """The run, unless one of its trainings blew up, which is said."""
    blown = pipeline.diverged(run) if run is not None else None
    if blown is None:
        return run
    st.warning(f"The training of {name} blew up in round {blown}: its loss was no longer a number. Lower *Learning "
               "rate*.", icon=":material/crisis_alert:")
    return None
