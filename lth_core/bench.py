"""How fast is the engine on this machine, and how near to what the machine can do?

Every ratio compares with a plain, idiomatic PyTorch loop in the same run, turn by turn, so that whatever else the
machine does hits both. Seconds are wall time of whole experiments, evaluation and pruning included.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from lth_core import engine
from lth_core.cores import cores as usable
from lth_core.data import load
from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import Params, initial
from lth_core.roofline import bandwidth, peak, work
from lth_core.running.conditions import random_like
from lth_core.spec import Data, Net, Pruning, Training
from lth_core.training.ahead import stages
from lth_core.training.backends import Backend, Prepared, build, choose, prepare, warm
from lth_core.training.backends.replicas import train_replicas
from lth_core.training.order import batches
from lth_core.training.trial import WATCHED

NET, PAPER, EPOCH = Net(), Training(), Training(lr=2e-3, steps=917, eval_every=917)
TICKETS, TICKET = Net(sizes=(784, 20, 10)), Training(lr=6e-3, steps=458)  # 50 draws of 784-20-10
TRAININGS = 16  # of one lottery: the dense net and 15 rounds
TURNS, QUICK_TURNS = 25, 9
ROUNDS = {"dense": 0, "30": 5, "10.8": 10, "7": 12, "3.6": 15, "1.9": 18}  # pruning rounds to the paper's levels
TOGETHER, SHARED = ("dense", "30", "3.6"), " on all cores"  # levels that are measured so too, and how they are named
# What each figure should reach: ratios and slope at least, seconds and memory at most.
LEAST = {"dense_vs_plain": 4.0, "sparse36_vs_plain": 12.0, "slope": 0.6}
MOST = {"imp16_quick": 4.0, "ablation_quick": 0.8, "draws50": 1.2, "paper_imp16": 200.0, "rss_mb": 600.0}


def run(quick: bool = False) -> dict[str, Any]:
    """Measure everything; `quick` leaves out the paper's protocol (minutes). Plain data, ready for JSON."""
    warm()
    cores = usable()
    data = prepare(load(Data(), 0))
    masks = levels(data)
    pace = interleaved(runners(data, masks, cores), turns=QUICK_TURNS if quick else TURNS)
    sparse = [name for name in ROUNDS if name != "dense"]
    ratios = {"dense_vs_plain": pace["plain"] / pace["dense"], "sparse36_vs_plain": pace["plain"] / pace["3.6"]}
    times = {
        "imp16_quick": fastest(lottery, data, EPOCH, cores),
        "imp16_a_seed": abreast(data, EPOCH, cores),
        "ablation_quick": fastest(ablation, data, masks["10.8"], cores),
        "draws50": fastest(draws50, data, cores),
        "imp16_engine": None if quick else fastest(whole_engine, cores),
        "paper_imp16": None if quick else fastest(lottery, data, PAPER, cores, tries=1),
        "paper_a_seed": None if quick else abreast(data, PAPER, cores, tries=1),
    }
    return {
        "ratios": ratios,
        "seconds": {name: pair and pair[0] for name, pair in times.items()},
        # What other work on the machine changes least.
        "processor_seconds": {name: pair and pair[1] for name, pair in times.items()},
        "plain_steps_per_second": 1 / pace["plain"],
        "plain_seconds": plain_seconds(pace["plain"]),
        "slope": slope([masks[name].density for name in sparse], [pace[name] for name in sparse]),
        "rss_mb": memory(),
        "steps_per_second": {name: 1 / value for name, value in pace.items()},
        "roofline": roofline(data, masks, pace),
        "machine": {**engine.describe(engine.Options(threads=cores)), "load": os.getloadavg()[0]},
    }


def plain_seconds(pace: float) -> dict[str, float]:
    """What the steps alone would take a plain loop of `pace` seconds a step: nothing evaluated, nothing pruned.

    >>> plain_seconds(0.001)["paper_imp16"]
    800.0
    """
    quick = TRAININGS * EPOCH.steps * pace
    paper = TRAININGS * PAPER.steps * pace
    return {"imp16_quick": quick, "imp16_a_seed": quick, "imp16_engine": quick, "paper_imp16": paper,
            "paper_a_seed": paper}


# ── one training step ────────────────────────────────────────────────────────────────────────────────────────────


