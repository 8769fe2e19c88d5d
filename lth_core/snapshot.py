"""What long work shows while it goes on. One stream of Snapshots feeds the step button, the progress bar, the job
engine, the recorder and the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.results.result import Result


@dataclass(frozen=True)
class Snapshot:
    """One moment of a run; immutable, safe to keep.

    stage: `train` (a measured point), `prune` (a new mask), `cell` (one training finished) or `done` (with the result).
    round, rounds: level of the lottery, 0 for the dense net. condition: which training. step, steps: within it.
    measures: figures at this moment, named as in the result's tables (a finished cell: its whole row, words too).
    arrays: what changed, only where it is small enough to show (weights of a drawable net). mask: the mask in force,
    on `prune`.

    >>> from lth_core.engine import stream
    >>> from lth_core.experiments import Lottery
    >>> from lth_core.spec import Data, Net, Pruning, Training
    >>> tiny = Lottery(data=Data(pool=7, train=600), net=Net(sizes=(16, 10)),
    ...                training=Training(steps=20, eval_every=20), pruning=Pruning(rounds=1))
    >>> [(snapshot.stage, snapshot.mask) for snapshot in stream(tiny) if snapshot.stage in ("prune", "done")]
    [('prune', Mask(144 of 160 kept)), ('done', None)]
    """

    stage: str
    round: int = 0
    rounds: int = 0
    condition: str = "ticket"
    step: int = 0
    steps: int = 0
    measures: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    mask: Mask | None = None
    result: Result | None = None
