"""Do two runs of one Spec agree? The same bits, or near enough for everything that is claimed of the recorded one.

The same code on the same kind of processor gives the same bits, and then that is said. Another kind adds up in another
order, and training magnifies the last digit. What such a re-run must keep:

* its beginning: at the first two looks of the first training the losses are the record's (`START`). No net magnifies
  rounding so fast, and another learning rate, seed or picture would show there;
* what is exact whatever a sum's last digit is: which rows there are, counts of weights, steps, whether it diverged;
* its figures: each may move by its floor, or as far as the recorded seeds lie apart there (`spread.room`); a curve also
  as far as it moves between neighbouring looks, and one of its values in twenty further. Of what a training ends with
  none may;
* its masks: they share more with the record's than any other seed's do.

The floor is a map in the record's manifest, from a name pattern (`table.column` or an array's name, with * and ?) to
the largest absolute difference; `null` allows any. The first pattern that fits counts; what none fits must be equal.
Clock times are never compared, nor what a record does not hold: shipped copies are trimmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from lth_core.results import spread
from lth_core.results.result import Result, Table

CLOCK = "*seconds"  # the one thing in a Result that two runs on one machine never share

# What is read at the step of the lowest validation loss. Rounding can move that step to where the test split was not
# looked at, so these are compared where both runs have them.
EARLY = "*early_stop_*"

EXACT = ("*.seed", "*.status", "*.kept", "*.total", "*.steps")  # of whole nets: a layer's share may move
# Shares of 1 that pages print in percent; a ladder names its accuracies after what was pruned.
POINTS = ("*accuracy", "*error", "*barrier", "rungs.magnitude*", "rungs.random*")
START, LOOKS = 1e-3, 2  # of a loss, or of 1 where it is larger; measured: 1e-7, in the deepest nets 1e-5
SPARE = 0.05  # of a curve's values may lie outside, as an interval of 95% lets them


@dataclass(frozen=True)
class Difference:
    """One column or array. worst: the largest gap, where: in which row. allowed: how large it may be there, None as
    large as it likes. same: the same bits. outside: values further apart than allowed."""

    name: str
    worst: float
    allowed: float | None
    same: bool = False
    where: str = ""
    outside: int = 0
    values: int = 1

    @property
    def match(self) -> bool:
        spare = SPARE * self.values if self.name.partition(".")[0].endswith("curves") else 0
        return self.outside <= spare

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        if not np.isfinite(self.worst):
            return f"{self.name} is of another kind or length{where}"
        return f"{told(self.name, self.worst)}{where}" + (
            "" if self.allowed is None else f", {told('', self.allowed, self.name)} allowed there")


@dataclass(frozen=True)
class Comparison:
    """The verdict on a re-run. seeds: recorded seeds of its Spec, its record among them."""

    key: str
    differences: tuple[Difference, ...]
    seeds: int = 1

    @property
    def match(self) -> bool:
        """Everything within its tolerance."""
        return all(item.match for item in self.differences)

    @property
    def identical(self) -> bool:
        """Everything is equal bit for bit."""
        return all(item.same for item in self.differences)

    @property
    def largest(self) -> Difference | None:
        """What a reader sees move most: an accuracy or error, at the end of trainings if any moved there, else a loss.

        Of what differs too much, where anything does. None when nothing of the kind moved.
        """
        for patterns in (POINTS, ("*loss",)):
            seen = [item for item in self.differences if 0 < item.worst < np.inf and (self.match or not item.match)
                    and any(fnmatchcase(item.name, pattern) for pattern in patterns)]
            ends = [item for item in seen if "curves." not in item.name]
            if seen:
                return max(ends or seen, key=lambda item: item.worst)
        return None

    @property
    def rule(self) -> str:
        """By what it was judged, in one sentence."""
        if self.seeds < 2:
            return "No other seed is recorded, so figures may move by their floor alone (2 points)."
        return (f"With the re-run in its record's place, means over the {self.seeds} recorded seeds must stay within "
                "their 95% intervals; 2 points are always allowed.")

    def __str__(self) -> str:
        if self.identical:
            return "match: the same bits"
        if self.match:
            other = ", ".join([item.name for item in self.differences if not item.same][:2])
            return f"match: {self.largest or f'other bits ({other}), no accuracy, error or loss moves'}. {self.rule}"
        wrong = [item for item in self.differences if not item.match]
        start = [item for item in wrong if item.name.startswith("start of ")]
        reason = ("It is another training from its first steps on." if start
                  else "It began alike: rounding that training magnified, or a change that acts later.")
        return f"difference: {'; '.join(map(str, (start or wrong)[:3]))}. {reason} {self.rule}"


def told(name: str, value: float, kind: str = "") -> str:
    """A difference in words: points for shares, plain numbers for the rest.

    >>> told("cells.test_accuracy", 0.0123), told("cells.test_loss", 0.0123)
    ('cells.test_accuracy differs by 1.23 points', 'cells.test_loss differs by 0.0123')
    """
    points = any(fnmatchcase(kind or name, pattern) for pattern in POINTS)
    number = f"{100 * value:.2f} points" if points else f"{value:.3g}"
    return f"{name} differs by {number}" if name else number


def compare(recorded: Result, rerun: Result, seeds: Sequence[Result] = ()) -> Comparison:
    """Compare two Results of one Spec, with the recorded one's tolerance.

    seeds: recorded Results of the other seeds of this Spec (`Atlas.seeds`).
    Raises ValueError when the two answer different Specs.

    >>> from lth_core.experiments import Lottery
    >>> old = Result(Lottery(), {"cells": {"accuracy": np.array([.97])}}, {}, {"tolerance": {"*accuracy": 0.01}})
    >>> str(compare(old, Result(Lottery(), {"cells": {"accuracy": np.array([.975])}}, {})))[:72]
    'match: cells.accuracy differs by 0.50 points, 1.00 points allowed there.'
    """
    if recorded.key != rerun.key:
        raise ValueError(f"results of two Specs cannot be compared: {recorded.key} and {rerun.key}")
    tolerance, group = recorded.manifest.get("tolerance", {}), (recorded, *seeds)
    found = [item for name, table in recorded.tables.items()
             for item in _table(name, table, rerun.tables.get(name, {}), tolerance, group)]
    for name, array in recorded.arrays.items():
        new = rerun.arrays.get(name)
        found.append(_column(name, array, None if new is None else new.astype(array.dtype), _floor(name, tolerance)))
    return Comparison(recorded.key, (*found, *_masks(recorded, rerun, seeds)), len(group))


def _table(
    name: str, old: Table, new: Table, tolerance: Mapping[str, Any], group: Sequence[Result]
) -> Iterator[Difference]:
    """The differences of a table's columns, row by row where both have the row. A curve may lack one row in four: at
    which steps the test split is looked at depends on the curve."""
    at, there = spread.rows(old), spread.rows(new)
    shared = [label for label in at if label in there]
    lacking = len(at) - len(shared)
    extra = 0 if name.endswith("curves") else len(there) - len(shared)
    if lacking > (len(at) / 4 if name.endswith("curves") else 0) or extra:
        yield Difference(f"{name}.rows", float("inf"), 0.0, outside=1)
    first, second = [at[label] for label in shared], [there[label] for label in shared]
    for column, values in old.items():
        full = f"{name}.{column}"
        if fnmatchcase(full, CLOCK):
            continue
        floor = 0.0 if any(fnmatchcase(full, f"{name}{exact[1:]}") for exact in EXACT) else _floor(full, tolerance)
        more = spread.room(name, column, shared, group) if floor and len(group) > 1 else None
        if floor and name.endswith("curves"):
            steep = spread.steepness(old, column, first)
            more = steep if more is None else np.maximum(more, steep)
        a, b = values[first], new[column][second] if column in new else None
        found = _column(full, a, b, floor, more, lacking == 0)
        if b is not None and 0 < found.worst < np.inf:
            found = replace(found, where=spread.words(old, first[int(np.argmax(_gap(a, b, True)))]))
        yield found
        if column.endswith("loss") and (looks := _looks(old, first)) and b is not None:
            begun = _column(f"start of {full}", a[looks], b[looks], START, START * np.abs(a[looks]))
            if begun.outside:
                yield begun


def _looks(table: Table, rows: list[int]) -> list[int]:
    """Positions in `rows` of the first looks at the first training; none where a table has no rounds or steps."""
    if not {"round", "step"} <= set(table) or not rows:
        return []
    number, step = np.asarray(table["round"])[rows], np.asarray(table["step"])[rows]
    first = number == number.min()
    last = np.unique(step[first])[:LOOKS][-1]
    return [int(row) for row in np.flatnonzero(first & (step <= last))]


def _masks(recorded: Result, rerun: Result, seeds: Sequence[Result]) -> Iterator[Difference]:
    """Are the masks nearer to their record's than to another seed's? By the share of survivors not in common."""
    own = 1 - spread.kept_alike(recorded, rerun)
    others = [1 - spread.kept_alike(recorded, seed) for seed in seeds]
    nearest = min((other for other in others if np.isfinite(other)), default=float("nan"))
    if np.isfinite(own) and np.isfinite(nearest):
        yield Difference("share of other survivors", own, nearest, own == 0, outside=int(own >= nearest))


def _floor(name: str, tolerance: Mapping[str, Any]) -> float | None:
    for pattern, most in tolerance.items():
        if fnmatchcase(name, pattern):
            return None if most is None else float(most)
    return 0.0


def _column(
    name: str, a: np.ndarray, b: np.ndarray | None, floor: float | None, more: np.ndarray | None = None,
    whole: bool = True,
) -> Difference:
    """How far apart two columns are. more: what each value may differ by, where it is more than the floor."""
    gap = _gap(a, b, fnmatchcase(name, EARLY))
    same = whole and bool(np.all(_gap(a, b) == 0))
    worst = float(np.max(gap, initial=0.0))
    if floor is None:
        return Difference(name, worst, None, same)
    allowed = np.full(gap.shape, floor) if more is None or more.shape != gap.shape else np.maximum(floor, more)
    nearest = int(np.argmax(gap)) if gap.size else 0
    most = float(allowed.flat[nearest]) if gap.size else floor
    return Difference(name, worst, most, same, outside=int(np.sum(gap > allowed)), values=gap.size)


def _gap(a: np.ndarray, b: np.ndarray | None, where_both: bool = False) -> np.ndarray:
    """Absolute differences. [inf] for another shape or kind; inf for other words and, unless only entries that both
    have are compared, for a number against a NaN."""
    a = np.asarray(a)
    if b is None or a.shape != np.asarray(b).shape:
        return np.array([np.inf])
    b = np.asarray(b)
    if a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub":
        return np.where(a == b, 0.0, np.inf) if a.dtype.kind == b.dtype.kind else np.array([np.inf])
    first, second = a.astype(np.float64), b.astype(np.float64)
    nan, lone = np.isnan(first) & np.isnan(second), np.isnan(first) ^ np.isnan(second)
    with np.errstate(invalid="ignore"):  # inf − inf is NaN: equal infinities are no difference
        gap = np.abs(first - second)
    gap = np.where(nan | (first == second), 0.0, gap)
    return np.where(lone, 0.0 if where_both else np.inf, gap)
