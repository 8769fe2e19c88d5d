# mypy: disable-error-code="no-untyped-def"
"""Optimiser updates over flat arrays, 16 weights at a time, with PyTorch's exact semantics."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lth_core.spec import SpecError, Training
from lth_core.spec.names import is_own
from lth_core.training.backends.jit import part
from lth_core.training.backends.simd import load, root, store
from lth_core.training.schedule import schedule

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # Kingma & Ba 2015, algorithm 1; torch's defaults


class Rule(NamedTuple):
    """One optimiser as numbers of the weights' float type.

    rates: (steps, 2) for the steps at hand: Adam's lr / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ); plain lr and 1 for SGD.
    """

    adam: bool
    rates: np.ndarray
    momentum: Any
    decay: Any


def rule(training: Training, step: int, updates: int, count: int, dtype: Any) -> Rule:
    """The rule for `count` steps from schedule position `step`, `updates` of them done since the moments were zero."""
    if is_own(training.optimiser):
        raise SpecError("training.optimiser", training.optimiser, "adam or sgd here: the kernels know no others")
    rates = np.ones((count, 2))
    rates[:, 0] = schedule(training, step, step + count)
    if training.optimiser == "adam":
        t = np.arange(updates + 1, updates + count + 1)
        rates[:, 0] /= 1 - BETA1**t
        rates[:, 1] = 1 / np.sqrt(1 - BETA2**t)
    kind = np.dtype(dtype).type
    return Rule(training.optimiser == "adam", rates.astype(dtype), kind(training.momentum), kind(training.weight_decay))


@part
def descend(theta, grad, first, second, keep, start, shift, count, rule, step):
    """Update theta[start : start + count] by grad[shift : shift + count]; `count` is a multiple of 16.

    first: mean of gradients (Adam) or momentum buffer (SGD). second: mean of squares (Adam only). keep: 1 where a
    weight may move and 0 where not, or empty if all may.
    """
    kind = theta.dtype.type
    rate, scale = rule.rates[step, 0], rule.rates[step, 1]
    beta1, beta2, epsilon = kind(BETA1), kind(BETA2), kind(EPSILON)
    rest1, rest2 = kind(1 - BETA1), kind(1 - BETA2)
    for k in range(0, count, 16):
        w = load(theta, start + k, 16)
        g = load(grad, shift + k, 16) + rule.decay * w
        if len(keep):
            g = g * load(keep, start + k, 16)
        m = load(first, start + k, 16)
        if rule.adam:
            m = beta1 * m + rest1 * g
            v = beta2 * load(second, start + k, 16) + rest2 * (g * g)
            store(second, start + k, v)
            w = w - rate * (m / (root(v) * scale + epsilon))
        else:
            m = rule.momentum * m + g
            w = w - rate * m
        store(first, start + k, m)
        store(theta, start + k, w)
