"""A small real experiment for tests of store, recorder and jobs: logistic regression by gradient descent, in numpy.

It takes a `Dense` Spec, yields Snapshots as the engine does, checkpoints after every measured point and ends
bit-identical after an interruption; but it starts in milliseconds, without torch or numba. `training.eval_every`
steps are computed between two Snapshots, and `pace(spec)` seconds are waited, so that tests can watch it work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lth_core import checkpoint as checkpoints
from lth_core.experiments import Dense
from lth_core.results.result import Result
from lth_core.snapshot import Snapshot
from lth_core.spec import Data, Net, Spec, Training
from lth_core.streams import stream as random_stream

FEATURES, EXAMPLES = 16, 256


def spec(seed: int = 0, points: int = 20, pause_ms: int = 0) -> Dense:
    """A run of `points` measured points; `pause_ms` of waiting before each (encoded in weight_decay: it is free)."""
    training = Training(optimiser="sgd", lr=0.5, steps=5 * points, eval_every=5, batch=10, weight_decay=pause_ms / 1000)
    return Dense(data=Data(pool=7, train=600), net=Net(sizes=(FEATURES, 10)), training=training, seed=seed)


def stream(spec: Spec, checkpoint: Path | None, waits: bool = True) -> Iterator[Snapshot]:
    draw, training, began = random_stream(spec.seed, "init"), spec.training, time.perf_counter()
    inputs = draw.standard_normal((EXAMPLES, FEATURES))  # (examples, features)
    labels = inputs @ draw.standard_normal(FEATURES) > 0
    weights, rows, first = np.zeros(FEATURES), [], 0
    if checkpoint and (found := checkpoints.read(checkpoint, spec.key)):
        rows, weights, first = found[0]["rows"], found[1]["weights"], found[0]["step"]
    for step in range(first, training.steps):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        weights = weights - training.lr * inputs.T @ (chance - labels) / EXAMPLES
        if (step + 1) % training.eval_every == 0:
            time.sleep(training.weight_decay if waits else 0)
            accuracy = float(np.mean((inputs @ weights > 0) == labels))
            rows.append([step + 1, accuracy])
            if checkpoint:
                checkpoints.write(checkpoint, spec.key, {"rows": rows, "step": step + 1}, {"weights": weights})
            yield Snapshot("train", step=step + 1, steps=training.steps, measures={"test_accuracy": accuracy})
    table = {"step": np.array([row[0] for row in rows], np.int64), "test_accuracy": np.array([row[1] for row in rows])}
    manifest = {"seconds": time.perf_counter() - began}
    yield Snapshot("done", result=Result(spec, {"curves": table}, {"final/0": weights}, manifest))


def run(spec: Spec) -> Result:
    """The Result of an uninterrupted run, without its pauses."""
    *_, last = stream(spec, None, waits=False)
    assert last.result is not None
    return last.result


def failing(spec: Spec, checkpoint: Path | None) -> Iterator[Snapshot]:
    """Diverges for real after two points: a matrix that cannot be inverted."""
    for number, snapshot in enumerate(stream(spec, checkpoint)):
        yield snapshot
        if number == 1:
            np.linalg.inv(np.zeros((2, 2)))


def stuck(spec: Spec, checkpoint: Path | None) -> Iterator[Snapshot]:
    """One measured point, then none for a minute: a large net on a busy machine."""
    yield next(stream(spec, checkpoint))
    time.sleep(60)
