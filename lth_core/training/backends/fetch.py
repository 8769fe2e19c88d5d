# mypy: disable-error-code="no-untyped-def"
"""Hiding the wait for main memory."""

from __future__ import annotations

from lth_core.training.backends.jit import part
from lth_core.training.backends.simd import prefetch

LINE = 16  # 4-byte numbers in a cache line


@part
def fetch(pixels, batch, low, count):
    """Ask for the images of `count` examples of a coming batch: random rows of a data set larger than any cache."""
    for n in range(low, min(low + count, len(batch))):
        for k in range(pixels.starts[batch[n]], pixels.starts[batch[n] + 1], LINE):
            prefetch(pixels.places, k)
            prefetch(pixels.values, k)
