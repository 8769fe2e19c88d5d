"""Buying tickets blindly: many random sub-networks of one dense net, each trained from its own θ₀.

All tickets share θ₀, data, batch order and budget; only the mask differs. So what varies from ticket to ticket is the
ticket, and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.draws.spec import Draws, found_by_pruning
from lth_core.experiments.draws.tickets import Tickets, draw
from lth_core.experiments.lottery import run as rounds
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.running.backend_for import backend_for, kind_for
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.training.backends import GPU, choose, prepare
from lth_core.training.backends.replicas import Replica, train_replicas
from lth_core.training.backends.stack import Stack
from lth_core.training.order import batches

# Points of a ticket's learning curve: enough for a small chart, and 200 tickets still fit in 20 kB.
POINTS = 12
# Tickets handed to the replica kernel at once: it groups them as suits the cache. More would only hold memory. A
# graphics card takes thousands in one go.
TOGETHER, ON_A_CARD = 96, 2_500


def stream(spec: Draws, options: Options) -> Iterator[Snapshot]:
    """Train the dense seeds, then the tickets, each yielding one `cell` snapshot as it finishes; a single ticket also
    yields a `train` snapshot at every point of its learning curve.

    Tables: `dense`, one row a whole net (`replicate` r has seed + r): `test_accuracy`. `cells`, one row a ticket:
    `draw` (its number), `kept`, `test_accuracy`, `dead_units`, `live_inputs`, `log10_paths`. `curves` and
    `dense_curves`: `batch_loss`, the mean mini-batch loss of the steps since the previous point, at POINTS `step`s.
    With `found`, a ticket of the same density is found by iterative magnitude pruning at the end: table `found`, one
    row a round (`round`, `kept`, `density`, `test_accuracy`), and its mask as arrays `found/<weight>`, bool (out, in).
    The masks of the draws are not stored: `tickets.draw` gives them back.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    for replicate in range(spec.dense_seeds):
        if not book.has("dense", replicate=replicate):
            yield _dense(book, splits, replicate)
    finished = {row["draw"] for row in book.rows.get("cells", ())}
    missing = [ticket for ticket in range(spec.first, spec.first + spec.draws) if ticket not in finished]
    if len(missing) == 1:
        yield from _watched(book, splits, missing[0])
        missing = []
    try:
        together = ON_A_CARD if options.backend == GPU else TOGETHER
        for start in range(0, len(missing), together):
            for ticket, mask, losses, accuracy in _trained(book, splits, missing[start : start + together]):
                yield _ticket(book, ticket, mask, losses, accuracy)
    except GeneratorExit:
        book.save(now=True)  # whoever listened has left, and may want what he has seen: see `part`
        raise
    for table in ("cells", "curves"):
        # They came as they finished; the sort keeps steps in order. Without a step there are no curves.
        book.rows.setdefault(table, []).sort(key=lambda row: row["draw"])
    if spec.found and spec.density < 1 and not book.has("found", round=found_by_pruning(spec).pruning.rounds):
        yield from _found(book)
    yield Snapshot("done", spec.draws, spec.draws, result=book.result())


def _dense(book: Book[Draws], splits: Splits, replicate: int) -> Snapshot:
    """One training of the whole net, from its own seed and in its own order."""
    seed = book.spec.seed + replicate
    row = {"replicate": replicate, "seed": seed}
    losses, accuracy = _train(book, splits, Mask.dense(book.spec.net), seed)
    _add_curve(book, "dense_curves", row, losses)
    book.add("dense", **row, test_accuracy=accuracy)
    book.save()
    return _finished(book, "dense", row | {"test_accuracy": accuracy})


def _ticket(book: Book[Draws], ticket: int, mask: Mask, losses: np.ndarray, accuracy: float) -> Snapshot:
    """Write down one trained ticket."""
    row = {"draw": ticket, "kept": mask.kept, "test_accuracy": accuracy, **measures.connectivity(mask)}
    _add_curve(book, "curves", {"draw": ticket}, losses)
    book.add("cells", **row)
    book.save()
    return _finished(book, "draw", row)


