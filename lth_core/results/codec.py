"""Arrays ↔ safetensors bytes, tables ↔ Parquet bytes: exact, compact, and checked against their description.

Descriptions are small JSON values kept in the manifest (`["float32", [300, 784]]` for an array; rows and column types
for a table). Unpacking compares what the bytes say of themselves with the description *before* decoding them, so a
forged file cannot make the reader allocate more than the manifest admits.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from lth_core.results.result import Table

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")  # also a file's name: no dots, no slashes
NUMBERS = frozenset("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split())
PLAIN = NUMBERS | {"float16"}  # what safetensors and numpy both know
MOST_ROWS = 20_000_000  # of one table; the longest real one (paper protocol, every condition) has about 100,000


class Mismatch(ValueError):
    """Bytes that do not hold what their description says."""


# ── arrays ───────────────────────────────────────────────────────────────────────────────────────────────────────


def describe_arrays(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """`{name: [dtype, shape]}`."""
    return {name: [str(array.dtype), list(array.shape)] for name, array in arrays.items()}


def pack_arrays(arrays: Mapping[str, np.ndarray]) -> bytes:
    """safetensors bytes; boolean arrays as bits (an eighth of the size), which `unpack_arrays` undoes.

    Raises ValueError for an array of a type that safetensors cannot hold.
    """
    import safetensors.numpy

    ready = {}
    for name, array in arrays.items():
        if str(array.dtype) not in PLAIN or name == "__metadata__":
            raise ValueError(f"array {name!r} of type {array.dtype} cannot be stored: use {', '.join(sorted(PLAIN))}")
        packed = np.packbits(array) if array.dtype == np.bool_ else array
        ready[name] = np.array(packed, order="C")  # safetensors writes the memory as it lies: it must lie in rows
    return safetensors.numpy.save(ready, metadata={"bits": json.dumps({n: list(arrays[n].shape) for n in arrays
                                                                       if arrays[n].dtype == np.bool_})})


def unpack_arrays(data: bytes, names: Iterable[str], told: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The named arrays, read-only. Raises Mismatch when names, types or shapes are not the ones `told`."""
    import safetensors

    try:
        found = dict(safetensors.deserialize(data))  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise Mismatch(f"not a safetensors file ({error})") from None
    if set(found) != set(told):
        raise Mismatch("the arrays are not the ones in the manifest")
    return {name: _array(name, found[name], told[name]) for name in names}


def _array(name: str, raw: Mapping[str, Any], told: Any) -> np.ndarray:
    dtype, shape = _checked_description(name, told)
    bits = dtype == "bool"
    stored_shape = [math.ceil(math.prod(shape) / 8)] if bits else shape
    flat = np.frombuffer(raw["data"], np.uint8 if bits else dtype)
    if list(raw["shape"]) != stored_shape or _TYPES.get(raw["dtype"]) != ("uint8" if bits else dtype):
        raise Mismatch(f"array {name} is {raw['dtype']} {raw['shape']}, the manifest says {dtype} {shape}")
    array = np.unpackbits(flat, count=math.prod(shape)).astype(np.bool_) if bits else flat
    array = array.reshape(shape)
    array.setflags(write=False)
    return array


_TYPES = {"F16": "float16", "F32": "float32", "F64": "float64", "I8": "int8", "I16": "int16", "I32": "int32",
          "I64": "int64", "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64"}


def _checked_description(name: str, told: Any) -> tuple[str, list[int]]:
    match told:
        case [str(dtype), list(shape)] if dtype in PLAIN and all(type(n) is int and n >= 0 for n in shape):
            return dtype, shape
    raise Mismatch(f"array {name} has no valid description")


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def describe_table(table: Table) -> dict[str, Any]:
    """`{"rows": n, "columns": {name: dtype}}`; text columns are `str`."""
    rows = len(next(iter(table.values()), ()))
    return {"rows": rows, "columns": {name: _kind(column) for name, column in table.items()}}


def pack_table(name: str, table: Table) -> bytes:
    """Parquet bytes. Raises ValueError naming the table and column that cannot be stored."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not TABLE_NAME.fullmatch(name):
        raise ValueError(f"table name {name!r}: use a–z, 0–9 and _, beginning with a letter")
    rows = describe_table(table)["rows"]
    for column, values in table.items():
        if np.ndim(values) != 1 or len(values) != rows:
            raise ValueError(f"table {name}: column {column!r} has shape {np.shape(values)} instead of ({rows},)")
        if _kind(values) not in NUMBERS | {"str"}:
            raise ValueError(f"table {name}: column {column!r} of type {values.dtype} cannot be stored: "
                             f"use text, {', '.join(sorted(NUMBERS))}")
    columns = {column: pa.array(values.tolist() if _kind(values) == "str" else values)
               for column, values in table.items()}
    sink = io.BytesIO()
    texts = [column for column, values in table.items() if _kind(values) == "str"]
    pq.write_table(pa.table(columns), sink, compression="zstd", use_dictionary=texts, write_statistics=False)
    return sink.getvalue()


def unpack_table(data: bytes, told: Any) -> dict[str, np.ndarray]:
    """Columns, read-only. Raises Mismatch when rows, names or types are not the ones `told`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if file.metadata.num_rows != told["rows"] or told["rows"] > MOST_ROWS:
            raise Mismatch(f"{file.metadata.num_rows:,} rows instead of {told['rows']:,}")
        if file.schema_arrow.names != list(told["columns"]):
            raise Mismatch(f"columns {file.schema_arrow.names} instead of {list(told['columns'])}")
        # one thread: starting pyarrow's pool costs more than decoding a table of this size
        table = file.read(use_threads=False)
        return {name: _column(name, table[name].combine_chunks(), kind) for name, kind in told["columns"].items()}
    except (pa.ArrowException, OSError, KeyError, TypeError) as error:
        raise Mismatch(f"not a Parquet file of ours ({error})") from None


def _column(name: str, values: Any, kind: str) -> np.ndarray:
    if kind == "str":
        coded = values.dictionary_encode()  # a few words, many rows: decode each word once
        words = np.array(coded.dictionary.to_pylist(), dtype=np.str_)
        column: np.ndarray = words[np.from_dlpack(coded.indices)]
    elif kind == "bool":
        column = np.from_dlpack(values.cast("uint8")).astype(np.bool_)
    else:
        column = np.from_dlpack(values)  # a view: pyarrow's own way to numpy brings pandas along, 45 MB
    if _kind(column) != kind:
        raise Mismatch(f"column {name} is {column.dtype}, the manifest says {kind}")
    column.setflags(write=False)
    return column


def _kind(column: np.ndarray) -> str:
    values = np.asarray(column)
    text = values.dtype.kind == "U" or (values.dtype == object and all(isinstance(item, str) for item in values))
    return "str" if text else str(values.dtype)
