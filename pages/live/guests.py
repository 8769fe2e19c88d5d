"""Images that readers bring stay with the visit that brought them, and go with it, together with what came of them.

Streamlit tells when a visit's line is lost, which may be a tunnel: for GRACE seconds it may come back. At the start of
the server what is left of visits long over is swept.
"""

from __future__ import annotations

import contextlib
import threading

import streamlit as st

from lth_core.checkpoint import remove
from lth_core.data import brought
from lth_core.jobs.engine import JobEngine
from lth_core.spec import Spec
from pages.live import api
from pages.live.run import viewer

GRACE = 150.0  # seconds: Streamlit itself keeps a lost session for 120
DAY = 86_400.0  # seconds; no visit is longer

_going: dict[str, threading.Timer] = {}  # of visits whose line is lost: the timer that ends them
_here: set[str] = set()  # of visits with a line
_lock = threading.Lock()


def stays(digest: str) -> None:
    """These images are this visit's, as long as it lasts. Call it in every run of the page that uses them."""
    with _lock:
        _here.add(digest)
        timer = _going.pop(digest, None)
    if timer is not None:
        timer.cancel()
    _hold(digest, viewer())


def forget(digest: str, who: str = "") -> None:
    """Remove a set of images, stop what is being made of it (as `who` asked for it), and remove what was made."""
    with _lock:
        _here.discard(digest)
        timer = _going.pop(digest, None)
    if timer is not None:
        timer.cancel()
    engine = api.job_engine()
    for key in engine.unfinished(lambda spec: _brought(spec) == digest):
        engine.cancel(key, who)
    brought.remove(digest)
    clear(engine)


def clear(engine: JobEngine) -> None:
    """Remove results and half-done runs of images that are no longer there."""
    with contextlib.suppress(OSError):  # a store that refuses now is cleared at the next start
        for key in engine.store:
            spec = engine.store.spec(key)
            if spec is not None and (digest := _brought(spec)) and not brought.path(digest).exists():
                engine.store.remove(key)
                remove(engine.store.checkpoint(key))


def _brought(spec: Spec) -> str:
    """Which images a run is of; nothing for all others."""
    return str(getattr(spec.data, "own", ""))  # data that a program registered have a section of another kind


def sweep() -> None:
    """At the start of the server: what visits of yesterday left."""
    brought.sweep(DAY)
    clear(api.job_engine())


def close() -> None:
    """At the end of the server: every visit ends with it."""
    for digest in (*_here, *_going):
        forget(digest)


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda held: _left(*held))
def _hold(digest: str, who: str) -> tuple[str, str]:
    """Streamlit gives it up with the visit's line, and tells `_left`."""
    return digest, who


def _left(digest: str, who: str) -> None:
    """The line is lost. Removed images are none of our business any more."""
    with _lock:
        if digest not in _here:
            return
        _here.discard(digest)
        timer = threading.Timer(GRACE, forget, (digest, who))
        timer.daemon = True
        _going[digest] = timer
        timer.start()
