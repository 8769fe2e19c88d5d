"""Rows as files that spreadsheets, pandas and R read."""

from __future__ import annotations

import csv
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

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
    half = to.with_name(f".{to.name}.part")
    try:
        if to.suffix == ".parquet":
            import pyarrow
            import pyarrow.parquet

            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(filled), half, compression="zstd")
        else:
            with half.open("w", encoding="utf-8", newline="") as file:
                _csv(filled, names, file) if to.suffix == ".csv" else file.writelines(
                    json.dumps(row) + "\n" for row in filled)
        os.replace(half, to)
    except OSError as error:
        half.unlink(missing_ok=True)
        fail(f"cannot write {to}: {error.strerror or error}")
    log.print(f"{len(filled):,} rows in {to}", highlight=False, soft_wrap=True)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _csv(rows: Sequence[dict[str, Any]], names: Sequence[str], file: IO[str]) -> None:
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
