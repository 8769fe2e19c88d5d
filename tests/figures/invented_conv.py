"""Made-up lotteries of Conv-2, -4 and -6 under the Specs of the recorded ones, so that pages and ledger find them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lth_core.catalogue import cifar_conv
from lth_core.ledger.convolutional import NAMES
from lth_core.results.result import Result
from tests.figures.invented import kept

LOOKED_AT = 40  # times that a training is looked at
CARD = {"name": "Card of a test", "cuda": "1.0", "rounded_products": True}


def lags(condition: str, level: int, seed: int) -> float:
    """Tickets lose 0.1 points a round, fresh weights two and random masks three, in every seed nearly the same."""
    lost = {"ticket": 0.001, "reinit": 0.02, "random": 0.03}[condition]
    return 0.7 - level * lost + 0.01 * seed + 1e-5 * level * seed


def conv(name: str, seed: int, accuracy: Callable[[str, int, int], float] = lags) -> Result:
    """A run of `Conv-2`, `Conv-4` or `Conv-6`: tickets in every round, controls where their Spec has them."""
    spec = cifar_conv(NAMES[name], seed)
    counts, steps = kept(spec), spec.training.steps
    rows = [(level, one.name) for level in range(len(counts)) for one in spec.conditions
            if one.name == "ticket" or level in one.rounds]
    level, condition = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    reads = np.array([accuracy(one, at, seed) for at, one in rows])
    cells = {
        "round": level, "condition": condition, "replicate": np.zeros(len(rows), np.int64),
        "kept": np.array([counts[at] for at in level]), "total": np.full(len(rows), counts[0]),
        "density": np.array([counts[at] / counts[0] for at in level]), "test_accuracy": reads,
        "train_accuracy": np.minimum(1.0, reads + 0.2), "validation_accuracy": reads,
        "early_stop_step": np.full(len(rows), steps // 4) - 100 * level,
        "early_stop_test_accuracy": np.full(len(rows), np.nan),
    }
    step = np.tile(np.arange(1, LOOKED_AT + 1) * (steps // LOOKED_AT), len(rows))
    many = {key: np.repeat(cells[key], LOOKED_AT) for key in ("round", "condition", "replicate", "validation_accuracy")}
    curves = {**many, "step": step, "test_accuracy": np.full(len(step), np.nan), "validation_loss": 1 / step}
    return Result(spec, {"cells": cells, "curves": curves}, {},
                  {"created": "2026-01-01T00:00:00", "seconds": 1.0, "card": CARD})


def lotteries(name: str, seeds: int = 3, accuracy: Callable[[str, int, int], float] = lags) -> tuple[Result, ...]:
    """Some seeds of one net."""
    return tuple(conv(name, seed, accuracy) for seed in range(seeds))
