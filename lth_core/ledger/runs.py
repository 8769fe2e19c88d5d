"""Recorded runs as grids: by seed, round and condition.

A gap is always ticket − condition within a seed, whose split, θ₀ and batch order both share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from lth_core.intervals import Interval, leads, paired
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.said import budget


@dataclass(frozen=True)
class Origin:
    """What was run. config: the Spec as JSON, for any of the `seeds`."""

    config: str
    seeds: tuple[int, ...]

    def __str__(self) -> str:
        return f"Config: {self.config} Seeds: {', '.join(map(str, self.seeds))}."


@dataclass(frozen=True, eq=False)
class Runs:
    """Recorded lotteries of one protocol, one a seed. Level 0 is the dense net, level n the round n.

    density: share of weights left, (levels,).
    """

    results: tuple[Result, ...]
    density: np.ndarray

    @classmethod
    @once(16)  # chapter 5 has a dozen side by side
    def of(cls, results: tuple[Result, ...]) -> Runs:
        """The same results give the same object. Raises ValueError without results."""
        if not results:
            raise ValueError("no recorded run: record the evidence first")
        longest = max((column(result, "density") for result in results), key=len)
        return cls(tuple(results), longest)

    @property
    def seeds(self) -> int:
        return len(self.results)

    @property
    def levels(self) -> int:
        """Pruned levels: 1 to this."""
        return len(self.density) - 1

    @property
    def steps(self) -> int:
        """Length of every training."""
        return self.results[0].spec.training.steps

    @property
    def budget(self) -> str:
        """The same as sentences say it: `one epoch` or `50,000 steps`."""
        return budget(self.results[0].spec)

    @property
    def origin(self) -> Origin:
        """Spec and seeds, for files that leave the page."""
        return Origin(self.results[0].spec.to_json(), tuple(result.spec.seed for result in self.results))

    @property
    def tested(self) -> bool:
        """Were curves measured on the test split? Otherwise on the validation split."""
        return self.results[0].spec.training.measure in ("test", "all")

    def has(self, condition: str) -> bool:
        """Was this control run in all seeds?"""
        return all(condition in result.tables["cells"]["condition"] for result in self.results)

    def grid(self, condition: str, name: str) -> np.ndarray:
        """A column of `cells`, (seeds, levels + 1): replicates averaged, NaN where nothing was run. Column 0 is the
        dense net, whatever the condition."""
        return _grid(self, condition, name)

    def gap(self, condition: str, level: int, name: str = "test_accuracy") -> Interval:
        """Ticket − condition at `level`, within seeds."""
        compare = leads if name.endswith("accuracy") else paired
        return compare(self.grid("ticket", name)[:, level], self.grid(condition, name)[:, level])

    def nearest(self, density: float) -> int:
        """The level whose density is nearest, on the logarithmic scale that rounds make."""
        return int(np.argmin(np.abs(np.log(self.density / density))))


@once(512)
def _grid(runs: Runs, condition: str, name: str) -> np.ndarray:
    return np.stack([column_of(result, condition, name, runs.levels) for result in runs.results])


def column_of(result: Result, condition: str, name: str, levels: int) -> np.ndarray:
    cells = result.tables["cells"]
    at, values = np.asarray(cells["round"]), np.asarray(cells[name], np.float64)
    found = np.full(levels + 1, np.nan)
    mine = (cells["condition"] == condition) & (at > 0) | (at == 0)
    for level in np.unique(at[mine]):
        found[level] = values[mine & (at == level)].mean()
    return found


@dataclass(frozen=True, eq=False)
class Curves:
    """Learning curves of one condition at one level. step: (points,). values: (seeds, points)."""

    step: np.ndarray
    values: np.ndarray


@once(2048)
def curves(runs: Runs, condition: str, level: int, name: str = "validation_accuracy") -> Curves:
    """The curves of all seeds at the steps that all of them were measured at; level 0 is the dense net."""
    found = []
    for result in runs.results:
        table, mine = result.tables["curves"], _places(result)[condition if level else "ticket", level]
        found.append((np.asarray(table["step"][mine]), np.asarray(table[name][mine], np.float64)))
    step = found[0][0]
    if all(np.array_equal(steps, step) for steps, _ in found):  # one protocol: nearly always
        return Curves(step, np.stack([values for _, values in found]))
    step = reduce(np.intersect1d, [steps for steps, _ in found])
    return Curves(step, np.stack([values[np.isin(steps, step)] for steps, values in found]))


@once(64)
def _places(result: Result) -> dict[tuple[str, int], list[int]]:
    """(condition, level) → rows of `curves`, first replicate."""
    table = result.tables["curves"]
    found: dict[tuple[str, int], list[int]] = {}
    columns = (table[name].tolist() for name in ("condition", "round", "replicate"))
    for row, (condition, level, replicate) in enumerate(zip(*columns, strict=True)):
        if replicate == 0:
            found.setdefault((condition, level), []).append(row)
    return found


def steps_to(runs: Runs, condition: str, level: int, goal: float) -> np.ndarray:
    """First measured step whose validation accuracy reaches `goal`, (seeds,); infinity where none does."""
    curve = curves(runs, condition, level)
    reached = curve.values >= goal - 1e-9  # 0.95 of 5,000 images is a count, not a rounding question
    first = curve.step[np.argmax(reached, axis=1)].astype(np.float64)
    return np.where(reached.any(axis=1), first, np.inf)


def at_step(runs: Runs, condition: str, step: int, name: str) -> np.ndarray:
    """A column of `curves` at `step`, (seeds, levels + 1): replicates averaged, NaN where nothing was measured."""
    found = np.full((runs.seeds, runs.levels + 1), np.nan)
    for seed, result in enumerate(runs.results):
        table = result.tables["curves"]
        at = np.asarray(table["step"]) == step
        level, which = np.asarray(table["round"])[at], np.asarray(table["condition"])[at]
        values = np.asarray(table[name], np.float64)[at]
        mine = (which == condition) & (level > 0) | (level == 0)
        for one in np.unique(level[mine]):
            found[seed, one] = values[mine & (level == one)].mean()
    return found


def value(result: Result, condition: str, level: int, column: str = "test_accuracy") -> float:
    """One number of `cells`; NaN where that training was not run."""
    cells = result.tables["cells"]
    at = np.flatnonzero((cells["condition"] == condition) & (cells["round"] == level) & (cells["replicate"] == 0))
    return float(cells[column][at[0]]) if at.size else float("nan")


def column(result: Result, name: str) -> np.ndarray:
    """A column of the ticket's cells, one entry a round, round 0 first."""
    cells = result.tables["cells"]
    mine = cells["condition"] == "ticket"
    values: np.ndarray = np.asarray(cells[name])[mine]
    return values[np.argsort(cells["round"][mine])]


def reads(result: Result) -> str:
    """The column that says what a net reads of the test images. With BatchNorm, where it was measured, with the
    statistics of the data: running averages fail in very sparse nets (`running.population`)."""
    anew = "population_test_accuracy"
    return anew if anew in result.tables["cells"] else "test_accuracy"


def moved(runs: Runs, layer: str, name: str) -> np.ndarray:
    """A column of `movement`, (seeds, rounds): weights that could not move (dead pixels) are left out at the source."""
    columns = [np.asarray(result.tables["movement"][f"{layer}.{name}"], np.float64) for result in runs.results]
    reached = min(map(len, columns))
    return np.stack([values[:reached] for values in columns])
