"""Chapter 6's answers: one ticket stored in four ways, and a net of as many weights with whole neurons gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Cost
from lth_core.intervals import Interval, mean_ci
from lth_core.results.result import Result
from pages.figures.findings import ENOUGH, OPEN
from pages.figures.findings import verdict as counted
from pages.figures.methods import Judged
from pages.figures.rounds import budget

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
    """One net stored one way. seconds: of a forward pass by batch size, over seeds; size in bytes. span: accuracy of
    the lowest and of the highest seed. trained: for how long, in words. turns: the fastest of so many counts."""

    level: int
    stored: str
    size: float
    units: float
    weights: float
    accuracy: Interval
    seconds: dict[int, Interval]
    span: tuple[float, float]
    trained: str
    turns: int


def answers(results: Sequence[Result]) -> list[Answer]:
    """Every way of storing, the whole net first; means over seeds."""
    first = results[0].tables["costs"]
    keys = dict.fromkeys(zip(first["level"].tolist(), first["stored"].tolist(), strict=True))
    return [_answer(results, level, stored) for level, stored in keys]


def _answer(results: Sequence[Result], level: int, stored: str) -> Answer:
    tables, spec = [result.tables["costs"] for result in results], results[0].spec
    assert isinstance(spec, Cost)

    def read(column: str, batch: int) -> list[float]:
        at = [(table["level"] == level) & (table["stored"] == stored) & (table["batch"] == batch) for table in tables]
        return [float(table[column][rows][0]) for table, rows in zip(tables, at, strict=True)]

    right = read("test_accuracy", 1)
    return Answer(level, stored, float(np.mean(read("bytes", 1))), float(np.mean(read("units", 1))),
                  float(np.mean(read("weights", 1))), mean_ci(right),
                  {batch: mean_ci(read("call_seconds", batch)) for batch in BATCHES}, (min(right), max(right)),
                  budget(spec), spec.repeats)


def rows(found: Sequence[Answer]) -> list[dict[str, str]]:
    """As a table: weights, size, time of one image and of 256, and accuracy."""
    whole = found[0]
    return [{
        "Net": f"{WAYS[one.stored]}{f', {1 - one.weights / whole.weights:.1%} sparse' if one.level else ''}",
        "File": f"{one.size / 1024:,.0f} KiB",
        "One image": _time(one.seconds[1], whole.seconds[1]),
        "256 images": _time(one.seconds[256], whole.seconds[256]),
        "Test accuracy": f"{one.accuracy.mean:.2%}" + (f" ± {100 * one.accuracy.half:.2f}" if one.accuracy.known
                                                       else ""),
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
    cost = [f"{one.accuracy.mean:.1%} (seeds from {one.span[0]:.1%} to {one.span[1]:.1%}) instead of the ticket's "
            f"{ticket.accuracy.mean:.1%}"
            for one in found if one.stored == "neurons"
            for ticket in found if ticket.level == one.level and ticket.stored == "masked"]
    return Judged(32, counted(won, len(checks)) if whole.accuracy.n >= ENOUGH else OPEN,
                  f"Zeros that are stored buy nothing, whole neurons do: so it is in **{won}** of {len(checks)} "
                  f"comparisons. CSR's speed against the whole net: {', '.join(csr)}. But whole neurons are dear: "
                  "after "
                  f"{whole.trained}, with as many weights, the net reads {' and '.join(cost)}")
