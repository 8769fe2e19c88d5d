"""Which checks the reader asked for last, as the address says it, and what was found so far in this visit."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import streamlit as st

from lth_core.experiments import Proof
from lth_core.experiments.proof.spec import NAMES
from lth_core.results.result import Result
from pages.address import url
from pages.live import api
from pages.live.run import LiveRun

Row: TypeAlias = Mapping[str, Any]  # `check`, `passed`, `number`, `told`, `seconds`

EVERY, NONE = "all", "none"
CHECK = url.Choice("check", (EVERY, *NAMES), EVERY)  # the one that a link is about
RAN = url.Choice("ran", (NONE, EVERY, *NAMES), NONE)  # what was run last
DRAW = url.Whole("draw", 0, 9_999, 0)  # with which seed
FOUND = "proof.found"


def run() -> LiveRun | None:
    """The run that the address names; None before anything was asked for."""
    if (ran := url.word(RAN)) == NONE:
        return None
    return LiveRun(Proof(checks=NAMES if ran == EVERY else (ran,), seed=url.whole(DRAW)), "proof")


def ask(what: str) -> None:
    """Run these checks, with new chance: `all`, or one of them."""
    url.put(DRAW, secrets.randbelow(DRAW.most) + 1)
    url.put(RAN, what)
    for name in NAMES if what == EVERY else (what,):
        found().pop(name, None)
    if (asked := run()) is not None:
        asked.ask(fresh=True)


def found() -> dict[str, Row]:
    """What was found in this visit, by check: the latest of each."""
    rows: dict[str, Row] = st.session_state.setdefault(FOUND, {})
    return rows


def listen(asked: LiveRun) -> None:
    """Note what the run has found by now."""
    rows = _of_result(asked.result) if not asked.going else _of_points(asked.spec.key)
    found().update({row["check"]: row for row in rows})


def _of_points(key: str) -> Iterator[Row]:
    for event in api.job_engine().events([key]):
        for point in json.loads(event.text).get("points", []):
            if point["stage"] == "check":
                yield point["measures"]


def _of_result(result: Result | None) -> Iterator[Row]:
    if result is not None:
        table = result.tables["checks"]
        yield from (dict(zip(table, values, strict=True)) for values in zip(*map(list, table.values()), strict=True))
