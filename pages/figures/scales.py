"""Where values lie on an axis, its ticks, and where labels find room: for the page and for the printed figure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pages.figures.chart import Axis, Chart

PERFECT = 1e-4  # one mistake in the 10,000 test images: nothing measured on them lies closer to 100%
ERROR_TICKS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def placed(values: np.ndarray, axis: Axis) -> np.ndarray:
    """What is plotted: the value, or its distance to 1 on an error axis (a perfect score sits at its edge)."""
    return np.maximum(1 - values, PERFECT) if axis.error else values


def scaled(value: float, axis: Axis) -> float:
    """Plotted value in the axis's own linear coordinate."""
    return math.log10(value) if axis.log or axis.error else value


def place(value: float, axis: Axis) -> float:
    """Where one value lies, in the axis's own linear coordinate."""
    return scaled(float(placed(np.array([value]), axis)[0]), axis)


def heights(chart: Chart) -> list[np.ndarray]:
    """Everything that the y axis must have room for."""
    bands = [part for line in chart.lines for part in (line.low, line.high) if part is not None]
    marks = [np.array([mark.y]) for mark in chart.marks if mark.y is not None]
    return [*(line.y for line in chart.lines), *bands, *marks]


def roomier(chart: Chart, y: float) -> str:
    """`left` or `right`: the end of the plot at which a label at height `y` stands farther from every line.

    >>> from pages.figures.chart import Line
    >>> axis = Axis("x"), Axis("y")
    >>> line = Line("loss", "training", np.array([0, 1]), np.array([1.0, 3.0]))
    >>> roomier(Chart("", "", *axis, (line,)), 1.2), roomier(Chart("", "", *axis, (line,)), 2.9)
    ('right', 'left')
    """
    finite = [line.y[np.isfinite(line.y)] for line in chart.lines]
    first, last = ([abs(place(values[end], chart.y) - place(y, chart.y)) for values in finite if values.size]
                   for end in ((-1, 0) if chart.x.falling else (0, -1)))
    return "right" if min(last, default=0.0) > min(first, default=0.0) else "left"


def ends(axis: Axis, values: list[np.ndarray]) -> tuple[float, float]:
    """Lowest and highest value of the axis: its `range`, or that of the data."""
    if axis.range:
        return axis.range
    return float(min(np.nanmin(part) for part in values)), float(max(np.nanmax(part) for part in values))


def limits(axis: Axis, low: float, high: float) -> tuple[float, float]:
    """The two ends in scaled coordinates, with a little air where the data set them; the left or lower one first."""
    first, last = (place(end, axis) for end in (low, high))
    spare = 0.0 if axis.range else 0.04 * (last - first) or 0.5
    return (last + spare, first - spare) if axis.falling else (first - spare, last + spare)


def ticks(axis: Axis, low: float, high: float) -> list[tuple[float, str]]:
    """(value, label) for each tick from `low` to `high`.

    >>> ticks(Axis("left", percent=True, log=True), 0.02, 0.3)
    [(0.02, '2%'), (0.05, '5%'), (0.1, '10%'), (0.2, '20%')]
    >>> [label for _, label in ticks(Axis("accuracy", percent=True), 0.9, 0.98)]
    ['90%', '92%', '94%', '96%', '98%']
    >>> [label for _, label in ticks(Axis("accuracy", percent=True, error=True), 0.4, 0.98)]
    ['50%', '80%', '90%', '95%', '98%']
    >>> [label for _, label in ticks(Axis("accuracy", percent=True, error=True), 0.91, 0.985)]
    ['91%', '92%', '93%', '94%', '95%', '96%', '97%', '98%']
    """
    room = 1e-9 * (abs(low) + abs(high))
    marks = _errors(low, high) if axis.error else _one_two_five(low, high) if axis.log else _even(low, high)
    return [(tick, _label(tick, axis)) for tick in marks if low - room <= tick <= high + room]


def _errors(low: float, high: float) -> Sequence[float]:
    """Those that halve the errors again and again, or even ones where fewer than three of them lie in between."""
    return ERROR_TICKS if sum(low <= tick <= high for tick in ERROR_TICKS) >= 3 else _even(low, high)


def _label(tick: float, axis: Axis) -> str:
    if axis.percent:
        return f"{100 * tick:.6g}%"
    return f"{tick:,.10g}" if axis.log or float(tick).is_integer() else f"{tick:.4g}"


def _one_two_five(low: float, high: float) -> list[float]:
    """1, 2 and 5 in every decade that `low` to `high` touches; whole decades alone when there are more than three.

    >>> _one_two_five(10, 80), _one_two_five(795, 238_200)
    ([10.0, 20.0, 50.0], [100.0, 1000.0, 10000.0, 100000.0])
    """
    decades = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    return [round(step * 10.0**decade, 12) for decade in decades for step in ((1, 2, 5) if len(decades) <= 3 else (1,))]


def _even(low: float, high: float) -> list[float]:
    """Four to eight round numbers at one distance.

    >>> _even(0, 4_585), _even(3.0, 3.0)
    ([0.0, 1000.0, 2000.0, 3000.0, 4000.0], [3.0])
    """
    if high <= low:
        return [float(low)]
    rough = (high - low) / 4
    decade = 10.0 ** math.floor(math.log10(rough))
    step = max(size for size in (decade, 2 * decade, 5 * decade) if size <= rough * (1 + 1e-9))
    return [round(i * step, 12) for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def apart(wanted: list[float], sizes: list[float]) -> list[float]:
    """Centres as near to `wanted` as labels of these sizes allow within 0 … 1, in the given order.

    >>> apart([0.5, 0.5], [0.2, 0.2])
    [0.4, 0.6]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[list[int], float]] = []  # labels that touch, and the middle of the block they form
    for i in order:
        members, middle = [i], wanted[i]
        while True:
            tall = sum(sizes[j] for j in members)
            middle = min(max(middle, tall / 2), max(1 - tall / 2, tall / 2))
            if not groups or groups[-1][1] + sum(sizes[j] for j in groups[-1][0]) / 2 <= middle - tall / 2 + 1e-12:
                break
            members = groups.pop()[0] + members
            middle = sum(wanted[j] for j in members) / len(members)
        groups.append((members, middle))
    found = [0.0] * len(wanted)
    for members, middle in groups:
        base = middle - sum(sizes[j] for j in members) / 2
        for j in members:
            found[j] = round(base + sizes[j] / 2, 6)
            base += sizes[j]
    return found
