"""Labels by lot (Zhang et al., ICLR 2017): nets learn them by heart. Is there a ticket for that too?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.random_labels.labels import shuffled
from lth_core.experiments.random_labels.spec import NETS, RandomLabels
from lth_core.masks.mask import Mask
from lth_core.masks.prune import at_once
from lth_core.nets.params import initial
from lth_core.running.backend_for import kind_for
from lth_core.running.book import Book
from lth_core.running.cell import CELL, curve, resumed
from lth_core.running.conditions import Start, begin
from lth_core.running.options import Options
from lth_core.running.state import Place
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition
from lth_core.training.backends import Backend, Prepared, build, prepare
from lth_core.training.trial import over, train

DENSE = NETS[0]


def stream(spec: RandomLabels, options: Options) -> Iterator[Snapshot]:
    """Train the whole net, cut its ticket, and train the ticket, its mask on fresh weights, and a random mask.

    Each stops at the first look at which it gets `spec.fit` of its training images right (of the first
    `examples.PROBE`), or when its steps are used up. Tables: `labels`, one row: how many `images` there are, and the
    share of their labels that is another one now (`other`). `cells`, a row a net: whether it `fitted`, at which
    `fit_step` it stopped, and what it reads then; `test_accuracy` is of test images with their true labels. `curves`
    and `costs` as in the lottery. A net that diverged leaves no ticket.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    true = splits.train.labels
    mixed = shuffled(true, spec.share, spec.seed)
    book.rows["labels"] = [{"images": len(true), "other": float(np.mean(mixed != true))}]
    data, whole, theta0 = prepare(splits).learning(mixed), Mask.dense(spec.net), initial(spec.net, spec.seed)
    if not book.has("cells", condition=DENSE):
        yield from _learn(book, splits, data, DENSE, Start(theta0, whole))
    params = book.state.trained[DENSE]
    if all(np.isfinite(params[name]).all() for name in whole):
        mask = at_once(spec.pruning, params, whole, spec.level)
        for name in NETS[1:]:
            if not book.has("cells", condition=name):
                start = begin(Condition(name), spec.net, spec.seed, spec.level, mask, theta0)
                yield from _learn(book, splits, data, name, start)
    yield Snapshot("done", spec.rounds, spec.rounds, result=book.result())


def _learn(book: Book[RandomLabels], splits: Splits, data: Prepared, name: str, start: Start) -> Iterator[Snapshot]:
    """One training until it fits; yields `train` snapshots and one `cell`."""
    spec, number = book.spec, NETS.index(name) + 1
    where = {"round": spec.level if number > 1 else 0, "condition": name, "replicate": 0}
    kind = kind_for(spec.net, spec.training, start.mask, book.options)
    backend = build(kind, spec.net, spec.training, start.params, start.mask, data, book.options.threads)
    after, _, spent = resumed(book, where, backend, spec.training, 0)
    began = book.options.clock() - spent
    told = curve(book, where)
    if told and told[-1]["train_accuracy"] >= spec.fit:
        after = spec.training.steps  # it was interrupted between fitting and being written down
    with closing(train(backend, spec.training, splits, spec.seed, after=after)) as points:
        for point in points:
            book.add("curves", **where, step=point.step, batch_loss=point.batch_loss, **point.figures)
            if book.due():
                book.state.places[CELL] = Place(point.step, backend.state(), where, book.options.clock() - began)
                book.save()
            yield Snapshot("train", number, spec.rounds, name, point.step, spec.training.steps,
                           {"batch_loss": point.batch_loss, **point.figures})
            if point.figures["train_accuracy"] >= spec.fit:
                break
    row = _row(book, where, start.mask, backend)
    book.add("cells", **row)
    book.add("costs", **where, seconds=book.options.clock() - began, backend=backend.name)
    if number == 1:
        book.state.trained[name] = backend.params()
    book.state.places.pop(CELL, None)
    book.save()
    yield Snapshot("cell", number, spec.rounds, name, spec.training.steps, spec.training.steps, row)


def _row(book: Book[RandomLabels], where: dict[str, Any], mask: Mask, backend: Backend) -> dict[str, Any]:
    """What a training amounts to."""
    last, spec = curve(book, where)[-1], book.spec
    loss, accuracy = backend.evaluate("test")
    return {**where, "seed": spec.seed, "status": "diverged" if over(last, 0) or not math.isfinite(loss) else "ok",
            "fitted": int(last["train_accuracy"] >= spec.fit), "fit_step": last["step"], **measures.survivors(mask),
            "train_accuracy": last["train_accuracy"], "train_loss": last["train_loss"], "test_accuracy": accuracy,
            "test_loss": loss}
