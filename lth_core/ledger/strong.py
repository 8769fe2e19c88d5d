"""Does a wider random net hold a better mask? Edge-Popup in LeNets of several widths, half of the weights on (C39)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lth_core.catalogue import POPUP_LEVEL, POPUP_WIDTHS, SEEDS, evidence, popup
from lth_core.intervals import Interval, accuracies, leads
from lth_core.ledger import chapters
from lth_core.ledger.outcome import Outcome
from lth_core.ledger.runs import value
from lth_core.ledger.shelf import Missing, Shelf
from lth_core.results.result import Result
from lth_core.said import percent

SCALED = "edge-popup-scaled"  # the better of the two constants


@dataclass(frozen=True, eq=False)
class Widths:
    """Recorded searches over the seeds that every width has. by_width: percent of the hidden units → its runs.
    trained: the whole LeNet of the same seeds, after as long a training."""

    by_width: Mapping[int, tuple[Result, ...]]
    trained: tuple[Result, ...]

    @property
    def seeds(self) -> int:
        return len(self.trained)

    @property
    def widths(self) -> list[int]:
        return sorted(self.by_width)

    def grid(self, condition: str) -> np.ndarray:
        """Test accuracy, (seeds, widths), narrow nets first."""
        return np.array([[value(run, condition, POPUP_LEVEL) for run in self.by_width[width]]
                         for width in self.widths]).T

    def reads(self, width: int, condition: str = SCALED) -> Interval:
        """Test accuracy of the masks found at a width."""
        return accuracies(self.grid(condition)[:, self.widths.index(width)])

    def steps(self) -> list[Interval]:
        """From each width to the next: the wider net's mask less the narrower one's, within seeds."""
        grid = self.grid(SCALED)
        return [leads(grid[:, at + 1], grid[:, at]) for at in range(len(self.widths) - 1)]

    def target(self) -> np.ndarray:
        """Test accuracy of the trained LeNet, (seeds,)."""
        return np.array([value(run, "ticket", 0) for run in self.trained])

    def behind(self, width: int) -> Interval:
        """The mask at a width less the trained LeNet, within seeds."""
        return leads(self.grid(SCALED)[:, self.widths.index(width)], self.target())


def widths(found: Mapping[int, Sequence[Result]], lotteries: Sequence[Result]) -> Widths:
    """The runs of the seeds that every width and the lotteries have. Raises ValueError when they share none."""
    seeds = set.intersection(*({run.spec.seed for run in runs} for runs in (*found.values(), lotteries)))
    if not seeds:
        raise ValueError("these widths were run with different seeds")

    def mine(runs: Sequence[Result]) -> tuple[Result, ...]:
        return tuple(sorted((run for run in runs if run.spec.seed in seeds), key=lambda run: run.spec.seed))

    return Widths({width: mine(runs) for width, runs in found.items()}, mine(lotteries))


def won(found: Widths) -> int:
    """At how many steps from a width to the next the wider net's mask is surely better."""
    return sum(gap.above() for gap in found.steps())


def mask_alone(shelf: Shelf) -> Outcome:
    """C39: judged beside the ticket; what width adds is told."""
    judged = chapters.beside(shelf, "edge-popup", SCALED)
    try:
        found = of(shelf)
    except Missing:
        return judged
    most = found.widths[-1]
    return replace(judged, ours=f"{judged.ours}. With half of the weights on, in a net {most / 100:g} times as wide, "
                                f"it reads {percent(found.reads(most))}. Wider was surely better at {won(found)} of "
                                f"{len(found.widths) - 1} steps")


def of(shelf: Shelf) -> Widths:
    """The recorded widths. Raises Missing."""
    runs = {width: shelf.of([popup(width, seed) for seed in SEEDS], "strong-tickets", "cells")
            for width in POPUP_WIDTHS}
    return widths(runs, shelf.of([evidence("quick", seed) for seed in SEEDS], "lenet-quick",
                                 "cells", "curves", "movement"))
