"""What counts as winning: tickets against the dense nets, out of a Result's tables."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tally:
    """How a set of tickets did against a target: `wins` of `draws` reached `target`, an accuracy in 0–1."""

    draws: int
    wins: int
    target: float

    @property
    def rate(self) -> float:
        """Share of winners, NaN before the first draw."""
        return self.wins / self.draws if self.draws else math.nan


def target(dense: np.ndarray, margin: float) -> float:
    """What a ticket has to reach: the mean accuracy of the dense seeds less `margin`, all in 0–1.

    The mean of several seeds, because a single lucky or unlucky dense net would move every verdict.
    """
    if not len(dense):
        raise ValueError("the target needs at least one dense net: run Draws with dense_seeds of at least 1")
    return float(np.mean(dense)) - margin


def tally(accuracies: np.ndarray, dense: np.ndarray, margin: float) -> Tally:
    """Count the tickets within `margin` of the mean dense net.

    >>> tally(np.array([0.90, 0.92]), np.array([0.925, 0.935]), margin=0.01)
    Tally(draws=2, wins=1, target=0.92)
    """
    goal = target(dense, margin)
    # Accuracies are whole numbers of 10,000 images, the target is not: the slack only forgives rounding in the mean.
    return Tally(len(accuracies), int(np.count_nonzero(accuracies >= goal - 1e-9)), goal)


def at_most(draws: int, confidence: float = 0.95) -> float:
    """The largest win rate that fits `draws` draws without a single win: 1 − (1 − confidence)^(1/draws).

    The exact one-sided bound (Clopper & Pearson 1934) that the "rule of three", 3/draws, approximates
    (Hanley & Lippman-Hand 1983).

    >>> round(at_most(200), 4)
    0.0149
    """
    return float(1 - (1 - confidence) ** (1 / draws)) if draws else 1.0
