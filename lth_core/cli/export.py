"""Rows as files that spreadsheets, pandas and R read."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from lth_core import files
from lth_core.cli.printing import fail, log

SUFFIXES = (".csv", ".parquet", ".jsonl")


def export(rows: Sequence[dict[str, Any]], to: Path | None) -> None:
    """Write `rows` into the file `to`, as its name ends, or as CSV to standard output. Their columns are all names that
    any row has; what a row lacks, or is not finite, is empty. A file is there whole or not at all."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    filled = [{name: _finite(row.get(name)) for name in names} for row in rows]
    if to is None:
        _csv(filled, names, sys.stdout)
        return
    if to.suffix not in SUFFIXES:
        fail(f"out = {str(to)!r} is not allowed: a name that ends in {', '.join(SUFFIXES)}")
    write(to, _payload(filled, names, to.suffix))
    log.print(f"{len(filled):,} rows in {to}", highlight=False, soft_wrap=True)


def write(to: Path, payload: bytes) -> None:
    """The file is there whole or not at all; a link stays, and what it leads to is written. Where that cannot be, says
    so and ends the program."""
    whole = to.resolve()
    if not to.name or (whole.exists() and not whole.is_file()):
        fail(f"out = {str(to)!r} is not allowed: the name of a file")
    if not whole.parent.is_dir():
        fail(f"cannot write {to}: there is no folder {whole.parent}")
    try:
        files.replace(whole, payload)
    except OSError as error:
        fail(f"cannot write {to}: {error.strerror or error}")


def _payload(rows: Sequence[dict[str, Any]], names: Sequence[str], suffix: str) -> bytes:
    if suffix == ".parquet":
        import pyarrow
        import pyarrow.parquet

        data = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), data, compression="zstd")
        return data.getvalue()
    text = io.StringIO(newline="")
    _csv(rows, names, text) if suffix == ".csv" else text.writelines(json.dumps(row) + "\n" for row in rows)
    return text.getvalue().encode()


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _csv(rows: Sequence[dict[str, Any]], names: Sequence[str], file: IO[str]) -> None:
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
