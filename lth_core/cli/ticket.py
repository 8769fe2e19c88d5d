"""`lth ticket`: a ticket as a file that PyTorch loads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder, StoreFolder, result_of
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
    half = file.with_name(f".{file.name}.part")
    try:
        data = finals.ticket_file(result, level, after=not start)
        half.write_bytes(data)
        os.replace(half, file)
    except Missing as lacks:
        fail(f"{lacks}{'' if start else '; --start gives the weights before the training'}")
    except OSError as error:
        half.unlink(missing_ok=True)
        fail(f"cannot write {file}: {error.strerror or error}")
    log.print(f"{len(data):,} bytes in {file}", highlight=False, soft_wrap=True)
    print(finals.loading(result.spec, str(file)))
