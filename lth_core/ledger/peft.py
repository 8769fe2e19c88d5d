"""A trained net taught new classes with most of it frozen: LoRA, adapters, biases, masks, beside all of it (C40).

All comparisons are within seeds: the tunings of a seed begin at one net and see the same batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lth_core.catalogue import SEEDS, peft
from lth_core.experiments import Peft
from lth_core.intervals import Interval, accuracies, leads
from lth_core.ledger.outcome import Outcome, first
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, PARTLY, POINTS, Case, Rule
from lth_core.ledger.shelf import Shelf
from lth_core.results.result import Result
from lth_core.said import more, percent

Way: TypeAlias = tuple[str, int]  # how a net is tuned, and its rank or bottleneck
BASE, OUTPUTS, BIASES, ALL = ("base", 0), ("outputs", 0), ("biases", 0), ("all", 0)


@dataclass(frozen=True, eq=False)
class Tunings:
    """What several seeds measured. cells: way → column of the table → value of each seed, (seeds,)."""

    results: tuple[Result, ...]
    cells: Mapping[Way, Mapping[str, np.ndarray]]

    @property
    def seeds(self) -> int:
        return len(self.results)

    @property
    def spec(self) -> Peft:
        """Of the first seed."""
        spec = self.results[0].spec
        assert isinstance(spec, Peft)
        return spec

    def sizes(self, how: str) -> tuple[int, ...]:
        """The ranks or bottlenecks of a way to tune, rising."""
        return tuple(sorted(size for name, size in self.cells if name == how))

    def mean(self, way: Way, column: str = "test_accuracy") -> Interval:
        """Mean accuracy with its 95% interval."""
        return accuracies(self.cells[way][column])

    def gap(self, way: Way, other: Way, column: str = "test_accuracy") -> Interval:
        """Accuracy of one way less that of another, within seeds."""
        return leads(self.cells[way][column], self.cells[other][column])

    def number(self, way: Way, column: str) -> float:
        """A count or a time, mean over seeds."""
        return float(np.mean(self.cells[way][column]))

    @property
    def merged(self) -> tuple[float, int]:
        """The furthest that merging LoRA into the net moved a logit of any test image, at any rank and seed, and how
        many answers it changed in all."""
        tables = [result.tables["merges"] for result in self.results]
        return max(float(table["gap"].max()) for table in tables), sum(int(table["changed"].sum()) for table in tables)


def tunings(results: Sequence[Result]) -> Tunings:
    """Read the runs; one whose first training diverged is left out. Raises ValueError when none is left."""
    whole = tuple(sorted((result for result in results if len(result.tables["cells"]["round"]) > 1),
                         key=lambda result: result.spec.seed))
    if not whole:
        raise ValueError("no run has a tuned net")
    found: dict[Way, dict[str, list[float]]] = {}
    for result in whole:
        for table in (result.tables["cells"], result.tables["costs"]):
            for row, way in enumerate(zip(table["condition"].tolist(), table["width"].tolist(), strict=True)):
                for name in table.keys() - {"condition", "width", "status", "round"}:
                    found.setdefault(way, {}).setdefault(name, []).append(float(table[name][row]))
    return Tunings(whole, {way: {name: np.array(values) for name, values in columns.items()}
                           for way, columns in found.items()})


@dataclass(frozen=True)
class Reach:
    """How far a way to tune comes. behind: its accuracy less that of tuning everything. ahead: less that of training
    the new outputs alone."""

    behind: Interval
    ahead: Interval

    @property
    def seeds(self) -> int:
        return self.behind.n


LOW_RANK = Rule("a low rank is enough", (
    Case(CONFIRMED, f"the highest rank is at most {POINTS} points behind tuning everything, by the whole interval",
         lambda seen: seen.behind.ends[0] >= -POINTS / 100),
    Case(COMPATIBLE, "our interval reaches that far, and further behind",
         lambda seen: seen.behind.ends[1] >= -POINTS / 100),
    Case(PARTLY, "it is surely further behind, and surely ahead of training the new outputs alone",
         lambda seen: seen.ahead.above()),
    Case(FAILED, "it is surely further behind, and not surely ahead of the new outputs alone", lambda seen: True)))


def highest(found: Tunings) -> Way:
    """LoRA of the highest rank recorded: what the claim is judged by."""
    return "lora", found.sizes("lora")[-1]


def verdict(found: Tunings) -> str:
    """What became of the claim that a low-rank update is enough."""
    return LOW_RANK(Reach(found.gap(highest(found), ALL), found.gap(highest(found), OUTPUTS)))


def low_rank(shelf: Shelf) -> Outcome:
    """C40."""
    found = tunings(shelf.of([peft(seed) for seed in SEEDS], "peft", "cells", "costs", "merges"))
    way = highest(found)
    share = found.number(way, "trained") / found.number(ALL, "trained")
    ours = (f"Rank {way[1]} trains {share:.1%} of the numbers and reads {percent(found.mean(way))} of five new digits. "
            f"That is {more(found.gap(way, ALL))} than training all of them. It is {more(found.gap(way, OUTPUTS))} "
            "than training the new outputs alone")
    return Outcome(verdict(found), ours, "A small net and digits it never saw: LoRA was made for large models that "
                   "know most of a task already.", found.seeds, first(found.results), LOW_RANK)
