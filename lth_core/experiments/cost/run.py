"""The price: processor time of training steps and of answers, at the levels of a lottery."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator

from lth_core.data import load
from lth_core.experiments.cost import inference, training
from lth_core.experiments.lottery import run as rounds
from lth_core.experiments.lottery.mask_source import recorded_mask
from lth_core.masks.mask import Mask
from lth_core.running.book import Book, Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Cost, Lottery

MEASURED = {"training": training.measured, "inference": inference.measured}


def stream(spec: Cost, options: Options) -> Iterator[Snapshot]:
    """Table `costs`: see `training.measured` and `inference.measured`. Masks come from the shipped record of
    the lottery; where there is none, it is run first."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    masks = yield from _masks(spec, options)
    for row in MEASURED[spec.what](spec, options, splits, masks):
        book.add("costs", **row)
    yield Snapshot("done", result=book.result())


def _masks(spec: Cost, options: Options) -> Generator[Snapshot, None, dict[int, Mask]]:
    """The mask of every level. Raises ArithmeticError when a training diverges before the last."""
    last = spec.levels[-1]
    chain = Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed,
                    pruning=dataclasses.replace(spec.pruning, rounds=max(1, last)))
    found = {0: Mask.dense(spec.net)}
    found |= {level: mask for level in spec.levels if level and (mask := recorded_mask(chain, level)) is not None}
    if all(level in found for level in spec.levels):
        return {level: found[level] for level in spec.levels}
    for snapshot in rounds.stream(chain, dataclasses.replace(options, checkpoint=None)):
        if snapshot.result:
            raise ArithmeticError(f"training diverged before round {last}: lower training.lr or levels")
        if snapshot.mask is not None:
            found[snapshot.round] = snapshot.mask
            if snapshot.round == last:
                break
        yield snapshot
    return {level: found[level] for level in spec.levels}
