"""A chart as the browser draws it: every place a share of the plot, every value in words already.

Where things lie is decided here, with the same `scales` that set the figure for paper: the browser only stretches the
plot to the room it has. Shares are 0 at the left and at the foot; four digits are finer than any screen.
"""

from __future__ import annotations

import textwrap
from typing import Any, TypeAlias

import numpy as np

from pages.figures import in_words, palette, scales
from pages.figures.chart import Chart, Line, Mark
from pages.figures.palette import Style

Part: TypeAlias = dict[str, Any]
HEIGHT = 420  # px of the whole figure
NAME, MARK = 13, 24  # letters that a name beside the plot, and a mark's label on it, hold in one line on a phone
SPARSE = 25  # points: beyond that markers merge into a second line


def drawing(chart: Chart, colours: str = palette.DEFAULT, height: int = HEIGHT) -> Part:
    """The chart as JSON-able parts. height: in CSS pixels.

    >>> from pages.figures.chart import Axis
    >>> line = Line("ticket", "kept", np.array([0, 1]), np.array([0.5, 1]))
    >>> drawn = drawing(Chart("t", "s", Axis("round"), Axis("accuracy", percent=True, range=(0, 1)), (line,)))
    >>> drawn["lines"][0]["y"], drawn["lines"][0]["told"], drawn["y"]["ticks"][-1]
    ([0.5, 1.0], ['50%', '100%'], (1.0, '100%'))
    """
    plot = _Plot(chart)
    styles = [palette.style(line.role, colours) for line in chart.lines]
    grid = sorted({float(x) for line in chart.lines for x in line.x}
                  | {mark.x for mark in chart.marks if mark.x is not None and mark.y is not None})
    at = {x: place for place, x in enumerate(grid)}
    return {
        "alt": in_words.alt(chart), "height": height,
        "x": {"title": chart.x.label, "ticks": plot.ticks_across()},
        "y": {"title": chart.y.label, "ticks": plot.ticks_up()},
        "grid": [[plot.across(x), f"{chart.x.title} {chart.x.format(x)}"] for x in grid],
        "lines": [_line(plot, line, style, at) for line, style in zip(chart.lines, styles, strict=True)],
        "names": _names(plot),
        "marks": [_mark(plot, mark, palette.style(mark.role, colours), at) for mark in chart.marks],
    }


class _Plot:
    """Where values of a chart lie."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self._wide = scales.ends(chart.x, [line.x for line in chart.lines])
        self._tall = scales.ends(chart.y, scales.heights(chart))
        self._x, self._y = scales.limits(chart.x, *self._wide), scales.limits(chart.y, *self._tall)

    def across(self, value: float) -> float:
        return _share(scales.place(value, self.chart.x), self._x)

    def up(self, value: float) -> float | None:
        return _share(scales.place(value, self.chart.y), self._y) if np.isfinite(value) else None

    def ticks_across(self) -> list[tuple[float, str]]:
        return [(self.across(tick), label) for tick, label in scales.ticks(self.chart.x, *self._wide)]

    def ticks_up(self) -> list[tuple[float | None, str]]:
        return [(self.up(tick), label) for tick, label in scales.ticks(self.chart.y, *self._tall)]


def _share(place: float, ends: tuple[float, float]) -> float:
    return round((place - ends[0]) / (ends[1] - ends[0]), 4)


def _line(plot: _Plot, line: Line, style: Style, at: dict[float, int]) -> Part:
    """One line: its points and what each says; the band, or each seed as a hairline where there is no band."""
    band = line.low is not None and line.high is not None
    seeds = () if band or line.seeds is None else line.seeds
    return {
        "name": line.name, **_look(style), "sparse": len(line.x) <= SPARSE,
        "at": [at[float(x)] for x in line.x], "y": _ups(plot, line.y), "told": _told(plot.chart, line),
        "band": [_ups(plot, part) for part in (line.low, line.high) if part is not None] if band else None,
        "seeds": [_ups(plot, seed) for seed in seeds],
    }


def _look(style: Style) -> Part:
    return {"colour": style.colour, "dash": style.dash, "width": style.width, "marker": style.marker,
            "opacity": max(style.opacity, 0.6)}


def _ups(plot: _Plot, values: np.ndarray) -> list[float | None]:
    return [plot.up(float(value)) for value in values]


def _told(chart: Chart, line: Line) -> list[str]:
    """Exact values, with the ends of the band."""
    told = []
    for i, value in enumerate(line.y.tolist()):
        known = line.low is not None and line.high is not None and np.isfinite([line.low[i], line.high[i]]).all()
        ends = f" ({chart.y.format(line.low[i])} – {chart.y.format(line.high[i])})" if known else ""  # type: ignore[index]
        told.append(chart.y.format(value) + ends if np.isfinite(value) else "")
    return told


def _names(plot: _Plot) -> list[Part]:
    """Each line's name, and where its line ends: the browser, which knows how large text is, pushes them apart."""
    lines = plot.chart.lines
    names = [textwrap.wrap(line.name, NAME) or [""] for line in lines]
    right = 0 if plot.chart.x.falling else -1
    ends = [line.y[np.isfinite(line.y)][right] if np.isfinite(line.y).any() else np.nan for line in lines]
    places = [0.5 if (place := plot.up(float(end))) is None else place for end in ends]
    return [{"words": name, "y": place} for name, place in zip(names, places, strict=True)]


def _mark(plot: _Plot, mark: Mark, style: Style, at: dict[float, int]) -> Part:
    """A point, or a line across the plot with its label."""
    words = textwrap.wrap(mark.label, MARK, break_long_words=True) or [mark.label]
    look = {**_look(style), "label": mark.label, "words": words}
    if mark.x is not None and mark.y is not None:
        x = plot.across(mark.x)
        return {**look, "kind": "point", "x": x, "y": plot.up(mark.y), "at": at[float(mark.x)], "named": mark.named,
                "side": "right" if x < 0.5 else "left"}
    if mark.x is not None:
        x = plot.across(mark.x)
        return {**look, "kind": "upright", "x": x, "side": "right" if x < 0.7 else "left"}
    assert mark.y is not None  # a mark has one of the two
    return {**look, "kind": "level", "y": plot.up(mark.y), "side": scales.roomier(plot.chart, mark.y)}
