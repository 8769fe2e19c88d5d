"""What one update costs, dense and sparse: the ledger behind "fifteen rounds cost fifteen trainings"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from lth_core import measures
from lth_core.data import Splits
from lth_core.experiments.cost.spec import Cost
from lth_core.experiments.cost.timing import in_turns
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.running.book import Book
from lth_core.training.backends import Backend, build, choose, prepare
from lth_core.training.order import batches

STEPS = 40  # updates a measurement: long enough that starting a kernel is nothing
BACKENDS = ("reference", "dense", "sparse")  # plain PyTorch with masks, and our kernels


def measured(book: Book[Cost], splits: Splits, masks: Mapping[int, Mask]) -> Iterator[dict[str, Any]]:
    """One row a level and backend: `level`, `kept`, `density`, `backend`, `chosen` (1 where a training would use it),
    `step_seconds` (processor time of one update) and `flops` (of one update, if only survivors cost anything)."""
    spec = book.spec
    data, theta0 = prepare(splits), initial(spec.net, spec.seed)
    order = batches(spec.seed, len(splits.train.labels), spec.training.batch, 0, STEPS)
    jobs = {f"{level} {kind}": partial(_again, build(kind, spec.net, spec.training, theta0, mask, data), order)
            for level, mask in masks.items() for kind in BACKENDS}
    seconds = in_turns(jobs, spec.repeats)
    for level, mask in masks.items():
        usual = choose(spec.net, spec.training, mask)
        for kind in BACKENDS:
            yield {"level": level, "kept": mask.kept, "density": mask.density, "backend": kind,
                   "chosen": int(kind == usual), "step_seconds": seconds[f"{level} {kind}"] / STEPS,
                   "flops": measures.flops(mask, spec.training.batch, 1)}


def _again(backend: Backend, order: Any) -> None:
    backend.advance(order)
