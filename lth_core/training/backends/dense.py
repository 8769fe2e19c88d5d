"""Training a dense or lightly pruned MLP without ever multiplying by a zero input.

Of 784 pixels about 150 are lit, and ReLU silences more than half of all hidden units. So each example keeps a list of
its non-zero inputs in every layer, and the weights of one input lie side by side: a forward pass adds up rows of
weights, a backward pass does the same for the gradient, and each finished row of gradient goes straight into the
optimiser while it is in cache. The bias is one more input that is always 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.crew import meet, together
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.fetch import fetch
from lth_core.training.backends.flat import lines, mean_of
from lth_core.training.backends.optimiser import descend, rule
from lth_core.training.backends.simd import load, peek, spread, store, total, zeros
from lth_core.training.backends.softmax import softmax_loss

TILE, NARROW = 64, 16  # outputs at a time: rows of weights are padded to a multiple of 64, or to 16 where that is enough
CHUNK = 60  # examples evaluated at a time, as many as the paper's batch: their activations stay in cache
CACHE = 8_192  # weights in a block that stays in the first-level cache: 32 KiB of float32, the usual size


class Plan(NamedTuple):
    """Where things lie. Layer l maps sizes[l] inputs, and the constant 1, to sizes[l + 1] outputs.

    width: outputs of each layer, padded. at: where the layer's weights begin, one row of `width` for each input and a
    last one for the bias. unit: where its outputs begin in a row of `units` activations, one row an example. live:
    the inputs of the first layer that are ever non-zero.
    """

    sizes: np.ndarray
    width: np.ndarray
    at: np.ndarray
    unit: np.ndarray
    units: int
    live: np.ndarray


class Lists(NamedTuple):
    """Lists of non-zeros: list i is entries begin[i] … end[i] of places and values."""

    begin: np.ndarray
    end: np.ndarray
    places: np.ndarray
    values: np.ndarray


# ── the kernels ──────────────────────────────────────────────────────────────────────────────────────────────────


@njit(nogil=True, inline="always")
def add_rows(lists, low, high, rows, at, stride, width, out, to):  # type: ignore[no-untyped-def]
    """out[to : to + width] += Σ value · (row at + place · stride), over entries low … high of the lists.

    64 numbers stay in registers for a whole sum: fewer would wait for each other's additions.
    """
    if width == NARROW:
        y = load(out, to, NARROW)
        for k in range(low, high):
            y += spread(lists.values, k, NARROW) * load(rows, at + peek(lists.places, k) * stride, NARROW)
        store(out, to, y)
        return
    for tile in range(0, width, TILE):
        z = load(out, to + tile, TILE)
        for k in range(low, high):
            z += spread(lists.values, k, TILE) * load(rows, at + peek(lists.places, k) * stride + tile, TILE)
        store(out, to + tile, z)


@njit(nogil=True, inline="always")
def dot(a, i, b, j, width):  # type: ignore[no-untyped-def]
    """Σ a[i + c] · b[j + c] over c < width."""
    if width == NARROW:
        return total(load(a, i, NARROW) * load(b, j, NARROW))
    z = load(a, i, TILE) * load(b, j, TILE)
    for tile in range(TILE, width, TILE):
        z += load(a, i + tile, TILE) * load(b, j + tile, TILE)
    return total(z)


@njit(nogil=True, inline="always")
def upto(lists, n, done, bound):  # type: ignore[no-untyped-def]
    """Entries (low, high) of list n that lie before place `bound` and were not yet done; marks them done."""
    low = high = done[n]
    while high < lists.end[n] and peek(lists.places, high) < bound:
        high += 1
    done[n] = high
    return low, high


@njit(nogil=True, cache=True)
def forward(plan, layer, theta, lists, rank, size, act):  # type: ignore[no-untyped-def]
    """z = bias + Σ over non-zero inputs, for examples rank, rank + size, …; act: (examples, units), not yet rectified.

    Goes through the weights once, in blocks of rows that fit the first-level cache, each for all examples.
    """
    width, at, inputs, unit = plan.width[layer], plan.at[layer], plan.sizes[layer], plan.unit[layer]
    done = lists.begin.copy()
    for n in range(rank, len(done), size):
        for tile in range(0, width, 16):
            store(act, n * plan.units + unit + tile, load(theta, at + inputs * width + tile, 16))
    rows = max(1, CACHE // width)
    for block in range(rows, inputs + rows, rows):
        for n in range(rank, len(done), size):
            low, high = upto(lists, n, done, block)
            if low < high:
                add_rows(lists, low, high, theta, at, width, width, act, n * plan.units + unit)


@njit(nogil=True, cache=True)
def list_active(plan, layer, act, rank, size, lists):  # type: ignore[no-untyped-def]
    """ReLU: the outputs of `layer` that are not ≤ 0 (NaN included, so that divergence shows), as the next inputs."""
    for n in range(rank, len(lists.begin), size):
        k = lists.begin[n]
        z = n * plan.units + plan.unit[layer]
        for i in range(plan.sizes[layer + 1]):
            lists.places[k] = i
            lists.values[k] = act[z + i]
            k += not act[z + i] <= 0  # the next entry overwrites one that does not count
        lists.end[n] = k


@njit(nogil=True, cache=True)
def backward(plan, layer, theta, lists, rank, size, delta):  # type: ignore[no-untyped-def]
    """delta of the active inputs of `layer`: its weights times delta of its outputs; 0 for the silent ones."""
    width, at, inputs = plan.width[layer], plan.at[layer], plan.sizes[layer]
    done = lists.begin.copy()
    for n in range(rank, len(done), size):
        for i in range(0, plan.width[layer - 1], 16):
            store(delta, n * plan.units + plan.unit[layer - 1] + i, zeros(delta, 16))
    rows = max(1, CACHE // width)
    for block in range(rows, inputs + rows, rows):
        for n in range(rank, len(done), size):
            low, high = upto(lists, n, done, block)
            for k in range(low, high):
                i = peek(lists.places, k)
                d = dot(theta, at + i * width, delta, n * plan.units + plan.unit[layer], width)
                delta[n * plan.units + plan.unit[layer - 1] + i] = d


@njit(nogil=True, cache=True)
def by_input(lists, inputs, rank, size, turned):  # type: ignore[no-untyped-def]
    """Turn lists of inputs by example into lists of examples by input, for inputs rank, rank + size, …"""
    for i in range(inputs):
        turned.begin[i] = turned.end[i] = i * len(lists.begin)
    for n in range(len(lists.begin)):
        for k in range(lists.begin[n], lists.end[n]):
            i = peek(lists.places, k)
            if size == 1 or i % size == rank:
                end = peek(turned.end, i)
                turned.places[end] = n
                turned.values[end] = lists.values[k]
                turned.end[i] = end + 1


@njit(nogil=True, cache=True)
def learn(plan, layer, lists, everyone, turned, rank, size, delta, grad, theta, first, second, keep, rule, step):  # type: ignore[no-untyped-def]
    """Gradient and update of the layer's rows rank, rank + size, …, each while it is in cache."""
    width, at, inputs = plan.width[layer], plan.at[layer], plan.sizes[layer]
    real = (plan.sizes[layer + 1] + 15) // 16 * 16
    by_input(lists, inputs, rank, size, turned)
    for i in range(rank, inputs, size):
        if layer > 0 or plan.live[i]:
            grad[:] = 0
            add_rows(turned, turned.begin[i], turned.end[i], delta, plan.unit[layer], plan.units, width, grad, 0)
            descend(theta, grad, first, second, keep, at + i * width, 0, real, rule, step)
    if inputs % size == rank:
        grad[:] = 0
        add_rows(everyone, 0, len(everyone.places), delta, plan.unit[layer], plan.units, width, grad, 0)
        descend(theta, grad, first, second, keep, at + inputs * width, 0, real, rule, step)


