"""`lth ticket`: a ticket as a file that PyTorch loads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder, StoreFolder, result_of
from lth_core.cli.export import write
from lth_core.cli.printing import fail, log
from lth_core.experiments.lottery import read as finals
from lth_core.results.store import Store, default_root
from lth_core.results.weights import Missing


def ticket(
    key: Annotated[str, typer.Argument(help="Key of a lottery's result, or how it begins")],
    level: Annotated[int, typer.Option(min=0, help="Round of the lottery; 0 is the dense net")],
    to: Annotated[Path | None, typer.Option("--out", help="The file; ticket-roundN-KEY.safetensors by default")] = None,
    start: Annotated[bool, typer.Option("--start", help="The weights it starts from, not the trained ones")] = False,
    store: StoreFolder = None,
    atlas: AtlasFolder = ATLAS,
) -> None:
    """Write the ticket of a round as a state dict in safetensors, and print the PyTorch that loads it.

    Pruned weights are exactly zero, so the mask comes with it. Shipped results hold no trained weights.
    """
    result = result_of(key, atlas, Store(store or default_root()))
    file = to or Path(f"ticket-round{level}-{result.key[:8]}.safetensors")
    try:
        data = finals.ticket_file(result, level, after=not start)
    except Missing as lacks:
        cure = "" if start or level > getattr(result.spec, "rounds", level) else (
            "; --start gives the weights before the training")
        fail(f"{lacks}{cure}")
    write(file, data)
    log.print(f"{len(data):,} bytes in {file}", highlight=False, soft_wrap=True)
    print(finals.loading(result.spec, str(file)))
