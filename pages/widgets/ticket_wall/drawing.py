"""Drawing further tickets live: the buttons, the runs behind them, and their place in the address.

Recorded tickets have the numbers 0 to 199; live draws go on from there. The address keeps how many were drawn at each
click (`?drawn=1.50`), and with them every number is fixed: whoever opens the link sees the same tickets, taken from the
store or trained again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial

import streamlit as st

from lth_core.experiments import Draws
from lth_core.experiments.draws.part import cut_short
from lth_core.results.result import Result
from pages.address import url
from pages.live import api
from pages.live.run import LiveRun, say_refusal
from pages.widgets.ticket_wall.component import Live, Press

ONE, MANY = 1, 50
# A thousand tickets: as many as a browser shows without a pause. A press that was stopped has drawn fewer than fifty.
DRAWN = url.Series("drawn", range(ONE, MANY + 1), 20)
KEYS = {ONE: "D", MANY: "F"}  # on the keyboard: draw, fifty
PRESSES = (Press(".st-key-draw-one", KEYS[ONE], ONE), Press(".st-key-draw-many", KEYS[MANY], MANY))

WORDS = {
    "one": "Draw one",
    "many": f"Draw {MANY}",
    "cancel": "Stop drawing",
    "leave": "Stop drawing",
    "reset": "Back to the recorded tickets",
    "failed": "The draw failed. {error}",
    "missing": "This link shows {count} that {were} drawn live and {are} not stored here. Draw as many: they will "
    "be the same ones.",
    "stopped": "Stopped. What was drawn is kept.",
    "full": f"{DRAWN.most} draws are as many as this wall can hold.",
}


def batches(spec: Draws, drawn: Sequence[int]) -> list[Draws]:
    """The Specs of further draws: tickets alone, numbered on from the recorded ones.

    >>> [(one.first, one.draws) for one in batches(Draws(draws=200), (1, 50))]
    [(200, 1), (201, 50)]
    """
    starts = [spec.first + spec.draws + sum(drawn[:i]) for i in range(len(drawn))]
    return [dataclasses.replace(spec, first=start, draws=count, dense_seeds=0, found=False)
            for start, count in zip(starts, drawn, strict=True)]


def state(spec: Draws) -> tuple[list[Result], Live | None]:
    """Live tickets of this lottery: results that are finished, and the run that is under way, if any."""
    _turn_to(spec)
    api.job_engine().warm()
    drawn, finished = DRAWN.read(), list[Result]()
    for place, batch in enumerate(batches(spec, drawn)):
        begun = _begun(batch)
        if begun is None:
            _explain(_run(batch), sum(drawn[place:]))
            DRAWN.write(drawn[:place])
            break
        if begun != batch:  # cut short, and nothing is drawn after it
            DRAWN.write((*drawn[:place], begun.draws))
        run = _run(begun)
        if run.going:
            return finished, Live(**vars(run.followed()), numbers=range(begun.first, begun.first + begun.draws))
        if (result := run.result) is not None:
            finished.append(result)
    return finished, None


def _run(batch: Draws) -> LiveRun:
    return LiveRun(batch, "draw", WORDS)


def _begun(batch: Draws) -> Draws | None:
    """`batch` if its run goes on or is stored; of one that this reader stopped, what it had drawn. One that a link
    names is asked for, once a visit. None when there is no such run."""
    run = _run(batch)
    if run.going or run.result is not None:
        return batch
    stopped, asked = _memory("stopped"), _memory("asked")
    if batch.key in stopped:
        stopped.discard(batch.key)
        short = cut_short(batch, api.job_engine().store)
        return short if short is not None and _asked(short) else None
    if batch.key in asked or (run.status is not None and run.status.state == "failed"):
        return None
    return batch if _asked(batch) else None


def _asked(batch: Draws) -> bool:
    """Ask for a run; False when it is refused."""
    _memory("asked").add(batch.key)
    return _run(batch).ask()


def _memory(name: str) -> set[str]:
    """Keys of runs that this session remembers."""
    found: set[str] = st.session_state.setdefault(f"draw.{name}", set())
    return found


def _turn_to(spec: Draws) -> None:
    """The address tells the draws of one lottery: when the reader turns to another, keep them for the way back."""
    drawn, now = st.session_state.setdefault("draw.drawn", {}), st.session_state.get("draw.lottery", spec.key)
    if now != spec.key:
        drawn[now] = DRAWN.read()
        DRAWN.write(drawn.pop(spec.key, ()))
        st.session_state.pop("draw.note", None)
    st.session_state["draw.lottery"] = spec.key


def controls(spec: Draws, live: Live | None) -> None:
    """The buttons over the wall. While tickets are drawn, the one that stops that stands where it was begun."""
    drawn = DRAWN.read()
    full = len(drawn) >= DRAWN.most
    button = partial(st.button, icon=":material/confirmation_number:", disabled=live is not None or full,
                     on_click=_draw, help=WORDS["full"] if full else None)
    button(WORDS["one"], key="draw-one", args=(spec, ONE), shortcut=KEYS[ONE])
    if live is None:
        button(WORDS["many"], key="draw-many", args=(spec, MANY), shortcut=KEYS[MANY], type="primary")
    else:
        run = next(_run(batch) for batch in batches(spec, drawn) if batch.key == live.job)
        run.stop_button("draw-cancel", on_click=partial(_stop, run))


def reset(live: Live | None) -> None:
    """The way back to the recorded tickets, for the menu."""
    st.button(WORDS["reset"], key="draw-reset", icon=":material/undo:", on_click=_reset,
              disabled=live is not None or not DRAWN.read())


def note() -> str:
    """A word about the last draw."""
    say_refusal("draw")
    return str(st.session_state.get("draw.note", ""))


def _draw(spec: Draws, count: int) -> None:
    drawn = (*DRAWN.read(), count)
    batch = batches(spec, drawn)[-1]
    st.session_state.pop("draw.note", None)
    _memory("stopped").discard(batch.key)
    if _asked(batch):
        DRAWN.write(drawn)


def _stop(run: LiveRun) -> None:
    """Leave the run: it stops, unless others watch it. What it has drawn becomes a run of its own."""
    run.cancel()
    if run.going and run.status is not None and run.status.state != "stopping":
        DRAWN.write(DRAWN.read()[:-1])
        return
    _memory("stopped").add(run.spec.key)
    st.session_state["draw.note"] = WORDS["stopped"]


def _reset() -> None:
    DRAWN.write(())
    st.session_state.pop("draw.note", None)


def _explain(run: LiveRun, count: int) -> None:
    """Why `count` tickets of the address are not on the wall."""
    status = run.status
    if status is not None and status.error:
        run.say_trouble()
    elif status is None:
        few = {"count": "1 ticket", "were": "was", "are": "is"}
        many = {"count": f"{count} tickets", "were": "were", "are": "are"}
        st.info(WORDS["missing"].format(**few if count == 1 else many), icon=":material/database_off:")
