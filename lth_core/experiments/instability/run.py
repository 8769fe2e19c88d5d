"""Is a net stable to the noise of SGD? Two siblings from the same step k, and the hill between them.

Frankle, Dziugaite, Roy & Carbin (ICML 2020), section 2: train two copies of W_k under different orders of the data and
follow the straight line between the results. The *error barrier* is the highest error on the line minus the mean error
of its ends; below 2% the net counts as stable, that is, linearly mode connected.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from lth_core.data import load
from lth_core.experiments.lottery.mask_source import mask_after, recorded_mask
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.running.book import Book, Options
from lth_core.running.population import errors
from lth_core.running.stretch import stretch
from lth_core.snapshot import Snapshot
from lth_core.spec import Instability, Lottery, Rewind

SIBLINGS = (1, 2)  # order 0 is the one that every other training uses


def stream(spec: Instability, options: Options) -> Iterator[Snapshot]:
    """Table `line`: `alpha`, `test_error`, `train_error` (first 5,000 training images) along (1 − α)·W₁ + α·W₂.
    Table `barrier`, one row: `test_barrier`, `train_barrier` in 0–1, and the siblings' distance ‖W₁ − W₂‖₂.

    The mask of `spec.level` comes from the shipped record of the same lottery; where there is none, it is run first.
    """
    splits = load(spec.data, spec.seed)
    book = Book.open(spec, options)
    chain = _chain(spec)
    mask = recorded_mask(chain, spec.level) if spec.level else Mask.dense(spec.net)
    if mask is None:
        mask = yield from mask_after(book, chain, spec.level)
    parents = stretch(spec, options, splits, Mask.dense(spec.net), initial(spec.net, spec.seed), 0, spec.step, 0)
    steps = spec.training.steps
    pair: list[dict[str, np.ndarray]] = []
    for sibling in SIBLINGS:
        pair.append(stretch(spec, options, splits, mask, parents, spec.step, steps, sibling))
        yield Snapshot("cell", spec.level, spec.level, f"sibling {sibling}", steps, steps)
    first, second = pair
    for alpha in np.linspace(0, 1, spec.alphas):
        point = _between(first, second, float(alpha))
        book.add("line", alpha=float(alpha), **errors(spec.net, spec.training, mask, point, splits, options))
    book.add("barrier", **_barrier(book), distance=_distance(first, second, mask), density=mask.density)
    yield Snapshot("done", result=book.result())


def _chain(spec: Instability) -> Lottery:
    """The lottery that finds the mask: it rewinds to the same step k from which the siblings start."""
    pruning = dataclasses.replace(spec.pruning, rounds=max(1, spec.level))
    return Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed, pruning=pruning,
                   rewind=Rewind(step=spec.step))


def _between(first: Params, second: Params, alpha: float) -> dict[str, np.ndarray]:
    share = np.float32(alpha)
    return {name: (1 - share) * first[name] + share * second[name] for name in first}


def _barrier(book: Book) -> dict[str, float]:
    barriers = {}
    for split in ("test", "train"):
        errors = [row[f"{split}_error"] for row in book.rows["line"]]
        barriers[f"{split}_barrier"] = max(errors) - (errors[0] + errors[-1]) / 2
    return barriers


def _distance(first: Params, second: Params, mask: Mask) -> float:
    return float(np.sqrt(sum(np.sum(np.square(first[name] - second[name], dtype=np.float64)) for name in mask)))
