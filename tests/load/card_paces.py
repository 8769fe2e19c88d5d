"""How fast a card is, and whether its arithmetic is right: the first part of `on_a_card`.

`equality` first. `paces`: milliseconds a step of each net, asked for kernel by kernel and replayed, alone and several
nets side by side. `tickets`: thousands of random tickets in one go.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from lth_core import engine
from lth_core.experiments import Draws, Lottery
from lth_core.experiments.draws.tickets import draw
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.presets import preset
from lth_core.spec import Net, Training
from lth_core.training.backends import Examples, Prepared, build
from lth_core.training.backends.captured import Captured
from lth_core.training.backends.reference import Reference
from lth_core.training.order import batches

NEAR = 1e-3  # how far weights may be from the reference's in float64 after EQUAL steps
EQUAL = 4
TINY = {"mlp": Net(sizes=(64, 20, 10)), "conv2": Net("conv2", (64, 16, 10), width=0.1),
        "resnet20": Net("resnet20", (64, 10), batchnorm=True, width=0.25)}
SIDE = (1, 3, 9)  # nets side by side
IMAGES = 4_000  # made up, that paces are measured on


def some(count: int, features: int, classes: int = 10) -> Examples:
    """Made-up pictures: no number of theirs is kept."""
    draw = np.random.default_rng(0)
    return Examples.of(draw.random((count, features)).astype(np.float32), draw.integers(0, classes, count))


@contextmanager
def products(exact: bool) -> Iterator[None]:
    """A card multiplies float32 numbers whole, or rounded to ten binary places (TF32), several times as fast."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = not exact
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def hurry() -> None:
    """From now on rounded products, and kernels chosen by trying them: both as fast as the card can."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True


def made(net: Net, training: Training, data: Prepared, device: str, *, captured: bool = True) -> Reference:
    """A backend on the device, dense."""
    start = initial(net, 0), Mask.dense(net), data
    if captured:
        return Captured(net, training, *start, device=device)
    return Reference(net, training, *start, device=device)


def equality(device: str, exact: bool = True) -> dict[str, float]:
    """Net → the largest difference of a weight between the device in float32 and the reference in float64."""
    found = {}
    for name, net in TINY.items():
        training = Training(optimiser="sgd", lr=0.05, momentum=0.9, batch=20, steps=EQUAL)
        few = some(100, 64)
        data = Prepared(few, few, few)
        right = build("reference", net, training, initial(net, 0), Mask.dense(net), data, dtype=np.float64)
        with products(exact):
            tried = made(net, training, data, device)
            for backend in (tried, right):
                backend.advance(batches(0, 100, 20, 0, EQUAL))
            ours, true = tried.params(), right.params()
        found[name] = max(float(np.abs(ours[key] - true[key]).max()) for key in true)
    return found


def pace(backends: list[Reference], order: np.ndarray) -> float:
    """Milliseconds a step and net, with all of them at it at once; the first steps do not count."""
    def run(backend: Reference) -> None:
        backend.advance(order)
        backend.params()  # which waits until all is done

    for backend in backends:
        backend.advance(order[:10])
        backend.params()
    began = time.perf_counter()
    with ThreadPoolExecutor(len(backends)) as pool:
        list(pool.map(run, backends))
    return round(1e3 * (time.perf_counter() - began) / len(order) / len(backends), 4)


def paces(lotteries: dict[str, Lottery], device: str, steps: int) -> Iterator[dict[str, Any]]:
    """One line a net and precision: ms a step eager, and captured for each of SIDE."""
    for name, spec in lotteries.items():
        few = some(IMAGES, spec.net.sizes[0])
        data, order = Prepared(few, few, few), batches(0, IMAGES, spec.training.batch, 0, steps)
        for precision in ("float32", "bfloat16"):
            training = replace(spec.training, precision=precision)
            line: dict[str, Any] = {"net": name, "precision": precision}
            eager = made(spec.net, training, data, device, captured=False)
            line["eager_ms"] = pace([eager], order[: max(1, steps // 3)])
            for side in SIDE if precision == "float32" else SIDE[:2]:
                line[f"captured_ms_{side}"] = pace([made(spec.net, training, data, device) for _ in range(side)], order)
            yield line


def tickets(backend: str | None, count: int, steps: int | None) -> dict[str, Any]:
    """Chapter 2's lottery: seconds for so many tickets in one go, and what the first of them read, for a processor to
    say the same."""
    chapter = preset("tickets")
    assert isinstance(chapter, Draws)
    spec = replace(chapter, draws=count, found=False, dense_seeds=0)
    if steps is not None:
        spec = replace(spec, training=replace(spec.training, steps=steps, eval_every=steps))
    masks = time.perf_counter()
    for ticket in range(min(count, 100)):
        draw(spec.net, spec.density, spec.seed, ticket)
    drawing = (time.perf_counter() - masks) / min(count, 100) * count
    began = time.perf_counter()
    read = engine.run(spec, engine.Options(backend=backend)).tables["cells"]["test_accuracy"]
    return {"count": count, "seconds": round(time.perf_counter() - began, 2), "drawing_masks": round(drawing, 2),
            "first": [round(float(one), 4) for one in read[:50]], "median_accuracy": float(np.median(read))}
