"""Chapter 6's price: what the rounds of a lottery cost, counted in trainings of the whole net.

One training costs its steps times the processor time of a step, and every round trains for as many steps; so ratios of
steps are ratios of trainings.
"""

from __future__ import annotations

import numpy as np

from lth_core.ledger.price import Price, times
from pages.figures.chart import Axis, Chart, Line, Mark

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
    takeaway = (f"{rounds[-1]} rounds take {len(rounds)} trainings; in processor time that is "
                f"{times(found.total(found.plain))} in plain PyTorch, {times(found.total(found.engine))} here, and "
                f"{times(found.total(found.ideal))} if zeros cost nothing")
    return Chart("The price of a ticket", takeaway, ROUNDS, TRAININGS, lines,
                 (Mark("five, however many rounds", "target", y=5.0),),
                 f"{found.seeds} seed{'s' * (found.seeds > 1)}; LeNet-300-100, batch 60, processor time of one thread, "
                 f"each the fastest of {found.turns} turns.")


