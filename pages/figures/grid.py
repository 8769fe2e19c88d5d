"""Runs of a lab over seeds: accuracy of each condition at each round, and differences within seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lth_core.intervals import accuracies
from lth_core.ledger.grid import Grid
from pages.figures.chart import Chart, Line, Mark
from pages.figures.conditions import ROUNDS
from pages.figures.labs import ACCURACY
from pages.figures.scales import PERFECT

LANDMARKS = (0.211, 0.036)  # densities to find on an axis of rounds; at its very end there is no room
HEADROOM = 0.15  # of the height that lines take stays free above them, for the shares of weights left


def chart(runs: Grid, title: str, takeaway: str, names: Mapping[str, tuple[str, str]], source: str) -> Chart:
    """Accuracy round by round, a line a condition of `names` (condition → name, role), with the whole net and, on
    top, the share of weights left."""
    dense, at = accuracies(runs.dense), np.array(runs.levels)
    lines = tuple(Line.with_interval(name, role, at, runs.accuracy[condition], accuracies)
                  for condition, (name, role) in names.items())
    ends = [part for line in lines for part in (line.y, line.low, line.high) if part is not None] + [runs.dense]
    worst, best = (max(PERFECT, 1 - float(pick([pick(part) for part in ends]))) for pick in (np.min, np.max))
    spread = max(worst / best, 1.1)
    axis = replace(ACCURACY, range=(max(0.0, 1 - worst * spread**0.05), 1 - best / spread**HEADROOM))
    first = next(iter(names))
    marks = [Mark(f"{runs.share(first, level):.1%} left", "target", x=float(level))
             for level in sorted({runs.nearest(first, density) for density in LANDMARKS} - {runs.levels[-1]})]
    return Chart(title, takeaway, ROUNDS, axis, lines,
                 (Mark(f"whole net {dense.mean:.1%}", "dense", y=dense.mean), *marks), source)
