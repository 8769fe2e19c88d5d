"""Chapters 4 and 5's runs: the ticket beside its controls."""

from __future__ import annotations

import dataclasses
import functools

from lth_core.experiments import Ablation, Lottery
from lth_core.presets import preset
from lth_core.spec import Condition

EVIDENCE_ROUNDS = 24  # chapters 4 and 5: down to 0.6% of the weights

# The rounds of the levels that Frankle & Carbin name in v5: 51.3, 21.1, 13.5, 7.0, 3.6, 2.9 and 1.9% left. Reinit runs
# three times there, as in the paper, and once elsewhere.
NAMED_ROUNDS = (3, 7, 9, 12, 15, 16, 18)

# Those that the one-epoch runs were recorded with. Frozen: a condition that comes to the engine later is another run,
# with another key, and never one that is missing here.
RECORDED_CONDITIONS = ("ticket", "reinit", "random", "random-reinit", "random-global", "keep-signs", "constant-signs",
                       "shuffled-mask", "shuffled-init", "frozen", "supermask")

# What of θ₀ a ticket needs, asked of the paper's 50,000 steps too, at the popular "90% sparse": ten rounds.
LONG_CONDITIONS = ("ticket", "reinit", "keep-signs", "constant-signs", "shuffled-init", "random-reinit")
LONG_ROUND = 10

# Chapter 5's nets with convolutions: part of the catalogue → preset.
CONV = {"conv": "conv2-mnist", "conv-fashion": "conv2-fashion", "conv-4": "conv4-mnist",
        "conv-6": "conv6-mnist", "conv-resnet": "resnet20-small"}


@functools.lru_cache(128)  # pages ask at every rerun
def evidence(protocol: str, seed: int, schedule: str = "iterative") -> Lottery:
    """Chapters 4 and 5's runs of LeNet-300-100: the ticket and its controls at every level down to 0.6%.

    protocol: `paper` (50,000 iterations; ticket, reinit, random structure) or `quick` (one epoch; all of
    RECORDED_CONDITIONS). schedule `one-shot`: the ticket alone.

    >>> len(evidence("quick", 0).conditions), evidence("paper", 0).pruning.rounds
    (11, 24)
    """
    base = preset(protocol, seed)
    assert isinstance(base, Lottery)
    conditions: tuple[Condition, ...] = (Condition("ticket"),)
    if schedule == "iterative" and protocol == "quick":
        conditions = tuple(map(Condition, RECORDED_CONDITIONS))
    elif schedule == "iterative":
        again = (Condition("reinit", replicate, NAMED_ROUNDS) for replicate in (1, 2))
        conditions = (*map(Condition, ("ticket", "reinit", "random")), *again)
    pruning = dataclasses.replace(base.pruning, rounds=EVIDENCE_ROUNDS, schedule=schedule)
    return dataclasses.replace(base, pruning=pruning, conditions=conditions)


@functools.lru_cache(32)  # pages ask at every rerun
def long_starts(seed: int) -> Ablation:
    """Chapter 4's other starts by the paper's protocol, at one density: the mask is that of the recorded lottery.

    >>> long_starts(0).training.steps, long_starts(0).level
    (50000, 10)
    """
    base = evidence("paper", seed)
    pruning = dataclasses.replace(base.pruning, rounds=LONG_ROUND)
    return Ablation(data=base.data, net=base.net, training=base.training, pruning=pruning, level=LONG_ROUND,
                    conditions=tuple(map(Condition, LONG_CONDITIONS)), seed=seed)
