"""Drawing further tickets live: the buttons, the runs behind them, and their place in the address.

Recorded tickets have the numbers 0 to 199; live draws go on from there. The address keeps how many were drawn at each
click (`?drawn=1.50`), and with them every number is fixed: whoever opens the link sees the same tickets, trained again
or taken from the store.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial

import streamlit as st

from lth_core.experiments import Draws
from lth_core.results.result import Result
from pages.address import url
from pages.live.run import LiveRun, say_refusal
from pages.widgets.ticket_wall.component import Live

ONE, MANY = 1, 50
DRAWN = url.Series("drawn", (ONE, MANY), 20)  # a thousand tickets: as many as a browser shows without a pause

WORDS = {
    "one": "Draw one",
    "many": f"Draw {MANY}",
    "cancel": "Stop drawing",
    "leave": "Stop drawing",
    "reset": "Back to the recorded tickets",
    "failed": "The draw failed. {error}",
    "missing": "This link shows {count} that {were} drawn live and {are} not stored here. Draw as many: they will "
    "be the same ones.",
    "cancelled": "Stopped. What was drawn is kept: drawing again goes on from there.",
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
    drawn = DRAWN.read()
    if not drawn:
        return [], None
    finished = list[Result]()
    for place, batch in enumerate(batches(spec, drawn)):
        run = LiveRun(batch, "draw", WORDS)
        if run.going:
            numbers = range(batch.first, batch.first + batch.draws)
            return finished, Live(**vars(run.followed()), numbers=numbers)
        result = run.result
        if result is None:
            _explain(run, sum(drawn[place:]))
            DRAWN.write(drawn[:place])
            break
        finished.append(result)
    return finished, None


def _turn_to(spec: Draws) -> None:
    """The address tells the draws of one lottery: when the reader turns to another, keep them for the way back."""
    drawn, now = st.session_state.setdefault("draw.drawn", {}), st.session_state.get("draw.lottery", spec.key)
    if now != spec.key:
        drawn[now] = DRAWN.read()
        DRAWN.write(drawn.pop(spec.key, ()))
        st.session_state.pop("draw.cancelled", None)
    st.session_state["draw.lottery"] = spec.key


def controls(spec: Draws, live: Live | None) -> None:
    """The buttons over the wall."""
    with st.container(horizontal=True, key="draw-buttons"):
        drawn = DRAWN.read()
        full = len(drawn) >= DRAWN.most
        for count, word in ((ONE, "one"), (MANY, "many")):
            st.button(WORDS[word], key=f"draw-{word}", icon=":material/confirmation_number:", type="primary",
                      disabled=live is not None or full, on_click=_draw, args=(spec, count),
                      help=WORDS["full"] if full else None)
        if live is not None:
            run = next(LiveRun(batch, "draw", WORDS) for batch in batches(spec, drawn) if batch.key == live.job)
            run.stop_button("draw-cancel", on_click=partial(_cancel, run))
        elif drawn:
            st.button(WORDS["reset"], key="draw-reset", icon=":material/undo:", type="tertiary",
                      on_click=DRAWN.write, args=((),))
    say_refusal("draw")
    if st.session_state.get("draw.cancelled"):
        st.caption(WORDS["cancelled"])


def _draw(spec: Draws, count: int) -> None:
    drawn = (*DRAWN.read(), count)
    st.session_state.pop("draw.cancelled", None)
    if LiveRun(batches(spec, drawn)[-1], "draw").ask():
        DRAWN.write(drawn)


def _cancel(run: LiveRun) -> None:
    """Leave the run; what it had finished is in its checkpoint, and drawing again goes on from there."""
    run.cancel()
    DRAWN.write(DRAWN.read()[:-1])
    st.session_state["draw.cancelled"] = True


def _explain(run: LiveRun, count: int) -> None:
    """Why `count` tickets of the address are not on the wall."""
    status = run.status
    if status is not None and status.error:
        run.say_trouble()
    else:
        few = {"count": "1 ticket", "were": "was", "are": "is"}
        many = {"count": f"{count} tickets", "were": "were", "are": "are"}
        st.info(WORDS["missing"].format(**few if count == 1 else many), icon=":material/database_off:")
