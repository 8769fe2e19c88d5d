"""A stretch of a training, from one step to another, with nothing measured on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.data import Splits
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.state import Place
from lth_core.training.backends import Backend
from lth_core.training.order import batches

PIECE = 50  # steps between two looks at the clock: some milliseconds of an MLP, some seconds of a net with convolutions


def stretch(
    book: Book[Any], name: str, splits: Splits, mask: Mask, params: Params, start: int, stop: int, sibling: int = 0
) -> dict[str, np.ndarray]:
    """The parameters after the steps `start` to `stop` of the Spec's training, begun at `params` under `mask`; bit for
    bit those of a measured training. name: under which the book keeps them, and its place on the way, for a resumed
    run. sibling: which order of the examples."""
    state = book.state
    if name in state.trained:
        return state.trained[name]
    spec = book.spec
    backend = backend_for(spec.net, spec.training, params, mask, splits, book.options, step=start)
    pieces(book, name, backend, splits, begun(book, name, backend, start), stop, sibling)
    state.places.pop(name, None)
    state.trained[name] = backend.params()
    book.save()
    return state.trained[name]


def begun(book: Book[Any], name: str, backend: Backend, start: int) -> int:
    """Move `backend` to where an interrupted run left the training of that name, and say at which step that is;
    `start` for one that begins."""
    if not (place := book.state.places.get(name)):
        return start
    backend.restore(place.state)
    return place.step


def pieces(
    book: Book[Any], name: str, backend: Backend, splits: Splits, start: int, stop: int, sibling: int = 0
) -> None:
    """Take the steps `start` to `stop` of the Spec's order, looking at the clock after every PIECE: the place on the
    way is in the book under `name`, until whoever is done with it takes it out. Raises as `Book.save`."""
    spec, at = book.spec, start
    while at < stop:
        end = min(stop, at + PIECE)
        backend.advance(batches(spec.seed, len(splits.train.labels), spec.training.batch, at, end, sibling))
        at = end
        if book.due() and at < stop:
            book.state.places[name] = Place(at, backend.state())
            book.save()
