"""Chapter 6's price: what the rounds of a lottery cost, counted in trainings of the whole net.

One training costs its steps times the processor time of a step, and every round trains for as many steps; so ratios of
steps are ratios of trainings.
"""

from __future__ import annotations

import base64

import numpy as np

from lth_core import said
from lth_core.ledger.price import Price
from pages.figures import palette
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.primer import WIDTH, Pen

ROUNDS = Axis("rounds of pruning")
TRAININGS = Axis("cost so far", "whole-net trainings")


def ledger(found: Price) -> Chart:
    """What all rounds up to each have cost, in whole-net trainings."""
    rounds = np.arange(len(found.density))
    lines = (
        Line("one a round", "dense", rounds, rounds + 1.0),
        Line.over_seeds("plain PyTorch, masked", "random", rounds, found.plain.cumsum(axis=1)),
        Line.over_seeds("this engine, sparse kernels", "lab", rounds, found.engine.cumsum(axis=1)),
        Line.over_seeds("if zeros cost nothing", "kept-raw", rounds, found.ideal.cumsum(axis=1)),
    )
    takeaway = (f"{len(rounds)} trainings cost as much as {found.total(found.plain).mean:.1f} of the whole net in "
                f"plain PyTorch, {found.total(found.engine).mean:.1f} with this engine, and "
                f"{found.total(found.ideal).mean:.1f} if zeros cost nothing")
    return Chart("The price of a ticket", takeaway, ROUNDS, TRAININGS, lines,
                 (Mark("five, however many rounds", "target", y=5.0),),
                 f"{said.seeds(found.seeds)}; LeNet-300-100, batch 60, processor time of one thread, "
                 f"each the fastest of {found.turns} turns.")


KEPT, BARS, TALL = 0.8, 16, 90  # share a round leaves; trainings of fifteen rounds; SVG units of the first


def stairs(colours: str = palette.DEFAULT) -> str:
    """1 + 0.8 + 0.64 + … as bars, were zeros free; as HTML."""
    pen, wide = Pen(colours), WIDTH / BARS
    for at in range(BARS):
        high = TALL * KEPT**at
        pen.box(at * wide + 2, TALL + 22 - high, wide - 4, high, pen.hue("kept"))
    for at, word in enumerate(("1", "0.8", "0.64")):
        pen.word((at + 0.5) * wide, TALL + 17 - TALL * KEPT**at, word)
    pen.word(WIDTH, 40, "1 + 0.8 + 0.64 + … stays below 5", "end")
    pen.word(0, TALL + 40, "1st training", "start")
    pen.word(WIDTH, TALL + 40, f"{BARS}th", "end")
    coded = base64.b64encode(pen.svg(TALL + 46).encode()).decode()
    told = f"{BARS} bars: if zeros cost nothing, each training would cost {KEPT} of the one before."
    return (f'<img src="data:image/svg+xml;base64,{coded}" alt="{told}" '
            f'style="width:100%;max-width:{WIDTH}px;display:block">')
