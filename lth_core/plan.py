"""How long a recording will take on this machine: a few steps of each net are measured, the rest is counted.

In seconds of a core, which other work on the machine stretches little: each worker of a recording has one core. Steps
are measured dense, on made-up pictures, so that nothing needs to be fetched; masks save nets with convolutions no time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from lth_core.experiments import Lottery
from lth_core.experiments.lottery.run import conditions_at
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.spec import Net, Spec, Training
from lth_core.streams import stream
from lth_core.training.backends import Examples, Prepared, build, choose
from lth_core.training.order import batches, measured_steps
from lth_core.training.trial import WATCHED

STEPS, WARM = 20, 3  # measured, and before: the first ones also set the libraries up
JUDGED = 600  # images, of which one evaluation is measured
TESTED = 10_000  # images in the test split of every published set
PRECISIONS = ("float32", "bfloat16")
FRESH = ("reinit", "random-reinit")  # conditions that train from step 0 whatever the rewind step


@dataclass(frozen=True)
class Pace:
    """Seconds of a core: of one step, and of judging one image."""

    step: float
    image: float


def measured(
    net: Net, training: Training, steps: int = STEPS, kind: str | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Pace:
    """The pace of a dense net with one thread: the median of `steps` steps, and one evaluation.

    kind: the backend, by default the rule's. clock: seconds of a core; on a graphics card only those of a wall count.
    """
    draw = stream(0, "noise")  # made-up pictures: no number of theirs is kept

    def some(count: int) -> Examples:
        images = draw.standard_normal((count, net.sizes[0]), np.float32)
        return Examples.of(images, draw.integers(0, net.sizes[-1], count))

    data = Prepared(some(4 * training.batch), some(JUDGED), some(1))
    mask = Mask.dense(net)
    short = replace(training, steps=steps + WARM, warmup=0)
    backend = build(kind or choose(net, short, mask), net, short, initial(net, 0), mask, data)
    order = batches(0, 4 * training.batch, training.batch, 0, steps + WARM)
    backend.advance(order[:WARM])
    times = [_seconds(clock, partial(backend.advance, order[at : at + 1])) for at in range(WARM, steps + WARM)]
    backend.evaluate("validation")
    return Pace(float(np.median(times)), _seconds(clock, partial(backend.evaluate, "validation")) / JUDGED)


def work(spec: Lottery) -> tuple[int, int, int]:
    """How many trainings a lottery has, how many steps and how many judged images they take together.

    >>> from lth_core.presets import preset
    >>> work(preset("resnet20-jpeg"))
    (6, 10000, 390000)
    """
    trainings = steps = judged = 0
    images = {"train": 10_000, "validation": spec.data.validation, "test": TESTED}
    looked_at = sum(images[name] for name in WATCHED[spec.training.measure])
    for level in range(spec.pruning.rounds + 1):
        for condition in conditions_at(spec, level):
            first = spec.rewind.step if level and condition.name not in FRESH else 0
            trainings, steps = trainings + 1, steps + spec.training.steps - first
            looks = len(measured_steps(spec.training, first)) - 1
            judged += looks * looked_at + sum(images.values())
    return trainings, steps, judged


def seconds(spec: Lottery, pace: Pace) -> float:
    """Of a core, for the whole lottery."""
    _, steps, judged = work(spec)
    return steps * pace.step + judged * pace.image


def lines(left: Sequence[Spec], whole: int, workers: int) -> Iterator[str]:
    """What `record PART --plan` prints: a line a net and precision, then the hours of what is left.

    left: what is not recorded yet, `whole`: how many runs the part has. Raises ValueError for other experiments than
    lotteries of nets with convolutions, for which masks save time.
    """
    lotteries = [spec for spec in left if isinstance(spec, Lottery) and spec.net.name != "mlp"]
    if len(lotteries) < len(left):
        raise ValueError("plan = True is not allowed: only for parts of lotteries of nets with convolutions; other "
                         "parts take minutes, or go faster the more is pruned")
    yield f"{whole - len(left)} of {whole} runs are recorded. One core, load {os.getloadavg()[0]:.1f} before:"
    total = 0.0
    for group in _alike(lotteries):
        spec = group[0]
        paces = {one: measured(spec.net, replace(spec.training, precision=one)) for one in PRECISIONS}
        mine = sum(seconds(one, paces[spec.training.precision]) for one in group)
        total += mine
        told = ", ".join(f"{1e3 * pace.step:,.0f} ms in {name}" for name, pace in paces.items())
        trainings, steps, _ = np.sum([work(one) for one in group], axis=0)
        yield (f"{spec.net.name}: {told} a step of {spec.training.batch}; {trainings} trainings in {len(group)} runs, "
               f"{steps:,} steps in {spec.training.precision}: {mine / 3600:.1f} h of a core")
    busy = min(workers, max(1, len(lotteries)))
    yield (f"Together {total / 3600:.1f} h of a core: {total / busy / 3600:.1f} h with {busy} workers on cores of "
           "their own.")


def _alike(specs: Iterable[Lottery]) -> Iterator[list[Lottery]]:
    """The Specs by net, precision and batch: one pace is theirs."""
    found: dict[tuple[Net, str, int], list[Lottery]] = {}
    for spec in specs:
        found.setdefault((spec.net, spec.training.precision, spec.training.batch), []).append(spec)
    yield from found.values()


def _seconds(clock: Callable[[], float], action: Callable[[], object]) -> float:
    began = clock()
    action()
    return clock() - began
