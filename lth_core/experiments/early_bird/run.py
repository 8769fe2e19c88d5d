"""Early-Bird tickets (You et al., ICLR 2020): is the mask known long before the weights are?

The paper prunes channels by their BatchNorm scale. Here single weights go by magnitude, so that every mask has exactly
as many weights of each layer as the lottery's ticket.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.early_bird.distance import pairs
from lth_core.experiments.early_bird.spec import EarlyBird
from lth_core.masks.mask import Mask
from lth_core.masks.prune import at_once
from lth_core.nets.params import Params, initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.running.state import Place
from lth_core.running.stretch import begun, pieces
from lth_core.snapshot import Snapshot
from lth_core.training.backends import Backend

DENSE = "dense"
RESTARTED, TRAINED_ON = "restarted", "trained-on"  # from θ₀; from the weights that the dense net has at that moment


def stream(spec: EarlyBird, options: Options) -> Iterator[Snapshot]:
    """Draw a mask at each of `spec.moments`, train it twice, and let the dense net go on.

    Tables: `dense`, what the whole net reads at each `step`. `distances`, a row a pair of moments: `first` < `second`,
    how far apart their masks are over `alive` weights and over `all` (see `distance`). `cells`, two rows a mask: `step`
    at which it was drawn, and what it reads after `spec.budget` steps more, begun at θ₀ (`restarted`) or at the dense
    net's own weights (`trained-on`, the optimiser started afresh, on the examples that come next). The test set is
    looked at once a net. A training that diverged draws no mask.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    dense, whole = _dense(book, splits), Mask.dense(spec.net)
    at = begun(book, DENSE, dense, 0)
    for number, moment in enumerate(spec.moments, 1):
        if moment < at:
            continue
        pieces(book, DENSE, dense, splits, at, moment)
        at, params = moment, dense.params()
        book.state.places[DENSE] = Place(at, dense.state())
        yield _reads(book, dense, number, at)
        if not all(np.isfinite(params[name]).all() for name in whole):
            break
        mask = at_once(spec.pruning, params, whole, spec.level)
        _compare(book, at, mask)
        for way, start in ((RESTARTED, initial(spec.net, spec.seed)), (TRAINED_ON, params)):
            if not book.has("cells", condition=way, step=at):
                row = _trained(book, splits, way, at, mask, start)
                book.add("cells", **row)
                book.save()
                yield Snapshot("cell", number, spec.rounds, way, spec.budget, spec.budget, row | {"drawn": at})
    yield Snapshot("done", spec.rounds, spec.rounds, result=book.result())


def _dense(book: Book[EarlyBird], splits: Splits) -> Backend:
    spec = book.spec
    return backend_for(spec.net, spec.training, initial(spec.net, spec.seed), Mask.dense(spec.net), splits,
                       book.options)


def _reads(book: Book[EarlyBird], dense: Backend, number: int, step: int) -> Snapshot:
    """Write down what the whole net reads at a moment."""
    spec = book.spec
    if not book.has("dense", step=step):
        loss, accuracy = dense.evaluate("test")
        book.add("dense", step=step, test_accuracy=accuracy, test_loss=loss)
    row = next(row for row in book.rows["dense"] if row["step"] == step)
    return Snapshot("dense", number, spec.rounds, DENSE, step, max(1, step), row)


def _compare(book: Book[EarlyBird], step: int, mask: Mask) -> None:
    """Put the mask beside all that were drawn before it."""
    drawn = book.state.masks
    if str(step) in drawn:
        return
    earlier = [(int(name), other) for name, other in drawn.items()]
    for (first, _), (alive, everywhere) in zip(earlier, pairs([other for _, other in earlier], mask), strict=True):
        book.add("distances", first=first, second=step, alive=alive, all=everywhere)
    drawn[str(step)] = mask


def _trained(book: Book[EarlyBird], splits: Splits, way: str, drawn: int, mask: Mask, start: Params) -> dict[str, Any]:
    """What a drawn ticket reads after its budget. Restarted it sees the first examples again, trained on the next."""
    spec = book.spec
    training = dataclasses.replace(spec.training, steps=spec.budget, warmup=min(spec.training.warmup, spec.budget))
    first = 0
    if way == TRAINED_ON:
        training, first = dataclasses.replace(training, warmup=0), drawn
    backend = backend_for(spec.net, training, start, mask, splits, book.options)
    pieces(book, way, backend, splits, begun(book, way, backend, first), first + spec.budget)
    book.state.places.pop(way, None)
    loss, accuracy = backend.evaluate("test")
    return {"round": spec.level, "condition": way, "replicate": 0, "step": drawn, "seed": spec.seed,
            "status": "ok" if math.isfinite(loss) else "diverged", **measures.survivors(mask),
            "test_accuracy": accuracy, "test_loss": loss}
