"""`lth verify`: recorded results run again and compared."""

from __future__ import annotations

from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder, Workers, entries_of, the_one
from lth_core.cli.printing import fail
from lth_core.cli.record import WORKERS_GRACE
from lth_core.cli.stopping import stoppable
from lth_core.results.compare import Comparison


def verify(
    cell: Annotated[list[str] | None, typer.Option(help="Key of a recorded result, or how it begins (may "
                                                             "be repeated)")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many results, chosen at random")] = None,
    every: Annotated[bool, typer.Option("--all", help="All results, which takes hours: the default")] = False,
    native: Annotated[bool, typer.Option(help="Compute with this processor's widest vectors, whatever the record was "
                                         "made with")] = False,
    workers: Workers = None,
    atlas: AtlasFolder = ATLAS,
) -> None:
    """Re-run recorded results and compare; exit status 1 when one differs by more than its tolerance.

    A result is computed with the vector instructions that it was recorded with, where this processor has them: then
    its bits are the same. Otherwise its figures are judged by the spread over the recorded seeds.
    """
    from lth_core.results import recorder

    if every and (cell or sample):
        fail("--all is not allowed beside --cell or --sample: it takes every result")
    compared, specs = Compared(), {entry.key: entry.spec for entry in entries_of(atlas)}
    cell = cell and [the_one(key, specs) for key in cell]
    try:
        with stoppable(compared, WORKERS_GRACE) as stop:
            for comparison in recorder.verify(atlas, cell, sample, workers=workers, native=native, stop=stop):
                spec = specs[comparison.key]
                print(f"{spec.experiment}, seed {spec.seed} ({spec.key}): {comparison}", flush=True)
                compared.add(comparison)
    except (ValueError, recorder.RecordingError) as error:
        fail(str(error))
    near = compared.count - compared.same - compared.off
    print(f"{compared.count} run again: {compared.same} gave the same bits, {near} match within their tolerance, "
          f"{compared.off} differ.")
    raise typer.Exit(1 if compared.off else 0)


class Compared:
    """What a verification found so far, and what it tells when interrupted. same: of the same bits. off: differing."""

    count = same = off = 0

    def add(self, comparison: Comparison) -> None:
        self.count += 1
        self.same += comparison.identical
        self.off += not comparison.match

    def __str__(self) -> str:
        return f"{self.count} compared, as printed; --cell KEY runs a single one of the others."
