"""What the backends share whose weights lie packed in one line: their steps, their looks, their state."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from lth_core.nets.params import Params
from lth_core.spec import Training
from lth_core.training.backends.base import Moving, check_state
from lth_core.training.backends.examples import Pixels, Prepared
from lth_core.training.backends.optimiser import Rule, rule
from lth_core.training.backends.sparse_kernels import WIDTH


class Packed(Moving, ABC):
    """A backend whose state is its lines as they lie, and its clock. What is done with them is its own."""

    name: str
    summed: int  # examples whose losses are added up in one place: no two threads write to the same
    training: Training
    data: Prepared
    threads: int
    theta: np.ndarray

    def advance(self, batches: np.ndarray) -> np.ndarray:
        count, batch = batches.shape
        data, losses = self.data.train, np.zeros((count, padded(batch, WIDTH) // self.summed))
        steps = rule(self.training, self.step, self.updates, count, self.theta.dtype)
        self._train(data.pool.pixels.cast(self.theta.dtype), data.pool.labels, data.rows[batches], steps, losses)
        self.step += count
        self.updates += count
        means: np.ndarray = losses.sum(axis=1) / batch
        return means.astype(np.float32)

    def evaluate(self, split: str) -> tuple[float, float]:
        data = self.data[split]
        if len(data.rows) == 0:
            return float("nan"), float("nan")
        sums = np.zeros((padded(len(data.rows), WIDTH) // WIDTH, 2))
        self._test(data.pool.pixels.cast(self.theta.dtype), data.pool.labels, data.rows, sums)
        loss, accuracy = sums.sum(axis=0) / len(data.rows)
        return float(loss), float(accuracy)

    def state(self) -> dict[str, np.ndarray]:
        lines = {line: getattr(self, line).copy() for line in self.moving}
        return lines | {"clock": np.array([self.step, self.updates])}

    def restore(self, state: Params) -> None:
        check_state(self, state, self.state())
        for line in self.moving:
            getattr(self, line)[:] = state[line]
        self.step, self.updates = (int(value) for value in state["clock"])

    @abstractmethod
    def params(self) -> dict[str, np.ndarray]: ...

    @abstractmethod
    def _train(self, pixels: Pixels, labels: np.ndarray, rows: np.ndarray, steps: Rule, losses: np.ndarray) -> None:
        """A step for each line of `rows`, int32 (steps, batch); the cross-entropy of each is added up in `losses`."""

    @abstractmethod
    def _test(self, pixels: Pixels, labels: np.ndarray, rows: np.ndarray, sums: np.ndarray) -> None:
        """Cross-entropy and right answers of `rows`, by `WIDTH` examples, into `sums`."""


def padded(count: int, multiple: int) -> int:
    """The next multiple.

    >>> padded(60, 64), padded(64, 64)
    (64, 64)
    """
    return -(-count // multiple) * multiple
