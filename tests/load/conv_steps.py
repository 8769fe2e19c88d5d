"""Where a training step of Conv-2 goes, against what the cores could do: `python -m tests.load.conv_steps [threads]`;
with the word `compiled` instead, what `torch.compile` makes of it (which wants a C++ compiler).

Milliseconds a step at the paper's batch by kind of operation, as torch's own profiler has them, and the arithmetic that
`torch.utils.flop_counter` counts, against the measured peak of a matrix product on as many threads.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from lth_core import roofline
from lth_core.cores import cores
from lth_core.data import load
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.presets import preset
from lth_core.training.backends import Backend, build, prepare
from lth_core.training.order import batches

STEPS, TURNS = 30, 5
KINDS = {  # torch's names, without "aten::" → what they are
    "convolution, forward": ("mkldnn_convolution",),
    "convolution, backward": ("mkldnn_convolution_backward", "convolution_backward"),
    "pooling": ("max_pool2d_with_indices", "max_pool2d_with_indices_backward"),
    "fully connected": ("addmm", "mm"),
    "ReLU": ("clamp_min", "threshold_backward", "relu"),
    "Adam": ("_fused_adam_",),
    "masks": ("masked_fill_", "bitwise_and_"),
    "examples": ("index", "gather"),
    "copies and fills": ("copy_", "fill_", "zero_", "sum", "add_"),
}


def ready(threads: int, pruned: bool = True) -> Backend:
    """Conv-2 on MNIST as `conv2-mnist` trains it, half of its weights pruned at random or none."""
    spec = preset("conv2-mnist")
    data, chance = prepare(load(spec.data, 0)), np.random.default_rng(0)
    mask = Mask.dense(spec.net)
    if pruned:
        mask = Mask({name: chance.random(alive.shape) < 0.5 for name, alive in mask.items()})
    return build("reference", spec.net, spec.training, initial(spec.net, 0), mask, data, threads)


def pace(backend: Backend, turns: int = TURNS) -> float:
    """Seconds a step, the best of a few stretches."""
    order, best = batches(0, len(backend.data.train), 60, 0, STEPS), np.inf
    for _ in range(turns):
        began = time.perf_counter()
        backend.advance(order)
        best = min(best, (time.perf_counter() - began) / STEPS)
    return best


def parts(backend: Backend) -> dict[str, float]:
    """Seconds a step by kind of operation, and what is left: Python, and operations that are not listed."""
    order = batches(0, len(backend.data.train), 60, 0, STEPS)
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        began = time.perf_counter()
        backend.advance(order)
        whole = (time.perf_counter() - began) / STEPS
    own = {event.key.removeprefix("aten::"): event.self_cpu_time_total / 1e6 / STEPS for event in seen.key_averages()}
    found = {kind: sum(own.get(name, 0.0) for name in names) for kind, names in KINDS.items()}
    return found | {"everything else": whole - sum(found.values())}


def arithmetic(backend: Backend) -> float:
    """Floating-point operations of a step's forward and backward pass."""
    with FlopCounterMode(display=False) as counter:
        backend.advance(batches(0, len(backend.data.train), 60, 0, 1))
    return float(counter.get_total_flops())


def compiled(threads: int) -> None:
    """Print how long a step takes as it is and compiled, in turn, and how long the first compiled one takes."""
    plain, other = ready(threads), ready(threads)
    other._logits = torch.compile(other.model)  # type: ignore[attr-defined]
    began = time.perf_counter()
    pace(other, 1)
    waited = time.perf_counter() - began
    pairs = [(pace(plain, 1), pace(other, 1)) for _ in range(2 * TURNS)]
    best, made = (1e3 * min(side) for side in zip(*pairs, strict=True))
    print(f"{threads} threads: {best:.1f} ms a step, {made:.1f} compiled, after {waited:.0f} s of compiling")


def main() -> None:
    if sys.argv[1:] == ["compiled"]:
        for threads in sorted({1, cores()}):
            compiled(threads)
        return
    for threads in [int(word) for word in sys.argv[1:]] or sorted({1, cores()}):
        backend = ready(threads)
        pace(backend, 1)
        step, flops, peak = pace(backend), arithmetic(backend), roofline.peak(threads=threads)
        torch.set_num_threads(threads)
        print(f"{threads} threads: {1e3 * step:.1f} ms a step, {flops / 1e9:.2f} GFLOP, "
              f"{flops / step / peak:.0%} of a peak of {peak / 1e9:.0f} GFLOP/s")
        for kind, seconds in parts(backend).items():
            print(f"  {kind:<24} {1e3 * seconds:6.2f} ms")


if __name__ == "__main__":
    main()
