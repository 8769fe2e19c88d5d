"""What the machine could do at best, measured on the spot, and what a training step really computes."""

from __future__ import annotations

import time

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.training.backends import Examples

SIDE = 1_024  # matrices of 4 MB: large enough to reach the peak, small enough to take milliseconds
BYTES = 256 << 20  # larger than any cache
TRIES = 9  # the best of them counts


def peak(threads: int = 1) -> float:
    """Floating-point operations a second of a square matrix product on one thread or more, the best of a few."""
    import torch

    torch.set_num_threads(threads)
    a = torch.rand(SIDE, SIDE)
    return 2 * SIDE**3 / _best(lambda: a @ a)


def bandwidth() -> float:
    """Bytes a second read and written by a copy of 256 MB on one thread, the best of a few."""
    source = np.ones(BYTES, np.uint8)
    target = np.empty_like(source)
    return 2 * BYTES / _best(lambda: np.copyto(target, source))


def _best(measured) -> float:  # type: ignore[no-untyped-def]
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        measured()
        times.append(time.perf_counter() - began)
    return min(times)


ADAM = 14  # operations a weight: two moving means, a square, a root, a division, an update


def work(params: Params, mask: Mask, examples: Examples, batch: int, skipping: bool) -> float:
    """Floating-point operations that one Adam step needs at least: 2 for each multiply-add of a surviving weight in the
    forward pass, the weight gradient and (above the first layer) the input gradient, plus Adam.

    skipping: count only inputs that are not zero, as the dense kernel does; the sparse one multiplies all of them.
    """
    h, total = examples.pool.pictures(examples.rows[:500]), 0.0
    for i, (name, alive) in enumerate(mask.items()):
        share = (h != 0).mean(axis=0) if skipping else np.ones(h.shape[1])  # (in,) how often each input is not zero
        passes = 2 if i == 0 else 3
        total += 2 * batch * passes * float((alive * share).sum()) + ADAM * int(alive.sum())
        h = np.maximum(0, h @ (params[name] * alive).T + params[name.replace("weight", "bias")])
    return total
