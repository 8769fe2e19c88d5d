"""The magnitude criterion on real weights: where did those that were pruned begin, and where did they end?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from html import escape

import numpy as np

from lth_core.masks.select import round_half_up
from lth_core.once import once
from pages.figures import palette
from pages.figures.biography import Followed

SIZE, PAD = 420, 46  # pixels of the square picture, and of the room its axes take
DOT = 2.3  # pixels: a thousand dots of this size still show where they crowd


@dataclass(frozen=True, eq=False)
class Cloud:
    """Weights of one matrix before and after the training of a round, columns of equal length, and who is pruned."""

    name: str
    start: np.ndarray
    end: np.ndarray
    pruned: np.ndarray
    cut: float


@dataclass(frozen=True)
class Story:
    """shrunk_*: share whose size fell in training. foretold: share of the pruned that the same number of smallest |θ₀|
    would have named; chance: that share if names were drawn by lot."""

    pruned: int
    kept: int
    shrunk_pruned: float
    shrunk_kept: float
    foretold: float
    chance: float


@once(256)
def cloud(crowd: Followed, layer: int, level: int = 0) -> Cloud:
    """The followed weights of one matrix that live in round `level`, which must not be the last."""
    mine = (crowd.layer == layer) & crowd.alive(level)
    end, pruned = crowd.judged(level)[mine], ~crowd.alive(level + 1)[mine]
    cut = float(np.abs(end[pruned]).max(initial=0.0))
    return Cloud(f"fc{layer + 1}", crowd.theta0[mine], end, pruned, cut)


def story(weights: Cloud) -> Story:
    """The numbers of the prose."""
    start, end, gone = np.abs(weights.start), np.abs(weights.end), weights.pruned
    shrunk = end < start
    few = int(np.count_nonzero(gone))
    named = np.zeros(gone.size, np.bool_)
    named[np.argsort(start, kind="stable")[: round_half_up(few)]] = True
    return Story(few, int(gone.size - few), float(shrunk[gone].mean()), float(shrunk[~gone].mean()),
                 foretold=float(named[gone].mean()), chance=few / gone.size)


def sentence(told: Sequence[Story], layer: str) -> str:
    """What the clouds of several seeds say together, in Markdown: means over seeds. layer: as the sentence calls it."""
    mean = {item.name: float(np.mean([getattr(one, item.name) for one in told])) for item in fields(Story)}
    return (
        f"Of the weights pruned from {layer}, **{mean['shrunk_pruned']:.0%}** had become smaller in training. Of "
        f"those kept, {mean['shrunk_kept']:.0%} had. Could one have picked the pruned ones *before* training? Taking "
        f"the smallest first values finds **{mean['foretold']:.0%}** of them. Pure chance finds {mean['chance']:.0%}."
    )


def alt(weights: Cloud) -> str:
    """The picture in a sentence."""
    told = story(weights)
    return (
        f"Scatter of {weights.start.size:,} weights of {weights.name}: first value across, value after training "
        f"upwards. The {told.pruned:,} pruned ones lie in a band between −{weights.cut:.3g} and {weights.cut:.3g} "
        f"after training; {told.shrunk_pruned:.0%} of them had shrunk, of the {told.kept:,} kept ones "
        f"{told.shrunk_kept:.0%}."
    )


@once(64)
def svg(weights: Cloud, theme: str, colours: str = palette.DEFAULT) -> str:
    """The scatter as SVG text: kept weights as green dots, pruned ones as red crosses between the two cuts."""
    wide, tall = (float(np.abs(values).max()) * 1.04 for values in (weights.start, weights.end))
    half = SIZE / 2 - PAD
    x, y = SIZE / 2 + weights.start * (half / wide), SIZE / 2 - weights.end * (half / tall)
    kept, pruned = palette.style("kept", colours), palette.style("pruned", colours)
    dots = "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{DOT}"/>'
                   for a, b in zip(x[~weights.pruned], y[~weights.pruned], strict=True))
    crosses = "".join(f"M{a - DOT:.1f} {b - DOT:.1f}l{2 * DOT} {2 * DOT}m0 {-2 * DOT}l{-2 * DOT} {2 * DOT}"
                      for a, b in zip(x[weights.pruned], y[weights.pruned], strict=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'aria-label="{escape(alt(weights))}" font-family="sans-serif" font-size="13">'
        f"{_frame(wide, tall, weights.cut, palette.MUTED[theme], pruned.ink(theme))}"
        f'<g fill="{kept.colour}" fill-opacity="0.6">{dots}</g>'
        f'<path d="{crosses}" stroke="{pruned.colour}" stroke-width="1.1" fill="none"/></svg>'
    )


def _frame(wide: float, tall: float, cut: float, ink: str, red: str) -> str:
    """Axes through zero, each with its own reach, the line of weights that did not move, and the band of the pruned."""
    low, high, middle, half = PAD, SIZE - PAD, SIZE / 2, SIZE / 2 - PAD
    band = cut * half / tall
    slope = half * wide / tall  # how far up the line has come where it leaves the picture
    axes = f"M{low} {middle}H{high}M{middle} {low}V{high}"
    still = f"M{low} {middle + slope:.1f}L{high} {middle - slope:.1f}" if slope <= half else (
        f"M{middle - half * half / slope:.1f} {high}L{middle + half * half / slope:.1f} {low}")
    lines = (f'<path d="{axes}" stroke="{ink}" stroke-opacity="0.35"/>'
             f'<path d="{still}" stroke="{ink}" stroke-dasharray="4 4"/>')
    under = middle + max(2.0, band) + 16  # clear of the crosses
    words = (
        (high, under, "end", f"{wide:.2g}"), (low, under, "start", f"−{wide:.2g}"),
        (middle + 5, low + 10, "start", f"{tall:.2g}"), (middle + 5, high, "start", f"−{tall:.2g}"),
        (middle, SIZE - 14, "middle", "first value θ₀"), (low, 20, "start", "↑ value after training"),
    )
    texts = "".join(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{ink}">{text}</text>'
                    for x, y, anchor, text in words)
    cuts = (f'<rect x="{low}" y="{middle - band:.1f}" width="{high - low}" height="{2 * band:.1f}" fill="{red}" '
            f'fill-opacity="0.1"/><text x="{high}" y="{middle - band - 5:.1f}" text-anchor="end" fill="{red}">'
            "pruned</text>")
    return cuts + lines + texts


def table(weights: Cloud) -> dict[str, list[float | str]]:
    """The weights as columns, for the reader who wants the numbers."""
    return {"first value": weights.start.tolist(), "after training": weights.end.tolist(),
            "fate": np.where(weights.pruned, "pruned", "kept").tolist()}
