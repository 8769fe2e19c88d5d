"""One cell of the lottery: a training under one condition at one density, recorded in the book."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.data import Splits
from lth_core.masks.mask import Mask
from lth_core.nets.drawn import SMALL, followed
from lth_core.nets.layers import layers, weight_count
from lth_core.nets.params import Params
from lth_core.results.weights import flat, rest
from lth_core.running import population
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.conditions import Start
from lth_core.running.state import Place
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Training
from lth_core.training.backends import Backend
from lth_core.training.trial import Point, over, train

# Examples behind the gradient-flow figure: enough for a stable norm, few enough to cost milliseconds.
FLOW_EXAMPLES = 256
CELL = "cell"  # the place of the training in progress: there is one at a time


def run_cell(
    book: Book[Any], splits: Splits, level: int, condition: Condition, start: Start, training: Training, first: int,
    keep: bool = False,
) -> Iterator[Snapshot]:
    """Train from `start` and write rows to `curves`, `cells` and `costs`; yields `train` snapshots and one `cell`.

    keep: leave the trained parameters in the book's state, under the condition's name, for a next round.
    """
    where = {"round": level, "condition": condition.name, "replicate": condition.replicate}
    if not start.trains:
        training = dataclasses.replace(training, steps=first)
    backend = backend_for(book.spec.net, training, start.params, start.mask, splits, book.options, step=first,
                          frozen=start.frozen)
    place = place_of(book, where)
    path = list(place.path) if place and place.path is not None else []
    after, best, spent = resumed(book, where, backend, training, first)
    began = book.options.clock() - spent
    points = train(backend, training, splits, book.spec.seed, start=first, after=after, best=best,
                   extra=book.spec.stops(level), show=_shown(book, start.mask, level, condition, training))
    for point in points:
        book.add("curves", **where, step=point.step, batch_loss=point.batch_loss, **point.figures)
        weights = _weights(book, start.mask, backend)
        path += _steps(book, condition, start.mask, weights or backend.params())
        _keep_rewind_point(book, level, point, backend)
        _keep_place(book, where, point, backend, book.options.clock() - began, path)
        yield Snapshot("train", level, book.spec.rounds, condition.name, point.step, training.steps,
                       {"batch_loss": point.batch_loss, "density": start.mask.density, **point.figures}, weights)
    cost = {"seconds": book.options.clock() - began, "backend": backend.name,
            "flops": measures.flops(start.mask, training.batch, training.steps - first, _uses(book))}
    cell = _finish(book, splits, where, start, training, first, backend)
    book.add("costs", **where, **cost)
    if condition.name == "ticket":
        _keep_ticket(book, level, start.mask, backend.params(), path)
    if keep:
        book.state.trained[condition.name] = backend.params()
    book.state.places.pop(CELL, None)
    book.save()
    yield Snapshot("cell", level, book.spec.rounds, condition.name, training.steps, training.steps, {**cell, **cost})


def _shown(
    book: Book[Any], mask: Mask, level: int, condition: Condition, training: Training
) -> Callable[[Backend], None] | None:
    """Where to say which backend trains, if somebody draws it."""
    look = book.options.look
    if look is None:
        return None
    return look.at(book.spec.net, mask, round=level, rounds=book.spec.rounds, condition=condition.name,
                   steps=training.steps)


def place_of(book: Book[Any], where: dict[str, Any]) -> Place | None:
    """Where an interrupted run left this training; None for one that begins."""
    place = book.state.places.get(CELL)
    return place if place and place.where == where else None


def resumed(
    book: Book[Any], where: dict[str, Any], backend: Backend, training: Training, first: int
) -> tuple[int, float, float]:
    """Move `backend` to where an interrupted run left this training: (last measured step, lowest validation loss so
    far, seconds spent), which are (−1, ∞, 0) for one that begins."""
    place, told = place_of(book, where), curve(book, where)
    after, spent = (place.step, place.seconds) if place else (-1, 0.0)
    if place:
        backend.restore(place.state)
    if told and over(told[-1], first):
        after = training.steps  # it was interrupted between diverging and being written down
    return after, min((row.get("validation_loss", math.inf) for row in told), default=math.inf), spent


def curve(book: Book[Any], where: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows this training has written so far."""
    return [row for row in book.rows.get("curves", []) if all(row[name] == value for name, value in where.items())]


