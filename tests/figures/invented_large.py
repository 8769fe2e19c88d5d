"""Made-up lotteries of VGG-16 and ResNet-18 under the Specs of the recorded ones."""

from __future__ import annotations

import numpy as np

from lth_core.ledger.large import specs
from lth_core.results.result import Result
from tests.figures.invented import kept


def large(name: str) -> Result:
    """A run of `VGG-16` or `ResNet-18`, whose tickets lose a point a round."""
    (spec,) = specs(name)
    counts, steps = kept(spec), spec.training.steps
    rounds = len(counts)
    reads = 0.6 - 0.01 * np.arange(rounds)
    cells = {
        "round": np.arange(rounds), "condition": np.full(rounds, "ticket"), "replicate": np.zeros(rounds, np.int64),
        "kept": np.array(counts), "total": np.full(rounds, counts[0]), "density": np.array(counts) / counts[0],
        "train_accuracy": reads + 0.1, "validation_accuracy": reads, "early_stop_step": np.full(rounds, steps),
        # Running averages mislead here: whoever reads them is found out.
        "test_accuracy": np.full(rounds, 0.1), "population_test_accuracy": reads,
        "early_stop_test_accuracy": np.full(rounds, np.nan),
    }
    looks = steps // spec.training.eval_every
    step = np.tile(np.arange(1, looks + 1) * spec.training.eval_every, rounds)
    many = {key: np.repeat(cells[key], looks) for key in ("round", "condition", "replicate", "validation_accuracy")}
    curves = {**many, "step": step, "test_accuracy": np.full(len(step), np.nan), "validation_loss": 1 / step}
    return Result(spec, {"cells": cells, "curves": curves}, {}, {"created": "2026-01-01T00:00:00", "seconds": 1.0})
