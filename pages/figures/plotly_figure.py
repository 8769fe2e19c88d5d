"""A chart as a plotly figure: bands for seeds, names at the line ends, exact values on hover.

The title is not part of the figure: plotly cannot wrap it, a page's heading can. All other text stays inside a figure
330 px wide, the room a 390 px phone leaves. Line colours read on both backgrounds.
"""

from __future__ import annotations

import textwrap
from typing import Any, TypeAlias

import numpy as np
import plotly.graph_objects as go

from pages.figures import palette, scales
from pages.figures.chart import Axis, Chart, Line
from pages.figures.scales import apart, heights, place, placed, roomier, scaled

# The only button left is the download of the picture.
CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage"]], "responsive": True}
HEIGHT, _TOP = 400, 32  # px; the download button sits in the space above the plot
_AXIS_WIDTH, _NAME_WIDTH, _HOVER_WIDTH = 34, 13, 18  # characters that fit a phone under, beside and over the plot
_LETTER = 7.2  # mean width of a letter at 13 px, in px
_LINE = 17  # height of a line of text at 13 px, in px
_SAMPLE = {"solid": "—", "dash": "- -", "dot": "···", "dashdot": "-·-", "longdash": "– –"}  # a line's look as text
_BOTH = "#7A818C"  # 3.9:1 on white, 4.6:1 on the dark background: only until the page knows its theme

Part: TypeAlias = dict[str, Any]  # of a figure, as plotly.js takes it


def figure(
    chart: Chart, *, theme: str | None = None, colours: str = palette.DEFAULT, height: int = HEIGHT
) -> go.Figure:
    """The chart drawn for Streamlit's `theme=None`.

    theme: "light" or "dark", as `st.context.theme.type` says; None takes greys that can be made out on both.
    height: in CSS pixels; names at the line ends are kept apart at this height.
    """
    names = [_wrap(line.name, _NAME_WIDTH) for line in chart.lines]
    longest = max(len(part) for name in names for part in name.split("<br>"))
    styles = [palette.style(line.role, colours) for line in chart.lines]
    axes = _axis(chart.x, [line.x for line in chart.lines], theme), _axis(chart.y, heights(chart), theme)
    points, shapes, notes = _marks(chart, colours, theme)
    layout = {
        "margin": {"l": 8, "r": 12 + longest * _LETTER, "t": _TOP, "b": 8},
        "uirevision": f"{chart.x.label} {chart.y.label}",  # a reader's zoom stays as long as it means the same
        "height": height, "showlegend": False, "hovermode": "x unified",
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13, "family": "'Source Sans', sans-serif", "color": palette.TEXT[theme] if theme else _BOTH},
        "template": "none", "xaxis": axes[0], "yaxis": axes[1], "shapes": shapes,
        "annotations": notes + _names(chart, names, styles, axes[1]["range"], height - _TOP - 60),
    }
    if theme:
        layout["hoverlabel"] = {"font": {"color": palette.TEXT[theme]}, "bgcolor": palette.BACKGROUND[theme]}
    lines = [trace for line, style in zip(chart.lines, styles, strict=True)
             for trace in (*_spread(chart, line, style), _trace(chart, line, style))]
    # Plain dicts until here: plotly's own add_… and update_… functions cost fifty milliseconds a figure.
    return go.Figure({"data": lines + points, "layout": layout})


def _trace(chart: Chart, line: Line, style: palette.Style) -> Part:
    sparse = len(line.x) <= 25  # beyond that markers merge into a second line
    return {
        "type": "scatter", "x": line.x, "y": placed(line.y, chart.y), "name": _wrap(line.name, _HOVER_WIDTH),
        "opacity": max(style.opacity, 0.6), "mode": "lines+markers" if sparse else "lines",
        "line": {"color": style.colour, "dash": style.dash, "width": style.width},
        "marker": {"symbol": style.marker, "size": 7},
        "customdata": [chart.y.format(value) + _range(line, i, chart.y) for i, value in enumerate(line.y)],
        "hovertemplate": "%{customdata}",
    }


def _range(line: Line, i: int, axis: Axis) -> str:
    if line.low is None or line.high is None:
        return ""
    return f"<br>{axis.format(line.low[i])} – {axis.format(line.high[i])}"


def _spread(chart: Chart, line: Line, style: palette.Style) -> list[Part]:
    """The band, or each seed as a hairline where there is no band."""
    look: Part = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    if line.low is not None and line.high is not None:
        x = np.concatenate([line.x, line.x[::-1]])
        y = placed(np.concatenate([line.high, line.low[::-1]]), chart.y)
        return [look | {"x": x, "y": y, "fill": "toself", "fillcolor": style.colour, "opacity": 0.16,
                        "line": {"width": 0}, "name": f"{line.name}, range"}]
    hair = look | {"x": line.x, "opacity": 0.35, "line": {"color": style.colour, "width": 0.75},
                   "name": f"{line.name}, one seed"}
    return [hair | {"y": placed(seed, chart.y)} for seed in (() if line.seeds is None else line.seeds)]


