"""Going on from a shorter run: a lottery of n + 1 rounds begins where the finished one of n rounds ended.

Rounds are trained one after another and each hangs on those before alone, so the numbers are those of one long run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from lth_core.experiments.lottery.read import mask_of, trained
from lth_core.experiments.lottery.spec import Lottery
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.results.result import Result
from lth_core.results.weights import Missing, whole
from lth_core.running.book import Book
from lth_core.running.conditions import TICKET, begin
from lth_core.running.options import Options


def begun(spec: Lottery, options: Options) -> Book[Lottery]:
    """The book that a run of `spec` begins with: its checkpoint's, that of the longest run in `options.shelf` which is
    the same with fewer rounds, or an empty one."""
    book, shelf = Book.open(spec, options), options.shelf
    if book.rows or shelf is None:
        return book
    for rounds in range(spec.pruning.rounds - 1, 0, -1):
        shorter = spec.shortened(rounds)
        if shorter.key in shelf and (done := shelf.load(shorter.key)) is not None:
            with suppress(Missing):  # a copy without trained weights, or a run that diverged
                return going_on(spec, done, options)
    return book


def going_on(spec: Lottery, done: Result, options: Options) -> Book[Lottery]:
    """The book of `spec` after the rounds of `done`, the same lottery with fewer. Raises Missing when `done` lacks
    trained weights, as shipped copies do."""
    book = Book(spec, options, written=options.clock())
    book.rows = {table: _rows(columns) for table, columns in done.tables.items()}
    book.arrays = {name: np.array(value) for name, value in done.arrays.items()}
    state = book.state
    level = done.spec.rounds
    mask, final = mask_of(done, level), trained(done, level)
    start = initial(spec.net, spec.seed)
    if spec.rewind.mode != "weights":
        start = trained(done, level - 1)
    elif spec.rewind.step:
        if "final/rewound" not in done.arrays:
            raise Missing("the weights that this run rewinds to are not stored")
        start = whole(spec.net, Mask.dense(spec.net), done.arrays["final/rewound"])
        state.rewound = start
    state.level, state.masks[TICKET.name] = level, mask
    state.dense, state.final = trained(done, 0), final
    state.began = dict(begin(TICKET, spec.net, spec.seed, level, mask, start).params)
    return book


def _rows(columns: Mapping[str, np.ndarray]) -> list[dict[str, object]]:
    """Columns turned back into rows."""
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name].tolist() for name in names), strict=True)]
