"""The price: processor time of training steps and of answers, at the levels of a lottery."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from lth_core.data import load
from lth_core.labs import inference_cost, training_cost
from lth_core.lottery.book import Book, Options
from lth_core.lottery.chain import mask_after, recorded_mask
from lth_core.masks.mask import Mask
from lth_core.snapshot import Snapshot
from lth_core.spec import Cost, Lottery

MEASURED = {"training": training_cost.measured, "inference": inference_cost.measured}


def stream(spec: Cost, options: Options) -> Iterator[Snapshot]:
    """Table `costs`: see `training_cost.measured` and `inference_cost.measured`. Masks come from the shipped record of
    the lottery; where there is none, it is run first."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    masks: dict[int, Mask] = {}
    for level in spec.levels:
        if level == 0:
            masks[level] = Mask.dense(spec.net)
            continue
        chain = Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed,
                        pruning=dataclasses.replace(spec.pruning, rounds=level))
        mask = recorded_mask(chain, level)
        if mask is None:
            book.drop("mask")  # kept by `mask_after` of the level before
            mask = yield from mask_after(book, chain, level)
        masks[level] = mask
    for row in MEASURED[spec.what](spec, options, splits, masks):
        book.add("costs", **row)
    yield Snapshot("done", result=book.result())
