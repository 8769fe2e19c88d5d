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
from rich.table import Table

from lth_core.listing import SHOWN, cell_text, rows
from lth_core.results.result import Result

out, log = Console(), Console(stderr=True)


def print_json(lines: Iterable[dict[str, Any]]) -> None:
    for row in lines:
        finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
        print(json.dumps(finite), flush=True)


def print_table(result: Result) -> None:
    title = f"{result.spec.experiment}, seed {result.spec.seed}, key {result.key}"
    print_rows([{name: row[name] for name in SHOWN if name in row} for row in rows(result)], title)


def print_rows(lines: list[dict[str, Any]], title: str) -> None:
    table = Table(title=title, title_justify="left")
    for name in lines[0]:
        table.add_column(name.replace("_", " "), justify="left" if name in ("condition", "backend") else "right")
    for row in lines:
        table.add_row(*(cell_text(name, value) for name, value in row.items()))
    out.print(table)


@contextmanager
def progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as bar:
        yield bar


def fail(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)
