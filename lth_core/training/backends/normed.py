"""The `batchnorm` backend: one net with BatchNorm before every ReLU, only its surviving weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.crew import together
from lth_core.training.backends.examples import Pixels, Prepared
from lth_core.training.backends.flat import flat, flat_shapes, lines, named
from lth_core.training.backends.norm_kernels import EPSILON, test, train
from lth_core.training.backends.optimiser import Rule
from lth_core.training.backends.packed import Packed, padded
from lth_core.training.backends.sparse import graph_of
from lth_core.training.backends.sparse_kernels import WIDTH


class Normed(Packed):
    """The packed net in training, γ and β of the hidden units behind its weights. Pruned weights do not exist here, or
    with `frozen` they do and stand still."""

    name = "batchnorm"
    summed = WIDTH
    moving = ("theta", "first", "second", "running")

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, frozen: bool = False, dtype: Any = np.float32,
    ) -> None:
        self.net, self.training, self.data, self.threads = net, training, data, threads
        self.step, self.updates, self.hidden = step, 0, sum(net.sizes[1:-1])
        live = data.live if training.weight_decay == 0 else np.ones(net.sizes[0], np.bool_)
        self.graph, self.position = graph_of(net, Mask.dense(net) if frozen else mask, live)
        self.idle = flat(params if frozen else mask.apply(params), flat_shapes(net), dtype)
        self.gains = padded(len(self.position), 16)
        length = padded(self.gains + 2 * self.hidden, 16)
        self.theta, self.first, self.second, self.grad = lines(4, length, dtype)
        self.theta[: len(self.position)] = self.idle[self.position]
        gains, shifts, *running = (self._line(params, name) for name in NORMS)
        self.theta[self.gains : self.gains + 2 * self.hidden] = np.concatenate([gains, shifts])
        self.running = np.array(running, dtype)  # (2, hidden): mean and variance
        self.keep = lines(1, length if frozen else 0, dtype)[0]
        if frozen:
            free = {name: mask.get(name, np.ones_like(value)) for name, value in params.items()}
            self.keep[:] = 1
            self.keep[: len(self.position)] = flat(free, flat_shapes(net), dtype)[self.position]

    def advance(self, batches: np.ndarray) -> np.ndarray:
        if batches.shape[1] == 1:
            raise ValueError("BatchNorm needs a batch of at least 2: one example has no variance")
        return super().advance(batches)

    def _train(self, pixels: Pixels, labels: np.ndarray, rows: np.ndarray, steps: Rule, losses: np.ndarray) -> None:
        lanes, scale = padded(rows.shape[1], WIDTH), np.empty_like(self.running[0])
        act, hat, delta = lines(3, self.graph.rows * lanes, self.theta.dtype)
        ones = int(self.graph.layers[-1]) * lanes
        act[ones : ones + rows.shape[1]] = 1

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            train(self.graph, pixels, labels, rows, self.theta, self.gains, self.first, self.second, self.keep,
                  self.grad, act, hat, delta, scale, self.running, losses, steps, rank, team, counter)

        together(self.threads, share)

    def _test(self, pixels: Pixels, labels: np.ndarray, rows: np.ndarray, sums: np.ndarray) -> None:
        gain = self.theta[self.gains :][: self.hidden] / np.sqrt(self.running[1] + self.running.dtype.type(EPSILON))
        shift = self.theta[self.gains + self.hidden :][: self.hidden] - gain * self.running[0]

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            act, delta = lines(2, self.graph.rows * WIDTH, self.theta.dtype)
            ones = int(self.graph.layers[-1]) * WIDTH
            act[ones : ones + WIDTH] = 1
            test(self.graph, pixels, labels, rows, self.theta, gain, shift, act, delta, sums, rank, team)

        together(self.threads, share)

    def params(self) -> dict[str, np.ndarray]:
        values = self.idle.copy()
        values[self.position] = self.theta[: len(self.position)]
        params = named(values, flat_shapes(self.net))
        gains = self.theta[self.gains : self.gains + 2 * self.hidden].reshape(2, -1)
        edges = np.cumsum(self.net.sizes[1:-1])[:-1]
        for name, line in zip(NORMS, (*gains, *self.running), strict=True):
            params |= {f"{layer.replace('fc', 'bn')}.{name}": part.copy()
                       for layer, part in zip(layer_names(self.net), np.split(line, edges), strict=False)}
        return {name: params[name] for name in initial(self.net, 0)}

    def _line(self, params: Params, name: str) -> np.ndarray:
        """One of a BatchNorm layer's arrays, for all hidden units."""
        return np.concatenate([params[f"{layer.replace('fc', 'bn')}.{name}"] for layer in layer_names(self.net)[:-1]])


NORMS = ("weight", "bias", "running_mean", "running_var")  # of a BatchNorm layer, as torch names them
