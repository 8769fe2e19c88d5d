"""Made-up lotteries of VGG-16 and ResNet-18 under the Specs of the recorded ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lth_core.ledger.large import specs
from lth_core.results.result import Result
from tests.figures.invented import kept


def lags(condition: str, level: int) -> float:
    """Tickets lose a point a round, fresh weights three."""
    return 0.6 - level * {"ticket": 0.01, "reinit": 0.03}[condition]


def large(name: str, accuracy: Callable[[str, int], float] = lags) -> Result:
    """A run of `VGG-16` or `ResNet-18`: tickets in every round, fresh weights where its Spec has them."""
    (spec,) = specs(name)
    counts, steps = kept(spec), spec.training.steps
    rows = [(level, one.name) for level in range(len(counts)) for one in spec.conditions
            if one.name == "ticket" or level in one.rounds]
    level, condition = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    reads = np.array([accuracy(one, at) for at, one in rows])
    cells = {
        "round": level, "condition": condition, "replicate": np.zeros(len(rows), np.int64),
        "kept": np.array([counts[at] for at in level]), "total": np.full(len(rows), counts[0]),
        "density": np.array([counts[at] / counts[0] for at in level]), "train_accuracy": reads + 0.1,
        # Running averages mislead here: whoever reads them is found out.
        "test_accuracy": np.full(len(rows), 0.1), "population_test_accuracy": reads, "validation_accuracy": reads,
        "early_stop_step": np.full(len(rows), steps), "early_stop_test_accuracy": np.full(len(rows), np.nan),
    }
    looks = steps // spec.training.eval_every
    step = np.tile(np.arange(1, looks + 1) * spec.training.eval_every, len(rows))
    many = {key: np.repeat(cells[key], looks) for key in ("round", "condition", "replicate", "validation_accuracy")}
    curves = {**many, "step": step, "test_accuracy": np.full(len(step), np.nan), "validation_loss": 1 / step}
    return Result(spec, {"cells": cells, "curves": curves}, {}, {"created": "2026-01-01T00:00:00", "seconds": 1.0})
