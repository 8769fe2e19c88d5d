"""How long a run will take, before anybody starts it: from what recorded trainings of the same net took.

A training costs so many seconds an example, which falls with the weights left; between two recorded sizes the cost is
taken on the straight line of logarithms. Below that no run gets, however small its batches and short its rounds: a
step, a training and a start have costs of their own. Recorded on one core of another machine: an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Lottery
from lth_core.ledger.runs import column
from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from pages.figures.rounds import lottery
from pages.figures.shrinking import shrinking

# Measured on one core of two (AMD EPYC) with LeNet-300-100, batches of 4 to 60 and 20 to 2,000 steps a round:
FIXED = 0.3  # of the cost of a recorded step does not fall with the batch: 0.38 ms are left of 1.4 with batches of 4
TRAINING = 0.08  # seconds: mask, rewind and what is measured at its two ends
START = 1.0  # seconds: a worker reads the images and finds its compiled kernels

LIMIT = 900.0  # seconds: what a visitor may ask of a server that others use too


@dataclass(frozen=True, eq=False)
class Estimate:
    """seconds: of each training, dense first. examples: how many images all of them look at, passes counted."""

    seconds: np.ndarray
    examples: int

    @property
    def total(self) -> float:
        return START + float(self.seconds.sum())

    @property
    def too_long(self) -> bool:
        return self.total > LIMIT

    def sentence(self) -> str:
        """What to expect, for a reader."""
        return (
            f"About **{duration(self.total)}**: {len(self.seconds)} trainings, {duration(float(self.seconds[0]))} for "
            f"the whole net, {duration(float(self.seconds[-1]))} for the last ticket."
        )


def duration(seconds: float) -> str:
    """A time as one says it.

    >>> duration(0.44), duration(75.2), duration(300), duration(13_653)
    ('0.4 s', '75 s', '5 min', '3.8 h')
    """
    if seconds < 10:
        return f"{max(seconds, 0.1):.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def sizes(spec: Lottery) -> np.ndarray:
    """Weights left in each round, 0 first, (rounds + 1,), as the schedule plans them."""
    pruning, net = spec.pruning, spec.net
    if pruning.scope == "layer":
        law = shrinking(net, pruning.rate, pruning.rounds, pruning.output_rate)
        return np.array([sum(counts) for counts in law.layers])
    spared = 0 if pruning.output_rate else net.sizes[-2] * net.sizes[-1]
    share = (1 - pruning.rate) ** np.arange(pruning.rounds + 1)
    return np.round(spared + (weight_count(net) - spared) * share).astype(np.int64)


def estimate(spec: Lottery, like: Result) -> Estimate:
    """What `spec` will take, from a recorded lottery of the same net."""
    told, costs = lottery(like), like.tables["costs"]
    mine = costs["condition"] == "ticket"
    order = np.argsort(costs["round"][mine])
    first = np.where(np.sort(costs["round"][mine]) > 0, told.rewind.step, 0)
    looked = (told.training.steps - first) * told.training.batch
    each = np.maximum(np.asarray(costs["seconds"][mine])[order], 1e-6) / np.maximum(looked, 1)
    kept = np.log(np.maximum(column(like, "kept")[: len(each)], 1))
    wanted = np.log(np.maximum(sizes(spec), 1))
    steps = spec.training.steps - np.where(np.arange(len(wanted)) > 0, spec.rewind.step, 0)
    paid = steps * max(spec.training.batch, FIXED * told.training.batch)
    seconds = TRAINING + np.exp(np.interp(wanted, kept[::-1], np.log(each)[::-1])) * paid
    return Estimate(seconds, int(steps.sum()) * spec.training.batch)
