"""The learning rate over the steps of a training."""

from __future__ import annotations

import numpy as np

from lth_core.spec import Training


def schedule(training: Training, start: int, stop: int) -> np.ndarray:
    """Learning rates of steps `start` to `stop`, float64: lr × decay_to[i] from share decay_at[i] of the budget on.

    >>> schedule(Training(steps=10, lr=1.0, decay_at=(0.6,), decay_to=(0.1,)), 5, 7).tolist()
    [1.0, 0.1]
    """
    edges = [round(share * training.steps) for share in training.decay_at]
    rates = training.lr * np.array((1.0, *training.decay_to))
    return rates[np.searchsorted(edges, np.arange(start, stop), side="right")]
