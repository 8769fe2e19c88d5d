# mypy: disable-error-code="no-untyped-def"
"""Kernels that train a masked net with BatchNorm: the sparse graph, layer by layer.

A unit's activations for the whole batch lie side by side, so its mean and variance are sums along its own row, and a
thread that owns a unit normalises it without asking anybody. Lanes beyond the batch must not count: the row of the
constant 1 holds 0 there, and so does all that is made of it.
"""

from __future__ import annotations

import numpy as np

from lth_core.training.backends.crew import meet, share
from lth_core.training.backends.fetch import fetch
from lth_core.training.backends.jit import entry, part
from lth_core.training.backends.optimiser import descend
from lth_core.training.backends.simd import load, peek, relu, spread, store, total, where_positive, zeros
from lth_core.training.backends.sparse_kernels import WIDTH, add_up, gradients, judge, place_pixels

EPSILON, MOMENTUM = 1e-5, 0.1  # PyTorch's defaults: added to the variance, weight of the newest batch


@part
def normalise(graph, theta, gains, unit, lanes, count, act, hat, scale, running):
    """A hidden unit's row of act goes from z to relu(γ · x̂ + β), x̂ = (z − mean) / √(variance + ε) to its row of hat.

    count: examples in the batch. scale[unit] becomes 1 / √(variance + ε); running (2, hidden): averages of mean and
    unbiased variance.
    """
    row, ones, hidden = unit * lanes, graph.layers[-1] * lanes, graph.layers[-2]
    z, squares = zeros(act, WIDTH), zeros(act, WIDTH)
    for at in range(0, lanes, WIDTH):
        z += load(act, row + at, WIDTH)
    mean = total(z) / count
    for at in range(0, lanes, WIDTH):
        x = load(act, row + at, WIDTH) - mean * load(act, ones + at, WIDTH)
        squares += x * x
        store(hat, row + at, x)
    variance = total(squares) / count
    scale[unit] = 1 / np.sqrt(variance + EPSILON)
    for at in range(0, lanes, WIDTH):
        x = load(hat, row + at, WIDTH) * scale[unit]
        store(hat, row + at, x)
        y = spread(theta, gains + unit, WIDTH) * x
        y += spread(theta, gains + hidden + unit, WIDTH) * load(act, ones + at, WIDTH)
        store(act, row + at, relu(y))
    running[0, unit] += MOMENTUM * (mean - running[0, unit])
    running[1, unit] += MOMENTUM * (variance * count / (count - 1) - running[1, unit])


@part
def backward(graph, theta, gains, unit, lanes, count, act, hat, delta, scale, grad):
    """∂loss/∂z of a hidden unit to its row of delta, given those of its readers; ∂loss/∂γ and ∂loss/∂β to grad.

    With d = ∂loss/∂y: ∂γ = Σ d·x̂, ∂β = Σ d, and ∂z = γ/σ · (d − mean(d) − x̂ · mean(d·x̂)) (Ioffe & Szegedy 2015,
    section 3).
    """
    row, ones, hidden = unit * lanes, graph.layers[-1] * lanes, graph.layers[-2]
    plain, along = zeros(act, WIDTH), zeros(act, WIDTH)
    for at in range(0, lanes, WIDTH):
        d = zeros(act, WIDTH)
        for k in range(graph.back[unit], graph.back[unit + 1]):
            w = spread(theta, peek(graph.weight, k), WIDTH)
            d += w * load(delta, peek(graph.reader, k) * lanes + at, WIDTH)
        d = where_positive(load(act, row + at, WIDTH), d)
        store(delta, row + at, d)
        plain += d
        along += d * load(hat, row + at, WIDTH)
    grad[gains + unit], grad[gains + hidden + unit] = total(along), total(plain)
    factor = theta[gains + unit] * scale[unit]
    shift, tilt = grad[gains + hidden + unit] / count, grad[gains + unit] / count
    for at in range(0, lanes, WIDTH):
        d = load(delta, row + at, WIDTH) - shift * load(act, ones + at, WIDTH)
        d = d - tilt * load(hat, row + at, WIDTH)
        store(delta, row + at, factor * d)


@entry
def train(
    graph, pixels, labels, batches, theta, gains, first, second, keep, grad, act, hat, delta, scale, running, losses,
    rule, rank, size, counter,
):
    """One optimiser step for each row of batches, as thread `rank` of `size`. losses: (steps, lanes / 64), sums.

    theta: the packed weights, from `gains` on γ of all hidden units and then β. hat: like act. Threads share examples
    where pixels and logits are handled, and between them the units of each layer.
    """
    lanes, count, depth = len(act) // graph.rows, batches.shape[1], len(graph.layers) - 1
    for step in range(len(batches)):
        batch = batches[step]
        for at in range(rank * WIDTH, lanes, size * WIDTH):
            place_pixels(graph, pixels, batch, lanes, at, WIDTH, act)
        if step + 1 < len(batches):
            fetch(pixels, batches[step + 1], rank * count // size, count // size + 1)
        meet(counter, size)
        for layer in range(depth):
            low, high = share(graph.layers[layer + 1] - graph.layers[layer], rank, size)
            for unit in range(graph.layers[layer] + low, graph.layers[layer] + high):
                for at in range(0, lanes, WIDTH):
                    store(act, unit * lanes + at, add_up(graph, theta, unit, lanes, at, WIDTH, act, zeros(act, WIDTH)))
                if layer < depth - 1:
                    normalise(graph, theta, gains, unit, lanes, count, act, hat, scale, running)
            meet(counter, size)
        for at in range(rank * WIDTH, lanes, size * WIDTH):
            losses[step, at // WIDTH], _ = judge(graph, labels, batch, lanes, at, WIDTH, act, delta)
        meet(counter, size)
        for layer in range(depth - 2, -1, -1):
            low, high = share(graph.layers[layer + 1] - graph.layers[layer], rank, size)
            for unit in range(graph.layers[layer] + low, graph.layers[layer] + high):
                backward(graph, theta, gains, unit, lanes, count, act, hat, delta, scale, grad)
            meet(counter, size)
        gradients(graph, lanes, act, act, delta, *share(graph.first[-1], rank, size), grad)
        meet(counter, size)
        for k in range(16 * rank, len(theta), 16 * size):
            descend(theta, grad, first, second, keep, k, k, 16, rule, step)
        meet(counter, size)


@entry
def test(graph, pixels, labels, images, theta, gain, shift, act, delta, sums, rank, size):
    """Loss and hits of blocks of 64 of the images, rank, rank + size, …, into sums (blocks, 2).

    gain, shift (hidden,): y = gain · z + shift, the running averages, γ and β in one.
    """
    for block in range(rank, len(sums), size):
        batch = images[block * WIDTH : (block + 1) * WIDTH]
        place_pixels(graph, pixels, batch, WIDTH, 0, WIDTH, act)
        for unit in range(graph.layers[-1]):
            z = add_up(graph, theta, unit, WIDTH, 0, WIDTH, act, zeros(act, WIDTH))
            if unit < graph.layers[-2]:
                z = relu(gain[unit] * z + shift[unit] * load(act, graph.layers[-1] * WIDTH, WIDTH))
            store(act, unit * WIDTH, z)
        sums[block, 0], sums[block, 1] = judge(graph, labels, batch, WIDTH, 0, WIDTH, act, delta)
