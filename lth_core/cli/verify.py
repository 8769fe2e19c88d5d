"""`lth verify`: recorded results run again and compared."""

from __future__ import annotations

from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder
from lth_core.cli.printing import fail
from lth_core.cli.record import WORKERS_GRACE
from lth_core.cli.stopping import stoppable
from lth_core.results.atlas import Atlas


def verify(
    cell: Annotated[list[str] | None, typer.Option(help="Key of a recorded result (may be repeated)")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many results, chosen at random")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default")] = None,
    atlas: AtlasFolder = ATLAS,
) -> None:
    """Re-run recorded results and compare; exit status 1 when one differs by more than its tolerance."""
    from lth_core.results import recorder

    differing, compared, specs = 0, Compared(), {entry.key: entry.spec for entry in Atlas(atlas).entries()}
    try:
        with stoppable(compared, WORKERS_GRACE) as stop:
            for comparison in recorder.verify(atlas, cell, sample, workers=workers, stop=stop):
                spec = specs[comparison.key]
                print(f"{spec.experiment}, seed {spec.seed} ({spec.key}): {comparison}", flush=True)
                differing += not comparison.match
                compared.count += 1
    except (ValueError, recorder.RecordingError) as error:
        fail(str(error))
    raise typer.Exit(1 if differing else 0)


class Compared:
    """What an interrupted verification tells."""

    count = 0

    def __str__(self) -> str:
        return f"{self.count} compared, as printed; --cell KEY runs a single one of the others."
