"""Chapter 6's runs with figures chosen by a test, under the Specs of the real ones, so that pages find them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lth_core.catalogue import (
    FASHION,
    FASHION_REWINDS,
    HARDER_ROUNDS,
    LATE,
    REWINDS,
    cause,
    cost,
    rewinding,
    stability,
    subspace,
)
from lth_core.results.result import Result
from lth_core.spec import Lottery

RUN = {"created": "2026-01-01T00:00:00", "seconds": 1.0}
DENSE = 0.025  # error of the whole nets

# (net, way, rewind step, round, seed) → error. Ways: theta (weights set back), reinit, lr, fine-tune.
Errors = Callable[[str, str, int, int, int], float]


def as_told(net: str, way: str, step: int, level: int, seed: int) -> float:
    """As the story goes: the deep net fails from θ₀ and recovers from step 10 on; LeNet never fails."""
    jitter = 2e-4 * ((level + 2 * seed) % 3 - 1)
    behind = {"reinit": 0.03, "fine-tune": 0.0005, "lr": 0.0005, "theta": 0.0005}[way]
    if net == "deep" and way == "theta" and step < 10:
        behind = 0.005 * level / (1 + step)
    return DENSE + 0.001 * seed + behind + jitter


def chain(net: str, step: int, seed: int, mode: str = "weights", errors: Errors = as_told) -> Result:
    """A chain of six rounds, with its dense training."""
    return lottery(rewinding(net, step, seed, mode), net, step, mode, errors)


def worn(step: int, seed: int, errors: Errors = as_told) -> Result:
    """The deep net's chain on Fashion-MNIST."""
    return lottery(rewinding("deep", step, seed, images=FASHION), "deep", step, "weights", errors)


def swept(depth: int, batchnorm: bool, lr: float, step: int, seed: int, start: float, late: float) -> Result:
    """A chain of the sweep whose tickets err by `start` from step 0 and by `late` from the late one; NaN diverges."""
    error = late if step == LATE else start
    return lottery(cause(depth, batchnorm, lr, step, seed), "deep", step, "weights", lambda *_: error)


def lottery(spec: Lottery, net: str, step: int, mode: str, errors: Errors) -> Result:
    way = "theta" if mode == "weights" else mode
    rows = [(level, "ticket", way) for level in range(7)]
    if any(condition.name == "reinit" for condition in spec.conditions):
        rows += [(level, "reinit", "reinit") for level in HARDER_ROUNDS]
    error = np.array([errors(net, way, step, level, spec.seed) if level else DENSE + 0.001 * spec.seed
                      for level, _, way in rows])
    level = np.array([row[0] for row in rows])
    cells = {
        "round": level, "condition": np.array([row[1] for row in rows]), "replicate": np.zeros(len(rows), np.int64),
        "status": np.full(len(rows), "ok"), "density": 0.55**level, "test_accuracy": 1 - error,
        "population_test_accuracy": 1 - error,
    }
    curves = {"round": np.zeros(3, np.int64), "condition": np.full(3, "ticket"), "replicate": np.zeros(3, np.int64),
              "step": np.array([0, 100, spec.training.steps]), "validation_accuracy": np.array([0.1, 0.9, 0.97])}
    return Result(spec, {"cells": cells, "curves": curves}, {}, dict(RUN))


def hill(net: str, step: int, seed: int, level: int, height: float | None = None) -> Result:
    """Siblings with a hill of `height`; by default it shrinks with the step and the density."""
    spec = stability(net, step, seed, level)
    if height is None:
        height = 0.001 if net == "lenet" else (0.5 if level == 0 else 0.3) / (1 + step)
    alpha = np.linspace(0, 1, 11)
    error = 0.03 + height * np.sin(np.pi * alpha)
    return Result(spec, {"line": {"alpha": alpha, "test_error": error, "train_error": error},
                         "barrier": {"test_barrier": np.array([height]), "train_barrier": np.array([height]),
                                     "distance": np.array([1.0])}}, {}, dict(RUN))