@njit(nogil=True, cache=True)
def look_up(pixels, batch, lists):  # type: ignore[no-untyped-def]
    """Point the lists at the lit pixels of the batch's images; nothing is copied."""
    for n in range(len(batch)):
        lists.begin[n] = pixels.starts[batch[n]]
        lists.end[n] = pixels.starts[batch[n] + 1]


@njit(nogil=True, cache=True)
def hidden_lists(layer, examples, hidden):  # type: ignore[no-untyped-def]
    """The lists of what `layer` reads from the layer before it: a view of those of all hidden layers."""
    low, high = (layer - 1) * examples, layer * examples
    return Lists(hidden.begin[low:high], hidden.end[low:high], hidden.places, hidden.values)


@njit(nogil=True, cache=True)
def infer(plan, theta, lit, hidden, rank, size, act):  # type: ignore[no-untyped-def]
    """Logits of examples rank, rank + size, …, and the lists of active units on the way."""
    forward(plan, 0, theta, lit, rank, size, act)
    for layer in range(1, len(plan.width)):
        lists = hidden_lists(layer, len(lit.begin), hidden)
        list_active(plan, layer - 1, act, rank, size, lists)
        forward(plan, layer, theta, lists, rank, size, act)


@njit(nogil=True, cache=True)
def new_lists(count, room, values):  # type: ignore[no-untyped-def]
    """`count` empty lists with `room` entries in all, values of the given array's type."""
    return Lists(np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(room, np.int32),
                 np.zeros(room, values.dtype))


