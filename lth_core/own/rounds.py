"""The lottery on a net of your own: the same rounds, conditions and tables as `experiments.lottery.run`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.experiments.lottery.run import budget, conditions_at, next_mask
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.own.fast import Fast, known
from lth_core.own.loop import Brought, Loop
from lth_core.own.spec import Own
from lth_core.running.book import Book
from lth_core.running.cell import CELL, curve, outcome, resumed
from lth_core.running.conditions import TICKET, Start, begin_with
from lth_core.running.options import Options
from lth_core.running.state import Place
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Training
from lth_core.training.trial import Point, train


def stream(spec: Own, brought: Brought, options: Options) -> Iterator[Snapshot]:
    """Every moment of the experiment, as `engine.stream` gives those of a Lottery.

    Tables `cells`, `curves`, `costs` and `movement` as a lottery has them. Arrays, for each parameter and buffer NAME:
    `theta0/NAME`, `rewound/NAME` where the tickets rewind to a later step, `final/ROUND/NAME`, the ticket's after its
    training; and `died/NAME` of each pruned weight, the round it died in (0: it survived all), uint8.
    """
    book = Book.open(spec, options)
    theta0, mask = brought.net.theta0(), brought.net.dense()
    book.arrays |= {f"theta0/{name}": value for name, value in theta0.items()}
    for level in range(spec.pruning.rounds + 1):
        if level:
            mask = next_mask(book, level, mask, theta0, spec.shares())
            yield Snapshot("prune", level, spec.pruning.rounds, measures=measures.survivors(mask), mask=mask)
        for condition in conditions_at(spec, level):
            where = {"round": level, "condition": condition.name, "replicate": condition.replicate}
            if not book.has("cells", **where):
                start = _start(book, spec, brought, level, condition, mask, theta0)
                yield from _cell(book, spec, brought, where, condition, start)
        if book.has("cells", round=level, condition="ticket", status="diverged"):
            break  # no magnitudes worth ranking are left; what was measured stays
    yield Snapshot("done", spec.pruning.rounds, spec.pruning.rounds, result=book.result())


def _start(
    book: Book[Own], spec: Own, brought: Brought, level: int, condition: Condition, mask: Mask, theta0: Params,
) -> Start:
    rewound: Params = (book.state.rewound or theta0) if level else theta0
    if condition == TICKET and level and spec.rewind.mode != "weights":
        rewound = book.state.final
    start = begin_with(condition, spec.seed, level, mask, rewound, lambda *at: brought.net.fresh(spec.seed, *at),
                       brought.net.spread)
    if condition == TICKET:
        book.state.began = dict(start.params)
    return start


def _cell(
    book: Book[Own], spec: Own, brought: Brought, where: dict[str, Any], condition: Condition, start: Start
) -> Iterator[Snapshot]:
    """One training, from its start or from where it was interrupted, to its rows."""
    level, rounds = where["round"], spec.pruning.rounds
    training, first = budget(spec, level, start)
    if not start.trains:
        training = dataclasses.replace(training, steps=first)
    loop = _loop(book, spec, brought, start, training, first)
    after, best, spent = resumed(book, where, loop, training, first)
    began = book.options.clock() - spent
    splits: Any = brought.data  # of which the loop asks no more than how many training examples there are
    for point in train(loop, training, splits, spec.seed, start=first, after=after, best=best,
                       extra=spec.stops(level)):
        book.add("curves", **where, step=point.step, batch_loss=point.batch_loss, **point.figures)
        if point.step > 0 and point.step in spec.stops(level):
            book.state.rewound = loop.params()
            book.arrays |= {f"rewound/{name}": value for name, value in loop.params().items()}
        _keep_place(book, where, point, loop, book.options.clock() - began)
        yield Snapshot("train", level, rounds, condition.name, point.step, training.steps,
                       {"batch_loss": point.batch_loss, **point.figures})
    cell = outcome(curve(book, where), where, spec.seed, start.mask, training, first)
    cost = {"seconds": book.options.clock() - began, "backend": loop.name}
    book.add("cells", **cell)
    book.add("costs", **where, **cost)
    if condition == TICKET:
        _keep_ticket(book, level, loop.params())
    book.state.places.pop(CELL, None)
    book.save()
    yield Snapshot("cell", level, rounds, condition.name, training.steps, training.steps, {**cell, **cost})


def _loop(book: Book[Own], spec: Own, brought: Brought, start: Start, training: Training, first: int) -> Loop | Fast:
    """What trains: the kernels where they know the net and nobody asked for autograd, else a loop of its own."""
    net, threads = known(brought, training) if book.options.backend is None else None, book.options.threads
    if net:
        return Fast(net, brought, training, start.params, start.mask, threads, first, start.frozen)
    return Loop(brought, training, start.params, start.mask, spec.seed, threads, first, start.frozen)


def _keep_place(book: Book[Own], where: dict[str, Any], point: Point, loop: Loop | Fast, seconds: float) -> None:
    """A checkpoint within a training; without one that can be kept, the run goes on from the last whole training."""
    if book.due() and loop.resumable:
        book.state.places[CELL] = Place(point.step, loop.state(), where, seconds, None)
        book.save()


def _keep_ticket(book: Book[Own], level: int, params: dict[str, np.ndarray]) -> None:
    book.state.final = params
    if level == 0:
        book.state.dense = params
    book.arrays |= {f"final/{level}/{name}": value for name, value in params.items()}
