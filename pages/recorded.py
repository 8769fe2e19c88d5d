"""Recorded results for the pages: read once a process from the atlas, shared by all sessions."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.presets import preset
from lth_core.results.atlas import Atlas
from lth_core.results.result import Result
from lth_core.spec import Spec

# Another folder may stand in: a test's, or one that was recorded anew.
ATLAS = Path(os.environ.get("LTH_ATLAS") or Path(__file__).parent.parent / "assets" / "atlas")


@st.cache_resource(show_spinner=False)
def atlas() -> Atlas:
    """The shipped atlas."""
    return Atlas(ATLAS)


def find(spec: Spec) -> Result | None:
    """The recorded result of `spec`; None when it is missing or damaged."""
    try:
        return _load(spec)
    except LookupError:
        atlas.clear()  # the next visit looks at the disk again: it may have been repaired by then
        return None


@st.cache_resource(show_spinner=False, max_entries=64)
def _load(spec: Spec) -> Result:
    """Only what was found is kept; an exception is not cached."""
    result = atlas().find(spec)
    if result is None:
        raise LookupError(spec.key)
    return result


def seeds_of(name: str) -> tuple[Result, ...]:
    """The recorded results of a preset, one a seed; stops the page with the cure when there are none."""
    found = tuple(result for seed in SEEDS if (result := find(preset(name, seed))) is not None)
    if not found:
        missing(name)
    return found


def one(name: str) -> Result:
    """The recorded result of a preset with seed 0; stops the page with the cure when it is missing."""
    result = find(preset(name))
    if result is None:
        missing(name)
        raise AssertionError("st.stop returned")
    return result


def missing(name: str) -> None:
    """Say what is missing and how to get it back, then end the page."""
    st.error(
        f"The recorded runs behind this page ({name}) are missing or damaged. Get them back with "
        "`git checkout assets/atlas`, or record them again: `python -m lth_core record`.",
        icon=":material/database_off:",
    )
    st.stop()
