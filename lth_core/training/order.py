"""In which order the examples come, and when a training is looked at."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lth_core.spec import Training
from lth_core.streams import stream


def batches(seed: int, examples: int, batch: int, start: int, stop: int, sibling: int = 0) -> np.ndarray:
    """Example indices of steps `start` to `stop`, int32 of shape (stop − start, batch).

    Every epoch is a fresh permutation; epochs are laid end to end and cut into full batches, so a batch may straddle
    two of them and none is ever short. `sibling` gives another order from the same seed (SGD noise).

    >>> batches(0, examples=6, batch=3, start=0, stop=2).sum()
    np.int64(15)
    >>> bool((batches(0, 6, 4, 1, 3) == batches(0, 6, 4, 0, 3)[1:]).all())
    True
    """
    first, last = start * batch, stop * batch
    epochs = range(first // examples, max(first // examples, -(-last // examples)))
    if not epochs or last <= first:
        return np.empty((0, batch), np.int32)
    line = np.concatenate([_epoch(seed, examples, sibling, epoch) for epoch in epochs])
    offset = epochs.start * examples
    return line[first - offset : last - offset].reshape(-1, batch)


@lru_cache(maxsize=4)  # a stretch between two measurements is a tenth of an epoch, and dealing anew takes 1 ms
def _epoch(seed: int, examples: int, sibling: int, epoch: int) -> np.ndarray:
    """All examples in the order of one epoch, int32."""
    return stream(seed, "order", sibling, epoch).permutation(examples).astype(np.int32)


# The first moments of a training are where tickets and other nets part: shares of `eval_every` measured before it.
EARLY = (0.05, 0.1, 0.2, 0.5)


def measured_steps(training: Training, start: int = 0, extra: tuple[int, ...] = ()) -> list[int]:
    """Steps after which a training is measured: the start, a few early ones, every `eval_every`, the end.

    >>> measured_steps(Training(steps=250, eval_every=100))
    [0, 5, 10, 20, 50, 100, 200, 250]
    """
    early = {int(training.eval_every * share) for share in EARLY} if training.eval_every >= 20 else set()
    steps = early | set(range(0, training.steps + 1, training.eval_every)) | {start, training.steps} | set(extra)
    return sorted(step for step in steps if start <= step <= training.steps)
