"""What if one weight had lived, died or started on the other side of zero?

The ticket of a round is trained twice in every one of several orders of the examples: once as it is, once with a single
weight changed. The differences within pairs are the effect of the change; the spread between the pairs shows how much
the order alone does. One weight of a thousand seldom does more.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.counterfactual.spec import Counterfactual
from lth_core.experiments.lottery.mask_source import mask_after
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.drawn import place
from lth_core.nets.params import Params, initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.training.trial import train

NAMES = ("unchanged", "changed")


def stream(spec: Counterfactual, options: Options) -> Iterator[Snapshot]:
    """Table `cells`, one row a training: `order`, `changed` (0 or 1), `alive` (is the weight in the mask),
    `test_accuracy`, `validation_loss`, `early_stop_step`, the weight's value `edge_start` and `edge_end`, its
    `edge_rank` among the `kept` of its layer (0 is the smallest), and `next_pruned`: would the next round take it?
    Table `curves`, one row a measured point: validation figures and `edge`, the weight's value."""
    # In the snapshots every training is a round of its own, those that find the mask first: progress then rises evenly.
    last = spec.level + 2 * spec.orders - 1
    for snapshot in _moments(spec, options):
        yield dataclasses.replace(snapshot, rounds=last)


def _moments(spec: Counterfactual, options: Options) -> Iterator[Snapshot]:
    splits = load(spec.data, spec.seed)
    book = Book.open(spec, options)
    mask = yield from mask_after(book, spec.lottery, spec.level, look=False)  # of the very net that is on the screen
    theta0 = initial(spec.net, spec.seed)
    for order in range(spec.orders):
        for changed in (0, 1):
            if not book.has("cells", order=order, changed=changed):
                start = change(spec, theta0, mask) if changed else (theta0, mask)
                yield from _train(book, splits, order, changed, *start)
                book.save()
    yield Snapshot("done", spec.level + 2 * spec.orders - 1, result=book.result())


def change(spec: Counterfactual, theta0: Params, mask: Mask) -> tuple[dict[str, np.ndarray], Mask]:
    """θ₀ and the mask after the action. Killing the dead or reviving the living changes nothing."""
    name, at = place(spec.net, spec.edge)
    theta, layers = {key: np.array(value) for key, value in theta0.items()}, {key: np.array(mask[key]) for key in mask}
    if spec.action == "flip":
        theta[name][at] *= -1
    else:
        layers[name][at] = spec.action == "revive"
    return theta, Mask(layers)


def _train(
    book: Book[Counterfactual], splits: Splits, order: int, changed: int, theta: Params, mask: Mask
) -> Iterator[Snapshot]:
    """One training and its rows."""
    spec, options = book.spec, book.options
    name, at = place(spec.net, spec.edge)
    backend = backend_for(spec.net, spec.training, theta, mask, splits, options)
    number, steps = spec.level + 2 * order + changed, spec.training.steps
    curve: list[dict[str, float]] = []
    for point in train(backend, spec.training, splits, spec.seed, sibling=order):
        curve.append({"step": point.step, **point.figures, "edge": float(backend.params()[name][at])})
        yield Snapshot("train", number, 0, NAMES[changed], point.step, steps, point.figures)
    for row in curve:
        book.add("curves", order=order, changed=changed, **row)
    losses = np.array([row.get("validation_loss", math.nan) for row in curve])
    best = measures.early_stop(losses)
    book.add("cells", order=order, changed=changed, alive=int(mask[name][at]),
             test_accuracy=curve[-1].get("test_accuracy", math.nan), validation_loss=losses[-1],
             early_stop_step=int(curve[best]["step"]) if best >= 0 else -1,
             edge_start=curve[0]["edge"], edge_end=curve[-1]["edge"], **_rank(spec, backend.params(), mask))
    yield Snapshot("cell", number, 0, NAMES[changed], steps, steps)


def _rank(spec: Counterfactual, params: Params, mask: Mask) -> dict[str, int]:
    """Where the weight stands in its layer after training, and whether the next pruning would take it."""
    name, at = place(spec.net, spec.edge)
    alive = mask[name]
    sizes, own = np.abs(params[name]), abs(float(params[name][at]))
    earlier = np.arange(alive.size).reshape(alive.shape) < at[0] * alive.shape[1] + at[1]
    before = (sizes < own) | ((sizes == own) & earlier)
    finite = all(np.isfinite(params[layer]).all() for layer in mask)
    theta0 = initial(spec.net, spec.seed)
    smaller = prune(spec.pruning, mask, params, spec.seed, spec.level + 1, theta0) if finite else mask
    return {"edge_rank": int(np.count_nonzero(before & alive)), "kept": int(np.count_nonzero(alive)),
            "next_pruned": int(alive[at] and not smaller[name][at])}
