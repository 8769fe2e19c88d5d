"""Training the surviving weights only: a ticket of 3.6 % costs near 3.6 % of the arithmetic.

The masked net is one directed graph. Its units are numbered through all layers; a unit's weights, its bias included,
lie in a row of one packed array, each with the number of the unit or pixel it reads. A bias is a weight that reads a
constant 1. Activations are stored unit by unit, 64 examples side by side, so that one weight serves 64 examples in
one vector operation and nothing is ever multiplied by a pruned weight.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.crew import meet, together
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.fetch import fetch
from lth_core.training.backends.flat import flat, flat_shapes, lines, named
from lth_core.training.backends.optimiser import descend, rule
from lth_core.training.backends.simd import load, peek, relu, spread, store, total, where_positive, zeros
from lth_core.training.backends.softmax import softmax_loss

WIDTH = 64  # examples side by side: the paper's batch of 60 fits once, and 8 AVX2 registers hold them


class Graph(NamedTuple):
    """The masked net as lists of edges. Rows of activations: units, then the constant 1, a bin, then the live pixels.

    layers: units of layer l are layers[l] … layers[l + 1]. first, source: unit u owns weights first[u] … first[u + 1],
    of which weight k reads row source[k]. back, reader, weight: unit u is read by unit reader[k] through packed weight
    weight[k], for k in back[u] … back[u + 1]. place: row of each pixel; pixels that no weight reads go to the bin.
    """

    layers: np.ndarray
    first: np.ndarray
    source: np.ndarray
    back: np.ndarray
    reader: np.ndarray
    weight: np.ndarray
    place: np.ndarray
    rows: int


# ── the kernels ──────────────────────────────────────────────────────────────────────────────────────────────────


@njit(nogil=True, cache=True)
def place_pixels(graph, pixels, batch, lanes, low, high, act):  # type: ignore[no-untyped-def]
    """Write the pixels of examples low … high of the batch into the pixel rows of act (rows, lanes)."""
    for row in range(graph.layers[-1] + 1, graph.rows):
        for n in range(low, high, WIDTH):
            store(act, row * lanes + n, zeros(act, WIDTH))
    for n in range(low, min(high, len(batch))):
        image = batch[n]
        for k in range(pixels.starts[image], pixels.starts[image + 1]):
            row = peek(graph.place, peek(pixels.places, k))
            act[row * lanes + n] = pixels.values[k]


@njit(nogil=True, cache=True)
def forward(graph, theta, lanes, block, act):  # type: ignore[no-untyped-def]
    """Activations of every unit for the examples block … block + 64: ReLU, but logits in the last layer."""
    last = graph.layers[-2]
    for unit in range(graph.layers[-1]):
        z = zeros(act, WIDTH)
        for k in range(graph.first[unit], graph.first[unit + 1]):
            z += spread(theta, k, WIDTH) * load(act, peek(graph.source, k) * lanes + block, WIDTH)
        store(act, unit * lanes + block, relu(z) if unit < last else z)


@njit(nogil=True, cache=True)
def backward(graph, theta, lanes, block, act, delta):  # type: ignore[no-untyped-def]
    """∂loss/∂z of the hidden units, from the last one to the first, given those of the logits in delta."""
    for unit in range(graph.layers[-2] - 1, -1, -1):
        d = zeros(act, WIDTH)
        for k in range(graph.back[unit], graph.back[unit + 1]):
            w = spread(theta, peek(graph.weight, k), WIDTH)
            d += w * load(delta, peek(graph.reader, k) * lanes + block, WIDTH)
        store(delta, unit * lanes + block, where_positive(load(act, unit * lanes + block, WIDTH), d))


@njit(nogil=True, cache=True)
def gradients(graph, lanes, act, delta, rank, size, grad):  # type: ignore[no-untyped-def]
    """∂loss/∂w of the surviving weights: Σ over examples of (what the weight reads) · (∂loss/∂z of its unit)."""
    for block in range(0, lanes, WIDTH):
        for unit in range(rank, graph.layers[-1], size):
            d = load(delta, unit * lanes + block, WIDTH)
            for k in range(graph.first[unit], graph.first[unit + 1]):
                g = total(d * load(act, peek(graph.source, k) * lanes + block, WIDTH))
                grad[k] = g if block == 0 else grad[k] + g


@njit(nogil=True, cache=True)
def judge(graph, labels, batch, lanes, block, act, delta):  # type: ignore[no-untyped-def]
    """Softmax cross-entropy of the examples block … block + 64: writes delta of the logits, 0 beyond the batch.

    Returns (sum of losses, number right).
    """
    low, high = graph.layers[-2], graph.layers[-1]
    stop = min(block + WIDTH, len(batch))
    loss, right, scale = 0.0, 0, act.dtype.type(1 / len(batch))
    for n in range(block, stop):
        nats, hit = softmax_loss(act, delta, low * lanes + n, lanes, high - low, labels[batch[n]], scale)
        loss += nats
        right += hit
    for n in range(stop, block + WIDTH):
        for unit in range(low, high):
            delta[unit * lanes + n] = 0
    return loss, right


@njit(nogil=True, cache=True)
def train(graph, pixels, labels, batches, theta, first, second, grad, act, delta, losses, rule, rank, size, counter):  # type: ignore[no-untyped-def]
    """One optimiser step for each row of batches, as thread `rank` of `size`. losses: (steps, blocks) sums."""
    lanes = len(act) // graph.rows
    all_move = np.empty(0, theta.dtype)
    for step in range(len(batches)):
        batch = batches[step]
        for block in range(rank * WIDTH, lanes, size * WIDTH):
            place_pixels(graph, pixels, batch, lanes, block, block + WIDTH, act)
            forward(graph, theta, lanes, block, act)
            losses[step, block // WIDTH], _ = judge(graph, labels, batch, lanes, block, act, delta)
            backward(graph, theta, lanes, block, act, delta)
            if step + 1 < len(batches):
                fetch(pixels, batches[step + 1], block, WIDTH)
        meet(counter, size)
        gradients(graph, lanes, act, delta, rank, size, grad)
        meet(counter, size)
        for k in range(16 * rank, len(theta), 16 * size):
            descend(theta, grad, first, second, all_move, k, k, 16, rule, step)
        meet(counter, size)


@njit(nogil=True, cache=True)
def test(graph, pixels, labels, theta, act, delta, sums, rank, size):  # type: ignore[no-untyped-def]
    """Loss and hits of blocks rank, rank + size, … of all images, into sums (blocks, 2)."""
    order = np.arange(len(labels))
    for block in range(rank, len(sums), size):
        batch = order[block * WIDTH : (block + 1) * WIDTH]
        place_pixels(graph, pixels, batch, WIDTH, 0, WIDTH, act)
        forward(graph, theta, WIDTH, 0, act)
        sums[block, 0], sums[block, 1] = judge(graph, labels, batch, WIDTH, 0, act, delta)


# ── from masks to graphs and back ────────────────────────────────────────────────────────────────────────────────


def graph_of(net: Net, mask: Mask, live: np.ndarray) -> tuple[Graph, np.ndarray]:
    """The graph of a masked net, and where its packed weights lie in the flat parameters (weights then bias, by layer).

    live: bool (features,), pixels that are ever non-zero. Returns (graph, positions int64 (edges,)).
    """
    layers = np.cumsum((0, *net.sizes[1:]))
    units = int(layers[-1])
    owners, sources, positions, start = [], [], [], 0
    used = live & mask["fc1.weight"].any(axis=0)
    place = np.where(used, units + 1 + np.cumsum(used), units + 1)  # (features,)
    for layer, name in enumerate(layer_names(net)):
        fan_out, fan_in = mask[f"{name}.weight"].shape
        alive = mask[f"{name}.weight"] & (used if layer == 0 else True)
        to, of = np.nonzero(alive)
        reads = place[of] if layer == 0 else layers[layer - 1] + of
        owners += [layers[layer] + np.arange(fan_out), layers[layer] + to]
        sources += [np.full(fan_out, units), reads]
        positions += [start + alive.size + np.arange(fan_out), start + to * fan_in + of]
        start += alive.size + fan_out
    owner, source, position = (np.concatenate(parts) for parts in (owners, sources, positions))
    order = np.argsort(owner, kind="stable")
    owner, source, position = owner[order], source[order], position[order]
    inner = np.flatnonzero(source < units)
    inner = inner[np.argsort(source[inner], kind="stable")]
    small = np.int32
    graph = Graph(
        layers, _starts(owner, units), source.astype(small), _starts(source[inner], units),
        owner[inner].astype(small), inner.astype(small), place.astype(small), units + 2 + int(used.sum()),
    )
    return graph, position


def _starts(keys: np.ndarray, count: int) -> np.ndarray:
    """Where each key's run begins in sorted `keys`, and the end: int64 (count + 1,)."""
    return np.searchsorted(keys, np.arange(count + 1))


