"""One ordinary training: the dense reference, and every point of the question how wide a net has to be."""

from __future__ import annotations

from collections.abc import Iterator

from lth_core.data import load
from lth_core.experiments.dense.spec import Dense
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition


def stream(spec: Dense, options: Options) -> Iterator[Snapshot]:
    """Train the whole net once. Tables `cells`, `curves` and `costs` as in the lottery, with round 0 alone."""
    splits = load(spec.data, spec.seed)
    book = Book.open(spec, options)
    start = Start(initial(spec.net, spec.seed), Mask.dense(spec.net))
    if not book.has("cells", round=0):
        yield from run_cell(book, splits, 0, Condition("ticket"), start, spec.training, 0)
    yield Snapshot("done", result=book.result())