_CLOSE = 0.15  # of the x axis: nearer than that, labels of two upright lines stand one below the other


def _reach(chart: Chart) -> float:
    return float(max(line.x.max() for line in chart.lines) - min(line.x.min() for line in chart.lines))


def _roomier_side(chart: Chart, x: float) -> str:
    """On which side of x there is more of the plot."""
    return "right" if x - min(float(line.x.min()) for line in chart.lines) < _reach(chart) / 2 else "left"


def _marks(chart: Chart, colours: str, theme: str | None) -> tuple[list[Part], list[Part], list[Part]]:
    """(points, lines across the plot, their labels)"""
    points: list[Part] = []
    shapes: list[Part] = []
    labels: list[Part] = []
    paper = palette.BACKGROUND[theme] if theme else None  # or a line that passes would strike the words out
    for at, mark in enumerate(chart.marks):
        style = palette.style(mark.role, colours)
        y = None if mark.y is None else float(placed(np.array([mark.y]), chart.y)[0])
        if mark.x is not None and y is not None:
            points.append({"type": "scatter", "x": [mark.x], "y": [y], "name": mark.label,
                           "mode": "markers+text" if mark.named else "markers", "text": [f"<b>{mark.label}</b>"],
                           "textposition": f"middle {_roomier_side(chart, mark.x)}", "cliponaxis": False,
                           "marker": {"symbol": style.marker, "size": 11, "color": style.colour},
                           "hovertemplate": f"{_wrap(mark.label, _HOVER_WIDTH)}<extra></extra>"})
            continue
        upright = y is None
        across = {"x0": mark.x, "x1": mark.x, "yref": "paper", "y0": 0, "y1": 1}
        level = {"xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y}
        stroke = {"color": style.colour, "dash": style.dash, "width": 1.25}
        shapes.append({"type": "line", "layer": "below", "line": stroke, **(across if upright else level)})
        above = sum(other.x is not None and other.y is None and mark.x is not None
                    and abs(other.x - mark.x) < _CLOSE * _reach(chart) for other in chart.marks[:at])
        top = {"x": mark.x and scaled(mark.x, chart.x), "yref": "paper", "y": 0.99 - 0.06 * above, "yanchor": "top"}
        side = "left" if mark.y is None else roomier(chart, mark.y)
        beside = {"xref": "paper", "x": 0.01 if side == "left" else 0.99, "y": y and scaled(y, chart.y),
                  "yanchor": "bottom"}
        labels.append({"text": _wrap(mark.label, 24), "showarrow": False, "align": side, "xanchor": side,
                       "font": {"size": 12}, "bgcolor": paper, "borderpad": 1, **(top if upright else beside)})
    return points, shapes, labels


def _names(
    chart: Chart, names: list[str], styles: list[palette.Style], ends: tuple[float, float], pixels: float
) -> list[Part]:
    """Each line's name beside its end, pushed apart where ends crowd: heights are shares of the plot."""
    low, high = ends
    right = 0 if chart.x.falling else -1
    last = [place(float(line.y[right]), chart.y) for line in chart.lines]
    wanted = [(end - low) / (high - low) for end in last]
    sizes = [(name.count("<br>") + 1) * _LINE / pixels for name in names]
    return [
        {"text": f'<b style="color:{style.colour}">{_SAMPLE[style.dash]}</b> {name}', "xref": "paper", "yref": "paper",
         "x": 1, "y": height, "xanchor": "left", "yanchor": "middle", "align": "left", "showarrow": False, "xshift": 2,
         "font": {"size": 13}}
        for style, name, height in zip(styles, names, apart(wanted, sizes), strict=True)
    ]


# ── axes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _axis(axis: Axis, values: list[np.ndarray], theme: str | None) -> Part:
    low, high = scales.ends(axis, values)
    muted = {"color": palette.MUTED[theme]} if theme else {}
    title = {"text": _wrap(axis.label, _AXIS_WIDTH), "standoff": 8, "font": {"size": 13, **muted}}
    look: Part = {
        "title": title, "automargin": True, "range": list(scales.limits(axis, low, high)), "gridcolor": palette.GRID,
        "zeroline": False, "ticks": "", "spikethickness": 1, "tickfont": muted,
        "spikecolor": palette.MUTED[theme] if theme else None,
    }
    if axis.log or axis.error:  # plotly would write 10, 2, 5, 100: a reader reads 2
        ticks = scales.ticks(axis, low, high)
        at = [1 - tick if axis.error else tick for tick, _ in ticks]
        look |= {"type": "log", "tickvals": at, "ticktext": [label for _, label in ticks]}
    if axis.percent and not axis.error:
        look |= {"tickformat": ".1~%", "hoverformat": ".4~%"}
    return look


def _wrap(text: str, width: int) -> str:
    return "<br>".join(textwrap.wrap(text, width, break_long_words=True)) or text