def bill(seed: int, plain: float = 1.05, engine: float = 0.5) -> Result:
    """Steps of training: plain PyTorch's at `plain` times the whole net's in every round, the engine's at `engine`."""
    spec = cost("training", seed)
    level = np.repeat(spec.levels, 3)
    backend = np.tile(["reference", "dense", "sparse"], len(spec.levels))
    seconds = np.where(backend == "reference", np.where(level, plain, 1.0) * 3e-3,
                       np.where(level, engine, 1.0) * (1 + 0.01 * seed) * 1e-3)
    chosen = np.where(level < 5, backend == "dense", backend == "sparse").astype(np.int64)
    table = {"level": level, "kept": np.round(266_200 * 0.8**level).astype(np.int64), "density": 0.8**level,
             "backend": backend, "chosen": chosen, "step_seconds": seconds, "flops": 0.8**level * 1e8}
    return Result(spec, {"costs": table}, {}, dict(RUN))


def files(seed: int, masked: float = 1.0, neurons: float = 0.2) -> Result:
    """Ways to store a ticket; forward passes take so many times the whole net's."""
    rows = [(0, "dense", 1.0)] + [(level, way, share) for level in (10, 15) for way, share in
                                  (("masked", masked), ("csr", 1.5), ("shrunk", 0.98), ("neurons", neurons))]
    table = {
        "level": np.repeat([row[0] for row in rows], 2), "stored": np.repeat([row[1] for row in rows], 2),
        "batch": np.tile([1, 256], len(rows)), "bytes": np.full(2 * len(rows), 1_048_576),
        "call_seconds": np.repeat([row[2] for row in rows], 2) * np.tile([5e-5, 2e-3], len(rows)),
        "weights": np.repeat([266_200 if row[0] == 0 else round(266_200 * 0.8 ** row[0]) for row in rows], 2),
        "units": np.full(2 * len(rows), 400),
        "test_accuracy": np.repeat([0.8 if row[1] == "neurons" else 0.97 + 0.001 * seed for row in rows], 2),
    }
    return Result(cost("inference", seed), {"costs": table}, {}, dict(RUN))


def along(seed: int, enough: int = 400) -> Result:
    """A net of 15,910 parameters that reads 92 %, and 85 % from `enough` directions on."""
    spec = subspace(seed)
    dimension = np.array([0, *spec.dimensions])
    reads = np.where(dimension == 0, 0.92, np.where(dimension < enough, 0.6, 0.85)) + 0.001 * seed
    return Result(spec, {"cells": {"dimension": dimension, "parameters": np.full(len(dimension), 15_910),
                                   "test_accuracy": reads}}, {}, dict(RUN))


def everything(seeds: int = 3, errors: Errors = as_told) -> list[Result]:
    """All that the page looks for, over so many seeds."""
    found = [chain(net, step, seed, errors=errors)
             for net, steps in REWINDS.items() for step in steps for seed in range(seeds)]
    found += [chain(net, LATE, seed, mode, errors) for seed in range(seeds)
              for net, mode in (("deep", "lr"), ("deep", "fine-tune"), ("lenet", "lr"))]
    found += [worn(step, seed, errors) for step in FASHION_REWINDS for seed in range(seeds)]
    found += [hill(net, step, seed, level) for net, steps in REWINDS.items() for step in steps[:-1]
              for seed in range(seeds) for level in (0, 6)]
    found += [swept(depth, norm, lr, step, 0, 0.08 if norm and lr > 0.1 else 0.026, 0.027) for depth in (2, 8)
              for norm in (True, False) for lr in (0.05, 0.2, 0.8) for step in (0, LATE)
              if (depth, norm, lr) != (8, True, 0.8)]
    return found + [make(seed) for seed in range(seeds) for make in (bill, files, along)]
