"""A chart in words and numbers: one sentence, a table, CSV, and the dict the browser's own charts read."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from pages.figures.chart import Axis, Chart, Line


def alt(chart: Chart) -> str:
    """One sentence that tells a reader who cannot see the chart what it shows and says."""
    lines = "; ".join(_journey(line, chart.x, chart.y) for line in chart.lines)
    takeaway = chart.takeaway.rstrip(".")
    return f"{chart.title}, {chart.y.title} against {chart.x.title}: {lines}; {takeaway[:1].lower()}{takeaway[1:]}."


def _journey(line: Line, x: Axis, y: Axis) -> str:
    if len(line.x) == 1:
        return f"{line.name} {y.format(line.y[0])} at {x.format(line.x[0])}"
    ends = f"from {y.format(line.y[0])} at {x.format(line.x[0])} to {y.format(line.y[-1])} at {x.format(line.x[-1])}"
    return f"{line.name} {ends}"


def table(chart: Chart) -> dict[str, list[float | None]]:
    """Columns of equal length: x, then each line with its band; None where a line has no point at that x."""
    grid = np.unique(np.concatenate([line.x for line in chart.lines]))
    columns: dict[str, list[float | None]] = {chart.x.label: [_number(x, chart.x) for x in grid]}
    for line in chart.lines:
        parts = {"": line.y, f" ({line.band[0]})": line.low, f" ({line.band[1]})": line.high}
        for suffix, values in parts.items():
            if values is not None:
                found = dict(zip(line.x.tolist(), values.tolist(), strict=True))
                columns[line.name + suffix] = [_number(found.get(x), chart.y) for x in grid.tolist()]
    return columns


def _number(value: float | None, axis: Axis) -> float | None:
    """Percent axes are tabulated in percent, free of the noise of 0.07 * 100 = 7.000000000000001."""
    if value is None or not np.isfinite(value):
        return None
    return round(100 * float(value), 10) if axis.percent else float(value)


def decimals(values: Iterable[float]) -> int:
    """Digits after the point with which a column is written: as many as the value that needs most of them for its
    first four figures.

    >>> decimals([97.4, 96.8433, 100.0]), decimals([0.0512, 1.0]), decimals([266200.0, float("nan")])
    (2, 4, 0)
    """
    written = [Decimal(f"{value:.4g}").normalize() for value in values if np.isfinite(value)]
    return max((max(0, -int(one.as_tuple().exponent)) for one in written), default=0)


def every_seed(chart: Chart) -> dict[str, list[float | None]]:
    """The seeds' own values as further columns of the table, where the chart knows which seeds they are."""
    grid = np.unique(np.concatenate([line.x for line in chart.lines])).tolist()
    numbers, columns = chart.origin.seeds if chart.origin else (), {}
    for line in chart.lines:
        if line.seeds is not None and len(line.seeds) == len(numbers):
            for number, values in zip(numbers, line.seeds, strict=True):
                found = dict(zip(line.x.tolist(), values.tolist(), strict=True))
                columns[f"{line.name} (seed {number})"] = [_number(found.get(x), chart.y) for x in grid]
    return columns


def csv(chart: Chart) -> str:
    """The table as CSV text (RFC 4180) with every seed's values, empty where there is no value."""
    return columns_csv(table(chart) | every_seed(chart))


def columns_csv(columns: Mapping[str, Iterable[object]]) -> str:
    """Columns of equal length as CSV text, empty where there is no value.

    >>> columns_csv({"step": [0, 100], "accuracy": [0.1, float("nan")]}).split()
    ['step,accuracy', '0,0.1', '100,']
    """
    out = io.StringIO()
    writer = csv_format.writer(out)
    writer.writerow(columns)
    writer.writerows(zip(*(map(_known, values) for values in columns.values()), strict=True))
    return out.getvalue()


def _known(value: object) -> object:
    return None if value != value else value


def as_dict(chart: Chart) -> dict[str, Any]:
    """The chart as JSON-able dicts and lists, values rounded to six digits; not-a-number becomes None."""
    return {
        "title": chart.title,
        "takeaway": chart.takeaway,
        "source": chart.source,
        "alt": alt(chart),
        "x": vars(chart.x),
        "y": vars(chart.y),
        "lines": [{key: _plain(value) for key, value in vars(line).items()} for line in chart.lines],
        "marks": [vars(mark) for mark in chart.marks],
    }


def _plain(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    if value.ndim > 1:
        return [_plain(row) for row in value]
    return [float(f"{number:.6g}") if np.isfinite(number) else None for number in value]
