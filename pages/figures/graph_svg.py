"""A networkx graph of a net and its mask as a small still picture: green kept, red pruned."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pages.figures import palette

if TYPE_CHECKING:
    import networkx as nx

WIDEST = 2.6  # pixels of the heaviest kept edge: thicker ones hide their neighbours
MARGIN = 8  # pixels around the outermost units
BINS = 6  # widths that kept edges come in: one path each, instead of one element an edge


def svg(graph: nx.DiGraph, label: str, width: int = 460, height: int = 380, colours: str = palette.DEFAULT) -> str:
    """The picture as SVG text. label: its text alternative.

    graph: as `lth_core.graphs.graph` makes it: nodes with `pos` in the unit square, edges with `weight` and `kept`.
    Pruned edges lie below, thin and dashed; a kept edge's width grows with its |weight|.
    """
    place = {node: (MARGIN + x * (width - 2 * MARGIN), MARGIN + y * (height - 2 * MARGIN))
             for node, (x, y) in graph.nodes(data="pos")}
    kept, pruned = palette.style("kept", colours), palette.style("pruned", colours)
    parts = [_path([(place[a], place[b]) for a, b, alive in graph.edges(data="kept") if not alive],
                   f'stroke="{pruned.colour}" stroke-width="0.7" stroke-opacity="0.45" stroke-dasharray="3 2"')]
    for step, lines in enumerate(_by_weight(graph, place)):
        thick = WIDEST * (step + 1) / BINS
        parts.append(_path(lines, f'stroke="{kept.colour}" stroke-width="{thick:.2f}" stroke-opacity="0.85"'))
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3.4 if layer else 2.2}"/>' for (layer, _), (x, y) in place.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}" style="width:100%;height:auto">{"".join(parts)}'
        f'<g fill="{palette.style("dense", colours).colour}">{dots}</g></svg>'
    )


Line = tuple[tuple[float, float], tuple[float, float]]


def _by_weight(graph: nx.DiGraph, place: dict[object, tuple[float, float]]) -> list[list[Line]]:
    """Kept edges in BINS groups of rising |weight|."""
    alive = [(a, b, abs(weight)) for a, b, weight in graph.edges(data="weight") if graph.edges[a, b]["kept"]]
    top = max((size for _, _, size in alive), default=1.0)
    groups: list[list[Line]] = [[] for _ in range(BINS)]
    for a, b, size in alive:
        groups[min(BINS - 1, int(BINS * size / top))].append((place[a], place[b]))
    return groups


def _path(lines: list[Line], stroke: str) -> str:
    if not lines:
        return ""
    steps = "".join(f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}" for (ax, ay), (bx, by) in lines)
    return f'<path d="{steps}" fill="none" {stroke}/>'
