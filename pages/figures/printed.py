"""A chart for paper: one document on white, with title, finding, legend, source, citation and config inside.

What is drawn is what the page draws: the same lines, bands, marks and ticks (`scales`), in the light theme's inks. The
SVG is ours; typst sets it as PDF (vectors, its fonts embedded) and PNG, with its own fonts alone, so that a file looks
the same from every machine.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np

from pages.figures import in_words, palette, scales
from pages.figures.chart import Axis, Chart, Line, Mark

CITATION = ("After J. Frankle and M. Carbin, “The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural "
            "Networks”, ICLR 2019. Trained and measured by lth_core.")
WIDTH, PLOT = 760, 400  # of the document and of the plot's height, in px
LEFT, RIGHT = 66, 150  # px beside the plot: tick labels, and the names at the line ends
LETTERS, NAME, LINE = 112, 20, 17  # letters a line of text and a name hold; px from line to line
STYLE = (
    "text{font-family:'Source Sans 3','Source Sans Pro',Helvetica,Arial,sans-serif;font-size:12.5px;"
    f"fill:{palette.TEXT['light']}}}.head{{font-size:17px;font-weight:600}}.soft{{fill:{palette.MUTED['light']}}}"
    ".grid{stroke:#808080;stroke-opacity:.25}"
)


@dataclass(frozen=True)
class _Frame:
    """Where the plot lies in the document, and what its axes reach from and to (scaled)."""

    chart: Chart
    top: float
    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def of(cls, chart: Chart, top: float) -> _Frame:
        wide, tall = [line.x for line in chart.lines], scales.heights(chart)
        return cls(chart, top, scales.limits(chart.x, *scales.ends(chart.x, wide)),
                   scales.limits(chart.y, *scales.ends(chart.y, tall)))

    def across(self, value: float) -> float:
        """px from the left of a value of the x axis."""
        return LEFT + _share(value, self.chart.x, self.x) * (WIDTH - LEFT - RIGHT)

    def down(self, value: float) -> float:
        """px from the top of a value of the y axis."""
        return self.top + (1 - _share(value, self.chart.y, self.y)) * PLOT


def _share(value: float, axis: Axis, ends: tuple[float, float]) -> float:
    return (scales.place(value, axis) - ends[0]) / (ends[1] - ends[0])


def svg(chart: Chart, colours: str = palette.DEFAULT) -> str:
    """The chart as an SVG document.

    >>> from pages.figures.chart import Axis, Line
    >>> line = Line("ticket", "kept", np.array([1, 2]), np.array([0.9, 0.95]))
    >>> document = svg(Chart("Rounds", "It rises.", Axis("round"), Axis("accuracy", percent=True), (line,)))
    >>> document.startswith("<svg"), "Frankle" in document
    (True, True)
    """
    finding = _wrapped(chart.takeaway[:1].upper() + chart.takeaway[1:].rstrip(".") + ".", LETTERS)
    frame = _Frame.of(chart, 44 + LINE * len(finding))
    foot = frame.top + PLOT + 64
    caption = [line for part in (chart.source, CITATION) if part for line in _wrapped(part, LETTERS)]
    height = foot + LINE * len(caption)
    parts = [
        _text(14, 26, chart.title, "head"),
        *(_text(14, 46 + LINE * i, line) for i, line in enumerate(finding)),
        *_grid(frame), '<g clip-path="url(#plot)">', *(_spread(frame, line, colours) for line in chart.lines),
        *(_mark(frame, mark, colours) for mark in chart.marks),
        *(_curve(frame, line, colours) for line in chart.lines), "</g>", *_names(frame, colours),
        *(_text(14, foot + LINE * i, line, "soft") for i, line in enumerate(caption)),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(in_words.alt(chart))}</desc>"
        f"<metadata>{escape(str(chart.origin or ''))}</metadata>"
        f'<style>{STYLE}</style><clipPath id="plot"><rect x="{LEFT}" y="{frame.top:g}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{PLOT}"/></clipPath>'
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>{"".join(parts)}</svg>'
    )


SHEET = """#set document(title: sys.inputs.title, description: sys.inputs.about, date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 570pt, alt: sys.inputs.alt)
"""
DOTS = 300  # an inch, in a picture 7.9 inches wide


def document(kind: Literal["pdf", "png"], chart: Chart, colours: str = palette.DEFAULT) -> bytes:
    """The chart as a one-page PDF or as a PNG; the PDF's description holds the config.

    >>> from pages.figures.chart import Axis, Line
    >>> line = Line("ticket", "kept", np.array([1, 2]), np.array([0.9, 0.95]))
    >>> document("pdf", Chart("Rounds", "It rises.", Axis("round"), Axis("accuracy", percent=True), (line,)))[:5]
    b'%PDF-'
    """
    import typst  # tens of megabytes that no page needs before somebody asks

    inputs = {"svg": svg(chart, colours), "title": chart.title, "alt": in_words.alt(chart),
              "about": " ".join(filter(None, (chart.source, str(chart.origin or ""), CITATION)))}
    made: bytes = typst.compile(SHEET.encode(), format=kind, ppi=DOTS, ignore_system_fonts=True, sys_inputs=inputs)
    return made


def _wrapped(words: str, letters: int) -> list[str]:
    return textwrap.wrap(words, letters) or [""]


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start", more: str = "") -> str:
    kind = f' class="{kind}"' if kind else ""
    anchor = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}{anchor}{more}>{escape(words)}</text>'


def _grid(frame: _Frame) -> list[str]:
    """Lines and labels of both axes, and what the axes are called."""
    chart, right, bottom = frame.chart, WIDTH - RIGHT, frame.top + PLOT
    wide = scales.ends(chart.x, [line.x for line in chart.lines])
    tall = scales.ends(chart.y, scales.heights(chart))
    parts = []
    for value, label in scales.ticks(chart.x, *wide):
        x = frame.across(value)
        parts.append(f'<path class="grid" d="M{x:.1f} {frame.top:.1f}V{bottom:.1f}"/>')
        parts.append(_text(x, bottom + 18, label, "soft", "middle"))
    for value, label in scales.ticks(chart.y, *tall):
        y = frame.down(value)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>')
        parts.append(_text(LEFT - 8, y + 4, label, "soft", "end"))
    middle = frame.top + PLOT / 2
    parts.append(_text((LEFT + right) / 2, bottom + 38, chart.x.label, anchor="middle"))
    parts.append(_text(16, middle, chart.y.label, anchor="middle", more=f' transform="rotate(-90 16 {middle:.1f})"'))
    return parts


def _points(frame: _Frame, x: np.ndarray, y: np.ndarray) -> str:
    return "L".join(f"{frame.across(a):.1f} {frame.down(b):.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(b))


def _spread(frame: _Frame, line: Line, colours: str) -> str:
    """The band, or each seed as a hairline where there is no band."""
    colour = palette.style(line.role, colours).colour
    if line.low is not None and line.high is not None:
        edge = _points(frame, np.r_[line.x, line.x[::-1]], np.r_[line.high, line.low[::-1]])
        return f'<path d="M{edge}Z" fill="{colour}" fill-opacity=".16"/>'
    seeds = () if line.seeds is None else line.seeds
    return "".join(f'<path d="M{_points(frame, line.x, seed)}" fill="none" stroke="{colour}" stroke-width=".75" '
                   'stroke-opacity=".35"/>' for seed in seeds)


def _curve(frame: _Frame, line: Line, colours: str) -> str:
    style = palette.style(line.role, colours)
    path = _points(frame, line.x, line.y)
    if "L" not in path:  # a single point
        x, y = path.split() if path else ("0", "0")
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{style.colour}"/>' if path else ""
    return f'<path d="M{path}" fill="none" {_stroke(style)}/>'


def _stroke(style: palette.Style) -> str:
    dash = palette.DASHES[style.dash]
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{style.colour}" stroke-width="{style.width}"{dashes}'


def _mark(frame: _Frame, mark: Mark, colours: str) -> str:
    """A reference line with its label, or a diamond."""
    style, right = palette.style(mark.role, colours), WIDTH - RIGHT
    if mark.x is not None and mark.y is not None:
        x, y = frame.across(mark.x), frame.down(mark.y)
        diamond = f'<path d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6Z" fill="#fff" stroke="{style.colour}"/>'
        return diamond + _text(x + 9, y - 6, mark.label, "soft")
    if mark.x is not None:
        x = frame.across(mark.x)
        place = f"M{x:.1f} {frame.top:.1f}V{frame.top + PLOT:.1f}"
        label = _text(x + 4, frame.top + 13, mark.label, "soft")
    else:
        assert mark.y is not None
        y = frame.down(mark.y)
        x, anchor = (LEFT + 4, "start") if scales.roomier(frame.chart, mark.y) == "left" else (right - 4, "end")
        place, label = f"M{LEFT} {y:.1f}H{right}", _text(x, y - 4, mark.label, "soft", anchor)
    return f'<path d="{place}" fill="none" {_stroke(style)}/>{label}'


def _names(frame: _Frame, colours: str) -> list[str]:
    """A sample of each line and its name, beside its end; pushed apart where ends crowd."""
    lines = frame.chart.lines
    names = [_wrapped(line.name, NAME) for line in lines]
    right = 0 if frame.chart.x.falling else -1
    ends = [line.y[np.isfinite(line.y)][right] if np.isfinite(line.y).any() else line.y[-1] for line in lines]
    wanted = [1 - (frame.down(end) - frame.top) / PLOT if np.isfinite(end) else 0.5 for end in ends]
    places = scales.apart(wanted, [(len(name) + 0.2) * LINE / PLOT for name in names])
    parts, x = [], WIDTH - RIGHT + 8
    for line, name, place in zip(lines, names, places, strict=True):
        middle = frame.top + (1 - place) * PLOT
        first = middle - LINE * (len(name) - 1) / 2 + 4
        parts.append(f'<path d="M{x} {first - 4:.1f}h20" fill="none" {_stroke(palette.style(line.role, colours))}/>')
        parts += [_text(x + 25, first + LINE * i, words) for i, words in enumerate(name)]
    return parts
