# mypy: disable-error-code="no-untyped-def"
"""Kernels that train the surviving weights only: a ticket of 3.6% costs near 3.6% of the arithmetic.

The masked net is one directed graph. Its units are numbered through all layers; a unit's weights, its bias included,
lie in a row of one packed array, each with the number of the unit or pixel it reads. A bias is a weight that reads a
constant 1. Activations are stored unit by unit, 64 examples side by side, so that one weight serves 64 examples in
one vector operation and nothing is ever multiplied by a pruned weight.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lth_core.training.backends.crew import meet
from lth_core.training.backends.fetch import fetch
from lth_core.training.backends.jit import entry, macro, part
from lth_core.training.backends.optimiser import descend
from lth_core.training.backends.simd import load, peek, poke, relu, spread, store, total, where_positive, zeros
from lth_core.training.backends.softmax import softmax_loss

WIDTH, HALF = 64, 32  # examples side by side: the paper's batch of 60 fits once, and 8 AVX2 registers hold them


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


@macro
def place_pixels(graph, pixels, batch, lanes, at, width, act):
    """Write the lit pixels of examples at … at + width of the batch into their rows of act (rows, lanes)."""
    for row in range(graph.layers[-1] + 1, graph.rows):
        store(act, row * lanes + at, zeros(act, width))
    for n in range(at, min(at + width, len(batch))):
        for k in range(pixels.starts[batch[n]], pixels.starts[batch[n] + 1]):
            poke(act, peek(graph.place, peek(pixels.places, k)) * lanes + n, peek(pixels.values, k))


@macro
def forward(graph, theta, lanes, at, width, act):
    """Activations of every unit for examples at … at + width: ReLU, but logits in the last layer."""
    for unit in range(graph.layers[-1]):
        z = zeros(act, width)
        for k in range(graph.first[unit], graph.first[unit + 1]):
            z += spread(theta, k, width) * load(act, peek(graph.source, k) * lanes + at, width)
        store(act, unit * lanes + at, relu(z) if unit < graph.layers[-2] else z)


@part
def judge(graph, labels, batch, lanes, at, width, act, delta):
    """Softmax cross-entropy of examples at … at + width: writes delta of the logits, 0 beyond the batch.

    Returns (sum of losses, number right).
    """
    low, high = graph.layers[-2], graph.layers[-1]
    stop = min(at + width, len(batch))
    loss, right, scale = 0.0, 0, act.dtype.type(1 / len(batch))
    for n in range(at, stop):
        nats, hit = softmax_loss(act, delta, low * lanes + n, lanes, high - low, labels[batch[n]], scale)
        loss += nats
        right += hit
    for n in range(stop, at + width):
        for unit in range(low, high):
            delta[unit * lanes + n] = 0
    return loss, right


@macro
def backward(graph, theta, lanes, at, width, act, delta):
    """∂loss/∂z of the hidden units, from the last one to the first, given those of the logits in delta."""
    for unit in range(graph.layers[-2] - 1, -1, -1):
        d = zeros(act, width)
        for k in range(graph.back[unit], graph.back[unit + 1]):
            w = spread(theta, peek(graph.weight, k), width)
            d += w * load(delta, peek(graph.reader, k) * lanes + at, width)
        store(delta, unit * lanes + at, where_positive(load(act, unit * lanes + at, width), d))


@macro
def sweep(graph, pixels, labels, batch, theta, lanes, at, width, act, delta, losses):
    """Forward and backward for examples at … at + width; their summed loss goes to losses."""
    place_pixels(graph, pixels, batch, lanes, at, width, act)
    forward(graph, theta, lanes, at, width, act)
    losses[at // width], _ = judge(graph, labels, batch, lanes, at, width, act, delta)
    backward(graph, theta, lanes, at, width, act, delta)


@part
def gradients(graph, lanes, act, delta, rank, size, grad):
    """∂loss/∂w of the surviving weights: Σ over examples of (what the weight reads) · (∂loss/∂z of its unit)."""
    for at in range(0, lanes, WIDTH):
        for unit in range(rank, graph.layers[-1], size):
            d = load(delta, unit * lanes + at, WIDTH)
            for k in range(graph.first[unit], graph.first[unit + 1]):
                g = total(d * load(act, peek(graph.source, k) * lanes + at, WIDTH))
                grad[k] = g if at == 0 else grad[k] + g


@entry
def train(graph, pixels, labels, batches, theta, first, second, grad, act, delta, losses, rule, rank, size, counter):
    """One optimiser step for each row of batches, as thread `rank` of `size`. losses: (steps, lanes / 32), sums."""
    lanes = len(act) // graph.rows
    all_move = np.empty(0, theta.dtype)
    for step in range(len(batches)):
        batch = batches[step]
        if size == 1:
            for at in range(0, lanes, WIDTH):
                sweep(graph, pixels, labels, batch, theta, lanes, at, WIDTH, act, delta, losses[step])
        else:  # a batch of 60 then makes work for two
            for at in range(rank * HALF, lanes, size * HALF):
                sweep(graph, pixels, labels, batch, theta, lanes, at, HALF, act, delta, losses[step])
        if step + 1 < len(batches):
            fetch(pixels, batches[step + 1], rank * len(batch) // size, len(batch) // size)
        meet(counter, size)
        gradients(graph, lanes, act, delta, rank, size, grad)
        meet(counter, size)
        for k in range(16 * rank, len(theta), 16 * size):
            descend(theta, grad, first, second, all_move, k, k, 16, rule, step)
        meet(counter, size)


@entry
def test(graph, pixels, labels, images, theta, act, delta, sums, rank, size):
    """Loss and hits of blocks of 64 of the images, rank, rank + size, …, into sums (blocks, 2)."""
    for block in range(rank, len(sums), size):
        batch = images[block * WIDTH : (block + 1) * WIDTH]
        place_pixels(graph, pixels, batch, WIDTH, 0, WIDTH, act)
        forward(graph, theta, WIDTH, 0, WIDTH, act)
        sums[block, 0], sums[block, 1] = judge(graph, labels, batch, WIDTH, 0, WIDTH, act, delta)
