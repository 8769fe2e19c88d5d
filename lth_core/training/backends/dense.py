"""The `dense` backend: one net, every weight in place."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.spec import Net, Training
from lth_core.training.backends.base import check_state
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.flat import flat_shapes
from lth_core.training.backends.stack import Stack


class Dense:
    """A stack of one net: see `stack` for the layout and `dense_kernels` for the arithmetic."""

    name = "dense"

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, frozen: bool = False, dtype: Any = np.float32,
    ) -> None:
        self.stack = Stack(net, training, [params], [mask], data, threads, step, frozen, dtype)

    @property
    def step(self) -> int:
        return self.stack.step

    def advance(self, batches: np.ndarray) -> np.ndarray:
        return self.stack.advance(batches)[:, 0].astype(np.float32)

    def evaluate(self, split: str) -> tuple[float, float]:
        loss, accuracy = self.stack.evaluate(split)[0]
        return float(loss), float(accuracy)

    @property
    def threads(self) -> int:
        return self.stack.threads

    @threads.setter
    def threads(self, count: int) -> None:
        self.stack.threads = count

    def twin(self) -> Dense:
        twin = copy.copy(self)
        twin.stack = self.stack.twin()
        return twin

    def follow(self, twin: Dense) -> None:
        self.stack.follow(twin.stack)

    def params(self) -> dict[str, np.ndarray]:
        return self.stack.params(0)

    def state(self) -> dict[str, np.ndarray]:
        stack = self.stack
        lines = {line: stack.read(0, getattr(stack, line)) for line in stack.moving}
        state = {f"{line}/{name}": values for line, named in lines.items() for name, values in named.items()}
        return state | {"clock": np.array([stack.step, stack.updates])}

    def restore(self, state: Params) -> None:
        check_state(self, state, self.state())
        for line in self.stack.moving:
            values = {name: state[f"{line}/{name}"] for name in flat_shapes(self.stack.net)}
            self.stack.write(0, values, getattr(self.stack, line))
        self.stack.step, self.stack.updates = (int(value) for value in state["clock"])