def _keep_rewind_point(book: Book[Any], level: int, point: Point, backend: Backend) -> None:
    if point.step > 0 and point.step in book.spec.stops(level):
        book.state.rewound = backend.params()
        book.arrays["final/rewound"] = flat(backend.params(), Mask.dense(book.spec.net))


def _keep_place(
    book: Book[Any], where: dict[str, Any], point: Point, backend: Backend, seconds: float, path: list[np.ndarray]
) -> None:
    if book.due():
        book.state.places[CELL] = Place(point.step, backend.state(), where, seconds, np.stack(path) if path else None)
        book.save()


def _finish(
    book: Book[Any], splits: Splits, where: dict[str, Any], start: Start, training: Training, first: int,
    backend: Backend,
) -> dict[str, Any]:
    """The cell's row: what the curve amounts to, and what the net looks like."""
    told, params = curve(book, where), backend.params()
    cell = outcome(told, where, book.spec.seed, start.mask, training, first)
    if book.spec.net.name == "mlp":  # elsewhere paths are more than a chain of matrices
        cell |= measures.connectivity(start.mask)
    plain = book.spec.net.name == "mlp" and not book.spec.net.batchnorm
    if training.measure in ("test", "all") and plain and not start.frozen:
        images, labels = splits.train.head(FLOW_EXAMPLES), splits.train.labels[:FLOW_EXAMPLES]
        cell["gradient_flow_start"] = measures.gradient_flow(start.params, start.mask, images, labels)
        cell["gradient_flow_end"] = measures.gradient_flow(params, start.mask, images, labels)
    if book.spec.net.batchnorm:  # running averages fail in the sparsest nets
        anew = population.errors(book.spec.net, training, start.mask, params, splits, book.options)
        cell["population_test_accuracy"] = 1 - anew["test_error"]
    book.add("cells", **cell)
    return cell


def outcome(
    curve: list[dict[str, Any]], where: dict[str, Any], seed: int, mask: Mask, training: Training, first: int
) -> dict[str, Any]:
    """What a training amounts to: its last point, its early-stopping point, and how many weights it had."""
    losses = np.array([row.get("validation_loss", math.nan) for row in curve])
    best = measures.early_stop(losses)
    last = curve[-1]
    return {
        **where,
        "seed": seed,
        "status": "ok" if last["step"] == training.steps and math.isfinite(last["train_loss"]) else "diverged",
        **measures.survivors(mask),
        **{name: last.get(name, math.nan) for name in FINAL},
        "early_stop_step": curve[best]["step"] if best >= 0 else -1,
        "early_stop_validation_loss": losses[best] if best >= 0 else math.nan,
        "early_stop_test_accuracy": curve[best].get("test_accuracy", math.nan) if best >= 0 else math.nan,
        "first_step": first,
        "steps": training.steps,
    }


def _uses(book: Book[Any]) -> dict[str, int]:
    """How often one image uses each weight of a layer."""
    return {f"{layer.name}.weight": layer.uses for layer in layers(book.spec.net)}


FINAL = ("test_accuracy", "test_loss", "validation_accuracy", "validation_loss", "train_accuracy", "train_loss")


def _weights(book: Book[Any], mask: Mask, backend: Backend) -> dict[str, np.ndarray]:
    """All weights of a net small enough to draw, otherwise nothing."""
    if weight_count(book.spec.net) > SMALL:
        return {}
    params = backend.params()
    return {name: params[name] for name in mask}


def _steps(book: Book[Any], condition: Condition, mask: Mask, params: Params) -> list[np.ndarray]:
    """The followed survivors' values now, in a list; nothing for controls, whose weights nobody follows, and nothing of
    a net with convolutions, which no drawing shows."""
    if condition.name != "ticket" or book.spec.net.name != "mlp":
        return []
    chosen = followed(book.spec.net)
    alive, values = (np.concatenate([layer[name].ravel() for name in mask])[chosen] for layer in (mask, params))
    return [values[alive]]


def _keep_ticket(book: Book[Any], level: int, mask: Mask, params: Params, path: list[np.ndarray]) -> None:
    book.state.final = dict(params)
    if level == 0:
        book.state.dense = dict(params)
    book.arrays[f"final/{level}"] = np.concatenate([params[name][mask[name]] for name in mask])
    book.arrays[f"final/{level}/rest"] = rest(params, mask)
    if path:
        book.arrays[f"path/{level}"] = np.stack(path)  # (points, followed survivors)
