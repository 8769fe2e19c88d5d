"""`lth bench`: how fast this machine trains."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lth_core.cli.arguments import AsJson
from lth_core.cli.printing import out


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Under 40 seconds, without the paper's protocol")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the engine against a plain PyTorch loop on this machine, interleaved, medians."""
    from lth_core import bench as benchmark

    figures = benchmark.run(quick)
    print(json.dumps(figures)) if as_json else out.print(benchmark.table(figures))
