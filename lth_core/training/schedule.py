"""The learning rate over the steps of a training."""

from __future__ import annotations

import numpy as np

from lth_core.own.functions import scheduled
from lth_core.spec import Training
from lth_core.spec.names import is_own


def schedule(training: Training, start: int, stop: int) -> np.ndarray:
    """Learning rates of steps `start` to `stop`, float64: lr × decay_to[i] from share decay_at[i] of the budget on, and
    on a straight line up to there over the first `warmup` steps. A schedule of one's own multiplies all that.

    >>> schedule(Training(steps=10, lr=1.0, decay_at=(0.6,), decay_to=(0.1,)), 5, 7).tolist()
    [1.0, 0.1]
    >>> schedule(Training(steps=10, lr=1.0, warmup=4), 0, 5).tolist()
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    edges = [round(share * training.steps) for share in training.decay_at]
    steps = np.arange(start, stop)
    rates: np.ndarray = (training.lr * np.array((1.0, *training.decay_to)))[np.searchsorted(edges, steps, side="right")]
    if is_own(training.schedule):
        rates = rates * scheduled(training.schedule, start, stop, training.steps)
    return rates * np.minimum(1.0, (steps + 1) / training.warmup) if training.warmup else rates
