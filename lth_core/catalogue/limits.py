"""Chapter 6's other runs: what a ticket costs, random directions, whole neurons, other images."""

from __future__ import annotations

import dataclasses

from lth_core.catalogue.controls import EVIDENCE_ROUNDS, evidence
from lth_core.catalogue.rewinds import FASHION
from lth_core.experiments import Cost, Structured, Subspace, Transfer
from lth_core.spec import Data, Net, Training

STRUCTURED_ROUNDS = 15  # below 3.6% a hidden layer has three units, and chance alone decides

# Journeys of tickets, source first. Halves of the digits need no other data set, and a net with five outputs.
LOW, HIGH = (Data(train=25_000, validation=2_500, classes=half) for half in ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9)))
PICTURES, CLOTHES = Data(), Data(name=FASHION)
JOURNEYS = {"low-high": (LOW, HIGH), "high-low": (HIGH, LOW),
            "mnist-fashion": (PICTURES, CLOTHES), "fashion-mnist": (CLOTHES, PICTURES)}
JOURNEY_LEVELS = (3, 7, 12, 15, 18)  # 51, 21, 7, 3.6 and 1.9% left


def cost(what: str, seed: int) -> Cost:
    """What LeNet's tickets cost to train (every round to the fifteenth), or to ask (90 and 96.5% sparse)."""
    run = evidence("quick", seed)
    return Cost(data=run.data, net=run.net, training=run.training, seed=seed, what=what,
                pruning=dataclasses.replace(run.pruning, rounds=EVIDENCE_ROUNDS),
                levels=tuple(range(16)) if what == "training" else (10, 15), repeats=7 if what == "training" else 40)


def subspace(seed: int) -> Subspace:
    """784-20-10 along random directions, for one epoch. A small net: the directions of LeNet would take a gigabyte."""
    return Subspace(net=Net(sizes=(784, 20, 10)), training=Training(lr=6e-3, steps=917, measure="validation"),
                    seed=seed)


def structured(seed: int) -> Structured:
    """Whole neurons against single weights on LeNet, one epoch a training, down to 3.6% of the weights."""
    run = evidence("quick", seed)
    return Structured(data=run.data, net=run.net, training=run.training, seed=seed,
                      pruning=dataclasses.replace(run.pruning, rounds=STRUCTURED_ROUNDS))


def transfer(journey: str, seed: int) -> Transfer:
    """A LeNet ticket found on one of JOURNEYS' data sets and trained on the other, one short training a round.

    >>> transfer("low-high", 0).net.sizes, transfer("mnist-fashion", 0).training.steps
    ((784, 300, 100, 5), 917)
    """
    run, (source, data) = evidence("quick", seed), JOURNEYS[journey]
    return Transfer(data=data, source=source, net=Net(sizes=(*run.net.sizes[:-1], len(data.classes) or 10)),
                    training=run.training, seed=seed, levels=JOURNEY_LEVELS,
                    pruning=dataclasses.replace(run.pruning, rounds=JOURNEY_LEVELS[-1]))
