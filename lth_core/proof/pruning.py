"""Promises of pruning: exact counts, nested masks, zeros that stay zero, rewinds to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from lth_core.data import load
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import initial
from lth_core.proof.check import Finding, check
from lth_core.proof.subject import lottery
from lth_core.spec import Net, Pruning, Training
from lth_core.training.backends import build, prepare
from lth_core.training.order import batches


@check("counts", "Exact counts", "Every round removes exactly as many weights as the rule says, ties or no ties.",
       "layer counts that are off")
def counts(seed: int) -> Finding:
    # LeNet-300-100 with its weights rounded to two decimals: thousands of equal values, on which thresholds stumble.
    weights = {name: np.round(value, 2) for name, value in initial(Net(), seed).items()}
    mask, left, off = Mask.dense(Net()), {"fc1": 235_200, "fc2": 30_000, "fc3": 1_000}, 0
    for level in range(1, 16):
        mask = prune(Pruning(), mask, weights, seed, level)
        for layer, percent in (("fc1", 20), ("fc2", 20), ("fc3", 10)):
            left[layer] -= (left[layer] * percent + 50) // 100  # whole numbers alone, halves rounded up
            off += left[layer] != np.count_nonzero(mask[f"{layer}.weight"])
    return Finding(off == 0, off, f"15 rounds of three layers leave {mask.kept:,} of {mask.total:,} weights.")


@check("nested", "Nested masks", "A weight that was pruned never comes back.", "weights that came back")
def nested(seed: int) -> Finding:
    from lth_core.engine import stream

    spec = lottery(seed)
    masks = [Mask.dense(spec.net), *(moment.mask for moment in stream(spec) if moment.mask is not None)]
    back = sum(int(np.sum(later[name] & ~earlier[name])) for earlier, later in pairwise(masks) for name in later)
    kept = [mask.kept for mask in masks]
    shrinks = len(masks) == 7 and kept == sorted(set(kept), reverse=True)
    return Finding(back == 0 and shrinks, back,
                   f"{len(masks) - 1} rounds of training and pruning, from {kept[0]:,} to {kept[-1]:,} weights.")


@check("zeros", "Zeros stay zero", "Pruned weights stay exactly zero, whatever momentum and weight decay do.",
       "pruned weights that are not zero")
def zeros(seed: int) -> Finding:
    spec, moved, looked = lottery(seed), 0, 0
    splits, theta0 = load(spec.data, seed), initial(spec.net, seed)
    mask = prune(Pruning(rate=0.5, output_rate=0.5), Mask.dense(spec.net), theta0, seed, 1)
    for optimiser, momentum in (("sgd", 0.9), ("adam", 0.0)):
        training = Training(optimiser=optimiser, lr=0.02, momentum=momentum, weight_decay=0.01)
        for kind in ("reference", "dense", "sparse"):
            net = build(kind, spec.net, training, theta0, mask, prepare(splits))
            net.advance(batches(seed, spec.data.train, 60, 0, 100))  # 100 steps
            pruned = np.concatenate([net.params()[name][~alive] for name, alive in mask.items()])
            moved, looked = moved + int(np.sum((pruned != 0) | np.signbit(pruned))), looked + len(pruned)
    return Finding(moved == 0 and looked > 0, moved,
                   f"{looked:,} pruned weights, each after 100 steps: two optimisers, three ways to train.")


@check("rewind", "Rewinds to the bit", "Survivors restart from their old values, the same in every bit.",
       "values that differ in a bit")
def rewind(seed: int) -> Finding:
    from lth_core.engine import stream

    old: Mapping[str, np.ndarray] = {}
    differ, compared = 0, 0
    for step in (0, 15):  # back to the first weights, and back to those of step 15
        alive: Mapping[str, np.ndarray] = {}
        for moment in stream(lottery(seed, rewind=step)):
            alive = moment.mask if moment.mask is not None else alive
            if moment.stage == "train" and moment.step == step:
                old = moment.arrays if moment.round == 0 else old
                for name, kept in alive.items():
                    before, after = (weights[name][kept].view(np.uint32) for weights in (old, moment.arrays))
                    differ, compared = differ + int(np.sum(before != after)), compared + len(before)
    return Finding(differ == 0 and compared > 0, differ, f"{compared:,} values, in six rounds, for two rewind steps.")
