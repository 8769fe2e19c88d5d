"""The record a run keeps while it goes on, and from which it can go on again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

import numpy as np

from lth_core import checkpoint
from lth_core.results.result import Result
from lth_core.running.interrupt import Interrupted
from lth_core.running.options import Options
from lth_core.running.state import State
from lth_core.spec import Spec

S = TypeVar("S", bound=Spec)


@dataclass
class Book(Generic[S]):
    """Rows and arrays so far.

    rows: tables under construction. arrays: what goes into the Result. state: what only resuming needs. written: when
    the last checkpoint was, by the options' clock.
    """

    spec: S
    options: Options
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    state: State = field(default_factory=State)
    written: float = 0.0

    @classmethod
    def open(cls, spec: S, options: Options) -> Self:
        """The book of an interrupted run of this Spec, or an empty one. Raises as `State.unpacked` when another version
        wrote the checkpoint."""
        book = cls(spec, options, written=options.clock())
        found = checkpoint.read(options.checkpoint, spec.key) if options.checkpoint else None
        if found:
            saved, arrays = found
            book.rows = saved["rows"]
            book.arrays = _part("result", arrays)
            book.state = State.unpacked(saved["state"], _part("state", arrays))
        return book

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def has(self, table: str, **values: Any) -> bool:
        return any(all(row.get(k) == v for k, v in values.items()) for row in self.rows.get(table, []))

    def due(self) -> bool:
        """True when there is a checkpoint to keep and the last one is old enough, or there will be no later one."""
        waited = self.options.clock() - self.written
        old = waited >= self.options.checkpoint_seconds or self.options.stop()
        return self.options.checkpoint is not None and old

    def save(self, now: bool = False) -> None:
        """Write the checkpoint when one is due, or `now`. Raises Interrupted after it when the run is to stop."""
        path = self.options.checkpoint
        if path is None or not (now or self.due()):
            return
        plain, state = self.state.packed()
        arrays = {f"result:{name}": array for name, array in self.arrays.items()}
        arrays |= {f"state:{name}": array for name, array in state.items()}
        checkpoint.write(path, self.spec.key, {"rows": self.rows, "state": plain}, arrays)
        self.written = self.options.clock()
        if self.options.stop():
            raise Interrupted(self.spec.key)

    def result(self, **manifest: Any) -> Result:
        """The finished record. Columns are the union of the rows' names; what a row lacks is NaN."""
        tables = {name: columns(rows) for name, rows in self.rows.items()}
        told = {"masks": self.state.sources} if self.state.sources else {}
        return Result(self.spec, tables, dict(self.arrays), told | manifest)


def _part(part: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(f"{part}:"): array for name, array in arrays.items() if name.startswith(f"{part}:")}


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