def levels(data: Prepared) -> dict[str, Mask]:
    """Masks at the paper's levels: one short dense training, pruned again and again by the paper's rates."""
    mask = Mask.dense(NET)
    backend = build("dense", NET, EPOCH, initial(NET, 0), mask, data)
    backend.advance(batches(0, len(data.train), 60, 0, 300))
    theta, masks = backend.params(), {"dense": mask}
    for level in range(1, max(ROUNDS.values()) + 1):
        mask = prune(Pruning(), mask, theta, 0, level)
        masks |= {name: mask for name, rounds in ROUNDS.items() if rounds == level}
    return masks


def runners(data: Prepared, masks: Mapping[str, Mask], cores: int = 1) -> dict[str, Callable[[np.ndarray], Any]]:
    """The plain loop, and the engine at every level on the backend that its own rule picks; one thread each, and the
    levels of TOGETHER also on all cores."""

    def engine_at(name: str, threads: int) -> Callable[[np.ndarray], Any]:
        kind = choose(NET, PAPER, masks[name])
        return build(kind, NET, PAPER, initial(NET, 0), masks[name], data, threads).advance

    alone = {name: engine_at(name, 1) for name in masks}
    together = {f"{name}{SHARED}": engine_at(name, cores) for name in TOGETHER if name in masks and cores > 1}
    return {"plain": plain(data, masks["dense"]), **alone, **together}


def plain(data: Prepared, mask: Mask) -> Callable[[np.ndarray], float]:
    """The loop that everyone writes: nn.Module, autograd, masks multiplied in, torch.optim.Adam, tensors in memory.

    It takes rows of batches and returns the last mini-batch loss.
    """
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(1)
    images, labels = torch.tensor(data.train.images), torch.tensor(data.train.labels)
    layers = [torch.nn.Linear(a, b) for a, b in zip(NET.sizes, NET.sizes[1:], strict=False)]
    masks = [torch.tensor(alive).float() for alive in mask.values()]
    optimiser = torch.optim.Adam(torch.nn.ModuleList(layers).parameters(), lr=PAPER.lr)

    def advance(order: np.ndarray) -> float:
        for index in torch.from_numpy(order).long():
            x = images[index]
            for i, (layer, alive) in enumerate(zip(layers, masks, strict=True)):
                x = F.linear(x, layer.weight * alive, layer.bias)
                x = F.relu(x) if i < len(masks) - 1 else x
            loss = F.cross_entropy(x, labels[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return loss.item()

    return advance


def interleaved(runners: Mapping[str, Callable[[np.ndarray], Any]], turns: int) -> dict[str, float]:
    """Median seconds a step of each runner. They take turns of equal work, so a busy moment hits all of them."""
    order = batches(0, 55_000, PAPER.batch, 0, (turns + 1) * 30 + 60)
    times: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(turns + 1):  # the first warms caches and is not counted
        for name, advance in runners.items():
            steps = order[turn * 30 : turn * 30 + (20 if name == "plain" else 60)]
            began = time.perf_counter()
            advance(steps)
            if turn:
                times[name].append((time.perf_counter() - began) / len(steps))
    return {name: statistics.median(values) for name, values in times.items()}


def slope(densities: list[float], seconds: list[float]) -> float:
    """Least-squares slope of log(seconds a step) on log(density): 1 if cost is proportional to what is left.

    >>> round(slope([0.1, 0.2, 0.4], [1.0, 2.0, 4.0]), 3)
    1.0
    """
    return float(np.polyfit(np.log(densities), np.log(seconds), 1)[0])


# ── whole experiments ────────────────────────────────────────────────────────────────────────────────────────────


def fastest(measured: Callable[..., Any], *arguments: Any, tries: int = 2) -> tuple[float, float]:
    """(seconds, seconds of processor time) of the faster of a few runs: the first also fills caches."""
    times = []
    for _ in range(tries):
        began, spent = time.perf_counter(), time.process_time()
        measured(*arguments)
        times.append((time.perf_counter() - began, time.process_time() - spent))
    return min(times)


def lottery(data: Prepared, training: Training, threads: int) -> list[float]:
    """Test accuracies of the dense net and of 15 rounds at 20% / 10%: train, look, prune, rewind, and nothing else.

    Looks at the splits that `training.measure` names every `eval_every` steps, as the paper's protocol asks.
    """
    theta0, mask, accuracies = initial(NET, 0), Mask.dense(NET), []
    for level in range(TRAININGS):
        backend = build(choose(NET, training, mask), NET, training, theta0, mask, data, threads)
        stops = (*range(0, training.steps, training.eval_every), training.steps)
        orders = (batches(0, len(data.train), training.batch, *stretch) for stretch in pairwise(stops))
        for _ in stages(backend, orders):
            figures = {split: backend.evaluate(split) for split in WATCHED[training.measure]}
        accuracies.append(figures["test"][1])
        mask = prune(Pruning(), mask, backend.params(), 0, level + 1)
    return accuracies


def abreast(data: Prepared, training: Training, cores: int, tries: int = 2) -> tuple[float, float]:
    """(seconds, seconds of processor time) a seed of as many lotteries as cores, one thread each: how several seeds are
    best run."""

    def together() -> None:
        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(lambda _: lottery(data, training, 1), range(cores)))

    seconds, spent = fastest(together, tries=tries)
    return seconds / cores, spent / cores


def whole_engine(threads: int) -> None:
    """The same 16 trainings as a user gets them: all splits judged, curves, movement, paths and gradient flow kept."""
    spec = Lottery(training=replace(EPOCH, eval_every=EPOCH.steps), pruning=Pruning(rounds=TRAININGS - 1))
    engine.run(spec, engine.Options(threads=threads))


def ablation(data: Prepared, mask: Mask, threads: int) -> list[float]:
    """Test accuracies of ticket, reinit and random mask after one epoch at 10.8%, side by side on the cores."""
    random = random_like(mask, 0, 0, 10)
    theta0, fresh = initial(NET, 0), initial(NET, 0, "reinit", 0)
    starts: list[tuple[Params, Mask]] = [(theta0, mask), (fresh, mask), (theta0, random)]
    order = batches(0, len(data.train), EPOCH.batch, 0, EPOCH.steps)

    def train(start: tuple[Params, Mask]) -> float:
        backend: Backend = build(choose(NET, EPOCH, start[1]), NET, EPOCH, *start, data)
        backend.advance(order)
        return backend.evaluate("test")[1]

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(train, starts))


