"""Do two runs of one Spec agree? Compared column by column, against the tolerance stored with the recorded one.

A tolerance is a map in the result's manifest, from a name pattern (`table.column` or an array's name, with * and ?)
to the largest absolute difference allowed; `null` allows any. The first pattern that fits counts; what none fits must
be equal, as it is when the same code runs twice on one machine. Another machine sums in another order, and a training
then drifts within a few hundred steps: that is what a tolerance is for. Clock times are never compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from lth_core.results.result import Result

CLOCK = "*seconds"  # the one thing in a Result that two runs on one machine never share

# What is read at the step of the lowest validation loss. Rounding can move that step to where the test split was not
# looked at, so these are compared where both runs have them.
EARLY = "*early_stop_*"


@dataclass(frozen=True)
class Difference:
    """One column or array: how far apart at most, how far is allowed (None: as far as it likes), the same bits?"""

    name: str
    worst: float
    allowed: float | None
    same: bool = False

    @property
    def match(self) -> bool:
        return self.allowed is None or self.worst <= self.allowed


@dataclass(frozen=True)
class Comparison:
    """The verdict on a re-run."""

    key: str
    differences: tuple[Difference, ...]

    @property
    def match(self) -> bool:
        """Everything within its tolerance."""
        return all(item.match for item in self.differences)

    @property
    def identical(self) -> bool:
        """Everything is equal bit for bit."""
        return all(item.same for item in self.differences)

    def __str__(self) -> str:
        if self.identical:
            return "match: identical"
        bounded = sorted((item for item in self.differences if item.allowed is not None), key=lambda item: -item.worst)
        shown = [item for item in bounded if not item.match] or bounded[:1]
        told = "; ".join(f"{item.name} differs by {item.worst:.3g}, allowed {item.allowed:.3g}" for item in shown[:3])
        return ("match: " if self.match else "difference: ") + (told or "no difference that counts")


def compare(recorded: Result, rerun: Result) -> Comparison:
    """Compare two Results of one Spec, with the recorded one's tolerance.

    Raises ValueError when they answer different Specs.

    >>> from lth_core.experiments import Lottery
    >>> old = Result(Lottery(), {"cells": {"acc": np.array([.97])}}, {}, {"tolerance": {"cells.acc": 0.01}})
    >>> str(compare(old, Result(Lottery(), {"cells": {"acc": np.array([.975])}}, {})))
    'match: cells.acc differs by 0.005, allowed 0.01'
    """
    if recorded.key != rerun.key:
        raise ValueError(f"results of two Specs cannot be compared: {recorded.key} and {rerun.key}")
    tolerance = recorded.manifest.get("tolerance", {})
    old, new = _parts(recorded), _parts(rerun)
    names = [name for name in dict.fromkeys([*old, *new]) if not fnmatchcase(name, CLOCK)]
    return Comparison(
        recorded.key,
        tuple(_difference(name, old.get(name), new.get(name), _allowed(name, tolerance)) for name in names),
    )


def _parts(result: Result) -> dict[str, np.ndarray]:
    columns = {f"{table}.{name}": np.asarray(values) for table, columns in result.tables.items()
               for name, values in columns.items()}
    return columns | dict(result.arrays)


def _allowed(name: str, tolerance: Mapping[str, Any]) -> float | None:
    for pattern, most in tolerance.items():
        if fnmatchcase(name, pattern):
            return None if most is None else float(most)
    return 0.0


def _difference(name: str, a: np.ndarray | None, b: np.ndarray | None, allowed: float | None) -> Difference:
    worst = _apart(a, b)
    return Difference(name, _apart(a, b, True) if fnmatchcase(name, EARLY) else worst, allowed, worst == 0)


def _apart(a: np.ndarray | None, b: np.ndarray | None, where_both: bool = False) -> float:
    """Largest absolute difference; inf for another shape, kind or words, or, unless only entries that both have are
    compared, a number against a NaN."""
    if a is None or b is None or a.shape != b.shape:
        return float("inf")
    if a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub":
        return 0.0 if np.array_equal(a, b) else float("inf")
    if np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f"):
        return 0.0
    first, second = a.astype(np.float64), b.astype(np.float64)
    nan = np.isnan(first)
    if where_both:
        nan |= np.isnan(second)
    elif not np.array_equal(nan, np.isnan(second)):
        return float("inf")
    with np.errstate(invalid="ignore"):  # inf − inf is NaN: equal infinities are no difference
        gap = np.abs(first - second)
    return float(np.max(np.where(nan | (first == second), 0.0, gap), initial=0.0))
