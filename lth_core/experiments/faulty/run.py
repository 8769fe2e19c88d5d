"""The search for tickets with one fault of popular code: what it says that it found, and what it did find.

Every fault is run as its code would: the faulty step decides the next round too. Beside what it prints stands what the
same round reads when only the reading is put right.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from lth_core.data import Splits, load
from lth_core.experiments.faulty.cuts import cut, one_density
from lth_core.experiments.faulty.spec import Faulty
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.running import side_by_side as chains
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.conditions import random_like
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.training.backends import Backend
from lth_core.training.trial import Point, train

TICKET = "ticket"


def stream(spec: Faulty, options: Options) -> Iterator[Snapshot]:
    """Table `cells`, one row a round: `kept`, weights in the mask that is spoken of, whole (`fc1.kept` … by layer);
    `biases` left; `nonzero`, weights that are not zero in the net whose accuracy is printed; `told_accuracy`, what the
    code prints; `accuracy`, the same round read rightly (without the fault in training or pruning: what it prints);
    `ticket_accuracy`, its ticket's at the end of training. All accuracies are of the test images. Plain ReLU MLPs."""
    splits, book, last = load(spec.data, spec.seed), Book.open(spec, options), spec.pruning.rounds
    for level in range(book.state.level, last + 1):
        mask = chains.masks(book, level, (TICKET,), partial(_cut, book, level))[TICKET]
        if not book.has("cells", round=level):
            yield Snapshot("train", level, last, TICKET, 0, spec.training.steps)
            book.add("cells", round=level, **_round(book, splits, level, mask))
            book.save()
        if book.has("cells", round=level, status="diverged"):
            break  # no magnitudes worth ranking are left; what was measured stays
        yield Snapshot("cell", level, last, TICKET, spec.training.steps, spec.training.steps,
                       book.rows["cells"][-1])
    yield Snapshot("done", last, last, result=book.result())


def _cut(book: Book[Faulty], level: int, masks: chains.Masks) -> chains.Masks:
    spec = book.spec
    return {TICKET: cut(spec.fault, spec.pruning, masks[TICKET], book.state.trained[TICKET], spec.seed, level)}


def _round(book: Book[Faulty], splits: Splits, level: int, mask: Mask) -> dict[str, Any]:
    """One round's row. The trained ticket stays in the book for the next cut."""
    spec, theta0 = book.spec, initial(book.spec.net, book.spec.seed)
    held = Mask.dense(spec.net) if spec.fault == "unmasked" else mask
    ticket, points = _trained(book, splits, held, mask.apply(theta0))
    book.state.trained[TICKET] = ticket
    end = points[-1].figures.get("test_accuracy", math.nan)
    row = {"status": "ok" if points[-1].finite else "diverged", **_counts(mask), "nonzero": _nonzero(ticket),
           "biases": sum(int(mask.get(name, np.ones_like(value)).sum()) for name, value in _biases(theta0)),
           "told_accuracy": end, "accuracy": end, "ticket_accuracy": end}
    if spec.fault == "unmasked":
        row["accuracy"] = _reads(book, splits, mask, ticket)
    if spec.fault == "untrained" and level:
        row["told_accuracy"] = book.rows["cells"][-1]["ticket_accuracy"]
        row["accuracy"] = _reads(book, splits, mask, theta0)
    if spec.fault == "density" and level:
        fair, flat = random_like(mask, spec.seed, 0, level), one_density(mask, spec.seed, level)
        row |= _counts(flat)
        row["accuracy"], row["told_accuracy"] = (
            _trained(book, splits, drawn, theta0)[1][-1].figures.get("test_accuracy", math.nan)
            for drawn in (fair, flat))
    if spec.fault == "peeking":
        row["told_accuracy"], row["accuracy"] = peeked(points)
    return row


def peeked(points: list[Point]) -> tuple[float, float]:
    """The test accuracy of the epoch that the test images choose, and of the one that the validation images choose."""
    test, validation = (np.array([point.figures[f"{split}_accuracy"] for point in points])
                        for split in ("test", "validation"))
    return float(test.max()), float(test[np.argmax(validation)])


def _trained(
    book: Book[Faulty], splits: Splits, mask: Mask, start: Params
) -> tuple[dict[str, np.ndarray], list[Point]]:
    spec = book.spec
    backend = _backend(book, splits, mask, start)
    points = []
    for point in train(backend, spec.training, splits, spec.seed):
        points.append(point)
        book.save()  # where the run is to stop, it ends here, and the round begins anew when it goes on
    return backend.params(), points


def _reads(book: Book[Faulty], splits: Splits, mask: Mask, params: Params) -> float:
    """Test accuracy of these weights under this mask, as they are."""
    return _backend(book, splits, mask, params).evaluate("test")[1]


def _backend(book: Book[Faulty], splits: Splits, mask: Mask, params: Params) -> Backend:
    """The dense one, whatever the density: it alone holds biases at zero, and runs are to differ by their fault."""
    options = dataclasses.replace(book.options, backend="dense")
    return backend_for(book.spec.net, book.spec.training, params, mask, splits, options)


def _counts(mask: Mask) -> dict[str, int]:
    weights = {name.removesuffix(".weight"): count for name, count in mask.counts().items() if name.endswith(".weight")}
    return {"kept": sum(weights.values()), **{f"{layer}.kept": count for layer, count in weights.items()}}


def _nonzero(params: Params) -> int:
    return sum(int(np.count_nonzero(value)) for name, value in params.items() if name.endswith(".weight"))


def _biases(params: Params) -> list[tuple[str, np.ndarray]]:
    return [(name, value) for name, value in params.items() if name.endswith(".bias")]
