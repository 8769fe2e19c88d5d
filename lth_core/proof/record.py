"""The promise of every recorded figure: whoever trains again finds it again."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lth_core.cores import cores
from lth_core.data import home, load
from lth_core.experiments.lottery.read import mask_of
from lth_core.experiments.lottery.spec import Lottery
from lth_core.nets.params import initial
from lth_core.proof.check import Finding, check
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.compare import LOOKS, compare
from lth_core.results.result import Result, Table
from lth_core.running.book import Book, columns
from lth_core.running.conditions import begin
from lth_core.running.options import Options
from lth_core.spec import Condition, Rewind
from lth_core.streams import stream as chance

WHERE = ("round", "condition", "replicate")  # what tells one training of a lottery from another
LONGEST = 3.0  # seconds that a training took when it was recorded


@check("atlas", "A recorded number, again", "A recorded training, drawn at random, is done again now and agrees.",
       "points of test accuracy off the record")
def atlas_cell(seed: int) -> Finding:
    atlas = Atlas(default_atlas())
    record, row = drawn(atlas, seed)
    spec, then = record.spec, of_training(record, row)
    assert isinstance(spec, Lottery)
    now = trained(spec, record, then)
    verdict = compare(Result(spec, then, {}, record.manifest), Result(spec, now, {}), atlas.seeds(spec, arrays=""))
    accuracy = next(item for item in verdict.differences if item.name == "cells.test_accuracy")
    old, new = (100 * float(tables["cells"]["test_accuracy"][0]) for tables in (then, now))
    allowed = "the same bits" if verdict.identical else f"{100 * (accuracy.allowed or 0):.2f} points are allowed"
    return Finding(verdict.match, 100 * accuracy.worst,
                   f"{words(record, row)}: recorded {old:.2f}%, now {new:.2f}%; {allowed}.")


def drawn(atlas: Atlas, seed: int) -> tuple[Result, int]:
    """A recorded lottery with its masks, and a row of its `cells` that is quickly trained. Raises LookupError when
    nothing of the kind is recorded."""
    draw = chance(seed, "proof", 1)
    entries = [entry for entry in atlas.entries("lottery") if not home.missing(entry.spec.data.name)]
    for place in draw.permutation(len(entries)):
        key, spec = entries[place].key, entries[place].spec
        masks = [name for name in atlas.arrays(key) if name.startswith("died/")]
        record = atlas.find(key, ("cells", "curves", "costs"), masks)
        if record is None or not masks or not isinstance(spec, Lottery) or spec.rewind != Rewind():
            continue
        rows = np.flatnonzero(record.tables["costs"]["seconds"] <= LONGEST)  # one a training, as in `cells`
        if len(rows):
            return record, int(draw.choice(rows))
    raise LookupError("no short training is recorded: `git checkout assets/atlas` brings the record back")


def of_training(record: Result, row: int) -> dict[str, Table]:
    """The training in that row of `cells`: the row itself, and of its `curves` the losses at the first looks, by which
    `compare` tells rounding from another training."""
    cells, curves = record.tables["cells"], record.tables["curves"]
    rows = np.flatnonzero(np.all([curves[column] == cells[column][row] for column in WHERE], axis=0))[:LOOKS]
    begun = [column for column in curves if column in (*WHERE, "step") or column.endswith("_loss")]
    return {"cells": {column: values[row : row + 1] for column, values in cells.items()},
            "curves": {column: curves[column][rows] for column in begun}}


def trained(spec: Lottery, record: Result, then: Mapping[str, Table]) -> dict[str, Table]:
    """The same tables, measured again on the recorded mask."""
    from lth_core.experiments.lottery.run import budget
    from lth_core.running.cell import run_cell

    level, name, replicate = (then["cells"][column][0].item() for column in WHERE)
    condition = Condition(name, replicate)
    start = begin(condition, spec.net, spec.seed, level, mask_of(record, level), initial(spec.net, spec.seed))
    book = Book(spec, Options(threads=cores()))
    for _ in run_cell(book, load(spec.data, spec.seed), level, condition, start, *budget(spec, level, start)):
        pass
    return {table: columns([{column: row.get(column, math.nan) for column in old} for row in book.rows[table]])
            for table, old in then.items()}


def words(record: Result, row: int) -> str:
    """Which training that is: "784-300-100-10, seed 3, round 13, reinit"."""
    net, cells = record.spec.net, record.tables["cells"]
    name = "-".join(map(str, net.sizes)) if net.name == "mlp" else net.name
    return f"{name}, seed {record.spec.seed}, round {cells['round'][row]}, {cells['condition'][row]}"
