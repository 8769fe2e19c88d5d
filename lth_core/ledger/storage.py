"""What an answer costs: one ticket stored in four ways, and a net of as many weights (C32)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Cost
from lth_core.intervals import Interval, accuracies, mean_ci
from lth_core.ledger.rules import Count, Judged, counting
from lth_core.results.result import Result
from lth_core.said import budget

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
                  float(np.mean(read("weights", 1))), accuracies(right),
                  {batch: mean_ci(read("call_seconds", batch), bounds=(0.0, math.inf)) for batch in BATCHES},
                  (min(right), max(right)), budget(spec), spec.repeats)


BUYS = counting("by the clock", "scattered weights, stored with their zeros or without, save less than a fifth of the "
                "time and whole neurons more", "comparisons")


def judged(found: Sequence[Answer]) -> Judged:
    """C32: unstructured sparsity buys no speed by itself, structured sparsity does."""
    whole = found[0]
    checks = [(one, batch, one.seconds[batch].mean <= FASTER * whole.seconds[batch].mean)
              for one in found for batch in BATCHES if one.stored in ("masked", "csr", "neurons")]
    won = sum(faster == (one.stored == "neurons") for one, _, faster in checks)
    fast = [f"{whole.seconds[batch].mean / one.seconds[batch].mean:.2g} times as fast for {batch} image"
            f"{'s at once' * (batch > 1)}" for one, batch, faster in checks if one.stored == "csr" and faster]
    cost = [f"{one.accuracy.mean:.1%} (seeds from {one.span[0]:.1%} to {one.span[1]:.1%}) instead of the ticket's "
            f"{ticket.accuracy.mean:.1%}"
            for one in found if one.stored == "neurons"
            for ticket in found if ticket.level == one.level and ticket.stored == "masked"]
    but = f"But stored without its zeros, a ticket can be {fast[-1]}. " if fast else ""
    return Judged(32, BUYS(Count(won, len(checks), whole.accuracy.n)),
                  f"In **{won}** of {len(checks)} comparisons scattered weights save less than a fifth of the time, "
                  f"and whole neurons save more. {but}"
                  f"Whole neurons cost accuracy: after {whole.trained}, with as many weights, the net reads "
                  f"{'. Sparser still, it reads '.join(cost)}", BUYS)
