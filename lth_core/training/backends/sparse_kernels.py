# mypy: disable-error-code="no-untyped-def"
"""Kernels that train the surviving weights only: a ticket of 3.6% costs near 3.6% of the arithmetic.

The masked net is one directed graph. Its units are numbered through all layers; a unit's weights, its bias included,
lie in a row of one packed array, each with the number of the unit or pixel it reads. A bias is a weight that reads a
constant 1. Activations are stored unit by unit, 64 examples side by side, so that one weight serves 64 examples in
one vector operation and nothing is ever multiplied by a pruned weight.

Lightly pruned, the net reads the pixels tile by tile: all units read those of one tile, which the first-level cache
holds, before any reads the next. Every unit adds up in the same order as without tiles.

Threads share the examples, but in the first layer the units: with half of the examples side by side every addition
would wait for the one before it, and two threads would take as long as one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lth_core.training.backends.crew import meet, share
from lth_core.training.backends.fetch import fetch
from lth_core.training.backends.jit import entry, macro, part
from lth_core.training.backends.optimiser import descend
from lth_core.training.backends.simd import load, peek, poke, relu, spread, store, total, where_positive, zeros
from lth_core.training.backends.softmax import softmax_loss

WIDTH, HALF = 64, 32  # examples side by side: the paper's batch of 60 fits once, and 8 AVX2 registers hold them


class Graph(NamedTuple):
    """The masked net as lists of edges. Rows of activations: units, then the constant 1, a bin, then the live pixels.

    layers: units of layer l are layers[l] … layers[l + 1]. tiles: of the pixels. first, source: run r is the weights
    first[r] … first[r + 1] of unit[r], of which weight k reads row source[k]. The first runs are those of tile 0, one
    for each unit of the first layer, and so on; then each unit behind has one run. back, reader, weight: unit u is read
    by unit reader[k] through packed weight weight[k], for k in back[u] … back[u + 1]. place: row of each pixel; pixels
    that no weight reads go to the bin.
    """

    layers: np.ndarray
    first: np.ndarray
    unit: np.ndarray
    source: np.ndarray
    back: np.ndarray
    reader: np.ndarray
    weight: np.ndarray
    place: np.ndarray
    rows: int
    tiles: int


# ── the kernels ──────────────────────────────────────────────────────────────────────────────────────────────────


@macro
def place_pixels(graph, pixels, batch, lanes, at, width, seen):
    """Write the lit pixels of examples at … at + width of the batch into their rows of seen (rows, lanes)."""
    for row in range(graph.layers[-1] + 1, graph.rows):
        store(seen, row * lanes + at, zeros(seen, width))
    for n in range(at, min(at + width, len(batch))):
        for k in range(pixels.starts[batch[n]], pixels.starts[batch[n] + 1]):
            poke(seen, peek(graph.place, peek(pixels.places, k)) * lanes + n, peek(pixels.values, k))


@macro
def add_up(graph, theta, run, lanes, at, width, act, z):
    """z + Σ weight · what it reads, over one run of weights, for examples at … at + width."""
    for k in range(graph.first[run], graph.first[run + 1]):
        z += spread(theta, k, width) * load(act, peek(graph.source, k) * lanes + at, width)
    return z


@macro
def begin(graph, theta, rank, size, lanes, at, seen, act):
    """Activations of thread `rank`'s part of the first layer for examples at … at + 64."""
    units = graph.layers[1]
    low, high = share(units, rank, size)
    for tile in range(graph.tiles):
        for unit in range(low, high):
            z = load(act, unit * lanes + at, WIDTH) if tile else zeros(act, WIDTH)
            z = add_up(graph, theta, tile * units + unit, lanes, at, WIDTH, seen, z)
            store(act, unit * lanes + at, relu(z) if tile == graph.tiles - 1 and units < graph.layers[-1] else z)


@macro
def finish(graph, theta, lanes, at, width, act):
    """Activations of the units behind the first layer for examples at … at + width: ReLU, but logits at the end."""
    ahead = (graph.tiles - 1) * graph.layers[1]  # runs that the first layer has more than units
    for unit in range(graph.layers[1], graph.layers[-1]):
        z = add_up(graph, theta, ahead + unit, lanes, at, width, act, zeros(act, width))
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
def turn(graph, labels, batch, theta, lanes, at, width, act, delta, losses):
    """From the first layer to the loss and back for examples at … at + width; their summed loss goes to losses."""
    finish(graph, theta, lanes, at, width, act)
    losses[at // width], _ = judge(graph, labels, batch, lanes, at, width, act, delta)
    backward(graph, theta, lanes, at, width, act, delta)


@part
def gradients(graph, lanes, seen, act, delta, low, high, grad):
    """∂loss/∂w of packed weights low … high: Σ over examples of (what the weight reads) · (∂loss/∂z of its unit)."""
    for at in range(0, lanes, WIDTH):
        for run in range(len(graph.unit)):
            unit = graph.unit[run]
            reads = seen if unit < graph.layers[1] else act
            d = load(delta, unit * lanes + at, WIDTH)
            for k in range(max(low, graph.first[run]), min(high, graph.first[run + 1])):
                g = total(d * load(reads, peek(graph.source, k) * lanes + at, WIDTH))
                grad[k] = g if at == 0 else grad[k] + g


@entry
def train(
    graph, pixels, labels, batches, theta, first, second, grad, seen, act, delta, losses, rule, rank, size, counter,
):
    """One optimiser step for each row of batches, as thread `rank` of `size`. losses: (steps, lanes / 32), sums.

    seen: the thread's own rows of pixels, like act. To place them all twice costs less than to read what another thread
    has just written.
    """
    lanes = len(act) // graph.rows
    all_move = np.empty(0, theta.dtype)
    low, high = share(len(theta) // 16, rank, size)  # of the weights, 16 by 16
    for step in range(len(batches)):
        batch = batches[step]
        for at in range(0, lanes, WIDTH):
            place_pixels(graph, pixels, batch, lanes, at, WIDTH, seen)
            begin(graph, theta, rank, size, lanes, at, seen, act)
        meet(counter, size)
        if size == 1:
            for at in range(0, lanes, WIDTH):
                turn(graph, labels, batch, theta, lanes, at, WIDTH, act, delta, losses[step])
        else:  # a batch of 60 then makes work for two
            for at in range(rank * HALF, lanes, size * HALF):
                turn(graph, labels, batch, theta, lanes, at, HALF, act, delta, losses[step])
        if step + 1 < len(batches):
            fetch(pixels, batches[step + 1], 0, len(batch))
        meet(counter, size)
        gradients(graph, lanes, seen, act, delta, 16 * low, 16 * high, grad)
        for k in range(16 * low, 16 * high, 16):
            descend(theta, grad, first, second, all_move, k, k, 16, rule, step)
        meet(counter, size)


@entry
def test(graph, pixels, labels, images, theta, act, delta, sums, rank, size):
    """Loss and hits of blocks of 64 of the images, rank, rank + size, …, into sums (blocks, 2)."""
    for block in range(rank, len(sums), size):
        batch = images[block * WIDTH : (block + 1) * WIDTH]
        place_pixels(graph, pixels, batch, WIDTH, 0, WIDTH, act)
        begin(graph, theta, 0, 1, WIDTH, 0, act, act)
        finish(graph, theta, WIDTH, 0, WIDTH, act)
        sums[block, 0], sums[block, 1] = judge(graph, labels, batch, WIDTH, 0, WIDTH, act, delta)
