"""One mask, several starts: every condition at one level of a lottery, trained side by side.

All of them see the same batches and are measured at the same steps, turn by turn, so that whoever watches sees a race.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.ablation.spec import Ablation
from lth_core.experiments.lottery.mask_source import HERE, known, mask_after
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.results.weights import flat
from lth_core.running import population
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.cell import FINAL
from lth_core.running.conditions import Start, begin
from lth_core.running.options import Options
from lth_core.running.state import Place
from lth_core.running.stretch import stretch
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Training
from lth_core.training.abreast import abreast
from lth_core.training.backends import Backend
from lth_core.training.trial import Point, over, train

FINDING = "finding the mask"  # what snapshots say while the lottery runs that nobody has run before


def stream(spec: Ablation, options: Options) -> Iterator[Snapshot]:
    """Tables as a lottery has them: `cells`, one row a condition, `curves`, one row a measured point, both with `round`
    = level. Arrays: `mask/<weight>`, the ticket's, and `final/<condition>`, the trained nets (`ablation.read.raced`).

    The mask comes from where `options.masks` finds it; where there is none, the lottery is run first.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    mask = known(book, spec.lottery, spec.level)
    found_here = mask is None or book.state.sources[str(spec.level)] == HERE
    before = spec.level if found_here else 0  # trainings that find the mask: progress then rises evenly
    if mask is None:
        for_mask = mask_after(book, spec.lottery, spec.level)
        try:
            while True:
                yield dataclasses.replace(next(for_mask), condition=FINDING, rounds=before)
        except StopIteration as found:
            mask = found.value
    rewound: Params = initial(spec.net, spec.seed)
    if spec.step:
        rewound = stretch(book, "rewound", splits, Mask.dense(spec.net), rewound, 0, spec.step)
    starts = [begin(condition, spec.net, spec.seed, spec.level, mask, rewound) for condition in spec.conditions]
    racers = _racers(book, spec)
    backends = [_backend(book, racer, splits, start) for racer, start in zip(racers, starts, strict=True)]
    runs = [_train(book, racer, splits, start, backend)
            for racer, start, backend in zip(racers, starts, backends, strict=True)]
    for turn in abreast(runs, options.threads):
        for racer, moment in zip(racers, turn, strict=True):
            if moment is not None:
                point, state = moment
                book.add("curves", **racer.where, step=point.step, batch_loss=point.batch_loss, **point.figures)
                if state is not None:
                    book.state.places[racer.name] = Place(point.step, state)
                yield Snapshot("train", before, before, racer.condition.name, point.step, spec.training.steps,
                               {"batch_loss": point.batch_loss, **point.figures})
        book.save()
    book.rows["curves"] = _by_turns(book.rows["curves"], spec)
    book.arrays |= {f"mask/{name}": mask[name] for name in mask}
    for condition, start, backend in zip(spec.conditions, starts, backends, strict=True):
        _finish(book, spec, condition, start)
        if spec.net.batchnorm and spec.net.name == "mlp":  # as in a lottery's cells
            anew = population.errors(spec.net, spec.training, start.mask, backend.params(), splits, options)
            book.rows["cells"][-1]["population_test_accuracy"] = 1 - anew["test_error"]
        if not start.frozen and not condition.replicate:
            book.arrays[f"final/{condition.name}"] = flat(backend.params(), start.mask)
    yield Snapshot("done", before, before, result=book.result())


@dataclasses.dataclass(frozen=True)
class Racer:
    """One condition in the race. Every condition trains ahead of its turn, so each has a place of its own in the book's
    state, by its `name`."""

    name: str
    where: dict[str, int | str]
    condition: Condition

    def step(self, book: Book[Ablation]) -> int:
        """The last measured step of which the book holds the backend's state; −1 for none."""
        place = book.state.places.get(self.name)
        return place.step if place else -1


def _racers(book: Book[Ablation], spec: Ablation) -> list[Racer]:
    """All conditions. What an interrupted run told beyond its saved states is told again."""
    racers = [Racer(str(number), _where(spec, condition), condition)
              for number, condition in enumerate(spec.conditions)]
    book.rows["curves"] = [row for racer in racers for row in _curve(book, racer.where)
                           if row["step"] <= racer.step(book)]
    return racers


def _train(
    book: Book[Ablation], racer: Racer, splits: Splits, start: Start, backend: Backend
) -> Iterator[tuple[Point, dict[str, np.ndarray] | None]]:
    """The points of one condition, each with the backend's state where a checkpoint may be due at its turn."""
    spec, options, saved = book.spec, book.options, -math.inf
    told, training, first = _curve(book, racer.where), _training(spec, start), _first(spec, start)
    best = min((row.get("validation_loss", math.inf) for row in told), default=math.inf)
    after = training.steps if told and over(told[-1], first) else racer.step(book)
    for point in train(backend, training, splits, spec.seed, start=first, after=after, best=best):
        state = None
        old = options.clock() - saved >= options.checkpoint_seconds or options.stop()
        if options.checkpoint is not None and old:
            state, saved = backend.state(), options.clock()
        yield point, state


def _curve(book: Book[Ablation], where: dict[str, int | str]) -> list[dict[str, Any]]:
    return [row for row in book.rows.get("curves", ()) if all(row[name] == value for name, value in where.items())]


def _by_turns(rows: list[dict[str, Any]], spec: Ablation) -> list[dict[str, Any]]:
    """First points first, each turn in the order of the conditions: as an uninterrupted run has them."""
    curves = [[row for row in rows if all(row[name] == value for name, value in _where(spec, condition).items())]
              for condition in spec.conditions]
    return [row for turn in zip_longest(*curves) for row in turn if row is not None]


def _first(spec: Ablation, start: Start) -> int:
    """The step at which a condition begins: fresh weights get the whole budget."""
    return 0 if start.fresh else spec.step


def _training(spec: Ablation, start: Start) -> Training:
    return spec.training if start.trains else dataclasses.replace(spec.training, steps=spec.step)


def _backend(book: Book[Ablation], racer: Racer, splits: Splits, start: Start) -> Backend:
    """What trains one condition, from its place on, in one thread: the conditions share out the cores."""
    spec, options = book.spec, book.options
    backend = backend_for(spec.net, _training(spec, start), start.params, start.mask, splits, options,
                          step=_first(spec, start), frozen=start.frozen, threads=1)
    if place := book.state.places.get(racer.name):
        backend.restore(place.state)
    return backend


def _where(spec: Ablation, condition: Condition) -> dict[str, int | str]:
    return {"round": spec.level, "condition": condition.name, "replicate": condition.replicate}


def _finish(book: Book[Ablation], spec: Ablation, condition: Condition, start: Start) -> None:
    """The condition's row: its last point, and what its net looks like."""
    where = _where(spec, condition)
    last = _curve(book, where)[-1]
    ended = last["step"] == _training(spec, start).steps and math.isfinite(last["train_loss"])
    book.add("cells", **where, seed=spec.seed, status="ok" if ended else "diverged", **measures.survivors(start.mask),
             **{name: last.get(name, math.nan) for name in FINAL}, **measures.connectivity(start.mask))
