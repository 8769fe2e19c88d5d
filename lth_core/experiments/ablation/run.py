"""One mask, several starts: every condition at one level of a lottery, trained side by side.

All of them see the same batches and are measured at the same steps, turn by turn, so that whoever watches sees a race.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.lottery.mask_source import mask_after, recorded_mask, stored_mask
from lth_core.experiments.lottery.read import flat
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.running import population
from lth_core.running.book import Book, Options
from lth_core.running.cell import FINAL
from lth_core.running.conditions import Start, begin
from lth_core.running.stretch import stretch
from lth_core.snapshot import Snapshot
from lth_core.spec import Ablation, Condition, Lottery, Rewind, Training
from lth_core.training.abreast import abreast
from lth_core.training.backends import Backend, build, choose, prepare
from lth_core.training.trial import train

FINDING = "finding the mask"  # what snapshots say while the lottery runs that the record does not hold


def stream(spec: Ablation, options: Options) -> Iterator[Snapshot]:
    """Tables as a lottery has them: `cells`, one row a condition, `curves`, one row a measured point, both with `round`
    = level. Arrays: `mask/<weight>`, the ticket's, and `final/<condition>`, the trained nets (`lottery.read.raced`).

    The mask comes from the shipped record of the same lottery, or from the store when it was run live; where there is
    none, the lottery is run first.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    whole = Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed, pruning=spec.pruning,
                    rewind=Rewind(step=spec.step))
    chain = dataclasses.replace(whole, pruning=dataclasses.replace(spec.pruning, rounds=spec.level))
    mask, before = recorded_mask(chain, spec.level) or stored_mask(whole, spec.level), 0
    if mask is None:
        before = spec.level  # trainings that find the mask: progress then rises evenly
        for_mask = mask_after(book, chain, spec.level)
        try:
            while True:
                yield dataclasses.replace(next(for_mask), condition=FINDING, rounds=before)
        except StopIteration as found:
            mask = found.value
    rewound: Params = initial(spec.net, spec.seed)
    if spec.step:
        rewound = stretch(spec, options, splits, Mask.dense(spec.net), rewound, 0, spec.step)
    starts = [begin(condition, spec.net, spec.seed, spec.level, mask, rewound) for condition in spec.conditions]
    backends = [_backend(spec, options, splits, start) for start in starts]
    runs = [train(backend, _training(spec, start), splits, spec.seed, start=_first(spec, start))
            for backend, start in zip(backends, starts, strict=True)]
    for turn in abreast(runs, options.threads):
        for condition, point in zip(spec.conditions, turn, strict=True):
            if point is not None:
                book.add("curves", **_where(spec, condition), step=point.step, batch_loss=point.batch_loss,
                         **point.figures)
                yield Snapshot("train", before, before, condition.name, point.step, spec.training.steps,
                               {"batch_loss": point.batch_loss, **point.figures})
    book.arrays |= {f"mask/{name}": mask[name] for name in mask}
    for condition, start, backend in zip(spec.conditions, starts, backends, strict=True):
        _finish(book, spec, condition, start)
        if spec.net.batchnorm and spec.net.name == "mlp":  # as in a lottery's cells
            anew = population.errors(spec.net, spec.training, start.mask, backend.params(), splits, options)
            book.rows["cells"][-1]["population_test_accuracy"] = 1 - anew["test_error"]
        if not start.frozen and not condition.replicate:
            book.arrays[f"final/{condition.name}"] = flat(backend.params(), start.mask)
    yield Snapshot("done", before, before, result=book.result())


def _first(spec: Ablation, start: Start) -> int:
    """The step at which a condition begins: fresh weights get the whole budget."""
    return 0 if start.fresh else spec.step


def _training(spec: Ablation, start: Start) -> Training:
    return spec.training if start.trains else dataclasses.replace(spec.training, steps=spec.step)


def _backend(spec: Ablation, options: Options, splits: Splits, start: Start) -> Backend:
    """What trains one condition, in one thread: the conditions share out the cores."""
    training = _training(spec, start)
    kind = options.backend or choose(spec.net, training, start.mask)
    if start.frozen and kind == "sparse":
        kind = "dense"
    return build(kind, spec.net, training, start.params, start.mask, prepare(splits), step=_first(spec, start),
                 frozen=start.frozen)


def _where(spec: Ablation, condition: Condition) -> dict[str, int | str]:
    return {"round": spec.level, "condition": condition.name, "replicate": condition.replicate}


def _finish(book: Book, spec: Ablation, condition: Condition, start: Start) -> None:
    """The condition's row: its last point, and what its net looks like."""
    where = _where(spec, condition)
    last = [row for row in book.rows["curves"] if all(row[name] == value for name, value in where.items())][-1]
    ended = last["step"] == _training(spec, start).steps and math.isfinite(last["train_loss"])
    book.add("cells", **where, seed=spec.seed, status="ok" if ended else "diverged", **measures.survivors(start.mask),
             **{name: last.get(name, math.nan) for name in FINAL}, **measures.connectivity(start.mask))
