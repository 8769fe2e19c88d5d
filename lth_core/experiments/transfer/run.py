"""Does a ticket travel? Mask and θ₀ found on one data set, trained on another (Morcos et al., NeurIPS 2019).

Both nets have the same shape and, from the same seed, the same θ₀; so what travels is the mask alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from lth_core.data import load
from lth_core.experiments.transfer.spec import Transfer
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.masks.select import remove_lowest
from lth_core.nets.params import Params, initial
from lth_core.running import side_by_side as chains
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start, random_like
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Spec

SOURCE, NATIVE, MOVED, RANDOM, LARGEST, FRESH = "source", "native", "moved", "random", "largest", "moved-reinit"


def stream(spec: Transfer, options: Options) -> Iterator[Snapshot]:
    """Tables `cells`, `curves` and `costs` as a lottery has them, and `overlap`: by round the Jaccard overlap of the
    native mask with each of the others.

    Two lotteries run side by side: `source` on the images of `spec.source`, `native` on those of `spec.data`. At
    `spec.levels` four more nets are trained on `spec.data`, with as many weights: `moved`, the source's mask and θ₀;
    `moved-reinit`, that mask with fresh weights; `random`, a random mask with θ₀; and `largest`, the weights that are
    largest in θ₀, a mask that saw no image at all.
    """
    here, there = load(spec.data, spec.seed), load(spec.source, spec.seed)
    book, theta0, last = Book.open(spec, options), initial(spec.net, spec.seed), spec.levels[-1]
    for level in range(book.state.level, last + 1):
        masks = chains.masks(book, level, (SOURCE, NATIVE), partial(_pruned, book, level))
        starts = {name: Start(theta0, mask) for name, mask in masks.items()}
        if level in spec.levels:
            starts |= _controls(spec, level, masks, theta0)
            if not book.has("overlap", round=level):
                book.add("overlap", round=level, **_overlaps(starts))
        for name, start in starts.items():
            if not book.has("cells", round=level, condition=name):
                yield from run_cell(book, there if name == SOURCE else here, level, Condition(name), start,
                                    spec.training, 0, keep=name in masks)
        if any(book.has("cells", round=level, condition=name, status="diverged") for name in masks):
            break  # no magnitudes worth ranking are left; what was measured stays
    yield Snapshot("done", last, last, result=book.result())


def _pruned(book: Book[Transfer], level: int, masks: chains.Masks) -> chains.Masks:
    spec = book.spec
    theta0 = initial(spec.net, spec.seed)
    return {name: prune(spec.pruning, mask, book.state.trained[name], spec.seed, level, theta0)
            for name, mask in masks.items()}


def _controls(spec: Spec, level: int, masks: Mapping[str, Mask], theta0: Params) -> dict[str, Start]:
    native, moved = masks[NATIVE], masks[SOURCE]
    dense = Mask.dense(spec.net)
    remove = {name: dense[name].size - count for name, count in native.counts().items()}
    largest = remove_lowest({name: np.abs(theta0[name]) for name in dense}, dense, remove)
    return {
        MOVED: Start(theta0, moved),
        FRESH: Start(initial(spec.net, spec.seed, "reinit", 0, level), moved),
        RANDOM: Start(theta0, random_like(native, spec.seed, 0, level)),
        LARGEST: Start(theta0, largest),
    }


def _overlaps(starts: Mapping[str, Start]) -> dict[str, float]:
    return {name: starts[NATIVE].mask.overlap(starts[name].mask) for name in (MOVED, RANDOM, LARGEST)}
