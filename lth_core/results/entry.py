"""One Result as one folder: how it lies on disk, in the store and in the atlas alike.

    manifest.json       what was asked (Spec), how it ran, what the other files hold, and their sha256
    arrays.safetensors  every array; boolean ones packed to one bit a value
    NAME.parquet        one zstd-compressed Parquet file a table

`write` fills an empty folder, `read` gives the Result back bit for bit, or raises Damaged and says what is wrong. A
reader trusts nothing: sizes are checked before reading, sha256 before parsing, names, shapes and types after it.
Nothing is ever unpickled, and torch is not needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from lth_core.results import codec
from lth_core.results.result import Result, Table
from lth_core.spec import NUMBERS_VERSION, Spec, SpecError

FORMAT = 1  # raised when the layout below changes; folders of another format are recomputed
MANIFEST = "manifest.json"
ARRAYS = "arrays.safetensors"
FILE_LIMIT = 2**30  # bytes of one array or table file: far above any real one, below what would exhaust a small server
MANIFEST_LIMIT = 4_000_000  # bytes; a real manifest has a few thousand, so this only stops a forged one


class Damaged(ValueError):
    """A stored result that must not be shown. The message names the folder and what is wrong with it."""


def write(folder: Path, result: Result) -> None:
    """Write `result` into the existing empty folder and flush it to the disk.

    Raises ValueError for a table or array that cannot be stored (it names it), OSError when the disk refuses.
    """
    payloads = {ARRAYS: codec.pack_arrays(result.arrays)} if result.arrays else {}
    payloads |= {f"{name}.parquet": codec.pack_table(name, table) for name, table in result.tables.items()}
    files = {name: {"bytes": len(data), "sha256": _sha256(data)} for name, data in payloads.items()}
    body = {
        "format": FORMAT,
        "numbers": NUMBERS_VERSION,
        "key": result.key,
        "spec": result.spec.to_dict(),
        "run": dict(result.manifest),
        "tables": {name: codec.describe_table(table) for name, table in result.tables.items()},
        "arrays": codec.describe_arrays(result.arrays),
        "files": files,
    }
    try:
        text = json.dumps(body | {"checksum": _checksum(body)}, indent=1)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the manifest must hold plain JSON values only: {error}") from None
    for name, data in [*payloads.items(), (MANIFEST, text.encode())]:
        _write_file(folder / name, data)
    sync(folder)


def read(
    folder: Path, key: str, tables: Collection[str] | None = None, arrays: Collection[str] | None = None
) -> Result:
    """The Result in `folder`, or only the named tables and arrays of it (`()` for none; files not asked for stay shut).

    Raises Damaged when anything differs from what was written, KeyError for a table or array it never had.
    """
    body = manifest(folder, key)
    wanted = _wanted("table", tables, body["tables"], key)
    columns = {name: _table(folder, name, body) for name in wanted}
    names = _wanted("array", arrays, body["arrays"], key)
    return Result(_spec(body, key, folder), columns, _arrays(folder, names, body), body["run"])


def manifest(folder: Path, key: str) -> dict[str, Any]:
    """The checked manifest of `folder`. Raises as `read`."""
    data = _read_file(folder / MANIFEST, MANIFEST_LIMIT)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{folder.name}: the manifest is not JSON ({error})") from None
    if not isinstance(body, dict) or body.pop("checksum", None) != _checksum(body):
        raise Damaged(f"{folder.name}: the manifest's checksum is wrong")
    if body.get("format") != FORMAT or body.get("numbers") != NUMBERS_VERSION:
        raise Damaged(
            f"{folder.name}: written by another version (format {body.get('format')}, numbers {body.get('numbers')};"
            f" this one reads format {FORMAT}, numbers {NUMBERS_VERSION})"
        )
    parts = ("spec", "run", "tables", "arrays", "files")
    if body.get("key") != key or not all(isinstance(body.get(part), dict) for part in parts):
        raise Damaged(f"{folder.name}: the manifest is not the one of {key}")
    return body


def sync(folder: Path) -> None:
    """Flush a folder's own list of names, so that a rename survives a power cut."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _table(folder: Path, name: str, body: Mapping[str, Any]) -> Table:
    data = _payload(folder, f"{name}.parquet", body["files"])
    try:
        return codec.unpack_table(data, body["tables"][name])
    except codec.Mismatch as error:
        raise Damaged(f"{folder.name}: table {name}: {error}") from None


def _arrays(folder: Path, names: list[str], body: Mapping[str, Any]) -> dict[str, np.ndarray]:
    if not names:
        return {}
    data = _payload(folder, ARRAYS, body["files"])
    try:
        return codec.unpack_arrays(data, names, body["arrays"])
    except codec.Mismatch as error:
        raise Damaged(f"{folder.name}: {error}") from None


def _spec(body: Mapping[str, Any], key: str, folder: Path) -> Spec:
    try:
        spec = _parsed(json.dumps(body["spec"], sort_keys=True))
    except SpecError as error:
        raise Damaged(f"{folder.name}: {error}") from None
    if spec.key != key:
        raise Damaged(f"{folder.name}: holds the result of another Spec, {spec.key}")
    return spec


@lru_cache(maxsize=512)
def _parsed(text: str) -> Spec:
    """Building a Spec checks every field, which takes 2 ms: a page that opens ten results should pay once."""
    return Spec.from_json(text)


def _wanted(kind: str, names: Collection[str] | None, known: Mapping[str, Any], key: str) -> list[str]:
    for name in names or ():
        if name not in known:
            raise KeyError(f"result {key} has no {kind} {name!r}: one of {', '.join(sorted(known)) or 'none'}")
    return list(known) if names is None else list(names)


def _payload(folder: Path, name: str, files: Mapping[str, Any]) -> bytes:
    told = files.get(name)
    if not isinstance(told, dict) or type(told.get("bytes")) is not int or told["bytes"] > FILE_LIMIT:
        raise Damaged(f"{folder.name}: the manifest does not list {name}")
    data = _read_file(folder / name, told["bytes"])
    if len(data) != told["bytes"]:
        raise Damaged(f"{folder.name}: {name} has {len(data):,} bytes instead of {told['bytes']:,}")
    if _sha256(data) != told.get("sha256"):
        raise Damaged(f"{folder.name}: the checksum of {name} is wrong")
    return data


def _read_file(path: Path, limit: int) -> bytes:
    """A regular file's bytes: no link is followed, no device waited for, nothing larger than `limit` read."""
    try:
        info = path.lstat()
    except FileNotFoundError:
        raise Damaged(f"{path.parent.name}: {path.name} is missing") from None
    if not stat.S_ISREG(info.st_mode):
        raise Damaged(f"{path.parent.name}: {path.name} is not a plain file")
    if info.st_size > limit:
        raise Damaged(f"{path.parent.name}: {path.name} has {info.st_size:,} bytes, more than {limit:,}")
    return path.read_bytes()


def _write_file(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _checksum(body: Mapping[str, Any]) -> str:
    return _sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())