def draws50(data: Prepared, threads: int) -> list[float]:
    """Test accuracies of 50 random tickets of 784-20-10 at 32%, 458 steps."""
    theta0 = initial(TICKETS, 0)
    shapes = {name: array.shape for name, array in Mask.dense(TICKETS).items()}
    third = Mask({name: np.arange(np.prod(shape)).reshape(shape) % 100 < 32 for name, shape in shapes.items()})
    masks = [random_like(third, 0, draw) for draw in range(50)]
    order = batches(0, len(data.train), TICKET.batch, 0, TICKET.steps)
    found = train_replicas(TICKETS, TICKET, [theta0] * 50, masks, data, order, threads)
    return [replica.figures["test"][1] for replica in found]


def memory() -> float:
    """Peak resident MB of a process that runs a LeNet lottery of three conditions and nothing else."""
    done = subprocess.run([sys.executable, "-c", LENET_RUN], check=True, capture_output=True, text=True)
    return int(done.stdout) * 1024 / 1e6


# Linux keeps the peak of a new program in VmHWM; getrusage would also count the process that started it.
LENET_RUN = """
import dataclasses, pathlib, resource, sys
from lth_core import engine
from lth_core.presets import preset
from lth_core.spec import Pruning
spec = preset("quick")
engine.run(dataclasses.replace(spec, training=dataclasses.replace(spec.training, steps=60), pruning=Pruning(rounds=2)))
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""


# ── against the machine ──────────────────────────────────────────────────────────────────────────────────────────


def roofline(data: Prepared, masks: Mapping[str, Mask], pace: Mapping[str, float]) -> dict[str, float]:
    """One thread's peak, and the share of it that useful arithmetic reaches in a dense and in a 3.6% step."""
    best, theta = peak(), initial(NET, 0)
    done = {name: work(theta, masks[name], data.train, PAPER.batch, skipping=name == "dense")
            for name in ("dense", "3.6")}
    return {
        "peak_gflops": best / 1e9,
        "bandwidth_gb": bandwidth() / 1e9,
        "dense_mflop_step": done["dense"] / 1e6, "dense_share_of_peak": done["dense"] / pace["dense"] / best,
        "sparse36_mflop_step": done["3.6"] / 1e6, "sparse36_share_of_peak": done["3.6"] / pace["3.6"] / best,
    }