def _watched(book: Book[Draws], splits: Splits, ticket: int) -> Iterator[Snapshot]:
    """A single ticket, which tells its learning curve while it trains. The same kernel as among many, hence the same
    numbers."""
    spec, options, data = book.spec, book.options, prepare(splits)
    mask, theta0 = draw(spec.net, spec.density, spec.seed, ticket), initial(spec.net, spec.seed)
    backend: Any
    if _alone(spec, options, mask):
        backend = backend_for(spec.net, spec.training, theta0, mask, splits, options)
    else:
        backend = Stack(spec.net, spec.training, [theta0], [mask], data)
    order = batches(spec.seed, len(splits.train.labels), spec.training.batch, 0, spec.training.steps)
    done = len(book.rows.get("cells", ()))
    losses = [np.empty(0, np.float32)]
    for start, stop in _points(len(order)):
        losses.append(np.ravel(backend.advance(order[start:stop])).astype(np.float32))
        yield Snapshot("train", done, spec.draws, "draw", stop, len(order),
                       {"draw": ticket, "batch_loss": float(losses[-1].mean())})
    accuracy = float(np.ravel(backend.evaluate("test"))[1])  # loss, accuracy
    yield _ticket(book, ticket, mask, np.concatenate(losses), accuracy)


def _alone(spec: Draws, options: Options, mask: Mask) -> bool:
    """Are such tickets trained one by one, rather than by the replica kernel?"""
    kind = kind_for(spec.net, spec.training, mask, options)
    if options.backend == GPU:
        return choose(spec.net, spec.training, mask) in ("reference", "batchnorm")
    return options.backend is not None or kind in ("reference", "batchnorm")


def _trained(
    book: Book[Draws], splits: Splits, tickets: Sequence[int]
) -> Iterator[tuple[int, Mask, np.ndarray, float]]:
    """(ticket, mask, mini-batch losses, test accuracy) of each as it finishes, from θ₀ and in the order of the seed."""
    spec, options = book.spec, book.options
    masks = Tickets(spec.net, spec.density, spec.seed, tickets)
    if _alone(spec, options, masks[0]):
        for ticket, mask in zip(tickets, masks, strict=True):
            yield ticket, mask, *_train(book, splits, mask, spec.seed)
        return
    order = batches(spec.seed, len(splits.train.labels), spec.training.batch, 0, spec.training.steps)
    asked = spec.net, spec.training, [initial(spec.net, spec.seed)] * len(masks), masks, prepare(splits), order
    for done in _on_a_card(*asked) if options.backend == GPU else train_replicas(*asked, options.threads):
        yield tickets[done.index], masks[done.index], done.losses, done.figures["test"][1]


def _on_a_card(*asked: Any) -> Iterator[Replica]:
    from lth_core.training.backends.many import train_many  # here: torch takes a second to load

    return train_many(GPU, *asked)


def _found(book: Book[Draws]) -> Iterator[Snapshot]:
    """The ticket that pruning finds: a few trainings, begun anew if the run was interrupted among them."""
    spec = book.spec
    book.rows["found"], mask = [], Mask.dense(spec.net)
    for snapshot in rounds.stream(found_by_pruning(spec), dataclasses.replace(book.options, checkpoint=None)):
        if snapshot.stage == "cell":
            row = {"round": snapshot.round} | {name: snapshot.measures[name] for name in FOUND}
            book.add("found", **row)
            yield _finished(book, "found", row)
        if snapshot.mask:
            mask = snapshot.mask
    book.arrays |= {f"found/{name}": mask[name] for name in mask}


FOUND = ("kept", "density", "test_accuracy")


def _train(book: Book[Draws], splits: Splits, mask: Mask, seed: int) -> tuple[np.ndarray, float]:
    """Mini-batch losses (steps,) and test accuracy of θ₀(seed) ⊙ mask after the whole budget.

    The test set is looked at once, at the end, and chooses nothing. Looking at the validation set on the way would
    take longer than the training.
    """
    spec, options = book.spec, book.options
    backend = backend_for(spec.net, spec.training, initial(spec.net, seed), mask, splits, options)
    order = batches(seed, len(splits.train.labels), spec.training.batch, 0, spec.training.steps)
    losses = backend.advance(order) if len(order) else np.empty(0, np.float32)
    return losses, backend.evaluate("test")[1]


def _add_curve(book: Book[Draws], table: str, where: dict[str, int], losses: np.ndarray) -> None:
    for start, stop in _points(len(losses)):
        book.add(table, **where, step=stop, batch_loss=float(losses[start:stop].mean()))


def _points(steps: int) -> Iterator[tuple[int, int]]:
    """First step and end of each stretch whose mean loss is a point of the learning curve."""
    return pairwise(np.linspace(0, steps, min(POINTS, steps) + 1).astype(int).tolist())


def _finished(book: Book[Draws], condition: str, row: dict[str, float]) -> Snapshot:
    """The snapshot of a finished training; `round` counts finished tickets, so that progress can be told."""
    spec = book.spec
    done = len(book.rows.get("cells", ()))
    return Snapshot("cell", done, spec.draws, condition, spec.training.steps, spec.training.steps,
                    {name: float(value) for name, value in row.items()})
