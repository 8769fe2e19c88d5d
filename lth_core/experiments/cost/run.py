"""The price: processor time of training steps and of answers, at the levels of a lottery."""

from __future__ import annotations

from collections.abc import Iterator

from lth_core.data import load
from lth_core.experiments.cost import inference, training
from lth_core.experiments.cost.spec import Cost
from lth_core.experiments.lottery.mask_source import masks_after
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot

MEASURED = {"training": training.measured, "inference": inference.measured}


def stream(spec: Cost, options: Options) -> Iterator[Snapshot]:
    """Table `costs`: see `training.measured` and `inference.measured`. Masks come from where `options.masks` finds
    them; where there are none, the lottery is run first. An interrupted run keeps its masks and trained nets; clocks
    are read anew, for only what is measured in one sitting can be compared."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    masks = yield from masks_after(book, spec.lottery, spec.levels)
    for row in MEASURED[spec.what](book, splits, masks):
        book.add("costs", **row)
    yield Snapshot("done", result=book.result())
