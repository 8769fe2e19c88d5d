"""The small pictures of the primer's cards, as SVG: each explains a word. Sketches say so; numbers come from Specs."""

from __future__ import annotations

import base64
from html import escape
from itertools import pairwise

from lth_core.nets.layers import weight_count
from lth_core.presets import preset
from lth_core.spec import Net
from pages.figures import palette

WIDTH = 460  # SVG units


class Pen:
    """Collects shapes in the colours of one palette."""

    def __init__(self, colours: str) -> None:
        self.colours, self.parts = colours, [""]
        self.ink = palette.TEXT["dark" if colours.endswith(palette.DARK) else "light"]

    def hue(self, role: str) -> str:
        return palette.style(role, self.colours).colour

    def word(self, x: float, y: float, text: str, anchor: str = "middle", size: int = 13, fill: str = "") -> None:
        self.parts.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}" '
                          f'fill="{fill or self.ink}">{escape(text)}</text>')

    def box(self, x: float, y: float, wide: float, tall: float, fill: str, line: str = "none") -> None:
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="4" fill="{fill}" '
                          f'stroke="{line}"/>')

    def path(self, d: str, colour: str, width: float = 2, dash: str = "") -> None:
        self.parts.append(f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" '
                          f'stroke-dasharray="{dash}"/>')

    def dot(self, x: float, y: float, colour: str, radius: float = 5) -> None:
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')

    def svg(self, tall: int) -> str:
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" '
                f'height="{tall}" font-family="Source Sans, sans-serif">{"".join(self.parts)}</svg>')


def picture(name: str, colours: str = palette.DEFAULT) -> str:
    """A card's picture as HTML, decoration beside its words; empty for a card that has none."""
    if name not in _DRAWN:
        return ""
    draw, tall = _DRAWN[name]
    pen = Pen(colours)
    draw(pen)
    coded = base64.b64encode(pen.svg(tall).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{coded}" alt="" style="width:100%;max-width:{WIDTH}px;display:block">'


def _net(pen: Pen) -> None:
    sizes = Net().sizes
    for place, (size, name) in enumerate(zip(sizes, ("pixels", "units", "units", "outputs"), strict=True)):
        x, tall = 40 + 126 * place, 24 + 50 * size / max(sizes)
        pen.box(x - 16, 50 - tall / 2, 32, tall, pen.hue("dense"))
        pen.word(x, 104, f"{size} {name}")
        if place:
            pen.path(f"M{x - 106} 50H{x - 20}", pen.hue("kept"), 3)
            pen.word(x - 63, 26, f"fc{place}")
            pen.word(x - 63, 42, f"{sizes[place - 1]}×{size}", size=12)
    parts = " + ".join(f"{a * b:,}" for a, b in pairwise(sizes))
    pen.word(WIDTH / 2, 132, f"{parts} = {weight_count(Net()):,} weights")


def _split(pen: Pen) -> None:
    data, x = preset("quick").data, 0.0
    counts = (("training", data.train, "training"), ("validation", data.validation, "dense"), ("test", 10_000, "kept"))
    whole = sum(count for _, count, _ in counts)
    for name, count, role in counts:
        wide = (WIDTH - 8) * count / whole
        pen.box(x, 8, wide - 3, 26, pen.hue(role))
        pen.word(x if name == "training" else x + wide / 2, 52, name, "start" if name == "training" else "middle")
        pen.word(x if name == "training" else x + wide / 2, 68, f"{count:,}",
                 "start" if name == "training" else "middle", 12)
        x += wide
    pen.path("M20 92C70 150 110 158 170 150S330 120 400 100", pen.hue("training"))
    pen.dot(150, 152, pen.ink)
    pen.word(150, 174, "lowest validation loss: here the step is noted (a sketch)", "start", 12)


def _seed(pen: Pen) -> None:
    for place, shift in enumerate((-26, 10, -6, 30, -8)):
        pen.dot(WIDTH / 2 + 3 * shift, 16 + 14 * place, pen.hue("kept"))
        pen.word(40, 20 + 14 * place, f"seed {place}", size=12)
    pen.path(f"M{WIDTH / 2} 6V84", pen.ink, 2, "4 4")
    pen.word(WIDTH / 2, 100, "their mean (a sketch)")


def _interval(pen: Pen) -> None:
    pen.path(f"M{WIDTH / 2} 6V82", pen.ink, 1.5, "4 4")
    pen.word(WIDTH / 2, 98, "no difference")
    for y, low, high, told in ((24, 265, 345, "surely more"), (60, 190, 290, "cannot be told")):
        pen.path(f"M{low} {y}H{high}M{low} {y - 7}V{y + 7}M{high} {y - 7}V{y + 7}", pen.hue("kept"), 3)
        pen.dot((low + high) / 2, y, pen.hue("kept"))
        pen.word(360, y + 5, told, "start")


def _step(pen: Pen) -> None:
    training, train = preset("quick").training, preset("quick").data.train
    for place in range(10):
        pen.box(8 + 34 * place, 8, 28, 22, pen.hue("training") if place else pen.hue("kept"))
    pen.word(8, 50, f"one batch of {training.batch} = one step", "start", fill=pen.ink)
    pen.word(356, 24, "…", "start", 20)
    pen.path("M8 66H440M8 60V72M440 60V72", pen.ink, 1.5)
    pen.word(WIDTH / 2, 90, f"one epoch = {-(-train // training.batch):,} steps = all {train:,} images")


def _mask(pen: Pen) -> None:
    for row, name in enumerate(("mask", "before", "after training")):
        y = 8 + 36 * row
        pen.word(4, y + 18, name, "start")
        for place, kept in enumerate((1, 0, 1, 1, 0, 0)):
            x = 120 + 54 * place
            pen.box(x, y, 46, 26, "none", pen.hue("kept" if kept else "pruned"))
            told = str(kept) if not row else "0" if not kept else ("first" if row == 1 else "learned")
            pen.word(x + 23, y + 18, told, size=12)


def _valley(pen: Pen) -> None:
    pen.path("M10 30C50 20 70 120 120 108S190 40 230 44S300 150 350 140S430 60 450 24", pen.ink)
    for x, y, end, role in ((62, 62, 116, "training"), (272, 82, 346, "kept")):
        pen.dot(x, y, pen.hue(role), 7)
        pen.word(x, y - 14, "start", size=12)
        pen.dot(end, 108 if end < 200 else 140, pen.hue(role), 4)
    pen.word(WIDTH / 2, 168, "height: how large the errors are (a sketch)", size=12)


_DRAWN = {"net": (_net, 142), "split": (_split, 184), "seed": (_seed, 108), "interval": (_interval, 106),
          "step": (_step, 100), "mask": (_mask, 116), "valley": (_valley, 178)}
