"""Made-up lotteries of ResNet-20 under the Specs of the recorded ones, so that pages and ledger find them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lth_core.catalogue import CIFAR_REWINDS, cifar_rewound, cifar_stability
from lth_core.results.result import Result
from tests.figures.invented import kept

DENSE = 0.2  # error of the whole nets
Errors = Callable[[str, int, int, int], float]  # (condition, rewind step, round, seed) → error above the whole net's


def as_told(condition: str, step: int, level: int, seed: int) -> float:
    """From θ₀ a ticket loses two points a round, from the late step nothing; fresh weights lose five."""
    lost = 0.05 if condition == "reinit" else 0.0 if step else 0.02 * level
    return lost + 1e-5 * ((seed + level) % 3)


def chain(step: int, seed: int, errors: Errors = as_told) -> Result:
    """A run that goes back to `step`: tickets in every round, fresh weights where its Spec has them."""
    spec = cifar_rewound(step, seed)
    counts = kept(spec)
    rows = [(level, one.name) for level in range(len(counts)) for one in spec.conditions
            if one.name == "ticket" or level in one.rounds]
    level, condition = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    read = np.array([1 - DENSE - 0.01 * seed - (errors(one, step, at, seed) if at else 0.0) for at, one in rows])
    cells = {
        "round": level, "condition": condition, "replicate": np.zeros(len(rows), np.int64),
        "kept": np.array([counts[at] for at in level]), "total": np.full(len(rows), counts[0]),
        "density": np.array([counts[at] / counts[0] for at in level]), "validation_accuracy": read,
        "early_stop_step": np.full(len(rows), spec.training.steps),
        # Running averages mislead here: whoever reads them is found out.
        "test_accuracy": np.full(len(rows), 0.1), "population_test_accuracy": read,
    }
    return Result(spec, {"cells": cells}, {}, {"created": "2026-01-01T00:00:00", "seconds": 1.0})


def chains(seeds: int = 3, errors: Errors = as_told) -> tuple[Result, ...]:
    """Some seeds, each sent back to θ₀ and to the late step."""
    return tuple(chain(step, seed, errors) for seed in range(seeds) for step in CIFAR_REWINDS)


def hill(step: int, height: float) -> Result:
    """Two siblings of the whole net with a hill of `height` between them."""
    spec = cifar_stability(step)
    alpha = np.linspace(0, 1, spec.alphas)
    error = DENSE + height * np.sin(np.pi * alpha)
    return Result(spec, {"line": {"alpha": alpha, "test_error": error, "train_error": error},
                         "barrier": {"test_barrier": np.array([height]), "train_barrier": np.array([height]),
                                     "distance": np.array([1.0])}}, {}, {"created": "2026-01-01T00:00:00"})
