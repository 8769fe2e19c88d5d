"""Chapter 2's wall: random tickets, really trained, and fifty more drawn before the audience."""

from __future__ import annotations

import dataclasses
import secrets

import streamlit as st

from lth_core.catalogue import SEEDS, SHARES, WIDTHS, tickets
from lth_core.experiments import Draws
from lth_core.results.result import Result
from pages.address import url
from pages.figures import draw_charts, draws
from pages.live import api
from pages.live.run import LiveRun, say_refusal
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.ticket_wall import Live, ticket_wall

SHARE_OF = {f"{100 * share:.0f}": share for share in SHARES}
FRESH = 100_000  # numbers of live tickets begin beyond here: those of the chapter's wall lie below

KEPT = url.Choice("kept", tuple(SHARE_OF), "32")
WIDTH = url.Choice("width", tuple(map(str, WIDTHS)), "20")
SEED = url.Whole("seed", SEEDS[0], SEEDS[-1], 0)
MARGIN = url.Whole("margin", 0, 50, 10)
TICKET = url.Whole("ticket", 0, 9_999, 0)
SORT = url.Choice("sort", ("drawn", "best"), "drawn")
LIVE = url.Whole("live", 0, 100, 0)  # how many are drawn now


def _spec(state: State) -> Draws:
    return tickets(SHARE_OF[word(state, KEPT)], int(word(state, WIDTH)), whole(state, SEED))


def _base(state: State) -> Result:
    found = recorded.find(_spec(state))
    if found is None:
        raise LookupError("tickets")
    return found


def mount(state: State, key: str) -> None:
    """The recorded wall, and on it the tickets that are drawn now."""
    base, run = _base(state), _run(state)
    live, more = None, []
    if run is not None:
        if run.status is None:
            run.ask(fresh=True)
        say_refusal(run.name)
        run.say_trouble()
        if run.going and isinstance(run.spec, Draws):
            first = run.spec.first
            live = Live(**vars(run.followed()), numbers=range(first, first + run.spec.draws))
        elif (done := run.result) is not None:
            more = [done]
    shown = ticket_wall(draws.gathered(base, *more), margin=whole(state, MARGIN), ticket=whole(state, TICKET),
                        live=live, best=word(state, SORT) == "best", key=f"{key}-wall-{base.key}-{word(state, SORT)}")
    if shown.over:
        st.rerun()


def ahead(state: State) -> None:
    """A worker that is up when the tickets are asked for: they themselves take a second, and are to be seen coming."""
    if whole(state, LIVE):
        api.job_engine().warm()


def _run(state: State) -> LiveRun | None:
    """This visit's draw: other numbers, so other tickets, than of every rehearsal."""
    count = whole(state, LIVE)
    if not count:
        return None
    first = st.session_state.setdefault("stage.first", FRESH + secrets.randbelow(8_000) * 100)
    spec = dataclasses.replace(_spec(state), first=first, draws=count, dense_seeds=0, found=False)
    return LiveRun(spec, "stage-draw")


def facts(state: State) -> Facts:
    """The count of the recorded wall."""
    now = draws.reading(draws.gathered(_base(state)), whole(state, MARGIN) / 1000)
    return {
        "source": seeds(1, f"dense net of {word(state, WIDTH)} hidden units"), "kept": f"{word(state, KEPT)}%",
        "wins": f"{now.wins}", "draws": f"{now.draws}", "rate": f"{now.rate:.1%}", "target": f"{now.target:.1%}",
        "best": f"{now.best:.1%}", "found": f"{now.found:.1%}", "dense": f"{now.dense:.1%}",
        "live": f"{whole(state, LIVE)}",
    }


def _wins(state: State) -> Truth:
    now = draws.reading(draws.gathered(_base(state)), whole(state, MARGIN) / 1000)
    return Truth(now.wins, f"{now.wins} of {now.draws} win: they read {now.target:.1%} or more. The mean of "
                 f"{now.dense_seeds} dense nets is {now.dense:.1%}.")


def _easy(state: State) -> Truth:
    walls = [draws.gathered(run) for seed in SEEDS if (run := recorded.find(tickets(SHARE_OF[word(state, KEPT)], 20,
                                                                                     seed)))]
    if not walls:
        raise LookupError("tickets")
    total, wins, _ = draws.pooled([draws.reading(wall, whole(state, MARGIN) / 1000) for wall in walls])
    return Truth(round(100 * wins / total), f"{wins:,} of {total:,} win, {wins / total:.0%}: over {len(walls)} dense "
                 "nets.")


SCENE = Scene("wall", "The wall of tickets", "hypothesis", (KEPT, WIDTH, SEED, MARGIN, TICKET, SORT, LIVE), mount,
              facts, {"wins": _wins, "easy": _easy}, ahead,
              lambda state: draw_charts.histogram(draws.gathered(_base(state)), whole(state, MARGIN) / 1000))
