"""`lth verify`: recorded results run again and compared."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder
from lth_core.cli.printing import fail
from lth_core.results.atlas import Atlas


def verify(
    cell: Annotated[list[str] | None, typer.Option(help="Key of a recorded result (may be repeated)")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many results, chosen at random")] = None,
    every: Annotated[bool, typer.Option("--all", help="All results, which takes hours: the default")] = False,
    native: Annotated[bool, typer.Option(help="Compute with this processor's widest vectors, whatever the record was "
                                         "made with")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default")] = None,
    atlas: AtlasFolder = ATLAS,
) -> None:
    """Re-run recorded results and compare; exit status 1 when one differs by more than its tolerance.

    A result is computed with the vector instructions that it was recorded with, where this processor has them: then
    its bits are the same. Otherwise its figures are judged by the spread over the recorded seeds.
    """
    from lth_core.results import recorder

    if every and (cell or sample):
        fail("--all is not allowed beside --cell or --sample: it takes every result")
    counts, specs = Counter[str](), {entry.key: entry.spec for entry in Atlas(atlas).entries()}
    try:
        for comparison in recorder.verify(atlas, cell, sample, workers=workers, native=native):
            spec = specs[comparison.key]
            print(f"{spec.experiment}, seed {spec.seed} ({spec.key}): {comparison}", flush=True)
            counts["same bits" if comparison.identical else "match" if comparison.match else "differ"] += 1
    except (ValueError, recorder.RecordingError) as error:
        fail(str(error))
    print(f"{counts.total()} run again: {counts['same bits']} gave the same bits, {counts['match']} match within their "
          f"tolerance, {counts['differ']} differ.")
    raise typer.Exit(1 if counts["differ"] else 0)
