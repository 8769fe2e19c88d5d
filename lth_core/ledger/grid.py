"""Runs of a lab over seeds: accuracy of each condition at each round, and differences within seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, accuracies, leads
from lth_core.ledger.runs import value
from lth_core.results.result import Result


@dataclass(frozen=True, eq=False)
class Compared:
    """Conditions compared round by round, within seeds.

    levels: the rounds, rising. accuracy: condition → test accuracy, (seeds, levels), NaN where nothing was run.
    """

    levels: tuple[int, ...]
    accuracy: Mapping[str, np.ndarray]

    def mean(self, condition: str, level: int) -> Interval:
        """Mean accuracy in round `level` with its 95% interval."""
        return accuracies(self.accuracy[condition][:, self.levels.index(level)])

    def gap(self, one: str, other: str, level: int) -> Interval:
        """Accuracy of `one` less that of `other` in round `level`, within seeds."""
        at = self.levels.index(level)
        return leads(self.accuracy[one][:, at], self.accuracy[other][:, at])


@dataclass(frozen=True, eq=False)
class Grid(Compared):
    """What several seeds of one lab measured, in the pruned rounds that every seed and condition reached.

    left: condition → share of weights left, (levels,). dense: the whole net's accuracy, (seeds,).
    """

    results: tuple[Result, ...]
    left: Mapping[str, np.ndarray]
    dense: np.ndarray

    @property
    def seeds(self) -> int:
        return len(self.results)

    def ahead(self, one: str, other: str, among: Sequence[int] | None = None) -> list[int]:
        """The rounds at which `one` is surely ahead: the whole interval of the difference lies above 0."""
        return [level for level in (self.levels if among is None else among) if self.gap(one, other, level).above()]

    def share(self, condition: str, level: int) -> float:
        """Share of weights left in round `level`."""
        return float(self.left[condition][self.levels.index(level)])

    def nearest(self, condition: str, left: float) -> int:
        """The round that leaves about this share of the weights."""
        return self.levels[int(np.argmin(np.abs(np.log(self.left[condition] / left))))]


def grid(results: Sequence[Result], whole: str, conditions: Sequence[str]) -> Grid:
    """Read the runs. whole: the condition whose round 0 is the whole net. Raises ValueError where no round is complete:
    there are no runs, or a training diverged in the first."""
    runs = tuple(sorted(results, key=lambda result: result.spec.seed))
    rounds = sorted({int(level) for run in runs for level in run.tables["cells"]["round"] if level})
    levels = tuple(level for level in rounds
                   if all(np.isfinite(value(run, name, level)) for run in runs for name in conditions))
    if not levels:
        raise ValueError("no round of these runs is complete: record the lab again")
    accuracy = {name: np.array([[value(run, name, level) for level in levels] for run in runs]) for name in conditions}
    left = {name: np.array([value(runs[0], name, level, "density") for level in levels]) for name in conditions}
    return Grid(levels, accuracy, runs, left, np.array([value(run, whole, 0) for run in runs]))
