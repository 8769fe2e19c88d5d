"""Rows as a plain table: 80 columns wide, no frames, the same on a terminal and in a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lth_core.listing import cell_text

WIDTH = 80

# What a table shows unless it is asked for more, in this order; of a table that has none of them, everything.
SHOWN = ("check", "passed", "round", "draw", "width", "net", "step", "condition", "density", "kept", "trained",
         "bytes", "sparsity", "weights", "magnitude", "magnitude_retrained", "random", "random_retrained",
         "train_accuracy", "test_accuracy", "told_accuracy", "accuracy", "early_stop_step", "seconds", "overlap",
         "by_chance", "overlap_previous", "status")
EXPENDABLE = ("train_accuracy", "seconds", "kept", "early_stop_step")  # what goes first where a line is too long
HEADS = {"test_accuracy": "test", "train_accuracy": "train", "magnitude_retrained": "retrained",
         "random_retrained": "retrained", "told_accuracy": "printed", "accuracy": "read rightly",
         "overlap_previous": "previous"}
LEFT = ("check", "net", "condition", "backend", "status")  # words; numbers stand to the right
GAP = "  "


def lines(rows: Sequence[dict[str, Any]], wide: bool = False) -> list[str]:
    """The table of `rows`, its head first. wide: every column of the rows.

    >>> print(*lines([{"round": 0, "condition": "ticket", "density": 1.0, "kept": 266200, "status": "ok"}]), sep="\\n")
    round  condition  density     kept  status
        0  ticket     100.00%  266,200  ok
    """
    rows = [_short(row) for row in rows] if not wide else list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not wide and any(name in SHOWN for name in names):
        names = [name for name in SHOWN if name in names]
    if wide:
        names = [name for name in names if name not in ("experiment", "seed")]
    columns = {name: [HEADS.get(name, name.replace("_", " ")), *(cell_text(name, row.get(name, "")) for row in rows)]
               for name in names}
    widths = {name: max(map(len, column)) for name, column in columns.items()}
    for name in () if wide else EXPENDABLE:
        if sum(widths.values()) + len(GAP) * (len(widths) - 1) > WIDTH:
            widths.pop(name, None)
    return [GAP.join(columns[name][index].ljust(width) if name in LEFT else columns[name][index].rjust(width)
                     for name, width in widths.items()).rstrip() for index in range(len(rows) + 1)]


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose condition carries its replicate, as one types it: `reinit:1`."""
    if row.get("replicate") and "condition" in row:
        return row | {"condition": f"{row['condition']}:{row['replicate']}"}
    return row
