"""One trained net, pruned once to every sparsity: what chapter 1's slider drags through.

Each rung starts from the same trained weights θ_T. The lowest n go, by magnitude or at random; the test accuracy is
taken at once, and again after the survivors trained on for a while. No rung is rewound: this is ordinary pruning
(Han et al. 2015), the paradox that the lottery ticket hypothesis answers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np

from lth_core.data import Splits, load
from lth_core.experiments.ladder.spec import Ladder
from lth_core.masks.mask import Mask
from lth_core.masks.select import death_order, round_half_up
from lth_core.nets.layers import weight_count
from lth_core.nets.params import Params, initial, weight_names
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Net
from lth_core.streams import stream as chance
from lth_core.training.order import batches

CRITERIA = ("magnitude", "random")


def stream(spec: Ladder, options: Options) -> Iterator[Snapshot]:
    """Train, then climb. Tables: those of the dense training, and `rungs` with one row a rung: `sparsity` (nominal),
    `kept`, `total`, `threshold` (largest |w| pruned by magnitude), and test accuracies `magnitude`,
    `magnitude_retrained`, `random`, `random_retrained` in 0–1. Arrays: `theta/<name>`, the trained parameters; which
    weights a rung prunes follows from them by `ranks`.
    """
    splits = load(spec.data, spec.seed)
    book = Book.open(spec, options)
    if not book.has("cells", round=0):
        start = Start(initial(spec.net, spec.seed), Mask.dense(spec.net))
        yield from run_cell(book, splits, 0, Condition("ticket"), start, spec.training, 0)
    theta = book.state.final  # what the training left in the book, also in that of an interrupted run
    book.arrays = {f"theta/{name}": value for name, value in theta.items()}
    orders = {criterion: ranks(spec, theta, criterion) for criterion in CRITERIA}
    for rung in range(len(book.rows.get("rungs", [])), spec.rungs):
        row = _rung(spec, options, splits, theta, orders, rung)
        book.add("rungs", **row)
        book.save()
        yield Snapshot("rung", rung, spec.rungs - 1, step=rung, steps=spec.rungs - 1, measures=row)
    yield Snapshot("done", result=book.result())


def ranks(spec: Ladder, theta: Params, criterion: str) -> dict[str, np.ndarray]:
    """In which order weights die, 0 first, int32 arrays of the weights' shapes: pruning n kills the ranks below n.

    `magnitude` ranks by |θ_T|; `random` by a named stream. Under layer scope every layer has its own ranks, spread
    over the whole range so that one n still prunes the same share everywhere.
    """
    names = weight_names(spec.net)
    if criterion == "magnitude":
        scores = {name: np.abs(theta[name]) for name in names}
    else:
        scores = {name: chance(spec.seed, "mask", i).random(theta[name].shape) for i, name in enumerate(names)}
    if spec.scope == "layer":
        scores = {name: death_order({name: score})[name] / score.size for name, score in scores.items()}
    return death_order(scores)


def rung_mask(order: Mapping[str, np.ndarray], pruned: int) -> Mask:
    """The mask after `pruned` weights died."""
    return Mask({name: rank >= pruned for name, rank in order.items()})


def pruned_at(spec: Ladder, net: Net, rung: int) -> int:
    """Exact number of weights gone at a rung: rung 0 none, the last one all."""
    return round_half_up(weight_count(net) * rung / (spec.rungs - 1))


def _rung(
    spec: Ladder,
    options: Options,
    splits: Splits,
    theta: Params,
    orders: Mapping[str, Mapping[str, np.ndarray]],
    rung: int,
) -> dict[str, float]:
    gone = pruned_at(spec, spec.net, rung)
    row: dict[str, float] = {
        "sparsity": rung / (spec.rungs - 1), "kept": weight_count(spec.net) - gone, "total": weight_count(spec.net),
        "threshold": _threshold(theta, orders["magnitude"], gone),
    }
    for criterion, order in orders.items():
        row[criterion], row[f"{criterion}_retrained"] = _accuracies(spec, options, splits, theta,
                                                                    rung_mask(order, gone))
    return row


def _threshold(theta: Params, order: Mapping[str, np.ndarray], gone: int) -> float:
    """Largest magnitude among the pruned, 0 when nothing is pruned."""
    return max((float(np.abs(theta[name][rank < gone]).max(initial=0)) for name, rank in order.items()), default=0.0)


def _accuracies(
    spec: Ladder, options: Options, splits: Splits, theta: Params, mask: Mask
) -> tuple[float, float]:
    """Test accuracy of m ⊙ θ_T as it is, and after `retrain_steps` more steps with the optimiser started afresh."""
    training = dataclasses.replace(spec.training, steps=spec.retrain_steps)
    backend = backend_for(spec.net, training, theta, mask, splits, options)
    _, before = backend.evaluate("test")
    begin, end = spec.training.steps, spec.training.steps + spec.retrain_steps
    backend.advance(batches(spec.seed, len(splits.train.labels), training.batch, begin, end))
    _, after = backend.evaluate("test")
    return before, after
