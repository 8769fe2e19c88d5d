"""The record a run keeps while it goes on, and from which it can go on again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lth_core import checkpoint
from lth_core.results.result import Result
from lth_core.spec import Spec, SpecError
from lth_core.training.backends import GPU, KINDS


@dataclass(frozen=True)
class Options:
    """How to run, never what: nothing here may change a number, so nothing here is part of the key.

    threads: cores one training may use. backend: force one instead of the measured rule. checkpoint: file to resume
    from and to write to, at most every `checkpoint_seconds` and after every training. clock: seconds, for the cost
    ledger alone. Raises SpecError for fewer than one thread or an unknown backend.

    >>> Options(backend="abacus")
    Traceback (most recent call last):
        ...
    lth_core.spec.SpecError: backend = 'abacus' is not allowed: one of reference, dense, sparse, batchnorm, cuda
    """

    threads: int = 1
    backend: str | None = None
    checkpoint: Path | None = None
    checkpoint_seconds: float = 5.0  # a kill loses at most this much; writing LeNet's state takes about 10 ms
    clock: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        if not isinstance(self.threads, int) or self.threads < 1:
            raise SpecError("threads", self.threads, "a whole number at least 1")
        if self.backend not in (None, *KINDS, GPU):
            raise SpecError("backend", self.backend, "one of " + ", ".join((*KINDS, GPU)))


@dataclass
class Book:
    """Rows and arrays so far.

    rows: tables under construction. arrays: what goes into the Result. scratch: what only resuming needs (weights of
    the last round, the state of the training in progress). notes: the same, for plain values.
    """

    spec: Spec
    options: Options
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    scratch: dict[str, np.ndarray] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    written: float = 0.0

    @classmethod
    def open(cls, spec: Spec, options: Options) -> Book:
        """The book of an interrupted run of this Spec, or an empty one."""
        book = cls(spec, options, written=options.clock())
        found = checkpoint.read(options.checkpoint, spec.key) if options.checkpoint else None
        if found:
            saved, arrays = found
            book.rows, book.notes = saved["rows"], saved["notes"]
            for name, array in arrays.items():
                part, rest = name.split(":", 1)
                (book.arrays if part == "result" else book.scratch)[rest] = array
        return book

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def has(self, table: str, **values: Any) -> bool:
        return any(all(row.get(k) == v for k, v in values.items()) for row in self.rows.get(table, []))

    def put(self, prefix: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Replace the scratch arrays under `prefix/`."""
        self.drop(prefix)
        self.scratch |= {f"{prefix}/{name}": np.array(array) for name, array in arrays.items()}

    def get(self, prefix: str) -> dict[str, np.ndarray]:
        """The scratch arrays under `prefix/`, empty when there are none."""
        start = f"{prefix}/"
        return {name[len(start) :]: array for name, array in self.scratch.items() if name.startswith(start)}

    def drop(self, prefix: str) -> None:
        for name in [name for name in self.scratch if name.startswith(f"{prefix}/")]:
            del self.scratch[name]

    def due(self) -> bool:
        """True when there is a checkpoint to keep and the last one is old enough."""
        waited = self.options.clock() - self.written
        return self.options.checkpoint is not None and waited >= self.options.checkpoint_seconds

    def save(self) -> None:
        """Write the checkpoint when one is due."""
        path = self.options.checkpoint
        if path is None or not self.due():
            return
        arrays = {f"result:{name}": array for name, array in self.arrays.items()}
        arrays |= {f"scratch:{name}": array for name, array in self.scratch.items()}
        checkpoint.write(path, self.spec.key, {"rows": self.rows, "notes": self.notes}, arrays)
        self.written = self.options.clock()

    def result(self, **manifest: Any) -> Result:
        """The finished record. Columns are the union of the rows' names; what a row lacks is NaN."""
        tables = {name: columns(rows) for name, rows in self.rows.items()}
        return Result(self.spec, tables, dict(self.arrays), manifest)


def columns(rows: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Rows turned into columns: int64, float64 or text.

    >>> columns([{"step": 0, "loss": 2.3}, {"step": 1}])["loss"].tolist()
    [2.3, nan]
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = {}
    for name in names:
        values = [row.get(name, float("nan")) for row in rows]
        if all(isinstance(value, str) for value in values):
            table[name] = np.array(values)
        elif all(isinstance(value, (int, np.integer)) for value in values):
            table[name] = np.array(values, np.int64)
        else:
            table[name] = np.array(values, np.float64)
    return table
