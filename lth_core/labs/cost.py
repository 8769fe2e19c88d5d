"""The price: processor time of training steps and of answers, at the levels of a lottery."""

from __future__ import annotations

from collections.abc import Iterator

from lth_core.data import load
from lth_core.labs import inference_cost, training_cost
from lth_core.lottery.book import Book, Options
from lth_core.lottery.chain import masks_after
from lth_core.snapshot import Snapshot
from lth_core.spec import Cost, Lottery

MEASURED = {"training": training_cost.measured, "inference": inference_cost.measured}


def stream(spec: Cost, options: Options) -> Iterator[Snapshot]:
    """Table `costs`: see `training_cost.measured` and `inference_cost.measured`. Masks come from where `options.masks`
    finds them; where there are none, the lottery is run first. An interrupted run keeps its masks and trained nets;
    clocks are read anew, for only what is measured in one sitting can be compared."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    whole = Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed, pruning=spec.pruning)
    masks = yield from masks_after(book, whole, spec.levels)
    for row in MEASURED[spec.what](book, splits, masks):
        book.add("costs", **row)
    yield Snapshot("done", result=book.result())
