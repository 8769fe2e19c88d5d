"""What every training backend can do, whatever it is made of."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from lth_core.nets.params import Params


class Backend(Protocol):
    """One net in training. Owns copies of all it changes: the caller's arrays are never touched."""

    name: str  # "reference", "dense" or "sparse": recorded with the result

    def advance(self, batches: np.ndarray) -> np.ndarray:
        """Take one optimiser step for each row of `batches`, int32 (steps, batch), indices of training examples.

        Returns the mean cross-entropy of each mini-batch before its update, float32 (steps,).
        """
        ...

    def evaluate(self, split: str) -> tuple[float, float]:
        """Mean cross-entropy in nats and accuracy in 0–1 over the `train`, `validation` or `test` split."""
        ...

    def params(self) -> dict[str, np.ndarray]:
        """Copies under torch's state-dict names, weights (out, in) float32; pruned weights are exactly +0.0."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """All that a bit-identical continuation needs: parameters, moments, steps. Ready for safetensors."""
        ...

    def restore(self, state: Params) -> None:
        """Go on from what `state` gave, under the same build arguments."""
        ...
