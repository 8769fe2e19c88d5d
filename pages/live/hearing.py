"""How a component hears of a run: from the server's event stream, or, where there is none, by looking again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.live import api

POLL_SECONDS = 1.0  # between two looks
POLLED_EVENTS = 400  # the latest messages a polling page is sent: about 100 kB


@dataclass(frozen=True)
class Heard:
    """A run that goes on, as a component gets it. job: its key. url: of its event stream; None where the server has
    none, then `events` are its messages so far."""

    job: str
    url: str | None = None
    events: Sequence[str] = ()


def hear(job: str, viewer: str) -> Heard:
    """The run `job` as `viewer` hears of it."""
    if api.mounted():
        return Heard(job, api.query([job], viewer))
    return Heard(job, None, [event.text for event in api.job_engine().events([job])[-POLLED_EVENTS:]])


def look_again(job: str) -> None:
    """Without an event stream: rerun the page when something has happened."""
    if not api.mounted():
        st.fragment(_look, run_every=POLL_SECONDS)(job, len(api.job_engine().events([job])))


def _look(job: str, known: int) -> None:
    engine = api.job_engine()
    status = engine.status(job)
    if status is None or status.over or len(engine.events([job])) != known:
        st.rerun()
