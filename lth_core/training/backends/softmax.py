# mypy: disable-error-code="no-untyped-def"
"""Softmax cross-entropy over logits stored unit by unit."""

from __future__ import annotations

import numpy as np

from lth_core.training.backends.jit import part


@part
def softmax_loss(logits, delta, at, stride, classes, label, scale):
    """Loss of one example, whose logits are logits[at + c · stride]; writes scale · (softmax − onehot) to delta.

    Returns (−log softmax[label], whether the first largest logit is the label's).
    """
    best = 0
    for c in range(1, classes):
        if logits[at + c * stride] > logits[at + best * stride]:
            best = c
    top = logits[at + best * stride]
    whole = logits.dtype.type(0)
    for c in range(classes):
        e = np.exp(logits[at + c * stride] - top)  # at most 1: never overflows
        delta[at + c * stride] = e
        whole += e
    for c in range(classes):
        delta[at + c * stride] *= scale / whole
    delta[at + label * stride] -= scale
    return np.log(whole) + top - logits[at + label * stride], best == label
