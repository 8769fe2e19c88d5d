"""How far may a figure move? As far as chance moves it: from the recorded seeds of one Spec.

Another processor adds up in another order; training magnifies the last digit until, in nets with few weights left, the
re-run is as good as another draw. So a figure may move until its mean over the recorded seeds would leave its own 95%
interval: by √n · t · SD, with n seeds, their standard deviation at that very round, condition and step, and Student's
t. Where seeds agree, so must a re-run; where they lie ten points apart, nothing claimed of them breaks by ten points.
A curve may also move as far as it moves between neighbouring looks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lth_core.intervals import t_quantile
from lth_core.results.deaths import SURVIVED
from lth_core.results.result import Result, Table

# What says which row of a table this is. Numbers that a training moves are not among them.
LABELS = ("round", "condition", "replicate", "step", "order", "changed", "draw", "width", "dimension", "level",
          "stored", "batch", "alpha", "sparsity")
Label = tuple[object, ...]


def rows(table: Table) -> dict[Label, int]:
    """Label → row. A table without labels is told by its rows' numbers.

    >>> rows({"round": np.array([0, 1]), "condition": np.array(["dense", "ticket"]), "loss": np.zeros(2)})
    {(0, 'dense'): 0, (1, 'ticket'): 1}
    """
    labels = [np.asarray(table[name]).tolist() for name in LABELS if name in table]
    length = max((len(column) for column in table.values()), default=0)
    return {label: row for row, label in enumerate(zip(*labels, strict=True) if labels else zip(range(length)))}


def words(table: Table, row: int) -> str:
    """A row's label in words: "round 3, ticket, step 100".

    >>> words({"round": np.array([3]), "condition": np.array(["ticket"]), "replicate": np.array([0])}, 0)
    'round 3, ticket'
    """
    found = {name: table[name][row] for name in LABELS if name in table}
    plain = ("condition", "stored")
    return ", ".join(str(value) if name in plain else f"{name} {value:g}" for name, value in found.items()
                     if name != "replicate" or value)


def room(name: str, column: str, labels: Sequence[Label], seeds: Sequence[Result]) -> np.ndarray:
    """(labels,): how far the column of table `name` may move at each label; 0 where fewer than two seeds have it.

    seeds: recorded Results of one Spec but for their seeds, the one that is re-run among them.
    """
    values = np.full((len(seeds), len(labels)), np.nan)
    for values_of_one, seed in zip(values, seeds, strict=True):
        table = seed.tables.get(name, {})
        if column in table:
            at = rows(table)
            numbers = np.asarray(table[column], np.float64)
            values_of_one[:] = [numbers[at[label]] if label in at else np.nan for label in labels]
    known = np.isfinite(values)
    count = known.sum(axis=0)
    several = np.maximum(count, 2)
    centred = np.where(known, values - np.where(known, values, 0).sum(axis=0) / np.maximum(count, 1), 0)
    deviation = np.sqrt((centred**2).sum(axis=0) / (several - 1))
    quantile = {int(n): t_quantile(int(n) - 1) for n in np.unique(several)}
    factor = np.sqrt(several) * np.array([quantile[int(n)] for n in several])
    allowed: np.ndarray = np.where(count > 1, factor * deviation, 0.0)
    return allowed


def steepness(table: Table, column: str, at: Sequence[int]) -> np.ndarray:
    """(at,): how far a curve itself moves between that row's look and the looks before and after it.

    A curve that rises by fifty points within five steps, or jumps at every look as running averages of BatchNorm do,
    says no more about the height at one look than that.

    >>> curve = {"step": np.array([0, 5, 10, 0]), "round": np.array([0, 0, 0, 1]), "a": np.array([.1, .6, .7, .5])}
    >>> steepness(curve, "a", [0, 1, 2, 3]).round(2).tolist()
    [0.5, 0.5, 0.1, 0.0]
    """
    names = [name for name in LABELS if name in table and name != "step"]
    one = np.ones(max(0, len(table[column]) - 1), bool)
    for name in names:
        one &= np.asarray(table[name])[1:] == np.asarray(table[name])[:-1]
    moved = np.where(one, np.abs(np.nan_to_num(np.diff(np.asarray(table[column], np.float64)))), 0.0)
    found: np.ndarray = np.maximum(np.append(moved, 0.0), np.append(0.0, moved))[list(at)]
    return found


def kept_alike(first: Result, second: Result) -> float:
    """Share of surviving weights that two runs have in common (Jaccard), mean over the rounds; NaN without masks."""
    names = [name for name in first.arrays if name.startswith("died/") and name in second.arrays]
    names = [name for name in names if first.arrays[name].shape == second.arrays[name].shape]
    if not names:
        return float("nan")
    a, b = (np.concatenate([run.arrays[name].ravel() for name in names]) for run in (first, second))
    shares = []
    for number in range(1, int(a.max(initial=0)) + 1):
        one, other = ((died == SURVIVED) | (died > number) for died in (a, b))
        either = int((one | other).sum())
        shares.append((one & other).sum() / either if either else 1.0)
    return float(np.mean(shares)) if shares else float("nan")
