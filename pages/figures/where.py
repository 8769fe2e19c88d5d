"""Where the survivors of a round are: per input pixel, and matrix by matrix in blocks.

A net too large to be drawn weight by weight is shown whole here: every weight is counted, none is sampled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lth_core.experiments.lottery.read import mask_of
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures import palette

BLOCKS = 28  # at most so many blocks along a side of a matrix: as many as the image has pixels
SIDE = 168  # CSS pixels: the width of each picture, six a pixel of MNIST


@dataclass(frozen=True, eq=False)
class Heat:
    """name: of the picture. share: of weights alive in each block, (rows, columns), 0–1. weights: kept and all of
    them."""

    name: str
    share: np.ndarray
    kept: int
    total: int


@once(8)  # each holds on to a whole Result, 20 MB of a LeNet's
def heats(result: Result, level: int) -> tuple[Heat, ...]:
    """The input pixels (where the inputs are an image), then every matrix after the first; (out, in) top to bottom and
    left to right."""
    mask, found = mask_of(result, level), []
    for depth, (name, alive) in enumerate(mask.items()):
        side = math.isqrt(alive.shape[1])
        if depth == 0 and side * side == alive.shape[1]:
            share, told = alive.mean(0).reshape(side, side), "input pixels"
        else:
            share, told = blocks(alive), name.removesuffix(".weight")
        found.append(Heat(told, share, int(np.count_nonzero(alive)), alive.size))
    return tuple(found)


def blocks(alive: np.ndarray) -> np.ndarray:
    """Share of True in at most BLOCKS × BLOCKS blocks of nearly equal size.

    >>> blocks(np.array([[True, False], [True, True]])).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    rows, columns = (np.linspace(0, size, min(size, BLOCKS) + 1).astype(int) for size in alive.shape)
    sums = np.add.reduceat(np.add.reduceat(alive.astype(np.int64), rows[:-1], 0), columns[:-1], 1)
    return np.asarray(sums / np.outer(np.diff(rows), np.diff(columns)))


@once(256)
def svg(heat: Heat, theme: str, colours: str = palette.DEFAULT) -> str:
    """One heat as an SVG document, SIDE pixels wide; the fullest block has the full colour."""
    hue, ink = palette.style("kept", colours).colour, palette.TEXT[theme]
    rows, columns = heat.share.shape
    cell, most = SIDE / columns, float(heat.share.max()) or 1.0
    tall = rows * cell
    blocks = [
        f'<rect x="{column * cell:.4g}" y="{row * cell:.4g}" width="{cell:.4g}" height="{cell:.4g}" '
        f'fill-opacity="{heat.share[row, column] / most:.2g}"/>'
        for row, column in zip(*np.nonzero(heat.share), strict=True)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {SIDE + 2} {tall + 2:.4g}" width="{SIDE + 2}" '
        f'height="{tall + 2:.4g}" fill="{hue}"><rect x="-.5" y="-.5" width="{SIDE + 1}" height="{tall + 1:.4g}" '
        f'fill="none" stroke="{ink}" stroke-opacity=".3"/>{"".join(blocks)}</svg>'
    )


def caption(heat: Heat) -> str:
    """What stands below it: name, how many, and what the full colour means."""
    return f"**{heat.name}**  \n{heat.kept:,} left, up to {float(heat.share.max()):.0%}"


def alt(heat: Heat) -> str:
    """The same in words."""
    return (f"Surviving weights, {heat.name}: {heat.kept:,} of {heat.total:,}; {np.mean(heat.share == 0):.0%} of the "
            f"{heat.share.shape[0]} × {heat.share.shape[1]} blocks are empty.")


def sentence(found: tuple[Heat, ...]) -> str:
    """What the pixels say: how much of the image is still looked at, and how much of the rest lies in the middle."""
    heat = found[0]
    if heat.name != "input pixels":
        return ""
    side = heat.share.shape[0]
    edge = round(side / 7)  # MNIST's digits lie in the middle 20 of 28 pixels
    middle = heat.share[edge : side - edge, edge : side - edge].sum() / heat.share.sum()
    inner = side - 2 * edge
    return (
        f"{np.count_nonzero(heat.share):,} of {heat.share.size:,} input pixels are still connected. "
        f"**{middle:.0%}** of the first layer's weights come from the middle {inner} × {inner}, which is "
        f"{(inner / side) ** 2:.0%} of the image."
    )