class Sparse:
    """The packed net in training. Pruned weights do not exist here; `params` writes them as +0.0."""

    name = "sparse"

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, dtype: Any = np.float32,
    ) -> None:
        self.training, self.data, self.threads, self.step, self.updates = training, data, threads, step, 0
        self.shapes = flat_shapes(net)
        live = data.train.pixels.live if training.weight_decay == 0 else np.ones(net.sizes[0], np.bool_)
        self.graph, self.position = graph_of(net, mask, live)
        self.idle = flat(mask.apply(params), self.shapes)  # what `params` returns where nothing is packed
        self.theta, self.first, self.second, self.grad = lines(4, _padded(len(self.position), 16), dtype)
        self.theta[: len(self.position)] = self.idle[self.position]

    def advance(self, batches: np.ndarray) -> np.ndarray:
        count, batch = batches.shape
        lanes = _padded(batch, WIDTH)
        losses = np.zeros((count, lanes // WIDTH))
        act, delta = self._buffers(lanes)
        steps = rule(self.training, self.step, self.updates, count, self.theta.dtype)
        train_set = self.data.train

        def share(rank: int, counter: np.ndarray) -> None:
            train(self.graph, train_set.pixels.cast(self.theta.dtype), train_set.labels, batches, self.theta, self.first, self.second,
                  self.grad, act, delta, losses, steps, rank, self.threads, counter)

        together(self.threads, share)
        self.step += count
        self.updates += count
        return (losses.sum(axis=1) / batch).astype(np.float32)

    def evaluate(self, split: str) -> tuple[float, float]:
        examples = self.data[split]
        if len(examples) == 0:
            return float("nan"), float("nan")
        sums = np.zeros((-(-len(examples) // WIDTH), 2))

        def share(rank: int, counter: np.ndarray) -> None:
            act, delta = self._buffers(WIDTH)
            test(self.graph, examples.pixels.cast(self.theta.dtype), examples.labels, self.theta, act, delta, sums, rank, self.threads)

        together(self.threads, share)
        loss, accuracy = sums.sum(axis=0) / len(examples)
        return float(loss), float(accuracy)

    def params(self) -> dict[str, np.ndarray]:
        values = self.idle.copy()
        values[self.position] = self.theta[: len(self.position)]
        return named(values, self.shapes)

    def state(self) -> dict[str, np.ndarray]:
        return {"theta": self.theta.copy(), "first": self.first.copy(), "second": self.second.copy(),
                "clock": np.array([self.step, self.updates])}

    def restore(self, state: Params) -> None:
        for name in ("theta", "first", "second"):
            getattr(self, name)[:] = state[name]
        self.step, self.updates = (int(value) for value in state["clock"])

    def _buffers(self, lanes: int) -> tuple[np.ndarray, np.ndarray]:
        """Activations with the constant 1 in its row, and room for ∂loss/∂z."""
        units = int(self.graph.layers[-1])
        act, delta = lines(2, self.graph.rows * lanes, self.theta.dtype)
        act[units * lanes : (units + 1) * lanes] = 1
        return act, delta


def _padded(count: int, multiple: int) -> int:
    return -(-count // multiple) * multiple
