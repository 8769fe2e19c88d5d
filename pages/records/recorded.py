"""Recorded results for the pages: read once a process from the atlas, shared by all sessions."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from lth_core.catalogue import CATALOGUE, EXCERPTS, SEEDS
from lth_core.data import mnist
from lth_core.once import once
from lth_core.presets import preset
from lth_core.results import excerpt
from lth_core.results.atlas import INDEX, Atlas, default_atlas
from lth_core.results.result import Result
from lth_core.spec import Spec
from pages.records.stamp import Looks, Stamp, stamp

ATLAS = default_atlas()


def seen(name: str = INDEX) -> Stamp:
    """The stamp of something in the atlas: of its index, unless named."""
    return _looks(ATLAS).stamp(name)


@functools.lru_cache(8)
def _looks(root: Path) -> Looks:
    return Looks(root, excerpt.FOLDER)


def atlas() -> Atlas:
    """The shipped atlas, as its index on disk is now."""
    return _atlas(ATLAS, seen())


@once(1)
def _atlas(root: Path, index: Stamp) -> Atlas:
    return Atlas(root)


def find(spec: Spec | str) -> Result | None:
    """The recorded result of `spec` (or of its key); None when it is missing or damaged, which is not kept: it may be
    repaired by the next look."""
    key = spec if isinstance(spec, str) else spec.key
    try:
        return _load(key, ATLAS, seen(key))
    except LookupError:
        return None


@once(512)  # more than any page asks for at a time, or every rerun would read all of them again
def _load(key: str, root: Path, folder: Stamp) -> Result:
    """Only what was found is kept, until it is recorded anew."""
    result = _atlas(root, stamp(root / INDEX)).find(key)
    if result is None:
        raise LookupError(key)
    return result


def among(specs: Iterable[Spec]) -> tuple[Result, ...]:
    """Those of `specs` that are recorded, in their order; maybe none."""
    return tuple(result for spec in specs if (result := find(spec)) is not None)


def drawn(specs: Iterable[Spec]) -> tuple[Result, ...]:
    """As `among`, of the runs that a figure draws by the hundred: from their excerpt, with its tables and no arrays.
    What the excerpt lacks, or has not as it is recorded now, comes whole."""
    files = tuple(seen(str(excerpt.path(Path(), part))) for part in EXCERPTS)
    held = _excerpts(ATLAS, seen(), files)
    return tuple(result for spec in specs if (result := held.get(spec) or find(spec)) is not None)


@once(1)
def _excerpts(root: Path, index: Stamp, files: tuple[Stamp, ...]) -> dict[Spec, Result]:
    shelf = _atlas(root, index)
    return {result.spec: result for part in EXCERPTS
            for result in excerpt.read(shelf, part, CATALOGUE[part]).values()}


def seeds_of(name: str) -> tuple[Result, ...]:
    """The recorded results of a preset, one a seed; stops the page with the cure when there are none."""
    found = among(_seeds(name))
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
    return among(entry.spec for entry in entries if dataclasses.replace(entry.spec, seed=wanted.seed) == wanted)


def unread(results: Sequence[Result]) -> int:
    """How many more seeds of these runs are recorded and cannot be read: the reader is told. One seed alone was chosen
    among others, and misses none."""
    asked = tuple(_any_seed(result.spec) for result in results)
    if len({result.spec.seed for result in results}) < 2:
        return 0
    alike = _alike(ATLAS, seen())
    specs = {spec for one in asked for spec in alike.get(one, ())} - {result.spec for result in results}
    return len({spec.seed for spec in specs if find(spec) is None})


@functools.lru_cache(1024)
def _any_seed(spec: Spec) -> Spec:
    return dataclasses.replace(spec, seed=0)


@once(1)
def _alike(root: Path, index: Stamp) -> dict[Spec, list[Spec]]:
    """All recorded Specs, by what they have in common with those of other seeds."""
    found: dict[Spec, list[Spec]] = {}
    for entry in _atlas(root, index).entries():
        found.setdefault(_any_seed(entry.spec), []).append(entry.spec)
    return found


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


def later(what: str, part: str) -> None:
    """Say that `what` waits for a recording, and how to make it; the page goes on."""
    st.info(f"{what} not recorded yet: `python -m lth_core record {part}`.", icon=":material/timer:")


def missing(name: str) -> None:
    """Say what is missing and how to get it back, then end the page."""
    st.error(
        f"The recorded runs behind this page ({name}) are missing or damaged. Get them back with "
        "`git checkout assets/atlas`, or record them again: `python -m lth_core record`.",
        icon=":material/database_off:",
    )
    st.stop()