@njit(nogil=True, cache=True)
def train(plan, pixels, labels, batches, theta, first, second, keep, hidden, act, delta, losses, rule, rank, size, counter):  # type: ignore[no-untyped-def]
    """One optimiser step for each row of batches, as thread `rank` of `size`. losses: (steps, batch)."""
    layers, examples, widest = len(plan.width), batches.shape[1], plan.sizes.max()
    grad = np.empty(plan.width.max(), theta.dtype)
    turned = new_lists(widest, examples * widest, theta)
    everyone = Lists(np.zeros(1, np.int64), np.full(1, examples), np.arange(examples).astype(np.int32),
                     np.ones(examples, theta.dtype))
    lit = Lists(np.zeros(examples, np.int64), np.zeros(examples, np.int64), pixels.places, pixels.values)
    scale, logits = theta.dtype.type(1 / examples), plan.unit[layers - 1]
    for step in range(len(batches)):
        look_up(pixels, batches[step], lit)
        infer(plan, theta, lit, hidden, rank, size, act)
        for n in range(rank, examples, size):
            losses[step, n], _ = softmax_loss(act, delta, n * plan.units + logits, 1, plan.sizes[layers],
                                              labels[batches[step, n]], scale)
        if step + 1 < len(batches):
            fetch(pixels, batches[step + 1], 0, examples)
        for layer in range(layers - 1, 0, -1):
            backward(plan, layer, theta, hidden_lists(layer, examples, hidden), rank, size, delta)
        meet(counter, size)
        for layer in range(layers):
            lists = hidden_lists(layer, examples, hidden) if layer > 0 else lit
            learn(plan, layer, lists, everyone, turned, rank, size, delta, grad, theta, first, second, keep, rule, step)
        meet(counter, size)


@njit(nogil=True, cache=True)
def test(plan, pixels, labels, theta, chunk, act, delta, sums, rank, size):  # type: ignore[no-untyped-def]
    """Loss and hits of chunks rank, rank + size, … of all images, into sums (chunks, 2)."""
    hidden = new_lists(len(plan.width) * chunk, len(plan.width) * chunk * plan.sizes.max(), theta)
    hidden.begin[:] = np.arange(len(hidden.begin)) * plan.sizes.max()
    logits = plan.unit[len(plan.width) - 1]
    for part in range(rank, len(sums), size):
        batch = np.arange(part * chunk, min(len(labels), (part + 1) * chunk))
        lit = Lists(np.zeros(len(batch), np.int64), np.zeros(len(batch), np.int64), pixels.places, pixels.values)
        look_up(pixels, batch, lit)
        infer(plan, theta, lit, hidden, 0, 1, act)
        for n in range(len(batch)):
            nats, hit = softmax_loss(act, delta, n * plan.units + logits, 1, plan.sizes[-1], labels[batch[n]], theta.dtype.type(1))
            sums[part, 0] += nats
            sums[part, 1] += hit


# ── the backend ──────────────────────────────────────────────────────────────────────────────────────────────────


