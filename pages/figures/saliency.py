"""Size and saliency of single weights, and which of two rules keeps each: a scatter on powers of ten."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from lth_core.once import once
from lth_core.results.result import Result
from pages.figures import palette

SIZE, PAD, DOT, EDGE = 420, 54, 2.4, 12  # pixels: the picture, the room its axes take, a dot, the margin elsewhere
LEAST = (-4, -12)  # powers of ten of size and saliency (nats): what lies below is drawn at the edge
ROOM = SIZE - PAD - EDGE  # pixels between the ends of an axis
KINDS = ((0, "dense"), (1, "keep-signs"), (2, "lab"), (3, "kept"))  # as in `quadrants`, and the role of each


def quadrants(result: Result, level: int) -> np.ndarray:
    """Of each sampled weight, who keeps it at that level: 0 neither, 1 magnitude alone, 2 saliency alone, 3 both."""
    table, edge = result.tables["weights"], result.tables["edges"]
    at = np.flatnonzero(edge["round"] == level)[0]
    by_size = np.asarray(table["magnitude"]) > edge["magnitude"][at]
    by_curve = np.asarray(table["saliency"]) > edge["saliency"][at]
    return by_size.astype(int) + 2 * by_curve.astype(int)


def flat(result: Result) -> float:
    """Share of the sampled weights whose saliency is 0: their pixel is always black."""
    return float(np.mean(np.asarray(result.tables["weights"]["saliency"]) == 0))


def told(result: Result, level: int, density: float) -> str:
    """The scatter in a sentence."""
    who = quadrants(result, level)
    shares = [float(np.mean(who == kind)) for kind in range(4)]
    return (f"Scatter of {who.size:,} weights of seed {result.spec.seed}: size across, saliency upwards, both in "
            f"powers of ten. At {density:.1%} left both rules keep {shares[3]:.1%} of all weights, magnitude alone "
            f"{shares[1]:.1%}, saliency alone {shares[2]:.1%}. {flat(result):.0%} have no saliency at all and lie at "
            "the lower edge.")


def table(result: Result) -> dict[str, list[float]]:
    """What the scatter draws."""
    return {name: np.asarray(values).tolist() for name, values in result.tables["weights"].items()}


@dataclass(frozen=True)
class Scale:
    """Where powers of ten lie in the picture. most: the highest of size and saliency."""

    most: tuple[float, float]

    def x(self, power: np.ndarray) -> np.ndarray:
        across: np.ndarray = PAD + (np.maximum(power, LEAST[0]) - LEAST[0]) / (self.most[0] - LEAST[0]) * ROOM
        return across

    def y(self, power: np.ndarray) -> np.ndarray:
        upwards: np.ndarray = SIZE - PAD - (np.maximum(power, LEAST[1]) - LEAST[1]) / (self.most[1] - LEAST[1]) * ROOM
        return upwards


@once(64)
def svg(result: Result, level: int, density: float, theme: str, colours: str = palette.DEFAULT) -> str:
    """The scatter as SVG text: green dots both rules keep, blue rings saliency alone, violet squares magnitude alone,
    grey specks neither."""
    weights, edge = result.tables["weights"], result.tables["edges"]
    at = np.flatnonzero(edge["round"] == level)[0]
    with np.errstate(divide="ignore"):  # no saliency at all: the lower edge
        powers, cuts = ({name: np.log10(np.asarray(values[name], np.float64)) for name in ("magnitude", "saliency")}
                        for values in (weights, {name: edge[name][at : at + 1] for name in edge}))
    scale = Scale((float(powers["magnitude"].max()) + 0.2, float(powers["saliency"].max()) + 0.3))
    x, y = scale.x(powers["magnitude"]), scale.y(powers["saliency"])
    who = quadrants(result, level)
    parts = [_dots(kind, palette.style(role, colours).colour, x[who == kind], y[who == kind]) for kind, role in KINDS]
    lines = (f"M{scale.x(cuts['magnitude'])[0]:.1f} {EDGE}V{SIZE - PAD}"
             f"M{PAD} {scale.y(cuts['saliency'])[0]:.1f}H{SIZE - EDGE}")
    ink = palette.MUTED[theme]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img" '
            f'aria-label="{escape(told(result, level, density))}" font-family="sans-serif" font-size="13">'
            f'{_axes(scale, ink)}{"".join(parts)}<path d="{lines}" stroke="{ink}" stroke-dasharray="5 4" fill="none"/>'
            "</svg>")


def _dots(kind: int, colour: str, x: np.ndarray, y: np.ndarray) -> str:
    """The weights of one kind: each kind has its own shape too."""
    paint = f'fill="none" stroke="{colour}"' if kind == 2 else f'fill="{colour}" fill-opacity="{0.85 if kind else 0.4}"'
    shape = (f'<rect x="{{:.1f}}" y="{{:.1f}}" width="{2 * DOT}" height="{2 * DOT}"/>' if kind == 1 else
             f'<circle cx="{{:.1f}}" cy="{{:.1f}}" r="{DOT if kind else 1.4}"/>')
    shift = DOT if kind == 1 else 0.0
    return f"<g {paint}>{''.join(shape.format(a - shift, b - shift) for a, b in zip(x, y, strict=True))}</g>"


def _axes(scale: Scale, ink: str) -> str:
    across, upwards = (np.arange(least, np.floor(most) + 1, step) for least, most, step in
                       zip(LEAST, scale.most, (1, 2), strict=True))
    marks = [f'<text x="{at:.0f}" y="{SIZE - PAD + 18}" text-anchor="middle">{_power(power)}</text>'
             for at, power in zip(scale.x(across), across, strict=True)]
    marks += [f'<text x="{PAD - 6}" y="{at + 4:.0f}" text-anchor="end">{_power(power)}</text>'
              for at, power in zip(scale.y(upwards), upwards, strict=True)]
    return (f'<g fill="{ink}">{"".join(marks)}<text x="{(SIZE + PAD) / 2}" y="{SIZE - 12}" text-anchor="middle">'
            f'size |w|</text><text transform="rotate(-90)" x="{-(SIZE - PAD) / 2}" y="14" text-anchor="middle">'
            f'saliency ½hw² (nats)</text></g><path d="M{PAD} {EDGE}V{SIZE - PAD}H{SIZE - EDGE}" stroke="{ink}" '
            'fill="none"/>')


def _power(power: float) -> str:
    """A power of ten.

    >>> _power(-12)
    '10⁻¹²'
    """
    return "10" + str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
