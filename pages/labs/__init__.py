"""The labs of related work, one a file. `LABS` is the only list: the page, the map and the tests read it."""

from __future__ import annotations

from pages.labs import before_training, edge_popup, obd, peft, snip, sparsegpt
from pages.labs.base import Lab

LABS: tuple[Lab, ...] = (obd.LAB, snip.LAB, before_training.LAB, edge_popup.LAB, sparsegpt.LAB,
                        peft.LAB)


def at(method: str) -> Lab:
    """The lab whose page is `/lab?method=…`. Raises StopIteration for a method without one: addresses are checked."""
    return next(lab for lab in LABS if lab.method == method)
