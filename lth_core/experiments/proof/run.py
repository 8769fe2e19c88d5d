"""The checks of `lth_core.proof`, one after another, as a run that can be watched, left and gone on with."""

from __future__ import annotations

from collections.abc import Iterator

from lth_core.experiments.proof.spec import Proof
from lth_core.proof import prove
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot


def stream(spec: Proof, options: Options) -> Iterator[Snapshot]:
    """Table `checks`, one row a check: `check`, `passed` (0 or 1), `number`, `told`, `seconds`."""
    book = Book.open(spec, options)
    yield Snapshot("begin", len(book.rows.get("checks", [])), spec.rounds)  # so that a page has somewhere to begin
    for place, name in enumerate(spec.checks, 1):
        if book.has("checks", check=name):
            continue
        found = prove(name, spec.seed)
        book.add("checks", check=name, passed=int(found.passed), number=found.number, told=found.told,
                 seconds=found.seconds)
        book.save()
        yield Snapshot("check", place, spec.rounds, name, measures=book.rows["checks"][-1])
    yield Snapshot("done", spec.rounds, spec.rounds, result=book.result())
