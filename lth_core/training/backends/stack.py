"""Nets of one shape side by side, trained on the same batches: one net is the `dense` backend, many are replicas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.base import Moving
from lth_core.training.backends.crew import together
from lth_core.training.backends.dense_kernels import HALF, NARROW, TILE, Plan, hidden_lists, new_lists, test, train
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.flat import flat_shapes, lines
from lth_core.training.backends.optimiser import rule

CHUNK = 60  # examples evaluated at a time, as many as the paper's batch: their activations stay in cache


def plan_of(net: Net, live: np.ndarray, nets: int = 1, threads: int = 1) -> Plan:
    """The layout of `nets` nets of that shape. live: bool (features,), the pixels whose weights can move.

    >>> plan_of(Net(), np.ones(784, bool), threads=2).width.tolist()
    [160, 160, 128, 16]
    """
    wide, end = net.sizes[1] * nets, 0
    blocks = []  # inputs, outputs, source, unit, width
    for width in panels(_padded(wide), threads if len(net.sizes) > 2 else 1):
        blocks.append((net.sizes[0], min(width, wide - end), 0, end, width))
        end += width
    first, heads = len(blocks), []
    for k in range(nets):
        source = k * net.sizes[1]
        for inputs, outputs in zip(net.sizes[1:], net.sizes[2:], strict=False):
            blocks.append((inputs, outputs, source, end, _padded(outputs)))
            source, end = end, end + _padded(outputs)
        heads.append(len(blocks) - 1)
    inputs, outputs, source, unit, width = np.ascontiguousarray(np.array(blocks).T)
    at = np.cumsum(np.r_[0, (inputs + 1) * width])
    return Plan(first, inputs, outputs, width, at, source, unit, np.array(heads), end, live)


def panels(width: int, threads: int) -> list[int]:
    """Widths of a first layer's panels, one a thread: of whole tiles, or of half ones where all get one and a half.

    >>> panels(320, threads=1), panels(320, threads=2), panels(320, threads=5)
    ([320], [160, 160], [64, 64, 64, 64, 64])
    """
    grain = HALF if width >= threads * (TILE + HALF) else min(width, TILE)
    edges = [part * (width // grain) // threads * grain for part in range(threads + 1)]
    return [high - low for low, high in pairwise(edges) if high > low]


def _padded(outputs: int) -> int:
    """Outputs with the room that whole tiles need."""
    return NARROW if outputs <= NARROW else -(-outputs // TILE) * TILE


class Stack(Moving):
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
        live = data.live if training.weight_decay == 0 else np.ones(net.sizes[0], np.bool_)
        self.plan = plan_of(net, live, self.nets, threads)
        self.theta, self.first, self.second = lines(3, int(self.plan.at[-1]), dtype)
        pruned = any(mask.kept < mask.total for mask in masks)
        self.keep = lines(1, int(self.plan.at[-1]) if pruned else 0, dtype)[0]
        for k, (start, mask) in enumerate(zip(params, masks, strict=True)):
            self.write(k, start if frozen else mask.apply(start), self.theta)
            if pruned:
                self.write(k, {name: mask.get(name, np.ones_like(start[name])) for name in start}, self.keep)

    def advance(self, batches: np.ndarray) -> np.ndarray:
        """One optimiser step of every net for each row of batches (steps, batch); mini-batch losses (steps, nets)."""
        count, examples = batches.shape
        steps = rule(self.training, self.step, self.updates, count, self.theta.dtype)
        losses = np.zeros((count, self.nets, examples))
        act, delta = lines(2, examples * self.plan.units, self.theta.dtype)
        hidden = hidden_lists(self.plan, examples, self.theta.dtype)
        by_pixel = tuple(new_lists([examples] * self.net.sizes[0], self.theta.dtype) for _ in range(2))
        data, rows = self.data.train.pool, self.data.train.rows[batches]
        pixels = data.pixels.cast(self.theta.dtype)

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            by_unit = new_lists([examples] * max(self.net.sizes[1:]), self.theta.dtype)
            train(self.plan, pixels, data.labels, rows, self.theta, self.first, self.second, self.keep, hidden,
                  by_pixel, by_unit, act, delta, losses, steps, rank, team, counter)

        together(self.threads, share)
        self.step += count
        self.updates += count
        means: np.ndarray = losses.mean(axis=2)
        return means

    def evaluate(self, split: str) -> np.ndarray:
        """(nets, 2): mean cross-entropy and accuracy of each over a split; NaN where it is empty."""
        data, rows = self.data[split].pool, self.data[split].rows
        if len(rows) == 0:
            return np.full((self.nets, 2), np.nan)
        pixels = data.pixels.cast(self.theta.dtype)
        sums = np.zeros((-(-len(rows) // CHUNK), self.nets, 2))

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            act, delta = lines(2, CHUNK * self.plan.units, self.theta.dtype)
            hidden = hidden_lists(self.plan, CHUNK, self.theta.dtype)
            test(self.plan, pixels, data.labels, rows, self.theta, CHUNK, hidden, act, delta, sums, rank, team)

        together(self.threads, share)
        means: np.ndarray = sums.sum(axis=0) / len(rows)
        return means

    def params(self, k: int) -> dict[str, np.ndarray]:
        """Copies of the parameters of net k."""
        return self.read(k, self.theta)

    def read(self, k: int, line: np.ndarray) -> dict[str, np.ndarray]:
        """Net k's part of `line` (theta, first or second), copies under the parameters' names and in their shapes."""
        values = {name: np.empty(shape, line.dtype) for name, shape in flat_shapes(self.net).items()}
        for name, part, weights, bias in self._parts(k, line):
            values[f"{name}.weight"][part] = weights.T
            values[f"{name}.bias"][part] = bias
        return values

    def write(self, k: int, values: Params, line: np.ndarray) -> None:
        """The inverse: laid out as the kernels want it, inputs by outputs, padded, bias as the last row."""
        for name, part, weights, bias in self._parts(k, line):
            weights[:] = values[f"{name}.weight"][part].T
            bias[:] = values[f"{name}.bias"][part]

    def _parts(self, k: int, line: np.ndarray) -> Iterator[tuple[str, slice, np.ndarray, np.ndarray]]:
        """Views of the layers of net k, the first one panel by panel: (name, which of its outputs, weights (in, out),
        bias (out,))."""
        plan, names, wide = self.plan, layer_names(self.net), self.net.sizes[1]
        for panel in range(plan.panels):
            start = plan.unit[panel] - k * wide  # the panel's first output, counted in the net's own
            part = slice(max(0, start), min(wide, start + plan.outputs[panel]))
            if part.start < part.stop:
                rows = self._rows(panel, line)[:, part.start - start : part.stop - start]
                yield names[0], part, rows[:-1], rows[-1]
        for layer, name in enumerate(names[1:]):
            block = plan.panels + k * (len(names) - 1) + layer
            rows = self._rows(block, line)[:, : plan.outputs[block]]
            yield name, slice(None), rows[:-1], rows[-1]

    def _rows(self, block: int, line: np.ndarray) -> np.ndarray:
        """View of a block (in + 1, width)."""
        return line[self.plan.at[block] : self.plan.at[block + 1]].reshape(-1, int(self.plan.width[block]))
