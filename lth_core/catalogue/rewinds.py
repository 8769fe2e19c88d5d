"""Chapter 6's runs: going back to a later step, whether that is stable, and why step 0 fails."""

from __future__ import annotations

import dataclasses
import functools

from lth_core.experiments import Instability, Lottery
from lth_core.presets import preset
from lth_core.spec import Condition, Net, Rewind

# Chapter 6: rewind steps by net, dense near 0, where everything happens; the last is the end of training. The small net
# trains for 917 steps, the deep one for 1,404.
REWINDS = {"deep": (0, 1, 2, 5, 10, 20, 50, 100, 200, 468, 936, 1_404), "lenet": (0, 10, 50, 100, 200, 458, 917)}
LATE = 100  # the late step at which the other methods and fresh weights are compared
HARDER_ROUNDS = (3, 4, 5, 6)  # 17, 10, 6 and 3.4% left: before, everything works

# The deep net on harder pictures, at the steps that tell: the start, a moment later, too late, never trained again.
FASHION = "fashion-mnist"
FASHION_REWINDS = (0, 2, 10, LATE, 468, 1_404)


def rewinding(net: str, step: int, seed: int, mode: str = "weights", images: str = "mnist") -> Lottery:
    """Chapter 6's chains: six rounds at 45%, each going back to `step`, or the other ways to go on (`mode`).

    net: `deep` (eight hidden layers, BatchNorm, large steps; pruned globally) or `lenet` (LeNet-300-100, one epoch, as
    in chapters 3 to 5). images: the data set. The chains of step 0 and LATE also train their masks with fresh weights.

    >>> rewinding("deep", 100, 0).rewind.step, rewinding("lenet", 0, 0).pruning.rounds
    (100, 6)
    """
    base = preset("rewind" if net == "deep" else "quick", seed)
    assert isinstance(base, Lottery)
    conditions: tuple[Condition, ...] = (Condition("ticket"),)
    if mode == "weights" and step in (0, LATE):
        conditions += (Condition("reinit", rounds=HARDER_ROUNDS),)
    pruning = base.pruning
    if net == "lenet":  # the same six rounds, so that both nets are compared at the same densities
        pruning = dataclasses.replace(pruning, rate=0.45, output_rate=0.225, rounds=6)
    # The test split is read once, at the end: looking at it all the way would cost a fifth of the time.
    training = dataclasses.replace(base.training, measure="validation")
    return dataclasses.replace(base, data=dataclasses.replace(base.data, name=images), training=training,
                               pruning=pruning, rewind=Rewind(mode, step), conditions=conditions)


# What makes θ₀ fail? Hidden layers, BatchNorm and learning rate, one at a time and together.
DEPTHS, RATES = (2, 8), (0.05, 0.2, 0.8)
SETTINGS = tuple((depth, norm, lr) for depth in DEPTHS for norm in (True, False) for lr in RATES)
DEEPEST = (8, True, 0.8)  # the deep net itself, whose chains are there already


@functools.cache
def cause(depth: int, batchnorm: bool, lr: float, step: int, seed: int) -> Lottery:
    """The deep chain with another depth, with or without BatchNorm, at another learning rate.

    >>> cause(8, True, 0.8, 0, 1) == rewinding("deep", 0, 1)
    True
    """
    run = rewinding("deep", step, seed)
    net, training = Net(sizes=(784, *[100] * depth, 10), batchnorm=batchnorm), dataclasses.replace(run.training, lr=lr)
    if (depth, batchnorm, lr) == DEEPEST:
        return run
    return dataclasses.replace(run, net=net, training=training, conditions=(Condition("ticket"),))


def stability(net: str, step: int, seed: int, level: int) -> Instability:
    """Two siblings of `rewinding(net, step, seed)` and the hill between them, for the dense net (level 0) or the mask
    of a round."""
    run = rewinding(net, step, seed)
    return Instability(data=run.data, net=run.net, training=run.training, seed=seed, step=step, level=level,
                       pruning=dataclasses.replace(run.pruning, rounds=max(1, level)), alphas=11)
