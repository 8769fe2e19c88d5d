"""Evidence runs with figures chosen by a test, under the Specs of the real ones, so that pages find them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from lth_core.catalogue import evidence
from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.results.atlas import reindex
from lth_core.results.result import Result
from lth_core.results.store import Store

# (condition, round, seed) → figure. The dense net is the ticket of round 0.
Figures = Callable[[str, int, int], float]


@cache
def kept(spec: Lottery) -> tuple[int, ...]:
    """Weights left round by round, as the engine counts them."""
    return tuple(sum(level.values()) for level in schedule(spec.pruning, Mask.dense(spec.net)))


def accuracy_of_the_paper(condition: str, level: int, seed: int) -> float:
    """What the paper says of LeNet, and a jitter by seed that conditions share."""
    lead = 0.0034 * np.sin(np.pi * min(level, 18) / 16) if level < 16 else -0.002 * (level - 15)
    fall = {"ticket": 0.0, "reinit": 0.005 / 7 * level, "random": 0.002 * level}[condition]
    own = 2e-4 * ((2 * level + seed * (1 + (condition == "reinit"))) % 3 - 1)  # or differences had no width
    return float(0.98 + lead - fall + 0.0005 * (seed - 2) + own)


def stop_of_the_paper(condition: str, level: int, seed: int) -> float:
    """Tickets stop 38% earlier in round 7, reinit 2.51 times as late as they."""
    share = 1 - 0.38 * np.sin(np.pi * level / 14) if level < 14 else 1.0
    return round(7_000 * share * {"ticket": 1, "reinit": 2.51, "random": 2.8}[condition] * (1 + 0.01 * (seed - 2)))


def result(protocol: str, seed: int, how: str = "iterative", accuracy: Figures = accuracy_of_the_paper,
           stop: Figures = stop_of_the_paper) -> Result:
    """A run of ticket, reinit and random mask at every round, or of one-shot tickets, with a few points of each curve.

    One epoch reads a point less than it is told, so that the protocols can be told apart.
    """
    spec = evidence(protocol, seed, how)
    counts, steps = kept(spec), spec.training.steps
    rows = [(level, name) for level in range(len(counts)) for name in ("ticket", "reinit", "random")
            if name == "ticket" or (level and how == "iterative")]
    level, name = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    reads = np.array([accuracy(one, at, seed) for at, one in rows]) - 0.01 * (protocol == "quick")
    cells = {
        "round": level, "condition": name, "replicate": np.zeros(len(rows), np.int64),
        "seed": np.full(len(rows), seed), "status": np.full(len(rows), "ok"),
        "kept": np.array([counts[at] for at in level]), "total": np.full(len(rows), counts[0]),
        "density": np.array([counts[at] / counts[0] for at in level]), "test_accuracy": reads,
        "train_accuracy": np.minimum(1.0, reads + 0.03), "validation_accuracy": reads,
        "early_stop_step": np.array([stop(one, at, seed) for at, one in rows]).astype(np.int64),
        "early_stop_test_accuracy": reads - 0.001 if protocol == "paper" else np.full(len(rows), np.nan),
    }
    points = [step for step in (100, 300, 500, 4_600, 9_200, 18_400) if step < steps] + [steps]
    many = {key: np.repeat(values, len(points)) for key, values in cells.items() if key in ("round", "condition",
                                                                                            "replicate")}
    step = np.tile(points, len(rows))
    slow = np.repeat(reads, len(points)) - 20 / (step + 300)  # learns towards what it ends with
    column = "test_accuracy" if protocol == "paper" else "validation_accuracy"
    curves = {**many, "step": step, "validation_accuracy": slow, column: slow, "validation_loss": 1 - slow}
    return Result(spec, {"cells": cells, "curves": curves}, {}, {"created": "2026-01-01T00:00:00", "seconds": 1.0})


def atlas(root: Path, *results: Result) -> Path:
    """An atlas of these results under `root`."""
    for one in results:
        Store(root).save(one)
    reindex(root)
    return root
