"""Random tickets: which weights ticket number i keeps, what it is compared with, and when it wins.

A ticket is its number: mask i of a lottery is drawn from the stream (seed, "draw", i, layer) and can be drawn again by
whoever wants to look at it, so that no result has to carry it. Nothing here trains; the web process may import it.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest, round_half_up
from lth_core.nets.params import weight_names
from lth_core.spec import Draws, Lottery, Net, Pruning
from lth_core.streams import stream


def kept_counts(net: Net, density: float) -> dict[str, int]:
    """Survivors of each layer at `density`, never fewer than one.

    >>> kept_counts(Net(sizes=(784, 20, 10)), 0.32)
    {'fc1.weight': 5018, 'fc2.weight': 64}
    """
    return {name: max(1, round_half_up(density * alive.size)) for name, alive in Mask.dense(net).items()}


def draw(net: Net, density: float, seed: int, ticket: int) -> Mask:
    """The mask of random ticket number `ticket`: every layer keeps its exact share, all choices equally likely.

    Each weight gets a uniform random score and the lowest go, by the same selection as every other pruning here.

    >>> draw(Net(sizes=(784, 20, 10)), 0.32, seed=0, ticket=3).counts()
    {'fc1.weight': 5018, 'fc2.weight': 64}
    """
    dense, keep = Mask.dense(net), kept_counts(net, density)
    scores = {name: stream(seed, "draw", ticket, layer).random(dense[name].shape)
              for layer, name in enumerate(weight_names(net))}
    return remove_lowest(scores, dense, {name: dense[name].size - keep[name] for name in dense})


# Rounds of iterative pruning lose about this share of what remains, as in the paper.
RATE = 0.2


def found_by_pruning(spec: Draws) -> Lottery:
    """The same net, data and budget, with the ticket *found* by iterative magnitude pruning down to the same density.

    As many rounds as come nearest to a fifth each, and the same rate in every layer, so that the last round keeps as
    many weights per layer as a draw does (but for rounding, round by round). Below a density of 1 only.

    >>> found_by_pruning(Draws(density=0.32)).pruning.rounds
    5
    """
    rounds = max(1, round(math.log(spec.density) / math.log(1 - RATE)))
    rate = 1 - spec.density ** (1 / rounds)
    pruning = Pruning(rate=rate, output_rate=rate, rounds=rounds)
    return Lottery(data=spec.data, net=spec.net, training=spec.training, seed=spec.seed, pruning=pruning)


# ── reading: what counts as winning ──────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True)
class Tally:
    """How a set of tickets did against a target: `wins` of `draws` reached `target`, an accuracy in 0–1."""

    draws: int
    wins: int
    target: float

    @property
    def rate(self) -> float:
        """Share of winners, NaN before the first draw."""
        return self.wins / self.draws if self.draws else math.nan


def target(dense: np.ndarray, margin: float) -> float:
    """What a ticket has to reach: the mean accuracy of the dense seeds less `margin`, all in 0–1.

    The mean of several seeds, because a single lucky or unlucky dense net would move every verdict.
    """
    if not len(dense):
        raise ValueError("the target needs at least one dense net: run Draws with dense_seeds of at least 1")
    return float(np.mean(dense)) - margin


def tally(accuracies: np.ndarray, dense: np.ndarray, margin: float) -> Tally:
    """Count the tickets within `margin` of the mean dense net.

    >>> tally(np.array([0.90, 0.92]), np.array([0.925, 0.935]), margin=0.01)
    Tally(draws=2, wins=1, target=0.92)
    """
    goal = target(dense, margin)
    # Accuracies are whole numbers of 10,000 images, the target is not: the slack only forgives rounding in the mean.
    return Tally(len(accuracies), int(np.count_nonzero(accuracies >= goal - 1e-9)), goal)


def at_most(draws: int, confidence: float = 0.95) -> float:
    """The largest win rate that fits `draws` draws without a single win: 1 − (1 − confidence)^(1/draws).

    The exact one-sided bound (Clopper & Pearson 1934) that the "rule of three", 3/draws, approximates
    (Hanley & Lippman-Hand 1983).

    >>> round(at_most(200), 4)
    0.0149
    """
    return float(1 - (1 - confidence) ** (1 / draws)) if draws else 1.0
