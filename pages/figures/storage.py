"""Chapter 6's answers: one ticket stored in four ways, and a net of as many weights with whole neurons gone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, accuracies, mean_ci
from lth_core.results.result import Result
from lth_core.said import percent
from pages.figures.findings import ENOUGH, OPEN
from pages.figures.findings import verdict as counted
from pages.figures.methods import Judged

WAYS = {
    "dense": "whole net",
    "masked": "ticket, zeros stored",
    "csr": "ticket, only survivors stored (CSR)",
    "shrunk": "ticket, idle units cut out",
    "neurons": "whole neurons gone, as many weights",
}
BATCHES = (1, 256)
FASTER = 0.8  # faster means at most four fifths of the time: less is within the noise of a shared machine


@dataclass(frozen=True)
class Answer:
    """One net stored one way. seconds: of a forward pass by batch size, over seeds; size in bytes."""

    level: int
    stored: str
    size: float
    units: float
    weights: float
    accuracy: Interval
    seconds: dict[int, Interval]


def answers(results: Sequence[Result]) -> list[Answer]:
    """Every way of storing, the whole net first; means over seeds."""
    tables = [result.tables["costs"] for result in results]
    first = tables[0]
    keys = dict.fromkeys(zip(first["level"].tolist(), first["stored"].tolist(), strict=True))
    return [_answer(tables, level, stored) for level, stored in keys]


def _answer(tables: Sequence[Mapping[str, np.ndarray]], level: int, stored: str) -> Answer:
    def read(column: str, batch: int) -> list[float]:
        at = [(table["level"] == level) & (table["stored"] == stored) & (table["batch"] == batch) for table in tables]
        return [float(table[column][rows][0]) for table, rows in zip(tables, at, strict=True)]

    return Answer(level, stored, float(np.mean(read("bytes", 1))), float(np.mean(read("units", 1))),
                  float(np.mean(read("weights", 1))), accuracies(read("test_accuracy", 1)),
                  {batch: mean_ci(read("call_seconds", batch), bounds=(0.0, math.inf)) for batch in BATCHES})


def rows(found: Sequence[Answer]) -> list[dict[str, str]]:
    """As a table: weights, size, time of one image and of 256, and accuracy."""
    whole = found[0]
    return [{
        "Net": f"{WAYS[one.stored]}{f', {1 - one.weights / whole.weights:.1%} sparse' if one.level else ''}",
        "File": f"{one.size / 1024:,.0f} KiB",
        "One image": _time(one.seconds[1], whole.seconds[1]),
        "256 images": _time(one.seconds[256], whole.seconds[256]),
        "Test accuracy": percent(one.accuracy),
    } for one in found]


def _time(seconds: Interval, whole: Interval) -> str:
    shown = f"{1e6 * seconds.mean:,.0f} µs"
    return shown if seconds is whole else f"{shown}, {whole.mean / seconds.mean:.2g}× as fast"


def judged(found: Sequence[Answer]) -> Judged:
    """C32: unstructured sparsity buys no speed by itself, structured sparsity does."""
    whole = found[0]
    checks = [(one, batch, one.seconds[batch].mean <= FASTER * whole.seconds[batch].mean)
              for one in found for batch in BATCHES if one.stored in ("masked", "neurons")]
    won = sum(faster == (one.stored == "neurons") for one, _, faster in checks)
    csr = [f"{whole.seconds[batch].mean / one.seconds[batch].mean:.2g}× for {batch} image{'s' * (batch > 1)} at "
           f"{1 - one.weights / whole.weights:.1%}" for one in found if one.stored == "csr" for batch in BATCHES]
    cost = [f"{one.accuracy.mean:.1%} instead of the ticket's {ticket.accuracy.mean:.1%}"
            for one in found if one.stored == "neurons"
            for ticket in found if ticket.level == one.level and ticket.stored == "masked"]
    return Judged(32, counted(won, len(checks)) if whole.accuracy.n >= ENOUGH else OPEN,
                  f"Zeros that are stored buy nothing, whole neurons do: so it is in **{won}** of {len(checks)} "
                  f"comparisons. CSR's speed against the whole net: {', '.join(csr)}. But whole neurons are dear: with "
                  f"as many weights the net reads {' and '.join(cost)}")
