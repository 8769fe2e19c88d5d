"""The law of shrinking: what rounds of pruning leave of a net, by the formula and counted weight by weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.nets.layers import weight_count
from lth_core.once import once
from lth_core.spec import Net, Pruning
from pages.figures.chart import Axis, Chart, Line
from pages.figures.rounds import ROUNDS

QUOTED = (1, 5, 10, 15)  # the rounds whose numbers are quoted everywhere


@dataclass(frozen=True)
class Shrinking:
    """Survivors after each round, 0 first: by the formula (1 − p)ⁿ as shares, and counted weight by weight."""

    formula: np.ndarray
    layers: tuple[tuple[int, ...], ...]
    total: int

    @property
    def counted(self) -> np.ndarray:
        """Share of weights left, counted."""
        return np.array([sum(counts) for counts in self.layers]) / self.total


@once(256)
def shrinking(net: Net, rate: float, rounds: int, output_rate: float) -> Shrinking:
    """What `rounds` rounds at `rate` leave of `net`, its output layer pruned at `output_rate`.

    >>> shrinking(Net(), 0.2, 3, 0.1).counted.round(3).tolist()
    [1.0, 0.8, 0.641, 0.513]
    """
    levels = schedule(Pruning(rate=rate, output_rate=output_rate, rounds=rounds), Mask.dense(net))
    return Shrinking((1 - rate) ** np.arange(rounds + 1), tuple(tuple(level.values()) for level in levels),
                     weight_count(net))


def survivors(law: Shrinking, rate: float) -> Chart:
    """Share of weights left after each round: what the formula says, and what is counted."""
    x = np.arange(len(law.formula))
    lines = (Line("counted, output layer at half rate", "kept", x, law.counted),
             Line("formula (1 − p)ⁿ", "dense", x, law.formula))
    takeaway = f"{rate:.0%} a round leave {law.counted[-1]:.2%} after {x[-1]} rounds"
    return Chart("How fast a net shrinks", takeaway, ROUNDS, Axis("weights left", percent=True, log=True), lines, (),
                 "Counted by the engine's own schedule: whole weights, halves rounded up, layer by layer.")


def popular_schedule() -> str:
    """The often quoted shares, by formula and counted on the paper's net."""
    law = shrinking(Net(), 0.2, max(QUOTED), 0.1)
    formula = ", ".join(f"{1 - law.formula[n]:.1%}" for n in QUOTED)
    counted = ", ".join(f"{1 - law.counted[n]:.1%}" for n in QUOTED)
    told = ", ".join(f"{law.counted[n]:.1%}" for n in (3, 7, 12, 15))
    return (
        f"Often quoted: {formula} pruned after 1, 5, 10 and 15 rounds. That is the formula. LeNet-300-100, whose "
        f"output layer loses half as much, has lost {counted}. The paper's own levels, {told} left after 3, 7, 12 and "
        "15 rounds, are the counted ones."
    )
