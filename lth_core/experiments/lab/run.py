"""Chapter 8's labs: relatives of the lottery ticket, each at exactly the ticket's sizes, on the same net and images."""

from __future__ import annotations

from collections.abc import Iterator

from lth_core.data import load
from lth_core.experiments.lab import early, edge_popup, snip
from lth_core.experiments.lab.spec import Lab
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot

EARLY = ("grasp", "synflow", "magnitude-start", "erk", "snip-reinit")
METHODS = {"snip": snip.level, "edge-popup": edge_popup.level, **dict.fromkeys(EARLY, early.level),
           "collapse": early.collapse}


def stream(spec: Lab, options: Options) -> Iterator[Snapshot]:
    """One or more trainings for each of `spec.levels`. Tables `cells`, `curves` and `costs` as in the lottery; `round`
    is the ticket's round whose survivors were counted, `condition` the method's own word for the training. `collapse`
    trains nothing and has a table `masks`."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    counts = schedule(spec.pruning, Mask.dense(spec.net))
    for level in spec.levels:
        yield from METHODS[spec.method](book, splits, level, counts[level])
    yield Snapshot("done", spec.levels[-1], spec.pruning.rounds, result=book.result())
