"""Chapter 4's race: the ticket, its mask with other weights, its weights with another mask; open, blind or live."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import EVIDENCE_SEEDS, SEEDS, evidence
from lth_core.ledger.runs import Runs
from pages.address import url
from pages.figures import conditions
from pages.figures.runs import KINDS, THREE
from pages.live import api
from pages.live.hearing import Heard
from pages.live.run import LiveRun, say_refusal
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, some, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.ablation import DEALS, View, ablation, training
from pages.widgets.ablation.deal import dealt
from pages.widgets.ablation.payload import live_payload

LEVEL = url.Whole("level", 1, 24, 10)
MEASURE = url.Choice("measure", ("accuracy", "error", "loss"), "error")
SHOW = url.Words("show", tuple(KINDS), THREE)
BLIND = url.Whole("blind", 0, DEALS, 0)
REVEALED = url.Choice("revealed", ("no", "yes"), "no")
LIVE = url.Choice("live", ("no", "yes"), "no")  # trained before the audience
SEED = url.Whole("seed", SEEDS[0], SEEDS[-1], 0)


def _runs() -> Runs:
    found = recorded.among(evidence("quick", seed) for seed in EVIDENCE_SEEDS["quick"])
    if not found:
        raise LookupError("lenet-quick")
    return Runs.of(found)


def mount(state: State, key: str) -> None:
    """All conditions at one density, with the live run in front if there is one."""
    runs, run, live = _runs(), _run(state), None
    if run is not None:
        _begin(run)
        say_refusal(run.name)
        run.say_trouble()
        done = None if run.going else run.result
        if run.going or done is not None:
            heard = run.followed() if done is None else Heard(run.spec.key)
            live = training.LiveRace(**vars(heard), level=whole(state, LEVEL), seed=whole(state, SEED),
                                     finished=live_payload(done) if done is not None else None)
    view = View(min(whole(state, LEVEL), runs.levels), word(state, MEASURE), some(state, SHOW), whole(state, BLIND),
                word(state, REVEALED) == "yes")
    again = "-".join([*view.shown, str(view.level), view.measure, str(view.blind), str(view.revealed)])
    _, over = ablation(runs, key=f"{key}-race-{again}", view=view, live=live)
    if over:
        st.rerun()


def ahead(state: State) -> None:
    """Begin the training: it takes longer than a sentence."""
    run = _run(state)
    if run is not None:
        api.job_engine().warm()
        _begin(run)


def _run(state: State) -> LiveRun | None:
    if word(state, LIVE) == "no":
        return None
    return LiveRun(training.race(whole(state, SEED), whole(state, LEVEL), some(state, SHOW)), "stage-race")


def _begin(run: LiveRun) -> None:
    """Train it in this visit, also what a rehearsal has left in the store; once."""
    begun: set[str] = st.session_state.setdefault("stage.begun", set())
    if run.spec.key not in begun and not run.going:
        begun.add(run.spec.key)
        run.ask(fresh=True)


def facts(state: State) -> Facts:
    """Mean test accuracy of every condition at this density."""
    runs, level = _runs(), min(whole(state, LEVEL), _runs().levels)
    told = {name.replace("-", "_"): f"{runs.grid(name, 'test_accuracy')[:, level].mean():.1%}"
            for name in KINDS if runs.has(name)}
    return told | {
        "source": seeds(runs.seeds, "LeNet-300-100", runs.budget), "left": f"{runs.density[level]:.1%}",
        "dense": f"{runs.grid('ticket', 'test_accuracy')[:, 0].mean():.1%}",
        "sizes": f"{100 * runs.gap('constant-signs', level).mean:.2f}",
        "start": f"{100 * runs.gap('reinit', level).mean:.1f}",
    }


def _letter(state: State) -> Truth:
    """Which letter the ticket has."""
    order = dealt(some(state, SHOW), whole(state, BLIND))
    told = ", ".join(f"{'ABCDEFGHIJK'[place]} is “{KINDS[name].name}”" for place, name in enumerate(order))
    return Truth(order.index("ticket"), f"{told}.")


SCENE = Scene("race", "The race of conditions", "initialisation", (LEVEL, MEASURE, SHOW, BLIND, REVEALED, LIVE, SEED),
              mount, facts, {"ticket_letter": _letter}, ahead,
              lambda state: conditions.learning(_runs(), whole(state, LEVEL), word(state, MEASURE), some(state, SHOW)))
