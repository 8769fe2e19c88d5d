"""Is capacity the problem? Nets of one hidden layer, from one unit upwards, each from several seeds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

from lth_core.data import load
from lth_core.experiments.widths.spec import Widths
from lth_core.masks.mask import Mask
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.training.trial import train


def stream(spec: Widths, options: Options) -> Iterator[Snapshot]:
    """Table `cells`, one row a training: `width`, `replicate`, `weights`, final `train_accuracy` and `test_accuracy`,
    `best_train_accuracy` over the measured steps, and `fitted_step`, the first of them at which every training image
    was classified correctly (−1: never)."""
    book = Book.open(spec, options)
    for number, width in enumerate(spec.widths):
        for replicate in range(spec.replicates):
            if not book.has("cells", width=width, replicate=replicate):
                book.add("cells", width=width, replicate=replicate, **_fit(spec, options, width, replicate))
                book.save()
        yield Snapshot("cell", number, len(spec.widths) - 1, measures=_number_row(_last(book, width)))
    yield Snapshot("done", result=book.result())


def _last(book: Book[Widths], width: int) -> dict[str, float]:
    """The row of the last training of that width, which a resumed run may have found in its book."""
    return [row for row in book.rows["cells"] if row["width"] == width][-1]


def _fit(spec: Widths, options: Options, width: int, replicate: int) -> dict[str, float]:
    """One training of `features → width → classes`; all measured splits include the training set."""
    seed = spec.seed + replicate
    net = dataclasses.replace(spec.net, sizes=(spec.net.sizes[0], width, spec.net.sizes[-1]))
    splits, mask = load(spec.data, spec.seed), Mask.dense(net)
    backend = backend_for(net, spec.training, initial(net, seed), mask, splits, options)
    points = list(train(backend, spec.training, splits, seed))
    accuracies = [point.figures.get("train_accuracy", 0.0) for point in points]
    fitted = [point.step for point, accuracy in zip(points, accuracies, strict=True) if accuracy == 1.0]
    return {
        "weights": weight_count(net),
        "train_accuracy": accuracies[-1],
        "best_train_accuracy": max(accuracies),
        "test_accuracy": points[-1].figures.get("test_accuracy", math.nan),
        "fitted_step": fitted[0] if fitted else -1,
    }


def _number_row(row: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in row.items()}
