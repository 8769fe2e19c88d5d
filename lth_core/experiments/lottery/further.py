"""Going on from a shorter run: a lottery of n + 1 rounds begins where the finished one of n rounds ended.

Rounds are trained one after another and each hangs on those before alone, so the numbers are those of one long run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lth_core.experiments.lottery.read import Missing, mask_of, trained, whole
from lth_core.experiments.lottery.run import TICKET
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.running.book import Book, Options
from lth_core.running.conditions import begin
from lth_core.spec import Lottery


def adopt(store: Store, spec: Lottery, checkpoint: Path) -> int:
    """Write the checkpoint of `spec` as if it had been interrupted after the rounds of its longest shorter run in
    `store`; returns how many rounds that are, 0 when there is none to go on from (then nothing is written)."""
    for rounds in range(spec.pruning.rounds - 1, 0, -1):
        shorter = spec.shortened(rounds)
        if shorter.key not in store or (done := store.load(shorter.key)) is None:
            continue
        try:
            book = going_on(spec, done, Options(checkpoint=checkpoint, checkpoint_seconds=0))
        except Missing:  # a copy without trained weights, or a run that diverged
            continue
        book.save()
        return rounds
    return 0


def going_on(spec: Lottery, done: Result, options: Options) -> Book:
    """The book of `spec` after the rounds of `done`, the same lottery with fewer. Raises Missing when `done` lacks
    trained weights, as shipped copies do."""
    book = Book(spec, options)
    book.rows = {table: _rows(columns) for table, columns in done.tables.items()}
    book.arrays = {name: np.array(value) for name, value in done.arrays.items()}
    assert isinstance(done.spec, Lottery)
    level = done.spec.pruning.rounds
    mask, final = mask_of(done, level), trained(done, level)
    start = initial(spec.net, spec.seed)
    if spec.rewind.mode != "weights":
        start = trained(done, level - 1)
    elif spec.rewind.step:
        if "final/rewound" not in done.arrays:
            raise Missing("the weights that this run rewinds to are not stored")
        start = whole(spec.net, Mask.dense(spec.net), done.arrays["final/rewound"])
        book.put("rewound", start)
    book.put("dense", trained(done, 0))
    book.put("mask", mask)
    book.put("began", begin(TICKET, spec.net, spec.seed, level, mask, start).params)
    book.put("final", final)
    book.notes["mask_round"] = level
    return book


def _rows(columns: Mapping[str, np.ndarray]) -> list[dict[str, object]]:
    """Columns turned back into rows."""
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name].tolist() for name in names), strict=True)]
