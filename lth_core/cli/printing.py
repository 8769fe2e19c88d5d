"""Data to standard output, everything else to standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lth_core.cli import tables
from lth_core.experiments import Widths
from lth_core.listing import rows
from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from lth_core.spec import Net

out, log = (Console(stderr=there, markup=False, emoji=False) for there in (False, True))  # names are no markup


def print_json(lines: Iterable[dict[str, Any]]) -> None:
    for row in lines:
        finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
        print(json.dumps(finite), flush=True)


def print_table(result: Result, wide: bool = False, found: list[dict[str, Any]] | None = None) -> None:
    """The rows of a result under a line that names it. found: these instead of all."""
    spec = result.spec
    known = isinstance(spec.net, Net) and not isinstance(spec, Widths)  # of a net of one's own only its digest is
    weights = f"{weight_count(spec.net):,} weights, " if known else ""
    print_rows(list(rows(result)) if found is None else found,
               f"{spec.experiment}, seed {spec.seed}, {weights}key {result.key}", wide)


def print_rows(found: list[dict[str, Any]], title: str, wide: bool = False) -> None:
    """A table under its title, and a free line behind it. Rows of a training that diverged are red on a terminal."""
    head, *body = tables.lines(found, wide)
    for line, row in zip((title, head, *body), ({}, {}, *found), strict=True):
        bad = row.get("status") == "diverged"
        out.print(line, style="red" if bad else None, highlight=False, soft_wrap=True)
    out.print()


@contextmanager
def progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as bar:
        yield bar


def fail(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)
