"""Chapter 6's runs with figures chosen by a test, under the Specs of the real ones, so that pages find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from lth_core.catalogue import (
    FASHION,
    FASHION_REWINDS,
    HARDER_ROUNDS,
    JOURNEY_LEVELS,
    JOURNEYS,
    LATE,
    REWINDS,
    STRUCTURED_ROUNDS,
    cause,
    cost,
    rewinding,
    stability,
    structured,
    subspace,
    transfer,
)
from lth_core.experiments import Lottery
from lth_core.results.result import Result
from lth_core.spec import Spec
from tests.figures.invented_landscape import ground

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
    return lottery(cause(depth, batchnorm, lr, step, seed), "deep", step, "weights", lambda *_: error + 0.001 * seed)


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


def files(seed: int, masked: float = 1.0, neurons: float = 0.2, csr: float = 1.5) -> Result:
    """Ways to store a ticket; forward passes take so many times the whole net's."""
    rows = [(0, "dense", 1.0)] + [(level, way, share) for level in (10, 15) for way, share in
                                  (("masked", masked), ("csr", csr), ("shrunk", 0.98), ("neurons", neurons))]
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
    """A net of 15,910 parameters that reads 92%, and 85% from `enough` directions on."""
    spec = subspace(seed)
    dimension = np.array([0, *spec.dimensions])
    reads = np.where(dimension == 0, 0.92, np.where(dimension < enough, 0.6, 0.85)) + 0.001 * seed
    return Result(spec, {"cells": {"dimension": dimension, "parameters": np.full(len(dimension), 15_910),
                                   "test_accuracy": reads}}, {}, dict(RUN))


# Condition → what it loses against the best, in a round.
Losses = Mapping[str, Callable[[int], float]]
BY_NEURONS: Losses = {
    "weights": lambda level: 0.0,
    "neurons": lambda level: 0.008 * max(0, level - 3),
    "neurons-reinit": lambda level: 0.008 * max(0, level - 3),
    "random-neurons": lambda level: 0.010 * level,
}
PARTLY_AT_HOME: Losses = {
    "source": lambda level: 0.0, "native": lambda level: 0.0, "moved": lambda level: 0.002 * level,
    "moved-reinit": lambda level: 0.003 * level, "largest": lambda level: 0.003 * level,
    "random": lambda level: 0.004 * level if level > 3 else 0.0,
}
LOST: Losses = PARTLY_AT_HOME | {"moved": lambda level: 0.004 * level}


def pruned(seed: int, losses: Losses = BY_NEURONS) -> Result:
    """Whole neurons against single weights; the latter read 97% at every size."""
    return by_round(structured(seed), "weights", losses, {way: range(1, STRUCTURED_ROUNDS + 1) for way in losses})


def travelled(journey: str, seed: int, losses: Losses = PARTLY_AT_HOME) -> Result:
    """A journey whose native ticket reads 97% at every size."""
    chains = ("source", "native")
    rounds = {name: range(1, JOURNEY_LEVELS[-1] + 1) if name in chains else JOURNEY_LEVELS for name in losses}
    found = by_round(transfer(journey, seed), "native", losses, rounds)
    level = np.array(JOURNEY_LEVELS)
    shared = {name: np.full(len(level), share) for name, share in (("moved", 0.2), ("random", 0.05), ("largest", 0.3))}
    return Result(found.spec, {**found.tables, "overlap": {"round": level, **shared}}, {}, dict(RUN))


def by_round(spec: Spec, whole: str, losses: Losses, rounds: Mapping[str, Iterable[int]]) -> Result:
    """Cells and curves of a lab whose conditions lose so much in each round; `whole` has round 0 too."""
    rows = [(0, whole)] + [(level, name) for name in losses for level in rounds[name]]
    level = np.array([row[0] for row in rows])
    reads = np.array([0.97 - losses[name](at) + 0.0005 * spec.seed + 1e-4 * ((at + spec.seed) % 3)
                      for at, name in rows])
    neurons = np.array(["neurons" in name for _, name in rows])
    cells = {
        "round": level, "condition": np.array([name for _, name in rows]), "replicate": np.zeros(len(rows), np.int64),
        "density": np.where(neurons, 0.99, 1) * 0.8**level, "test_accuracy": reads,
        "dead_units": np.where(neurons, 384, 100), "live_inputs": np.where(neurons, 784, 500),
        "kept": np.round(266_200 * np.where(neurons, 0.99, 1) * 0.8**level),
        "fc1.kept": np.full(len(rows), 8_000), "fc2.kept": np.full(len(rows), 1_600),
    }
    steps = np.array([0, 500, spec.training.steps])
    curves = {
        "round": np.repeat(level, len(steps)), "condition": np.repeat(cells["condition"], len(steps)),
        "step": np.tile(steps, len(rows)), "validation_accuracy": np.outer(reads, [0.1, 0.9, 1.0]).ravel(),
    }
    return Result(spec, {"cells": cells, "curves": curves}, {}, dict(RUN))


def chapter(seeds: int = 3, errors: Errors = as_told) -> list[Result]:
    """All that the chapter's page looks for, over so many seeds."""
    found = [chain(net, step, seed, errors=errors)
             for net, steps in REWINDS.items() for step in steps for seed in range(seeds)]
    found += [chain(net, LATE, seed, mode, errors) for seed in range(seeds)
              for net, mode in (("deep", "lr"), ("deep", "fine-tune"), ("lenet", "lr"))]
    found += [hill(net, step, seed, level) for net, steps in REWINDS.items() for step in steps[:-1]
              for seed in range(seeds) for level in (0, 6)]
    return found + [make(seed) for seed in range(seeds) for make in (bill, files)]


def everything(seeds: int = 3, errors: Errors = as_told) -> list[Result]:
    """All that the chapter's page and its labs look for, over so many seeds."""
    found = chapter(seeds, errors)
    found += [worn(step, seed, errors) for step in FASHION_REWINDS for seed in range(seeds)]
    found += [swept(depth, norm, lr, step, seed, 0.08 if norm and lr > 0.1 else 0.026, 0.027) for depth in (2, 8)
              for norm in (True, False) for lr in (0.05, 0.2, 0.8) for step in (0, LATE) for seed in range(seeds)
              if (depth, norm, lr) != (8, True, 0.8)]
    found += [travelled(journey, seed) for journey in JOURNEYS for seed in range(seeds)]
    return found + [make(seed) for seed in range(seeds) for make in (along, pruned, ground)]
