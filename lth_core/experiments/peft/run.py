"""Teach a trained net something new, with most of it frozen: full tuning, LoRA, adapters, biases alone, a mask."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from lth_core.data import Part, Splits, load
from lth_core.experiments.peft import tune
from lth_core.experiments.peft.net import Tuned
from lth_core.experiments.peft.price import answer
from lth_core.experiments.peft.spec import Peft
from lth_core.experiments.peft.ways import begin, count, masks
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial, layer_names
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.one_thread import one_thread
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.training.order import batches
from lth_core.training.trial import train

BASE, ALL, MASKED = "base", "all", ("ticket", "random")


def stream(spec: Peft, options: Options) -> Iterator[Snapshot]:
    """Tables `curves` (of the training before the tunings) and `cells`: row 0 the trained net, then one a tuning.

    condition, width: how it is tuned, and the rank or bottleneck. trained: numbers that move. Shares of the test split
    that are read right: `test_accuracy` of the new classes among the new outputs, `open_accuracy` of the same among
    all; `old_accuracy` and `old_open_accuracy` of the old classes likewise. state_bytes: see `tune.held`. answer,
    answer_apart: see `price.answer`. Table `costs`: `seconds` of processor time a tuning took. Table `merges`, of LoRA:
    how far merging it into the net moves a logit of the new test images (`gap`), and how many answers it changes.
    """
    old, new, book = load(spec.source, spec.seed), load(spec.data, spec.seed), Book.open(spec, options)
    if BASE not in book.state.trained:
        yield from _first(spec, book, old)
    base = book.state.trained[BASE]
    if not book.has("cells", condition=BASE):
        net = _net(spec, base, begin(spec, "outputs", 0, base))
        yield _written(spec, book, 0, (BASE, 0), {"trained": 0, "state_bytes": 0}, net, old, new)
    if all(np.isfinite(value).all() for value in base.values()):
        yield from _tunings(spec, book, old, new)
    yield Snapshot("done", spec.rounds, spec.rounds, result=book.result())


def _first(spec: Peft, book: Book[Peft], splits: Splits) -> Iterator[Snapshot]:
    """Train the net on the old classes, among their outputs alone: the others' rows stay as they were drawn."""
    params, last = initial(spec.net, spec.seed), layer_names(spec.net)[-1]
    net = dataclasses.replace(spec.net, sizes=(*spec.net.sizes[:-1], spec.old))
    first = {name: value[: spec.old] if name.startswith(f"{last}.") else value for name, value in params.items()}
    backend = backend_for(net, spec.training, first, Mask.dense(net), splits, book.options)
    for point in train(backend, spec.training, splits, spec.seed):
        book.add("curves", round=0, condition=BASE, step=point.step, batch_loss=point.batch_loss, **point.figures)
        yield Snapshot("train", 0, spec.rounds, BASE, point.step, spec.training.steps, point.figures)
    for name, value in backend.params().items():
        params[name][: len(value)] = value
    book.state.trained[BASE] = params
    book.save()


def _tunings(spec: Peft, book: Book[Peft], old: Splits, new: Splits) -> Iterator[Snapshot]:
    """Every tuning from the trained net, all on the same batches."""
    base, kept = book.state.trained[BASE], book.state.trained
    order = batches(spec.seed, len(new.train.labels), spec.training.batch, 0, spec.tune_steps)
    for number, (how, size) in enumerate(spec.tunings, 1):
        if book.has("cells", condition=how, width=size):
            continue
        mask = masks(spec, size, base, kept[ALL])[how] if how in MASKED else None
        net = _net(spec, base, begin(spec, how, size, base, mask), size, mask)
        seconds, held = tune.train(net, new.train, order, spec.rate(how))
        if how == ALL:
            kept[ALL] = {name: value.numpy() for name, value in net.merged().items()}
        if how == "lora":
            book.add("merges", round=number, condition=how, width=size, **merge(net, new.test.images))
        book.add("costs", round=number, condition=how, width=size, seconds=seconds)
        told = {"trained": count(spec, how, size), "state_bytes": held}
        yield _written(spec, book, number, (how, size), told, net, old, new)


def _net(spec: Peft, base: Params, moving: Params, size: int = 0, mask: Mask | None = None) -> Tuned:
    return Tuned({name: torch.tensor(value) for name, value in base.items()},
                 {name: torch.tensor(value, requires_grad=True) for name, value in moving.items()},
                 spec.alpha / max(1, size),
                 {name.removesuffix(".weight"): torch.from_numpy(np.flatnonzero(alive))
                  for name, alive in (mask or {}).items()})


def _written(
    spec: Peft, book: Book[Peft], number: int, way: tuple[str, int], told: Mapping[str, Any], net: Tuned, old: Splits,
    new: Splits,
) -> Snapshot:
    """The row of a net, in the book and as a Snapshot."""
    finite = all(bool(value.isfinite().all()) for value in (*net.frozen.values(), *net.moving.values()))
    row = {"round": number, "condition": way[0], "width": way[1], "status": "ok" if finite else "diverged", **told,
           **answer(spec, *way), **reads(spec, net, old.test, new.test, new.validation)}
    book.add("cells", **row)
    book.save()
    return Snapshot("cell", number, spec.rounds, way[0], spec.tune_steps, spec.tune_steps, row)


def reads(spec: Peft, net: Tuned, old: Part, new: Part, validation: Part) -> dict[str, float]:
    """Shares of images read right. old, new: test images of the old and the new classes. validation: of the new."""
    first, second, every = slice(0, spec.old), slice(spec.old, None), slice(None)
    known, taught, chosen = (tune.answers(net, part.images) for part in (old, new, validation))
    return {"test_accuracy": tune.share_right(taught, new.labels + spec.old, second),
            "open_accuracy": tune.share_right(taught, new.labels + spec.old, every),
            "old_accuracy": tune.share_right(known, old.labels, first),
            "old_open_accuracy": tune.share_right(known, old.labels, every),
            "validation_accuracy": tune.share_right(chosen, validation.labels + spec.old, second)}


@one_thread()
def merge(net: Tuned, images: np.ndarray) -> dict[str, float]:
    """How far writing the tuning into the net moves a logit of `images`, and how many answers it changes."""
    apart, together = tune.answers(net, images), tune.answers(net.alone(), images)
    return {"gap": float((together - apart).abs().max()),
            "changed": int((together.argmax(1) != apart.argmax(1)).sum())}
