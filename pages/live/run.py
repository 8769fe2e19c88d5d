"""One run as one reader sees and steers it: asked for, refused, heard of, left, failed, asked for again.

Panel, player, wall and ablation steer their runs with it; each only adds its own words and its place in the address.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from lth_core.jobs.limits import Refused
from lth_core.jobs.status import Status
from lth_core.jobs.trouble import DISK
from lth_core.results.result import Result
from lth_core.results.store import StoreError
from lth_core.spec import Spec
from pages.live import api
from pages.live.hearing import Heard, hear, look_again
from pages.live.stored import stored

log = logging.getLogger(__name__)

# The run sets out before the page is drawn anew, which would hold Python's lock from its messages five times as long.
SET_OUT_SECONDS = 0.008
COOKIE = "_streamlit_xsrf"  # which Streamlit gives every browser before it opens a session

WORDS = {
    "cancel": "Cancel",
    "leave": "Leave (others are watching)",
    "failed": "The run failed. {error}",
    "cancelled": "Cancelled.",
}


def viewer() -> str:
    """This reader's name among the viewers of a run, known to nobody else: a browser, however often it loads a page, so
    that nobody is told to share a run with themselves. Where the browser keeps no cookies, one load of a page."""
    if "viewer" not in st.session_state:
        st.session_state["viewer"] = browser(st.context.cookies.get(COOKIE, "")) or secrets.token_hex(12)
    return str(st.session_state["viewer"])


def browser(cookie: str) -> str:
    """A name for the browser that sent Streamlit's cookie; empty when there is none to tell. The cookie holds a random
    token under a mask that is new at every load; the name is its digest, which gives nothing of it away.

    >>> browser("2|00000000|0a0b0c0d|1795790292") == browser("2|ff00ff00|f50bf30d|1795790292") != ""
    True
    >>> browser("2|ff"), browser("")
    ('', '')
    """
    parts = cookie.split("|")
    try:
        mask, masked = (bytes.fromhex(part) for part in parts[1:3])
        token = bytes(byte ^ mask[i % len(mask)] for i, byte in enumerate(masked))
    except (ValueError, ZeroDivisionError):
        return ""
    return hashlib.sha256(token).hexdigest()[:24] if token else ""


def say_refusal(name: str) -> None:
    """Why the last `LiveRun.ask` of this name was refused, once."""
    if refusal := st.session_state.pop(f"{name}.refusal", None):
        st.warning(refusal, icon=":material/hourglass_disabled:")


@dataclass(frozen=True)
class LiveRun:
    """The run of `spec`. name: of what the session remembers of it. words: other ones than WORDS."""

    spec: Spec
    name: str
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> Status | None:
        """Where it stands now; None when nobody has asked for it."""
        return api.job_engine().status(self.spec.key)

    @property
    def going(self) -> bool:
        """Is it queued or under way?"""
        status = self.status
        return status is not None and not status.over

    @property
    def result(self) -> Result | None:
        """Its Result once it is done; None too when that is damaged."""
        status = self.status
        return stored(self.spec.key) if status is not None and status.state == "done" else None

    def ask(self, fresh: bool = False) -> bool:
        """Ask for it, or join it; False when it is refused, which `say_refusal` then explains.

        fresh: train it although a result is stored.
        """
        try:
            api.job_engine().submit(self.spec, viewer(), fresh, st.context.ip_address or "")
        except Refused as refused:
            self._refused(str(refused))
            return False
        except StoreError as error:
            log.error("%s", error)
            self._refused(DISK)
            return False
        time.sleep(SET_OUT_SECONDS)
        return True

    def cancel(self) -> None:
        """Leave it; it stops when nobody else watches."""
        try:
            api.job_engine().cancel(self.spec.key, viewer())
        except StoreError as error:
            log.error("%s", error)
            self._refused(DISK)

    def heard(self) -> Heard:
        """What a component needs to hear of it; this reader counts as watching."""
        api.job_engine().seen([self.spec.key], viewer())
        return hear(self.spec.key, viewer())

    def followed(self) -> Heard:
        """`heard`, and where the server has no event stream the page is drawn again at every message."""
        look_again(self.spec.key)
        return self.heard()

    def so_far(self) -> Heard:
        """What was heard of it before it was stopped; nothing of a run without a checkpoint."""
        status, story = self.status, api.job_engine().story(self.spec.key)
        last = [] if status is None else [json.dumps({"key": self.spec.key, "status": vars(status)})]
        return Heard(self.spec.key, None, [*story, *last] if story else [])

    def stop_button(self, key: str, on_click: Callable[[], None] | None = None) -> None:
        """The button that leaves a run which goes on."""
        status = self.status
        watched = status is not None and status.viewers > 1
        st.button(self._word("leave" if watched else "cancel"), key=key, icon=":material/stop_circle:",
                  disabled=status is not None and status.state == "stopping", on_click=on_click or self.cancel)

    def say_trouble(self) -> None:
        """Why it ended without a result, if it did."""
        status = self.status
        if status is not None and status.state == "failed":
            st.error(self._word("failed").format(error=status.error), icon=":material/error:")
        if status is not None and status.state == "cancelled":
            st.caption(self._word("cancelled"))

    def _refused(self, why: str) -> None:
        st.session_state[f"{self.name}.refusal"] = why

    def _word(self, name: str) -> str:
        return self.words.get(name, WORDS[name])
