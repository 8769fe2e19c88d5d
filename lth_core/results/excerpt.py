"""Excerpts: of many recorded results the few small tables that a figure draws, in one file of the atlas.

    assets/atlas/excerpts/chapter6.json.gz

A page that draws one figure over hundreds of runs opens this instead of hundreds of folders. Each run in it names the
manifest it was copied from; where the index knows another one by now, the excerpt says nothing of that run, and whoever
asks opens the run itself.
"""

from __future__ import annotations

import gzip
import json
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lth_core import files
from lth_core.results.atlas import Atlas
from lth_core.results.codec import describe_table
from lth_core.results.result import Result, Table
from lth_core.spec import Spec

FOLDER = "excerpts"
FORMAT = 1
LIMIT = 50_000_000  # bytes, unpacked: a real one has two million

log = logging.getLogger(__name__)


def path(root: Path, name: str) -> Path:
    """Where the excerpt of that name lies in the atlas at `root`."""
    return root / FOLDER / f"{name}.json.gz"


def write(root: Path, name: str, specs: Iterable[Spec], tables: Sequence[str]) -> bool:
    """Copy the named `tables` of those of `specs` that are recorded; says whether the file had to be written anew.

    Raises OSError where the atlas cannot be written.
    """
    atlas, found = Atlas(root), {}
    for spec in specs:
        if (result := atlas.find(spec, tables, ())) is not None:
            found[spec.key] = {"manifest": atlas.digest(spec.key), "run": dict(result.manifest),
                               "tables": {table: _told(columns) for table, columns in result.tables.items()}}
    text = json.dumps({"format": FORMAT, "results": found}, sort_keys=True, separators=(",", ":"))
    data, target = gzip.compress(text.encode(), mtime=0), path(root, name)
    if target.is_file() and target.read_bytes() == data:
        return False
    files.replace(target, data)
    return True


def read(atlas: Atlas, name: str, specs: Iterable[Spec]) -> dict[str, Result]:
    """Key → the excerpt of a result, for those of `specs` that it holds as they are recorded now: its tables, and no
    arrays. Empty without a file; one that is damaged is logged.

    >>> read(Atlas(Path("/no/such/folder")), "chapter6", ())
    {}
    """
    try:
        with gzip.open(path(atlas.root, name)) as file:
            held = json.loads(file.read(LIMIT))
        found = held["results"] if held["format"] == FORMAT else {}
        return {spec.key: _result(spec, found[spec.key]) for spec in specs
                if spec.key in found and found[spec.key]["manifest"] == atlas.digest(spec.key) is not None}
    except FileNotFoundError:
        return {}
    except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
        log.warning("excerpt %s not used (%s); `python -m lth_core record` writes it anew", name, error)
        return {}


def _told(table: Table) -> dict[str, Any]:
    """A table as JSON: types, and values in full. What is not finite has no place in JSON and becomes a word."""
    def plain(values: np.ndarray) -> list[Any]:
        return [repr(value) if isinstance(value, float) and not math.isfinite(value) else value
                for value in values.tolist()]

    kinds = describe_table(table)["columns"]
    return {name: [kinds[name], plain(values)] for name, values in table.items()}


def _result(spec: Spec, held: Mapping[str, Any]) -> Result:
    tables = {table: {name: _column(*told) for name, told in columns.items()}
              for table, columns in held["tables"].items()}
    return Result(spec, tables, {}, held["run"])


def _column(kind: str, values: list[Any]) -> np.ndarray:
    if kind == "str":
        return np.array(values, np.str_)
    column = np.array([float(value) if isinstance(value, str) else value for value in values], kind)
    column.setflags(write=False)
    return column
