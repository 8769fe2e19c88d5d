"""Weights that share a few values: k-means on a line, a codebook for each layer (Han et al. 2016, section 3)."""

from __future__ import annotations

import numpy as np


def kmeans(values: np.ndarray, clusters: int, rounds: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """(centres, float64 (clusters,), rising; which of them each value has, int64 (values,)).

    Begins with centres at equal distances from the smallest to the largest value, which the paper finds best: centres
    put where most values lie would serve the few large weights badly. Then every centre moves to the mean of its
    values, as long as any value changes its centre, at most `rounds` times. A centre without values stays.
    Raises ValueError for fewer values than clusters.

    >>> centres, codes = kmeans(np.array([0.1, 0.9, 0.2, 1.1]), 2)
    >>> centres.round(2).tolist(), codes.tolist()
    ([0.15, 1.0], [0, 1, 0, 1])
    """
    if not 1 <= clusters <= len(values):
        raise ValueError(f"clusters = {clusters} is not allowed: at least 1 and at most as many as values, of which "
                         f"there are {len(values):,}")
    line = np.sort(np.asarray(values, np.float64).ravel())
    so_far = np.concatenate([[0.0], np.cumsum(line)])
    centres, before = np.linspace(line[0], line[-1], clusters), None
    for _ in range(rounds):
        ends = np.concatenate([[0], np.searchsorted(line, _edges(centres), side="right"), [len(line)]])
        if before is not None and np.array_equal(ends, before):
            break
        many, before = np.diff(ends), ends
        centres = np.where(many > 0, np.diff(so_far[ends]) / np.maximum(many, 1), centres)
    return centres, nearest(values, centres)


def nearest(values: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Which of the rising `centres` each value is nearest to, int64; of two as near the lower one."""
    found: np.ndarray = np.searchsorted(_edges(centres), np.asarray(values, np.float64), side="left")
    return found


def _edges(centres: np.ndarray) -> np.ndarray:
    """Halfway between neighbouring centres, (clusters − 1,)."""
    half: np.ndarray = (centres[1:] + centres[:-1]) / 2
    return half
