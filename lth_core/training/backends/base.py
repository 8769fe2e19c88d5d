"""What every training backend can do, whatever it is made of."""

from __future__ import annotations

import copy
from typing import Protocol, Self, runtime_checkable

import numpy as np

from lth_core.nets.params import Params
from lth_core.training.backends.flat import aligned


class Backend(Protocol):
    """One net in training. Owns copies of all it changes: the caller's arrays are never touched."""

    name: str  # "reference", "dense", "sparse" or "batchnorm": recorded with the result

    @property
    def step(self) -> int:
        """The step of the schedule that it takes next."""
        ...

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
        """Go on from what `state` gave, under the same build arguments. Raises ValueError for another backend's."""
        ...


@runtime_checkable
class Twinned(Backend, Protocol):
    """A backend that a twin may train on from while it is judged (`training.ahead`)."""

    threads: int  # cores it may use; may be changed between two calls

    def twin(self) -> Self:
        """Another one in the same state. Training either leaves the other where it is."""
        ...

    def follow(self, twin: Self) -> None:
        """Take over the state of a twin."""
        ...


class Moving:
    """A net in training, of which nothing changes but the arrays named `moving`, `step` and `updates`."""

    moving: tuple[str, ...] = ("theta", "first", "second")
    step: int
    updates: int

    def twin(self) -> Self:
        other = copy.copy(self)
        for name in self.moving:
            setattr(other, name, aligned(getattr(self, name)))
        return other

    def follow(self, twin: Self) -> None:
        for name in self.moving:
            getattr(self, name)[...] = getattr(twin, name)
        self.step, self.updates = twin.step, twin.updates


def check_state(backend: Backend, state: Params, expected: Params, also: str = "") -> None:
    """Raise ValueError unless `state` holds arrays of the names and shapes that are expected, and else only names that
    begin with `also`."""
    names = [name for name in {*state, *expected} if name in expected or not (also and name.startswith(also))]
    wrong = [name for name in sorted(names) if _shape(state, name) != _shape(expected, name)]
    if wrong:
        raise ValueError(
            f"this is not the state of a {backend.name!r} backend of that net and mask: {wrong[0]!r} has shape "
            f"{_shape(state, wrong[0])} instead of {_shape(expected, wrong[0])}; restore it into what `state` came from"
        )


def _shape(state: Params, name: str) -> tuple[int, ...] | None:
    return np.shape(state[name]) if name in state else None
