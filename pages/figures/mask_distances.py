"""How far apart the masks of all pairs of moments are, as a heat map. Every square is a measured mean over seeds."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from lth_core.ledger.early_bird import Birds
from pages.figures import palette
from pages.figures.early_bird import when
from pages.figures.landscape_map import HEIGHTS


def figure(found: Birds, drawn: int, theme: str, height: int) -> go.Figure:
    """The map, with a frame around the row of the mask drawn after `drawn` steps. theme: "light" or "dark"."""
    far, names = found.distances.mean(axis=0), [_short(step, found.epoch) for step in found.moments]
    text, back = palette.TEXT[theme], palette.BACKGROUND[theme]
    muted = {"color": palette.MUTED[theme]}
    axis: dict[str, Any] = {"tickfont": muted, "ticks": "", "showgrid": False, "automargin": True, "type": "category"}
    row = found.moments.index(drawn)
    layout = {
        "height": height, "margin": {"l": 8, "r": 8, "t": 32, "b": 8}, "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13, "family": "'Source Sans', sans-serif", "color": text},
        "hoverlabel": {"font": {"color": text}, "bgcolor": back},
        "xaxis": axis | {"title": {"text": "mask drawn after", "standoff": 8}, "tickangle": -45},
        "yaxis": axis | {"autorange": "reversed"},
        "shapes": [{"type": "rect", "x0": -0.5, "x1": len(names) - 0.5, "y0": row - 0.5, "y1": row + 0.5,
                    "line": {"color": text, "width": 2}}],
    }
    told = [[f"{when(a, found.epoch)} and {when(b, found.epoch)}" for b in found.moments] for a in found.moments]
    heat = {
        "type": "heatmap", "x": names, "y": names, "z": 100 * far, "zmin": 0, "zmax": 100, "customdata": told,
        "colorscale": [list(step) for step in HEIGHTS[theme]], "texttemplate": "%{z:.0f}", "textfont": {"size": 11},
        "xgap": 1, "ygap": 1, "hovertemplate": "%{customdata}:<br>%{z:.1f}% of the kept weights differ<extra></extra>",
        "colorbar": {"title": {"text": "differ (%)"}, "thickness": 12, "outlinewidth": 0},
    }
    return go.Figure({"data": [heat], "layout": layout})


def _short(step: int, epoch: int) -> str:
    """A moment as a tick: `300`, `2 ep`."""
    return f"{step // epoch} ep" if step >= epoch and step % epoch == 0 else f"{step:,}"


def alt(found: Birds) -> str:
    """The map in a sentence."""
    far, last = found.distances.mean(axis=0), len(found.moments) - 1
    first = found.moments.index(found.epoch)
    return (f"Heat map of the distance between the masks of all pairs of {last + 1} moments, at {found.density:.1%} of "
            f"the weights: from the first to the last mask {far[0, last]:.0%} of the kept weights differ, from the end "
            f"of the first epoch to the last {far[first, last]:.0%}, from the last but one {far[last - 1, last]:.0%}.")


def table(found: Birds) -> dict[str, list[float]]:
    """The pairs as columns: both moments in steps, and the share of kept weights that differ, in percent."""
    far = 100 * found.distances.mean(axis=0)
    pairs = [(a, b) for b in range(len(far)) for a in range(b)]
    return {"first mask, steps": [found.moments[a] for a, _ in pairs],
            "second mask, steps": [found.moments[b] for _, b in pairs],
            "kept weights that differ (%)": [round(float(far[a, b]), 3) for a, b in pairs]}
