"""Chapter 3's runs: pruning round by round, and what one weight would have changed."""

from __future__ import annotations

import dataclasses
import functools
import math

from lth_core.experiments import Counterfactual, Lottery
from lth_core.presets import preset
from lth_core.spec import Condition, Pruning

# Rounds of chapter 3 at the paper's rate: 1.2% of LeNet's weights remain, and the small net is long broken.
ROUNDS = 20

# The weight whose life chapter 3 tells first, by its flat index in the drawable net: from unit 11 of the first hidden
# layer to unit 10 of the second. With seed 0 it starts large, grows for rounds, and is pruned all the same.
PROTAGONIST = 955
WHAT_IFS = (("revive", 7), ("kill", 3), ("flip", 3))


@functools.lru_cache(256)  # pages ask at every rerun
def pruning_run(net: str, seed: int, schedule: str = "iterative", rate: float = 0.2) -> Lottery:
    """Chapter 3's runs: the ticket alone, down to the density that ROUNDS rounds at 20% reach.

    net: `drawable` or `lenet` (LeNet-300-100, one epoch). The output layer is pruned at half the rate.

    >>> pruning_run("lenet", 0).pruning.rounds, pruning_run("lenet", 0, rate=0.5).pruning.rounds
    (20, 6)
    """
    base = preset("drawable" if net == "drawable" else "quick", seed)
    assert isinstance(base, Lottery)
    rounds = max(1, round(ROUNDS * math.log(0.8) / math.log(1 - rate)))
    pruning = Pruning(rate=rate, output_rate=rate / 2, rounds=rounds, schedule=schedule)
    return dataclasses.replace(base, pruning=pruning, conditions=(Condition("ticket"),))


@functools.lru_cache(64)  # pages ask at every rerun
def what_if(edge: int, level: int, action: str, seed: int = 0) -> Counterfactual:
    """Chapter 3's counterfactuals: one weight of the drawable net, at the paper's rate."""
    run = pruning_run("drawable", seed)
    return Counterfactual(data=run.data, net=run.net, training=run.training, seed=seed,
                          pruning=dataclasses.replace(run.pruning, rounds=max(1, level)),
                          edge=edge, level=level, action=action)
