"""The plane of θ₀, the ticket's end and the whole net's end as a map of the loss, with trainings and a walker on it.

Colour is height: the logarithm of the loss. Every dot of the grid was read; between dots the map interpolates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.figures import palette
from pages.figures.landscape import ACROSS, NETS, Ground

# Low to high, of one hue and rising in lightness, so that it reads without colour too; by theme, low is the page's end.
HEIGHTS = {"light": ((0, "#F7FBFF"), (0.4, "#C6DBEF"), (0.7, "#6BAED6"), (1, "#08519C")),
           "dark": ((0, "#14202B"), (0.4, "#1F4A6B"), (0.7, "#3F86BC"), (1, "#CFE4F5"))}
TICKS = (0.0001, 0.001, 0.01, 0.1, 1, 10, 100)  # nats
LEAST = 1e-4  # nats: what lies lower is drawn alike, or the deepest dots would take half of the colours


def figure(found: Ground, walker: tuple[float, float], theme: str, colours: str, height: int) -> go.Figure:
    """The map. walker: where the reader stands, (x, y). theme: "light" or "dark"."""
    text, back = palette.TEXT[theme], palette.BACKGROUND[theme]
    muted = {"color": palette.MUTED[theme]}
    axis: dict[str, Any] = {"zeroline": False, "showgrid": False, "ticks": "", "tickfont": muted}
    layout = {
        "height": height, "margin": {"l": 8, "r": 8, "t": 32, "b": 8}, "showlegend": False, "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": "closest",
        "font": {"size": 13, "family": "'Source Sans', sans-serif", "color": text},
        "hoverlabel": {"font": {"color": text}, "bgcolor": back},
        "xaxis": axis | {"title": {"text": "from θ₀ towards the whole net’s end", "standoff": 8}, "automargin": True,
                         "range": [found.x[0], found.x[-1]]},
        "yaxis": axis | {"title": {"text": "across, towards the ticket’s end", "standoff": 8}, "automargin": True,
                         "range": [found.y[0], found.y[-1]]},
        "annotations": _names(found, text, back),
    }
    spot = {"type": "scatter", "x": [walker[0]], "y": [walker[1]], "mode": "markers", "hoverinfo": "skip",
            "marker": {"symbol": "cross", "size": 15, "color": text, "line": {"color": back, "width": 2}}}
    return go.Figure({"data": [_ground(found, theme), *_routes(found, colours, back), spot], "layout": layout})


def _ground(found: Ground, theme: str) -> dict[str, Any]:
    told = np.stack([found.loss, 100 * found.accuracy], axis=-1)
    height = np.log10(np.maximum(found.loss, LEAST))
    ticks = {float(np.log10(tick)): f"{tick:g}" for tick in TICKS if height.min() <= np.log10(tick) <= height.max()}
    return {
        "type": "contour", "x": found.x, "y": found.y, "z": height, "customdata": told, "ncontours": 14,
        "colorscale": [list(step) for step in HEIGHTS[theme]], "line": {"width": 0.6, "color": palette.MUTED[theme]},
        "colorbar": {"title": {"text": "loss"}, "thickness": 12, "len": 0.9, "outlinewidth": 0,
                     "tickvals": list(ticks), "ticktext": list(ticks.values())},
        "hovertemplate": "loss %{customdata[0]:.3g} nats<br>%{customdata[1]:.1f}% of training images right"
                         "<extra></extra>",
    }


def _routes(found: Ground, colours: str, back: str) -> list[dict[str, Any]]:
    """The real trainings of ticket and whole net as lines, seen from straight above."""
    parts = []
    for net in ("dense", "ticket"):
        style, path = palette.style(NETS[net][1], colours), found.path(net)
        told = [f"{NETS[net][0]}, step {step:,}<br>loss {loss:.3g} nats<br>{off:.1f} off the plane"
                for step, loss, off in zip(path["step"], path["train_loss"], path["off"], strict=True)]
        parts.append({"type": "scatter", "x": path["x"], "y": path["y"], "mode": "lines+markers", "name": NETS[net][0],
                      "line": {"color": style.colour, "width": 3, "dash": style.dash},
                      "marker": {"size": 9, "symbol": style.marker, "color": style.colour,
                                 "line": {"color": back, "width": 1}},
                      "customdata": told, "hovertemplate": "%{customdata}<extra></extra>"})
    return parts


def _names(found: Ground, text: str, back: str) -> list[dict[str, Any]]:
    (start, _), (ticket, end), dense = found.ends("dense"), found.ends("ticket"), found.ends("dense")[1]
    told = ((start, "θ₀", "right"), (ticket, "ticket’s start*", "left"), (end, "ticket’s end", "center"),
            (dense, "whole net’s end", "center"))
    return [{"x": x, "y": y, "text": name, "showarrow": False, "yshift": 16, "xanchor": anchor,
             "font": {"color": text, "size": 13}, "bgcolor": back, "opacity": 0.85} for (x, y), name, anchor in told]


def walker(found: Ground, net: str, alpha: float) -> tuple[float, float]:
    """Where on the map the straight line of `net` is at `alpha`."""
    first, last = found.ends(net)
    return tuple((1 - alpha) * a + alpha * b for a, b in zip(first, last, strict=True))  # type: ignore[return-value]


def alt(found: Ground) -> str:
    """The map in a sentence."""
    low = np.unravel_index(int(np.argmin(found.loss)), found.loss.shape)
    ends = {net: found.line(net)["train_loss"] for net in ("ticket", "dense", ACROSS)}
    return (f"Map of the training loss on the plane of θ₀, the ticket’s end and the whole net’s end: "
            f"{ends['dense'][0]:.2f} nats at θ₀, {ends['ticket'][-1]:.2g} at the ticket’s end, "
            f"{ends['dense'][-1]:.2g} at the whole net’s end, up to {ends[ACROSS].max():.2g} on the straight line "
            f"between the two ends, up to {found.loss.max():.2g} at the edge; the lowest dot of the grid reads "
            f"{found.loss[low]:.2g}, at ({found.x[low[1]]:.1f}, {found.y[low[0]]:.1f}).")


def table(found: Ground) -> dict[str, list[float]]:
    """The grid as columns: place, loss in nats, accuracy in percent."""
    across, up = np.meshgrid(found.x, found.y)
    return {"x": across.ravel().round(4).tolist(), "y": up.ravel().round(4).tolist(),
            "training loss": found.loss.ravel().tolist(), "training accuracy": (100 * found.accuracy).ravel().tolist()}