def plan_of(net: Net, live: np.ndarray) -> Plan:
    """The layout of a net. live: bool (features,), the inputs whose weights can move."""
    sizes = np.array(net.sizes)
    width = np.where(sizes[1:] <= NARROW, NARROW, -(-sizes[1:] // TILE) * TILE)
    at = np.cumsum([0, *((sizes[:-1] + 1) * width)])
    unit = np.cumsum([0, *width])
    return Plan(sizes, width, at, unit[:-1], int(unit[-1]), live)


class Dense:
    """All weights in training; pruned ones are held at +0.0, or at their initial values if `frozen`, by a zero gradient."""

    name = "dense"

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, frozen: bool = False, dtype: Any = np.float32,
    ) -> None:
        self.net, self.training, self.data, self.threads, self.step, self.updates = net, training, data, threads, step, 0
        live = data.train.pixels.live if training.weight_decay == 0 else np.ones(net.sizes[0], np.bool_)
        self.plan = plan_of(net, live)
        self.theta, self.first, self.second = lines(3, int(self.plan.at[-1]), dtype)
        self._write(params if frozen else mask.apply(params), self.theta)
        self.keep = np.zeros(0, dtype)
        if mask.kept < mask.total:
            self.keep = np.ones_like(self.theta)
            biases = {name: np.ones_like(value) for name, value in params.items() if name.endswith("bias")}
            self._write({**mask, **biases}, self.keep)

    def advance(self, batches: np.ndarray) -> np.ndarray:
        count, examples = batches.shape
        steps = rule(self.training, self.step, self.updates, count, self.theta.dtype)
        losses = np.zeros((count, examples), np.float64)
        act, delta = lines(2, examples * self.plan.units, self.theta.dtype)
        widest, layers = max(self.net.sizes), len(self.net.sizes) - 1
        hidden = new_lists(layers * examples, layers * examples * widest, self.theta)
        hidden.begin[:] = np.arange(layers * examples) * widest
        train_set = self.data.train

        def share(rank: int, counter: np.ndarray) -> None:
            train(self.plan, train_set.pixels.cast(self.theta.dtype), train_set.labels, batches, self.theta, self.first, self.second,
                  self.keep, hidden, act, delta, losses, steps, rank, self.threads, counter)

        together(self.threads, share)
        self.step += count
        self.updates += count
        return losses.mean(axis=1).astype(np.float32)

    def evaluate(self, split: str) -> tuple[float, float]:
        examples = self.data[split]
        sums = np.zeros((-(-len(examples) // CHUNK), 2))

        def share(rank: int, counter: np.ndarray) -> None:
            act, delta = lines(2, CHUNK * self.plan.units, self.theta.dtype)
            test(self.plan, examples.pixels.cast(self.theta.dtype), examples.labels, self.theta, CHUNK, act, delta, sums, rank, self.threads)

        together(self.threads, share)
        return mean_of(sums, len(examples))

    def params(self) -> dict[str, np.ndarray]:
        params = {}
        for name, weights, fan_in, fan_out in self._blocks(self.theta):
            params[f"{name}.weight"] = weights[:fan_in, :fan_out].T.astype(np.float32, order="C")
            params[f"{name}.bias"] = weights[fan_in, :fan_out].astype(np.float32)
        return params

    def state(self) -> dict[str, np.ndarray]:
        return {"theta": self.theta.copy(), "first": self.first.copy(), "second": self.second.copy(),
                "clock": np.array([self.step, self.updates])}

    def restore(self, state: Params) -> None:
        for name in ("theta", "first", "second"):
            getattr(self, name)[:] = state[name]
        self.step, self.updates = (int(value) for value in state["clock"])

    def _write(self, params: Params, line: np.ndarray) -> None:
        """Lay params out as the kernels want them: inputs by outputs, padded, bias as the last row."""
        for name, weights, fan_in, fan_out in self._blocks(line):
            weights[:fan_in, :fan_out] = params[f"{name}.weight"].T
            weights[fan_in, :fan_out] = params[f"{name}.bias"]

    def _blocks(self, line: np.ndarray) -> Iterator[tuple[str, np.ndarray, int, int]]:
        """Each layer's (name, weights (inputs + 1, width) as a view, inputs, outputs)."""
        plan = self.plan
        for layer, name in enumerate(layer_names(self.net)):
            block = line[plan.at[layer] : plan.at[layer + 1]].reshape(-1, int(plan.width[layer]))
            yield name, block, int(plan.sizes[layer]), int(plan.sizes[layer + 1])
