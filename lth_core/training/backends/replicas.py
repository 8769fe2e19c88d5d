"""Many small nets at once: random draws of a ticket, seeds of a dense net.

Nets that read the same batches stand side by side, so that each lit pixel is looked up once for all of them and their
first layers fill whole vectors; groups of them run on as many threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.spec import Net, Training
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.stack import Stack

# First-layer outputs side by side: 3 tiles of 64, whose weights and moments (1.8 MB for 784 pixels) leave room in a
# third-level cache for the other thread's. Groups of 5 tiles cost as much, and a reader waits longer for the first.
OUTPUTS = 192


@dataclass(frozen=True)
class Replica:
    """One trained net. index: its place among those asked for. losses: of each mini-batch before its update,
    float32 (steps,). figures: (mean cross-entropy, accuracy in 0–1) by split."""

    index: int
    losses: np.ndarray
    figures: dict[str, tuple[float, float]]
    params: dict[str, np.ndarray]


def train_replicas(
    net: Net, training: Training, params: Sequence[Params], masks: Sequence[Mask], data: Prepared, batches: np.ndarray,
    threads: int = 1, splits: Sequence[str] = ("test",),
) -> Iterator[Replica]:
    """Train net i from params[i] under masks[i], all on the same batches (steps, batch); yield them as they finish.

    Nothing depends on threads but the order in which groups finish. Raises ValueError for unequal numbers of params
    and masks, or a net with BatchNorm.
    """
    if len(params) != len(masks):
        raise ValueError(f"{len(params)} params for {len(masks)} masks: give one mask for each net")
    if net.batchnorm:
        raise ValueError("replicas have no BatchNorm: train such nets one by one with build('batchnorm', …)")

    def group(members: range) -> list[Replica]:
        chosen = [params[i] for i in members], [masks[i] for i in members]
        stack = Stack(net, training, *chosen, data)
        losses = stack.advance(batches).astype(np.float32)  # (steps, nets)
        figures = {split: stack.evaluate(split) for split in splits}
        return [Replica(i, losses[:, k], {s: (float(f[k, 0]), float(f[k, 1])) for s, f in figures.items()},
                        stack.params(k)) for k, i in enumerate(members)]

    pool = ThreadPoolExecutor(threads, "lth-replicas")
    try:
        for done in as_completed([pool.submit(group, members) for members in groups(net, len(params), threads)]):
            yield from done.result()
    finally:
        pool.shutdown(cancel_futures=True)  # whoever stops listening does not wait for groups that have not begun


def groups(net: Net, count: int, threads: int) -> list[range]:
    """Ranges of nets that stand side by side, as even as can be and as many for each thread.

    >>> groups(Net(sizes=(784, 20, 10)), 50, threads=2)
    [range(0, 8), range(8, 17), range(17, 25), range(25, 33), range(33, 42), range(42, 50)]
    """
    side = 1 if len(net.sizes) == 2 else max(1, OUTPUTS // net.sizes[1])
    rounds = -(-count // (side * threads))
    edges = [round(count * part / (rounds * threads)) for part in range(rounds * threads + 1)]
    return [range(low, high) for low, high in pairwise(edges) if high > low]
