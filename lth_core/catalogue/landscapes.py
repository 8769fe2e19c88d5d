"""The loss around a ticket's training: chapter 6."""

from __future__ import annotations

from lth_core.catalogue.controls import evidence
from lth_core.experiments import Landscape


def landscape(seed: int) -> Landscape:
    """LeNet with 10.8% of its weights, trained for the paper's 50,000 steps, around the ticket that chapter 5 shows.

    >>> landscape(0).level, landscape(0).training == evidence("paper", 0).training
    (10, True)
    """
    run = evidence("paper", seed)
    return Landscape(data=run.data, net=run.net, training=run.training, pruning=run.pruning, seed=seed, level=10,
                     alphas=51)  # a point every 2% of the way
