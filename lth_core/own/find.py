"""`find_ticket`: the lottery on a net and data of your own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from lth_core import checkpoint as checkpoints
from lth_core import engine
from lth_core.own import asking, registry, spec
from lth_core.own.chance import borrowed, seeded
from lth_core.own.data import Three
from lth_core.own.fast import check_backend
from lth_core.own.found import Found
from lth_core.own.loop import Brought, Maker, rehearse
from lth_core.own.net import OwnNet, Prunable, weights
from lth_core.own.progress import shown
from lth_core.own.rounds import stream
from lth_core.results.store import Store
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Pruning, Rewind

FIVE = Pruning(rounds=5)  # rounds leave about a third of the weights


def find_ticket(
    net: nn.Module | Callable[[], nn.Module], train: Any, validation: Any, test: Any, *,
    steps: int, batch: int = 60, optimiser: str | Maker = "adam", lr: float | None = None, schedule: str = "plain",
    eval_every: int | None = None, pruning: Pruning = FIVE, score: str | None = None,
    rates: Mapping[str, float] | None = None, prunable: Prunable = weights, rewind: Rewind | int = 0,
    conditions: Sequence[str | Condition] = ("ticket",), seed: int = 0, store: Store | Path | str | None = None,
    checkpoint: Path | str | None = None, threads: int = 1, backend: str | None = None,
    progress: Callable[[Snapshot], None] | str | None = None,
) -> Found:
    """Train `net`, prune it, rewind what is left, and again: the lottery ticket of your own net on your own data.

    net: a classifier, as a module (its weights are θ₀) or a function that makes one (drawn from `seed`). train,
    validation, test: (inputs, labels) as arrays, a Dataset or a DataLoader; the test split is reported and chooses
    nothing. steps, batch: length of each training and its mini-batches. optimiser: "adam", "sgd", a name registered
    with `lth.optimiser`, which take `lr` (1.2e-3), or a function of the parameters that returns one, with a rate of its
    own. schedule: a name registered with `lth.schedule`. eval_every: steps between two looks, a tenth of `steps` by
    default.

    pruning: how many rounds, how much (`lth_core.spec.Pruning`: one rate for convolutions, one for the layer that runs
    last, one for all others). score: another criterion, built in or registered.
    rates: shares lost a round by weights of your choice, by name; in global pruning 0 spares one. prunable: predicate
    (name, parameter, owner) of the weights that are pruned. rewind: step to go back to, or a `Rewind`. conditions:
    controls trained at every level.

    store: a Store or its folder, where the result is looked for by its key, and kept. checkpoint: file to stop at any
    moment and go on from. threads: cores. backend: "reference" for autograd also where the fast kernels know the net.
    progress: "rich" for bars, or a function that is handed every Snapshot.

    Raises OwnError (a ValueError) or SpecError naming what does not fit.

    >>> import numpy as np
    >>> import lth_core as lth
    >>> from lth_core.spec import Pruning
    >>> rng = np.random.Generator(np.random.Philox(key=0))
    >>> points = rng.random((300, 2), np.float32)
    >>> inside = (np.square(points - 0.5).sum(1) < 0.15).astype(int)
    >>> parts = [(points[part], inside[part]) for part in (slice(200), slice(200, 250), slice(250, 300))]
    >>> make = lambda: nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
    >>> found = lth.find_ticket(make, *parts, steps=20, batch=20, pruning=Pruning(rounds=2))
    >>> found, [mask.kept for mask in found.masks]
    (Found(Sequential, 3 levels: 100.0%, 85.9%, 73.4% kept), [64, 55, 47])
    """
    steps, batch, lr, eval_every, seed, rewind = map(asking.plain, (steps, batch, lr, eval_every, seed, rewind))
    own = OwnNet.of(net, seed, prunable)
    with borrowed():  # what a Dataset draws while it is read
        seeded(seed, "reading")
        data = Three.of(train, validation, test, own.dtype)
    brought = Brought(own, data, optimiser if callable(optimiser) else None)
    training = asking.training(brought, optimiser, lr, eval_every, steps=steps, batch=batch, schedule=schedule)
    check_backend(backend)
    output = rehearse(brought, training, seed)
    training, text, brought = asking.in_words(brought, training)
    cut = asking.ranked(pruning, score)
    asked = asking.question(brought, training, cut, rates, rewind, conditions, seed, text, output)
    options = Options(threads=threads, backend=backend, checkpoint=Path(checkpoint) if checkpoint else None)
    kept, before = Store(store) if isinstance(store, (str, Path)) else store, torch.get_num_threads()
    try:
        return Found(_run(asked, brought, kept, options, progress), own)
    finally:
        torch.set_num_threads(before)


def _run(asked: spec.Own, brought: Brought, store: Store | None, options: Options, progress: Any) -> Any:
    """The Result out of the store, or made and put into it."""
    if (store or options.checkpoint) and not asked.keyed:
        asking.check_keyed(asked, brought)
    if store and (kept := store.load(asked.key)):
        return kept
    own, began, result = registry.sources(asked), options.clock(), None
    with shown(progress) as tell:
        for snapshot in stream(asked, brought, options):
            result = snapshot.result or result
            tell(snapshot)
    assert result is not None, "every stream ends with a result"
    manifest = engine.describe(options) | {"seconds": options.clock() - began} | own
    result = dataclasses.replace(result, manifest=manifest)
    if store:
        store.save(result)
    if options.checkpoint:
        checkpoints.remove(options.checkpoint)
    return result
