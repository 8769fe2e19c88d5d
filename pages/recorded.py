"""Recorded results for the pages: read once a process from the atlas, shared by all sessions."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.data import mnist
from lth_core.presets import preset
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.result import Result
from lth_core.spec import Spec
from pages.once import once

ATLAS = default_atlas()


@once(1)
def atlas() -> Atlas:
    """The shipped atlas."""
    return Atlas(ATLAS)


def find(spec: Spec) -> Result | None:
    """The recorded result of `spec`; None when it is missing or damaged."""
    try:
        return _load(spec)
    except LookupError:
        atlas.clear()  # type: ignore[attr-defined]  # look at the disk again next time: it may be repaired by then
        return None


@once(256)
def _load(spec: Spec) -> Result:
    """Only what was found is kept."""
    result = atlas().find(spec)
    if result is None:
        raise LookupError(spec.key)
    return result


def seeds_of(name: str) -> tuple[Result, ...]:
    """The recorded results of a preset, one a seed; stops the page with the cure when there are none."""
    found = tuple(result for spec in _seeds(name) if (result := find(spec)) is not None)
    if not found:
        missing(name)
    return found


@once(64)
def _seeds(name: str) -> tuple[Spec, ...]:
    return tuple(preset(name, seed) for seed in SEEDS)


def like(name: str) -> tuple[Result, ...]:
    """The recorded results of a preset with whatever seeds there are, maybe none."""
    wanted = preset(name)
    entries = atlas().entries(wanted.experiment, data=wanted.data, net=wanted.net)
    specs = (entry.spec for entry in entries if dataclasses.replace(entry.spec, seed=wanted.seed) == wanted)
    return tuple(result for spec in specs if (result := find(spec)) is not None)


def one(name: str) -> Result:
    """The recorded result of a preset with seed 0; stops the page with the cure when it is missing."""
    result = find(preset(name))
    if result is None:
        missing(name)
        raise AssertionError("st.stop returned")
    return result


@once(4)
def seven(inputs: int) -> np.ndarray:
    """The first digit of the test set, a seven, pooled to `inputs` pixels, values in 0–1."""
    side = math.isqrt(inputs)
    digit = mnist.part("t10k").images[0] / 255
    return digit.reshape(side, 28 // side, side, 28 // side).mean((1, 3)).ravel()


def missing(name: str) -> None:
    """Say what is missing and how to get it back, then end the page."""
    st.error(
        f"The recorded runs behind this page ({name}) are missing or damaged. Get them back with "
        "`git checkout assets/atlas`, or record them again: `python -m lth_core record`.",
        icon=":material/database_off:",
    )
    st.stop()
