"""The labs of related work, one a file. `LABS` is the only list: the page, the map and the tests read it."""

from __future__ import annotations

from pages.labs import before_training, early_bird, edge_popup, obd, random_labels, snip, sparsegpt
from pages.labs.base import Lab

LABS: tuple[Lab, ...] = (obd.LAB, random_labels.LAB, snip.LAB, before_training.LAB, edge_popup.LAB, early_bird.LAB,
                         sparsegpt.LAB)


def at(method: str) -> Lab:
    """The lab whose page is `/lab?method=…`. Raises StopIteration for a method without one: addresses are checked."""
    return next(lab for lab in LABS if lab.method == method)
