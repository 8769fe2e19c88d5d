"""Nets of one shape side by side, trained on the same batches: one net is the `dense` backend, many are replicas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.crew import together
from lth_core.training.backends.dense_kernels import NARROW, TILE, Plan, hidden_lists, test, train
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.flat import lines
from lth_core.training.backends.optimiser import rule

CHUNK = 60  # examples evaluated at a time, as many as the paper's batch: their activations stay in cache


def plan_of(net: Net, live: np.ndarray, nets: int = 1) -> Plan:
    """The layout of `nets` nets of that shape. live: bool (features,), the pixels whose weights can move.

    >>> plan_of(Net(), np.ones(784, bool)).width.tolist()
    [320, 128, 16]
    """
    wide = net.sizes[1] * nets
    blocks = [(net.sizes[0], wide, 0, 0)]  # inputs, outputs, source, unit
    heads, end = [], _padded(wide)
    for k in range(nets):
        source = k * net.sizes[1]
        for inputs, outputs in zip(net.sizes[1:], net.sizes[2:], strict=False):
            blocks.append((inputs, outputs, source, end))
            source, end = end, end + _padded(outputs)
        heads.append(len(blocks) - 1)
    inputs, outputs, source, unit = np.ascontiguousarray(np.array(blocks).T)
    width = np.array([_padded(count) for count in outputs])
    at = np.cumsum(np.r_[0, (inputs + 1) * width])
    room = np.cumsum(np.r_[0, 0, inputs[1:]])[:-1]
    return Plan(inputs, outputs, width, at, source, unit, room, np.array(heads), end, live)


def _padded(outputs: int) -> int:
    """Outputs with the room that whole tiles need."""
    return NARROW if outputs <= NARROW else -(-outputs // TILE) * TILE


class Stack:
    """`len(params)` nets of one shape in training, each with its own start and mask. Pruned weights are held at +0.0,
    or at their first values if `frozen`, by a zero gradient."""

    def __init__(
        self, net: Net, training: Training, params: Sequence[Params], masks: Sequence[Mask], data: Prepared,
        threads: int = 1, step: int = 0, frozen: bool = False, dtype: Any = np.float32,
    ) -> None:
        if len(net.sizes) == 2 and len(params) > 1:
            raise ValueError("nets without a hidden layer cannot stand side by side: train them one by one")
        self.net, self.training, self.data, self.threads = net, training, data, threads
        self.step, self.updates, self.nets = step, 0, len(params)
        live = data.train.pixels.live if training.weight_decay == 0 else np.ones(net.sizes[0], np.bool_)
        self.plan = plan_of(net, live, self.nets)
        self.theta, self.first, self.second = lines(3, int(self.plan.at[-1]), dtype)
        pruned = any(mask.kept < mask.total for mask in masks)
        self.keep = lines(1, int(self.plan.at[-1]) if pruned else 0, dtype)[0]
        for k, (start, mask) in enumerate(zip(params, masks, strict=True)):
            self._write(k, start if frozen else mask.apply(start), self.theta)
            if pruned:
                self._write(k, {name: mask.get(name, np.ones_like(start[name])) for name in start}, self.keep)

    def advance(self, batches: np.ndarray) -> np.ndarray:
        """One optimiser step of every net for each row of batches (steps, batch); mini-batch losses (steps, nets)."""
        count, examples = batches.shape
        steps = rule(self.training, self.step, self.updates, count, self.theta.dtype)
        losses = np.zeros((count, self.nets, examples))
        act, delta = lines(2, examples * self.plan.units, self.theta.dtype)
        hidden = hidden_lists(self.plan, examples, self.theta)
        labels, pixels = self.data.train.labels, self.data.train.pixels.cast(self.theta.dtype)

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            train(self.plan, pixels, labels, batches, self.theta, self.first, self.second, self.keep, hidden, act,
                  delta, losses, steps, rank, team, counter)

        together(self.threads, share)
        self.step += count
        self.updates += count
        means: np.ndarray = losses.mean(axis=2)
        return means

    def evaluate(self, split: str) -> np.ndarray:
        """(nets, 2): mean cross-entropy and accuracy of each over a split; NaN where it is empty."""
        labels, pixels = self.data[split].labels, self.data[split].pixels.cast(self.theta.dtype)
        if len(labels) == 0:
            return np.full((self.nets, 2), np.nan)
        sums = np.zeros((-(-len(labels) // CHUNK), self.nets, 2))

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            act, delta = lines(2, CHUNK * self.plan.units, self.theta.dtype)
            hidden = hidden_lists(self.plan, CHUNK, self.theta)
            test(self.plan, pixels, labels, self.theta, CHUNK, hidden, act, delta, sums, rank, team)

        together(self.threads, share)
        means: np.ndarray = sums.sum(axis=0) / len(labels)
        return means

    def params(self, k: int) -> dict[str, np.ndarray]:
        """Copies of the parameters of net k."""
        params = {}
        for name, weights, bias in self._layers(k, self.theta):
            params[f"{name}.weight"] = np.array(weights.T, order="C")
            params[f"{name}.bias"] = bias.copy()
        return params

    def _write(self, k: int, params: Params, line: np.ndarray) -> None:
        """Lay params of net k out as the kernels want them: inputs by outputs, padded, bias as the last row."""
        for name, weights, bias in self._layers(k, line):
            weights[:] = params[f"{name}.weight"].T
            bias[:] = params[f"{name}.bias"]

    def _layers(self, k: int, line: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Views of each layer of net k: (name, weights (in, out), bias (out,))."""
        plan, depth = self.plan, len(self.net.sizes) - 2
        for layer, name in enumerate(layer_names(self.net)):
            block = 0 if layer == 0 else k * depth + layer
            left = k * self.net.sizes[1] if layer == 0 else 0
            rows = line[plan.at[block] : plan.at[block + 1]].reshape(-1, int(plan.width[block]))
            rows = rows[:, left : left + self.net.sizes[layer + 1]]
            yield name, rows[:-1], rows[-1]
