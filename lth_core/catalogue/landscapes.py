"""The loss around a ticket's training: the lab of the plane."""

from __future__ import annotations

from typing import Any

from lth_core.catalogue.controls import evidence
from lth_core.experiments import Landscape

# Points on each line and along each side of the plane. The coarse ones are for a reader who waits.
_POINTS: dict[str, dict[str, Any]] = {"paper": {"alphas": 51}, "quick": {"alphas": 11, "points": 9}}


def landscape(seed: int, protocol: str = "paper") -> Landscape:
    """LeNet with 10.8% of its weights, around the ticket that chapter 5 shows: trained for the paper's 50,000 steps, a
    point every 2% of the way; or, `quick`, for one epoch, a point every 10%.

    >>> landscape(0).level, landscape(0).training == evidence("paper", 0).training
    (10, True)
    """
    run = evidence(protocol, seed)
    return Landscape(data=run.data, net=run.net, training=run.training, pruning=run.pruning, seed=seed, level=10,
                     **_POINTS[protocol])
