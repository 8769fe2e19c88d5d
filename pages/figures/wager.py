"""A bet drawn on the chart that answers it: "you" against "it was", on the axis in whose unit it was placed."""

from __future__ import annotations

from dataclasses import replace

from pages.figures.chart import Chart, Mark

NEAR = 0.1  # of the x axis: a mark that lies nearer to the bet would hide its words


def judged(
    chart: Chart, guess: float, truth: float | None, unit: str, *, x: float | None = None
) -> Chart:
    """`chart` with the reader's guess and what was measured.

    guess, truth: in the unit of the axis; a guess below 0 was skipped, None was never. unit: a word before the number,
    "round", or "%" for shares on a percent axis. x: where the bet lies on the x axis when
    it was about the y axis; None when it was about the x axis.

    >>> import numpy as np
    >>> from pages.figures.chart import Axis, Line
    >>> line = Line("gap", "random", np.array([1., 24.]), np.array([0., 30.]))
    >>> chart = Chart("Gap", "it opens", Axis("rounds"), Axis("points"), (line,), (Mark("10.8% left", x=10.0),))
    >>> [mark.label for mark in judged(chart, 9, 20, "round").marks]
    ['you: round 9', 'it was round 20']
    """
    told = [("you: ", guess, "target")] if guess >= 0 else []
    told += [("it was ", truth, "random")] if truth is not None else []
    places = [place if x is None else x for _, place, _ in told]
    span = max(float(line.x.max()) for line in chart.lines) - min(float(line.x.min()) for line in chart.lines)
    free = [mark for mark in chart.marks
            if mark.x is None or all(abs(mark.x - place) > NEAR * span for place in places)]
    bets = [Mark(words + _told(place, unit), look, x=place if x is None else x, y=None if x is None else place,
                 named=True) for words, place, look in told]
    return replace(chart, marks=(*free, *bets))


def _told(value: float, unit: str) -> str:
    return f"{value:.0%}" if unit == "%" else f"{unit} {value:g}"
