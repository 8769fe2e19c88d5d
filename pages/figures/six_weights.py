"""One round on six weights, drawn: the same small net as it begins, trained, cut and rewound."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from lth_core.by_hand import PICTURES, Round
from lth_core.once import once
from pages.figures import palette

WEIGHTS = ("left pixel → unit 1", "right pixel → unit 1", "left pixel → unit 2", "right pixel → unit 2",
           "unit 1 → answer", "unit 2 → answer")
PANEL, TALL = 270, 176  # one net, in pixels of the picture
PLACES = {"left": (38, 62), "right": (38, 140), "1": (146, 62), "2": (146, 140), "out": (240, 101)}
ENDS = (("left", "1"), ("right", "1"), ("left", "2"), ("right", "2"), ("1", "out"), ("2", "out"))
AT = (0.56, 0.3, 0.3, 0.56, 0.46, 0.46)  # where along its line a number stands: those that cross would collide


def _signed(value: float) -> str:
    """`+0.30`, with a minus as wide as the plus; a plain 0 for what is pruned."""
    return f"{value:+.2f}".replace("-", "−") if value else "0"


def moments(told: Round) -> tuple[tuple[str, np.ndarray], ...]:
    """What each of the four pictures is called, and its weights."""
    return (("1 · First values", told.first), ("2 · Trained", told.trained),
            ("3 · The smallest is cut", np.where(told.kept, told.trained, 0.0)),
            ("4 · First values again", told.rewound))


def sentence(told: Round) -> str:
    """What happened to the weight that was cut, in Markdown."""
    gone = int(np.flatnonzero(~told.kept)[0])
    rank = int(np.count_nonzero(np.abs(told.first) > abs(told.first[gone]))) + 1
    began = {1: ", the largest of all", 6: ", the smallest of all"}.get(rank, "")
    return (f"**{WEIGHTS[gone]}** ends nearest to zero, at {_signed(told.trained[gone])}, and goes. "
            f"It began at {_signed(told.first[gone])}{began}.")


def score(told: Round) -> str:
    """How many pictures the net reads at each moment, in Markdown."""
    return (f"Untrained, the net reads {told.right_first} of {len(PICTURES)} pictures rightly, and trained "
            f"{told.right_trained}. The five weights that are left, trained alone, read **{told.right_ticket}**.")


def alt(told: Round) -> str:
    """The picture in words."""
    lines = "; ".join(f"{title[4:]}: " + ", ".join(map(_signed, weights)) for title, weights in moments(told))
    return f"Four pictures of a net of six weights. {lines}. In this order: {', '.join(WEIGHTS)}."


def table(told: Round) -> dict[str, Sequence[object]]:
    """Every number of the round, a weight a row."""
    columns = {title[4:]: [round(float(one), 3) for one in weights] for title, weights in moments(told)}
    return {"weight": WEIGHTS, **columns, "Trained again": [round(float(one), 3) for one in told.retrained]}


@once(64)
def svg(told: Round, theme: str, colours: str = palette.DEFAULT) -> str:
    """The four nets as SVG text, two in a row."""
    panels = "".join(
        f'<g transform="translate({(place % 2) * PANEL} {(place // 2) * TALL})">'
        f"{_net(title, weights, told.kept if place >= 2 else np.ones(6, np.bool_), theme, colours)}</g>"
        for place, (title, weights) in enumerate(moments(told)))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * PANEL} {2 * TALL}" role="img" '
            f'aria-label="{escape(alt(told))}" font-family="sans-serif" font-size="14">{panels}</svg>')


def _net(title: str, weights: np.ndarray, kept: np.ndarray, theme: str, colours: str) -> str:
    """One net: a line a weight, thicker where it is larger, and its number."""
    green, red = palette.style("kept", colours), palette.style("pruned", colours)
    lines, numbers = "", ""
    for weight, alive, (start, end), at in zip(weights, kept, ENDS, AT, strict=True):
        (ax, ay), (bx, by) = PLACES[start], PLACES[end]
        look = (f'stroke="{green.colour}" stroke-width="{1 + 1.3 * min(abs(weight), 4):.2f}"' if alive else
                f'stroke="{red.colour}" stroke-width="2" stroke-dasharray="5 4"')
        lines += f'<path d="M{ax} {ay}L{bx} {by}" {look}/>'
        x, y = ax + at * (bx - ax), ay + at * (by - ay)
        ink = palette.TEXT[theme] if alive else red.ink(theme)
        numbers += (f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="{ink}" stroke-width="5" '
                    f'stroke="{palette.BACKGROUND[theme]}" paint-order="stroke">{_signed(weight)}</text>')
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="7" fill="{palette.MUTED[theme]}"/>' for x, y in PLACES.values())
    names = "".join(f'<text x="{x}" y="{y}" text-anchor="middle" fill="{palette.MUTED[theme]}">{name}</text>'
                    for x, y, name in ((38, 46, "left"), (38, 166, "right"), (146, 46, "unit 1"),
                                       (146, 166, "unit 2"), (240, 84, "answer")))
    return (f'<text x="12" y="20" font-weight="600" fill="{palette.TEXT[theme]}">{title}</text>'
            f"{lines}{dots}{numbers}{names}")
