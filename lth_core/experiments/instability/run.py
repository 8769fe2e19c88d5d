"""Is a net stable to the noise of SGD? Two siblings from the same step k, and the hill between them.

Frankle, Dziugaite, Roy & Carbin (ICML 2020), section 2: train two copies of W_k under different orders of the data and
follow the straight line between the results. The *error barrier* is the highest error on the line minus the mean error
of its ends; below 2% the net counts as stable, that is, linearly mode connected.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lth_core.data import load
from lth_core.experiments.instability.spec import Instability
from lth_core.experiments.lottery.mask_source import mask_after
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.running.population import errors
from lth_core.running.stretch import stretch
from lth_core.snapshot import Snapshot

SIBLINGS = (1, 2)  # order 0 is the one that every other training uses


def stream(spec: Instability, options: Options) -> Iterator[Snapshot]:
    """Table `line`: `alpha`, `test_error`, `train_error` (first `examples.PROBE` training images) along
    (1 − α)·W₁ + α·W₂. Table `barrier`, one row: `test_barrier`, `train_barrier` in 0–1, and the siblings' distance
    ‖W₁ − W₂‖₂.

    The mask of `spec.level` comes from where `options.masks` finds it; where there is none, the lottery is run first.
    """
    splits = load(spec.data, spec.seed)
    book = Book.open(spec, options)
    mask = yield from mask_after(book, spec.lottery, spec.level)
    parents = stretch(book, "parents", splits, Mask.dense(spec.net), initial(spec.net, spec.seed), 0, spec.step)
    steps = spec.training.steps
    pair: list[dict[str, np.ndarray]] = []
    for sibling in SIBLINGS:
        pair.append(stretch(book, f"sibling {sibling}", splits, mask, parents, spec.step, steps, sibling))
        yield Snapshot("cell", spec.level, spec.level, f"sibling {sibling}", steps, steps)
    first, second = pair
    for alpha in np.linspace(0, 1, spec.alphas)[len(book.rows.get("line", ())):]:
        point = _between(first, second, float(alpha))
        book.add("line", alpha=float(alpha), **errors(spec.net, spec.training, mask, point, splits, options))
        book.save()
    book.add("barrier", **_barrier(book), distance=_distance(first, second, mask), density=mask.density)
    yield Snapshot("done", result=book.result())


def _between(first: Params, second: Params, alpha: float) -> dict[str, np.ndarray]:
    share = np.float32(alpha)
    return {name: (1 - share) * first[name] + share * second[name] for name in first}


def _barrier(book: Book[Instability]) -> dict[str, float]:
    barriers = {}
    for split in ("test", "train"):
        errors = [row[f"{split}_error"] for row in book.rows["line"]]
        barriers[f"{split}_barrier"] = max(errors) - (errors[0] + errors[-1]) / 2
    return barriers


def _distance(first: Params, second: Params, mask: Mask) -> float:
    return float(np.sqrt(sum(np.sum(np.square(first[name] - second[name], dtype=np.float64)) for name in mask)))
