"""Chapter 7's runs: what the explorer plays, its challenges' solutions, and the nets that read drawn digits."""

from __future__ import annotations

import dataclasses

from lth_core.catalogue.controls import evidence
from lth_core.catalogue.rewinds import REWINDS, rewinding
from lth_core.catalogue.rounds import pruning_run
from lth_core.catalogue.seeds import EVIDENCE_SEEDS, EXPLORER_SEEDS, SEEDS
from lth_core.experiments import Ablation, Dense, Lottery
from lth_core.spec import Condition, Net, Pruning, Spec, Training


def thin(seed: int) -> Lottery:
    """784-20-10 down the ladder: a net between the drawable one and LeNet.

    >>> thin(0).net.sizes
    (784, 20, 10)
    """
    training = Training(lr=6e-3, steps=458, eval_every=30, measure="validation")
    return Lottery(net=Net(sizes=(784, 20, 10)), training=training, pruning=Pruning(rounds=15), seed=seed)


def deep(step: int, seed: int = 0) -> Lottery:
    """Chapter 6's deep chain without its controls, to be played round by round."""
    return dataclasses.replace(rewinding("deep", step, seed), conditions=(Condition("ticket"),))


def featherweight() -> Lottery:
    """A LeNet ticket of 2,690 weights that still reads 95% after one epoch: larger steps, larger cuts."""
    base = pruning_run("lenet", 0, rate=0.3)
    return dataclasses.replace(base, training=dataclasses.replace(base.training, lr=4e-3))


def hurried() -> Lottery:
    """A tenth of LeNet after four trainings."""
    base = pruning_run("lenet", 0, rate=0.55)
    return dataclasses.replace(base, pruning=dataclasses.replace(base.pruning, rounds=3))


def one_cut() -> Lottery:
    """A fifth of LeNet after a single cut."""
    base = pruning_run("lenet", 0, "one-shot", rate=0.8)
    return dataclasses.replace(base, pruning=dataclasses.replace(base.pruning, rounds=1))


def upset() -> Ablation:
    """A random mask that beats a ticket, by a point: next to nothing is pruned, and one seed is what it is."""
    base = thin(0)
    return Ablation(data=base.data, net=base.net, training=base.training, level=1,
                    pruning=dataclasses.replace(base.pruning, rate=0.05, output_rate=0.025, rounds=1))


def upset_run() -> Lottery:
    """The lottery whose first round that is."""
    race = upset()
    return Lottery(data=race.data, net=race.net, training=race.training, pruning=race.pruning)


# Chapter 7's challenges, by name: for each a recorded solution.
SOLUTIONS: dict[str, tuple[Spec, ...]] = {
    "featherweight": (featherweight(),),
    "hurry": (hurried(),),
    "one-cut": (one_cut(),),
    "repair": (deep(0), deep(100)),
    "upset": (upset_run(), upset()),
}

# What the explorer's runs are drawn over and timed by: protocols, each with its recorded seeds.
PROTOCOLS: tuple[tuple[Lottery, ...], ...] = (
    *(tuple(pruning_run(net, seed, schedule) for seed in SEEDS)
      for net in ("drawable", "lenet") for schedule in ("iterative", "one-shot")),
    tuple(evidence("paper", seed) for seed in EVIDENCE_SEEDS["paper"]),
    tuple(thin(seed) for seed in EXPLORER_SEEDS),
    *(tuple(rewinding("deep", step, seed) for seed in SEEDS) for step in REWINDS["deep"]),
    *((deep(step),) for step in (0, 100)),
)

# The nets that answer a drawn digit: the dense one, and ticket, reinit and random mask at these rounds of its pruning.
DIGIT_LEVELS = (10, 15, 20)


def dense_digits() -> Dense:
    """The whole net that reads drawn digits."""
    base = evidence("quick", 0)
    return Dense(data=base.data, net=base.net, training=base.training, seed=0)


def digits(level: int) -> Ablation:
    """Its ticket and two controls after `level` rounds."""
    base = evidence("quick", 0)
    return Ablation(data=base.data, net=base.net, training=base.training, seed=0, level=level,
                    pruning=dataclasses.replace(base.pruning, rounds=level))
