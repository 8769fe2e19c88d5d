"""Small pictures without words, for the cards of the home page: the lines of a chart, bars, an image.

They are drawn from the records that the chapters draw from, so that a card shows what its chapter will.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from pages.figures import palette
from pages.figures.chart import Axis, Chart

WIDTH, HEIGHT, MARGIN = 240, 96, 6  # SVG units
BINS = 36  # of a histogram: about 6 units each


def lines(chart: Chart, colours: str = palette.DEFAULT) -> str:
    """The lines of a chart from its lowest to its highest value, as SVG."""
    drawn = [line for line in chart.lines if line.x.size > 1]
    xs = np.concatenate([_bent(line.x, chart.x) for line in drawn])
    ys = np.concatenate([_bent(line.y, chart.y) for line in drawn])
    parts = []
    for line in reversed(drawn):  # the first one is the chapter's own: on top
        style = palette.style(line.role, colours)
        x = _laid(_bent(line.x, chart.x), xs, WIDTH, chart.x.falling)
        y = HEIGHT - _laid(_bent(line.y, chart.y), ys, HEIGHT)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(a + b))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{style.colour}" stroke-width="2.5" '
                     f'stroke-dasharray="{palette.DASHES[style.dash]}" stroke-linejoin="round"/>')
    return _svg("".join(parts))


def bars(values: Sequence[float], cut: float, colours: str = palette.DEFAULT) -> str:
    """How often each value was measured; those from `cut` on stand out."""
    counts, edges = np.histogram(values, BINS)
    wide = (WIDTH - 2 * MARGIN) / BINS
    parts = []
    for place, (count, edge) in enumerate(zip(counts, edges, strict=False)):
        tall = (HEIGHT - 2 * MARGIN) * count / counts.max()
        role = "kept" if edge >= cut else "dense"
        parts.append(f'<rect x="{MARGIN + place * wide:.1f}" y="{HEIGHT - MARGIN - tall:.1f}" width="{wide - 1:.1f}" '
                     f'height="{tall:.1f}" fill="{palette.style(role, colours).colour}"/>')
    return _svg("".join(parts))


def image(pixels: np.ndarray, colours: str = palette.DEFAULT) -> str:
    """A grey image (side, side), in the colour of the text."""
    side, size = len(pixels), (HEIGHT - 2 * MARGIN) / len(pixels)
    left = (WIDTH - side * size) / 2
    parts = [f'<rect x="{left + column * size:.1f}" y="{MARGIN + row * size:.1f}" width="{size:.2f}" '
             f'height="{size:.2f}" fill="{_ink(colours)}" fill-opacity="{pixels[row, column]:.2f}"/>'
             for row, column in zip(*np.nonzero(pixels > 0.05), strict=True)]
    return _svg("".join(parts))


def links(pairs: Sequence[tuple[float, float]], colours: str = palette.DEFAULT) -> str:
    """Two rows of dots and what joins them: (place above, place below), 0–1 each."""
    colour = palette.style("dense", colours).colour
    top, bottom = 18, HEIGHT - 18
    parts = [f'<path d="M{_x(a):.1f} {top}L{_x(b):.1f} {bottom}" stroke="{colour}" stroke-opacity="0.5"/>'
             for a, b in pairs]
    dots = {(_x(a), top) for a, _ in pairs} | {(_x(b), bottom) for _, b in pairs}
    parts += [f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{_ink(colours)}"/>' for x, y in sorted(dots)]
    return _svg("".join(parts))


def tag(drawing: str) -> str:
    """The picture as HTML, decoration: the words beside it say what it is."""
    coded = base64.b64encode(drawing.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{coded}" alt="" style="width:100%;display:block">'


def _ink(colours: str) -> str:
    """The colour of text on the background that a palette is made for."""
    return palette.TEXT["dark" if colours.endswith(palette.DARK) else "light"]


def _x(share: float) -> float:
    return 2 * MARGIN + share * (WIDTH - 4 * MARGIN)


def _bent(values: np.ndarray, axis: Axis) -> np.ndarray:
    """Values as the axis spaces them."""
    values = np.asarray(values, np.float64)
    if axis.error:
        return np.asarray(-np.log10(np.maximum(1 - values, 1e-4)))
    return np.log10(np.maximum(values, 1e-12)) if axis.log else values


def _laid(values: np.ndarray, among: np.ndarray, room: float, falling: bool = False) -> np.ndarray:
    """Values laid between the lowest and the highest of all."""
    low, high = np.nanmin(among), np.nanmax(among)
    share = (values - low) / ((high - low) or 1)
    return np.asarray(MARGIN + (1 - share if falling else share) * (room - 2 * MARGIN))


def _svg(inside: str) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{2 * WIDTH}" height="{2 * HEIGHT}">{inside}</svg>')
