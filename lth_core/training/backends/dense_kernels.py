# mypy: disable-error-code="no-untyped-def"
"""Kernels that train a dense or lightly pruned MLP without ever multiplying by a zero input.

Of 784 pixels about 150 are lit, and ReLU silences more than half of all hidden units. So each example keeps a list of
its non-zero inputs in every layer, and the weights of one input lie side by side: a forward pass adds up rows of
weights, a backward pass does the same for the gradient, and each finished row of gradient goes straight into the
optimiser while it is in cache. The bias is one more input that is always 1.

Threads share the first layer, nearly all of the work, by its outputs: a panel of weights is read and written by one
thread alone and never leaves its cache. Behind it they share the examples, and in the update rows of weights.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lth_core.training.backends.crew import meet, share
from lth_core.training.backends.fetch import fetch
from lth_core.training.backends.jit import entry, macro, part
from lth_core.training.backends.optimiser import descend
from lth_core.training.backends.simd import load, peek, poke, spread, store, total
from lth_core.training.backends.softmax import softmax_loss

TILE, NARROW = 64, 16  # outputs at a time: rows of weights are padded to a multiple of 64, or to 16 if that is enough
HALF = TILE // 2  # outputs: a panel may be one and a half tiles wide
CACHE = 16_384  # weights in a stretch of rows, 64 KiB: half or twice as many measured 4 to 6% slower


class Plan(NamedTuple):
    """Where things lie, for one net or for several side by side.

    A block of weights maps a run of inputs, and the constant 1, to a run of outputs. The first `panels` blocks read the
    pixels: side by side they are the first layer, or the first layers of all nets, since all read the same pixels.
    After that a block is a layer of one net. Per block: inputs, outputs, width (outputs padded to whole tiles), at
    (where its weights begin: a row of `width` for each input and a last one for the bias), source and unit (where
    inputs and outputs begin in a row of `units` activations, one row an example). heads: the blocks that give logits.
    live: the pixels that are ever lit.
    """

    panels: int
    inputs: np.ndarray
    outputs: np.ndarray
    width: np.ndarray
    at: np.ndarray
    source: np.ndarray
    unit: np.ndarray
    heads: np.ndarray
    units: int
    live: np.ndarray


class Lists(NamedTuple):
    """Lists of non-zeros: list i is entries begin[i] … end[i] of places and values."""

    begin: np.ndarray
    end: np.ndarray
    places: np.ndarray
    values: np.ndarray


def new_lists(rooms: Any, dtype: Any) -> Lists:
    """Empty lists with room for so many entries each."""
    begin = np.cumsum(np.r_[0, rooms])
    return Lists(begin[:-1].copy(), begin[:-1].copy(), np.zeros(begin[-1], np.int32), np.zeros(begin[-1], dtype))


def hidden_lists(plan: Plan, examples: int, dtype: Any) -> Lists:
    """Room for the active units that the blocks behind the first layer read: list block · examples + n."""
    return new_lists(np.repeat(np.where(np.arange(len(plan.inputs)) < plan.panels, 0, plan.inputs), examples), dtype)


# ── the kernels ──────────────────────────────────────────────────────────────────────────────────────────────────


@macro
def add_rows(lists, low, high, rows, at, stride, width, out, to):
    """out[to : to + width] += Σ value · (row at + place · stride), over entries low … high of the lists.

    64 numbers stay in registers for a whole sum: fewer would wait for each other's additions.
    """
    if width == NARROW:
        y = load(out, to, NARROW)
        for k in range(low, high):
            y += spread(lists.values, k, NARROW) * load(rows, at + peek(lists.places, k) * stride, NARROW)
        store(out, to, y)
        return
    odd = width % TILE
    if odd:  # half a tile alone would wait, so it goes along with a whole one
        z, y = load(out, to, TILE), load(out, to + TILE, HALF)
        for k in range(low, high):
            row = at + peek(lists.places, k) * stride
            z += spread(lists.values, k, TILE) * load(rows, row, TILE)
            y += spread(lists.values, k, HALF) * load(rows, row + TILE, HALF)
        store(out, to, z)
        store(out, to + TILE, y)
    for tile in range(TILE + HALF if odd else 0, width, TILE):
        z = load(out, to + tile, TILE)
        for k in range(low, high):
            z += spread(lists.values, k, TILE) * load(rows, at + peek(lists.places, k) * stride + tile, TILE)
        store(out, to + tile, z)


@macro
def dot(a, i, b, j, width):
    """Σ a[i + c] · b[j + c] over c < width."""
    if width == NARROW:
        return total(load(a, i, NARROW) * load(b, j, NARROW))
    z = load(a, i, TILE) * load(b, j, TILE)
    for tile in range(TILE, width, TILE):
        z += load(a, i + tile, TILE) * load(b, j + tile, TILE)
    return total(z)


@macro
def upto(lists, n, done, bound):
    """Entries (low, high) of list n that lie before place `bound` and were not yet done; marks them done."""
    low = high = done[n]
    while high < lists.end[n] and peek(lists.places, high) < bound:
        high += 1
    done[n] = high
    return low, high


@part
def forward(plan, block, theta, lists, rank, size, act):
    """z = bias + Σ over non-zero inputs, for examples rank, rank + size, …; act: (examples, units), not yet rectified.

    Goes through the weights once, by stretches of rows that fit the first-level cache, each for all examples.
    """
    width, at, inputs, unit = plan.width[block], plan.at[block], plan.inputs[block], plan.unit[block]
    done = lists.begin.copy()
    for n in range(rank, len(done), size):
        for tile in range(0, width, NARROW):
            store(act, n * plan.units + unit + tile, load(theta, at + inputs * width + tile, NARROW))
    rows = max(1, CACHE // width)
    for bound in range(rows, inputs + rows, rows):
        for n in range(rank, len(done), size):
            low, high = upto(lists, n, done, bound)
            if low < high:
                add_rows(lists, low, high, theta, at, width, width, act, n * plan.units + unit)


@part
def list_active(plan, block, act, rank, size, lists):
    """ReLU: the inputs of the block that are not ≤ 0 (NaN included, so that divergence shows)."""
    for n in range(rank, len(lists.begin), size):
        k = lists.begin[n]
        z = n * plan.units + plan.source[block]
        for i in range(plan.inputs[block]):
            value = peek(act, z + i)
            poke(lists.places, k, i)
            poke(lists.values, k, value)
            k += not value <= 0  # the next entry overwrites one that does not count
        lists.end[n] = k


@part
def backward(plan, block, theta, lists, rank, size, delta):
    """delta of the active inputs: the block's weights times delta of its outputs; 0 for the silent inputs."""
    width, at, inputs = plan.width[block], plan.at[block], plan.inputs[block]
    source, unit = plan.source[block], plan.unit[block]
    done = lists.begin.copy()
    for n in range(rank, len(done), size):
        delta[n * plan.units + source : n * plan.units + source + inputs] = 0
    rows = max(1, CACHE // width)
    for bound in range(rows, inputs + rows, rows):
        for n in range(rank, len(done), size):
            low, high = upto(lists, n, done, bound)
            for k in range(low, high):
                i = peek(lists.places, k)
                delta[n * plan.units + source + i] = dot(theta, at + i * width, delta, n * plan.units + unit, width)


@part
def by_input(lists, top, bottom, turned):
    """Turn lists of inputs by example into lists of examples by input, for inputs top … bottom."""
    for i in range(top, bottom):
        turned.begin[i] = turned.end[i] = i * len(lists.begin)
    for n in range(len(lists.begin)):
        for k in range(lists.begin[n], lists.end[n]):
            i = peek(lists.places, k)
            if top <= i < bottom:
                end = peek(turned.end, i)
                poke(turned.places, end, n)
                poke(turned.values, end, peek(lists.values, k))
                poke(turned.end, i, end + 1)


@part
def learn(plan, block, top, bottom, turned, everyone, delta, grad, theta, first, second, keep, rule, step):
    """Gradient and update of rows top … bottom of the block, each while it is in cache; the bias is the last row."""
    width, at, inputs, unit = plan.width[block], plan.at[block], plan.inputs[block], plan.unit[block]
    count = (plan.outputs[block] + 15) // 16 * 16
    for i in range(top, bottom):
        if i < inputs and block < plan.panels and not plan.live[i]:
            continue  # a pixel that is never lit: its gradients and moments are zero for good
        grad[:width] = 0
        if i < inputs:
            add_rows(turned, turned.begin[i], turned.end[i], delta, unit, plan.units, width, grad, 0)
        else:
            add_rows(everyone, 0, len(everyone.places), delta, unit, plan.units, width, grad, 0)
        descend(theta, grad, first, second, keep, at + i * width, 0, count, rule, step)


@part
def look_up(pixels, batch, lists):
    """Point the lists at the lit pixels of the batch's images; nothing is copied."""
    for n in range(len(batch)):
        lists.begin[n] = pixels.starts[batch[n]]
        lists.end[n] = pixels.starts[batch[n] + 1]


@part
def lists_of(block, examples, lit, hidden):
    """What a block behind the first layer reads: a view of its part of `hidden`."""
    low, high = block * examples, block * examples + len(lit.begin)
    return Lists(hidden.begin[low:high], hidden.end[low:high], hidden.places, hidden.values)


@part
def infer(plan, theta, examples, lit, hidden, rank, size, counter, act):
    """Logits of examples rank, rank + size, …, and the lists of active units on the way."""
    for panel in range(*share(plan.panels, rank, size)):
        forward(plan, panel, theta, lit, 0, 1, act)
    meet(counter, size)
    for block in range(plan.panels, len(plan.inputs)):
        lists = lists_of(block, examples, lit, hidden)
        list_active(plan, block, act, rank, size, lists)
        forward(plan, block, theta, lists, rank, size, act)


@entry
def train(
    plan, pixels, labels, batches, theta, first, second, keep, hidden, shared, turned, act, delta, losses, rule,
    rank, size, counter,
):
    """One optimiser step for each row of batches, as thread `rank` of `size`. losses: (steps, heads, examples).

    shared, turned: room for lists of examples by input, in the first layer for all threads and two steps, behind it
    for this one. Who is done with a step goes on to its own panels of the next: nobody else reads or writes them.
    """
    blocks, examples, inputs = len(plan.inputs), batches.shape[1], plan.inputs[0]
    grad = np.empty(plan.width.max(), theta.dtype)
    everyone = Lists(np.zeros(1, np.int64), np.full(1, examples), np.arange(examples).astype(np.int32),
                     np.ones(examples, theta.dtype))
    lit = Lists(np.zeros(examples, np.int64), np.zeros(examples, np.int64), pixels.places, pixels.values)
    scale = theta.dtype.type(1 / examples)
    for step in range(len(batches)):
        batch = batches[step]
        by_pixel = shared[step % 2]  # while some thread still learns from the last step's
        look_up(pixels, batch, lit)
        by_input(lit, *share(inputs, rank, size), by_pixel)
        infer(plan, theta, examples, lit, hidden, rank, size, counter, act)
        for head in range(len(plan.heads)):
            block = plan.heads[head]
            for n in range(rank, examples, size):
                at = n * plan.units + plan.unit[block]
                label = labels[batch[n]]
                losses[step, head, n], _ = softmax_loss(act, delta, at, 1, plan.outputs[block], label, scale)
        if step + 1 < len(batches):
            fetch(pixels, batches[step + 1], 0, examples)
        for block in range(blocks - 1, plan.panels - 1, -1):
            backward(plan, block, theta, lists_of(block, examples, lit, hidden), rank, size, delta)
        meet(counter, size)
        for panel in range(*share(plan.panels, rank, size)):
            learn(plan, panel, 0, inputs + 1, by_pixel, everyone, delta, grad, theta, first, second, keep, rule, step)
        for block in range(plan.panels, blocks):
            top, bottom = share(plan.inputs[block] + 1, rank, size)
            by_input(lists_of(block, examples, lit, hidden), top, min(bottom, plan.inputs[block]), turned)
            learn(plan, block, top, bottom, turned, everyone, delta, grad, theta, first, second, keep, rule, step)


@entry
def test(plan, pixels, labels, images, theta, chunk, hidden, act, delta, sums, rank, size):
    """Loss and hits of chunks rank, rank + size, … of the images, into sums (chunks, heads, 2)."""
    alone = np.zeros(1, np.int64)
    for turn in range(rank, len(sums), size):
        batch = images[turn * chunk : (turn + 1) * chunk]
        lit = Lists(np.zeros(len(batch), np.int64), np.zeros(len(batch), np.int64), pixels.places, pixels.values)
        look_up(pixels, batch, lit)
        infer(plan, theta, chunk, lit, hidden, 0, 1, alone, act)
        for head in range(len(plan.heads)):
            block = plan.heads[head]
            for n in range(len(batch)):
                at = n * plan.units + plan.unit[block]
                nats, hit = softmax_loss(act, delta, at, 1, plan.outputs[block], labels[batch[n]], theta.dtype.type(1))
                sums[turn, head, 0] += nats
                sums[turn, head, 1] += hit
