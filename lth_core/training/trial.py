"""One training, measured: the loop that every experiment shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from lth_core.data import Splits
from lth_core.spec import Training
from lth_core.training.ahead import stages
from lth_core.training.backends import Backend
from lth_core.training.order import batches, measured_steps


@dataclass(frozen=True)
class Point:
    """A measured moment: `step` updates done; losses are mean cross-entropy in nats, accuracies shares in 0–1.

    batch_loss: mean of the mini-batch losses since the previous point, NaN at the first.
    """

    step: int
    batch_loss: float
    figures: dict[str, float]

    @property
    def finite(self) -> bool:
        """False once the training has diverged: no later number would mean anything."""
        losses = [value for name, value in self.figures.items() if name.endswith("_loss")]
        return all(math.isfinite(value) for value in losses) and not math.isinf(self.batch_loss)


def train(
    backend: Backend,
    training: Training,
    splits: Splits,
    seed: int,
    *,
    start: int = 0,
    after: int = -1,
    extra: tuple[int, ...] = (),
    sibling: int = 0,
    best: float = math.inf,
    show: Callable[[Backend], None] | None = None,
) -> Generator[Point, None, None]:
    """Run `backend` from step `start` to the end of the budget, yielding a Point at every measured step.

    after, best: the last step already measured by an interrupted run, and its lowest validation loss so far (the
    backend is then in that state); −1 and infinity for none. extra: further steps to stop at. sibling: which order of
    the examples. show: told which backend takes the steps. Stops early when the loss is not finite.
    """
    steps = [step for step in measured_steps(training, start, extra) if step > after]
    stretches = pairwise([start if after < 0 else after, *steps])
    orders = (batches(seed, len(splits.train.labels), training.batch, *stretch, sibling) for stretch in stretches)
    with closing(stages(backend, orders, show)) as run:
        for step, losses in zip(steps, run, strict=False):
            figures = measure(backend, training, step, best, validated=len(splits.validation.labels) > 0)
            best = min(best, figures.get("validation_loss", best))
            point = Point(step, float(np.mean(losses)) if len(losses) else math.nan, figures)
            yield point
            if not point.finite or (len(losses) and not np.isfinite(point.batch_loss)):
                return


def over(row: Mapping[str, Any], first: int) -> bool:
    """Had the training diverged at the point that this row of its curve tells? An interrupted one is over then too.

    first: the step it began at, where there is no mini-batch loss yet.

    >>> over({"step": 20, "batch_loss": math.nan, "test_loss": 2.3}, first=0)
    True
    """
    losses = [value for name, value in row.items() if name.endswith("_loss") and not (name == "batch_loss"
              and row["step"] == first)]
    return not all(math.isfinite(value) for value in losses)


WATCHED = {
    "train": ("train",),
    "validation": ("validation",),
    "test": ("validation", "test"),
    "all": ("validation", "test", "train"),
}


# The test split is looked at with every validation for so many evaluations, while curves still move; then every fourth
# time, and whenever the validation loss is the lowest so far, so that the figures at the early-stopping iteration are
# exact. It is twice as large as the validation split, and half of the paper's protocol would be spent on it.
TEST_ALWAYS, TEST_EVERY = 50, 4


def measure(
    backend: Backend, training: Training, step: int, best: float = math.inf, validated: bool = True
) -> dict[str, float]:
    """Loss and accuracy on the splits that `training.measure` asks for at this step; at the end on all of them.

    best: lowest validation loss before. validated: whether there are validation images at all; without them there are
    no figures of theirs, and no early stopping. Figures of the training split come from `examples.PROBE` of its images.
    """
    figures: dict[str, float] = {}
    for name in WATCHED["all" if step == training.steps else training.measure]:
        looks = step / training.eval_every
        seldom = name == "test" and step < training.steps and looks > TEST_ALWAYS and looks % TEST_EVERY
        if seldom and not figures.get("validation_loss", math.inf) < best:
            continue
        if name == "validation" and not validated:
            continue
        figures[f"{name}_loss"], figures[f"{name}_accuracy"] = backend.evaluate(name)
    return figures
