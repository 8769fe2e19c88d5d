"""What the shipped atlas holds: every recorded Spec, by the chapter that shows it."""

from __future__ import annotations

import dataclasses
import math
from fnmatch import fnmatchcase

import numpy as np

from lth_core.experiments import (
    LABS,
    Ablation,
    Cost,
    Counterfactual,
    Dense,
    Draws,
    Instability,
    Lab,
    Lottery,
    Structured,
    Subspace,
    Transfer,
)
from lth_core.presets import preset
from lth_core.results.result import Result
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Spec, Training

SEEDS = range(5)  # enough for a spread; Frankle & Carbin repeat five times too (v5, section 2)

# Rounds of chapter 3 at the paper's rate: 1.2% of LeNet's weights remain, and the small net is long broken.
ROUNDS = 20

# The weight whose life chapter 3 tells first, by its flat index in the drawable net: from unit 11 of the first hidden
# layer to unit 10 of the second. With seed 0 it starts large, grows for rounds, and is pruned all the same.
PROTAGONIST = 955
WHAT_IFS = (("revive", 7), ("kill", 3), ("flip", 3))


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


def what_if(edge: int, level: int, action: str, seed: int = 0) -> Counterfactual:
    """Chapter 3's counterfactuals: one weight of the drawable net, at the paper's rate."""
    run = pruning_run("drawable", seed)
    return Counterfactual(data=run.data, net=run.net, training=run.training, seed=seed,
                          pruning=dataclasses.replace(run.pruning, rounds=max(1, level)),
                          edge=edge, level=level, action=action)


# Chapter 2's lotteries: shares of the weights that a ticket keeps, and hidden units of the dense net.
SHARES, WIDTHS = (0.64, 0.48, 0.32, 0.24, 0.16), (10, 20, 40, 80)


def tickets(share: float, width: int = 20, seed: int = 0) -> Draws:
    """Chapter 2's runs: 200 random tickets of 784 – width – 10 that keep `share` of every layer."""
    base = preset("tickets", seed)
    assert isinstance(base, Draws)
    return dataclasses.replace(base, density=share, net=Net(sizes=(784, width, 10)))


# Chapters 4 and 5: rounds down to 0.6% of the weights, and the seeds of each protocol. One epoch is cheap, so ten.
EVIDENCE_ROUNDS = 24
EVIDENCE_SEEDS = {"paper": range(5), "quick": range(10)}

# The rounds of the levels that Frankle & Carbin name in v5: 51.3, 21.1, 13.5, 7.0, 3.6, 2.9 and 1.9% left. Reinit runs
# three times there, as in the paper, and once elsewhere.
NAMED_ROUNDS = (3, 7, 9, 12, 15, 16, 18)

# Those that the one-epoch runs were recorded with. Frozen: a condition that comes to the engine later is another run,
# with another key, and never one that is missing here.
RECORDED_CONDITIONS = ("ticket", "reinit", "random", "random-reinit", "random-global", "keep-signs", "constant-signs",
                       "shuffled-mask", "shuffled-init", "frozen", "supermask")


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


def lab(method: str, seed: int) -> Lab:
    """Chapter 8's runs, beside the ticket of `evidence("quick", seed)`: the same net, images, budget and sizes.

    >>> lab("snip", 0).training == evidence("quick", 0).training
    True
    """
    base = preset("quick", seed)
    training = base.training
    if method == "edge-popup":  # as its authors train the scores (their MNIST example), for our one epoch
        training = dataclasses.replace(training, optimiser="sgd", lr=0.1, momentum=0.9, weight_decay=5e-4)
    return Lab(data=base.data, net=base.net, training=training, seed=seed, method=method)


# Chapter 6: rewind steps by net, dense near 0, where everything happens; the last is the end of training. The small net
# trains for 917 steps, the deep one for 1,404.
REWINDS = {"deep": (0, 1, 2, 5, 10, 20, 50, 100, 200, 468, 936, 1_404), "lenet": (0, 10, 50, 100, 200, 458, 917)}
LATE = 100  # the late step at which the other methods and fresh weights are compared
STABILITY_SEEDS = range(3)  # Frankle et al. 2020 use three initialisations too
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
CAUSE_SEEDS = range(2)
SETTINGS = tuple((depth, norm, lr) for depth in DEPTHS for norm in (True, False) for lr in RATES)
DEEPEST = (8, True, 0.8)  # the deep net itself, whose chains are there already


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


def cost(what: str, seed: int) -> Cost:
    """What LeNet's tickets cost to train (every round to the fifteenth), or to ask (90 and 96.5% sparse)."""
    run = evidence("quick", seed)
    return Cost(data=run.data, net=run.net, training=run.training, seed=seed, what=what,
                pruning=dataclasses.replace(run.pruning, rounds=EVIDENCE_ROUNDS),
                levels=tuple(range(16)) if what == "training" else (10, 15), repeats=7 if what == "training" else 40)


def stability(net: str, step: int, seed: int, level: int) -> Instability:
    """Two siblings of `rewinding(net, step, seed)` and the hill between them, for the dense net (level 0) or the mask
    of a round."""
    run = rewinding(net, step, seed)
    return Instability(data=run.data, net=run.net, training=run.training, seed=seed, step=step, level=level,
                       pruning=dataclasses.replace(run.pruning, rounds=max(1, level)), alphas=11)


# ── chapter 7 ────────────────────────────────────────────────────────────────────────────────────────────────────

EXPLORER_SEEDS = range(3)


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


CONV_SEEDS = range(3)
CONV = {"conv": "conv2-mnist", "conv-fashion": "conv2-fashion", "conv-4": "conv4-mnist",
        "conv-6": "conv6-mnist", "conv-resnet": "resnet20-small"}  # part of the catalogue → preset


def subspace(seed: int) -> Subspace:
    """784-20-10 along random directions, for one epoch. A small net: the directions of LeNet would take a gigabyte."""
    return Subspace(net=Net(sizes=(784, 20, 10)), training=Training(lr=6e-3, steps=917, measure="validation"),
                    seed=seed)


STRUCTURED_ROUNDS = 15  # below 3.6% a hidden layer has three units, and chance alone decides


def structured(seed: int) -> Structured:
    """Whole neurons against single weights on LeNet, one epoch a training, down to 3.6% of the weights."""
    run = evidence("quick", seed)
    return Structured(data=run.data, net=run.net, training=run.training, seed=seed,
                      pruning=dataclasses.replace(run.pruning, rounds=STRUCTURED_ROUNDS))


# Journeys of tickets, source first. Halves of the digits need no other data set, and a net with five outputs.
LOW, HIGH = (Data(train=25_000, validation=2_500, classes=half) for half in ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9)))
PICTURES, CLOTHES = Data(), Data(name=FASHION)
JOURNEYS = {"low-high": (LOW, HIGH), "high-low": (HIGH, LOW),
            "mnist-fashion": (PICTURES, CLOTHES), "fashion-mnist": (CLOTHES, PICTURES)}
JOURNEY_LEVELS = (3, 7, 12, 15, 18)  # 51, 21, 7, 3.6 and 1.9% left


def transfer(journey: str, seed: int) -> Transfer:
    """A LeNet ticket found on one of JOURNEYS' data sets and trained on the other, one short training a round.

    >>> transfer("low-high", 0).net.sizes, transfer("mnist-fashion", 0).training.steps
    ((784, 300, 100, 5), 917)
    """
    run, (source, data) = evidence("quick", seed), JOURNEYS[journey]
    return Transfer(data=data, source=source, net=Net(sizes=(*run.net.sizes[:-1], len(data.classes) or 10)),
                    training=run.training, seed=seed, levels=JOURNEY_LEVELS,
                    pruning=dataclasses.replace(run.pruning, rounds=JOURNEY_LEVELS[-1]))


CATALOGUE: dict[str, tuple[Spec, ...]] = {
    "chapter1": (
        *(preset("ladder", seed) for seed in SEEDS),  # the long ones first, so that two workers end together
        *(preset("ladder-drawable", seed) for seed in SEEDS),
    ),
    "capacity": (preset("widths"),),  # chapter 1's other experiment, claim C1
    "chapter2": (
        *(tickets(share, seed=seed) for seed in SEEDS for share in SHARES),
        *(tickets(share, width) for width in WIDTHS if width != 20 for share in SHARES),
    ),
    "chapter3": (
        *(pruning_run(net, seed, schedule)
          for net in ("drawable", "lenet") for schedule in ("iterative", "one-shot") for seed in SEEDS),
        *(what_if(PROTAGONIST, level, action) for action, level in WHAT_IFS),
    ),
    # Chapters 4 and 5. On two cores the first takes ten minutes, the second hours: it goes on where it was interrupted.
    **{f"lenet-{protocol}": tuple(evidence(protocol, seed, schedule) for schedule in ("iterative", "one-shot")
                                  for seed in EVIDENCE_SEEDS[protocol])
       for protocol in ("quick", "paper")},
    "chapter6": (
        *(rewinding(net, step, seed) for seed in SEEDS for net, steps in REWINDS.items() for step in steps),
        *(rewinding(net, LATE, seed, mode) for seed in SEEDS for net, mode in
          (("deep", "lr"), ("deep", "fine-tune"), ("lenet", "lr"))),  # LeNet's rate is constant: the two are one there
    ),
    # Siblings take their mask from the record where it is shipped, and find it first elsewhere. At the end of training
    # there are none any more.
    "chapter6-stability": tuple(stability(net, step, seed, level) for seed in STABILITY_SEEDS for level in (6, 0)
                                for net, steps in REWINDS.items() for step in steps[:-1]),
    # Harder pictures, beside the digits. Must be fetched (`python -m lth_core fetch fashion-mnist`).
    "chapter6-fashion": tuple(rewinding("deep", step, seed, images=FASHION) for seed in SEEDS
                              for step in FASHION_REWINDS),
    "chapter6-cost": tuple(cost(what, seed) for seed in STABILITY_SEEDS for what in ("training", "inference")),
    "chapter6-subspace": tuple(subspace(seed) for seed in STABILITY_SEEDS),
    "chapter6-structured": tuple(structured(seed) for seed in SEEDS),
    "chapter6-transfer": tuple(transfer(journey, seed) for journey in JOURNEYS for seed in STABILITY_SEEDS),
    "chapter6-cause": tuple(cause(*setting, step, seed) for seed in CAUSE_SEEDS for setting in SETTINGS
                            for step in (0, LATE) if setting != DEEPEST),
    "chapter7": (
        *(thin(seed) for seed in EXPLORER_SEEDS),
        *(spec for specs in SOLUTIONS.values() for spec in specs),
        dense_digits(), *(digits(level) for level in DIGIT_LEVELS),
    ),
    # Chapter 5's rows of nets with convolutions, each a small relative of the paper's; one of them must be fetched.
    **{part: tuple(preset(name, seed) for seed in CONV_SEEDS) for part, name in CONV.items()},
    "chapter8": tuple(lab(method, seed) for method in reversed(LABS) for seed in SEEDS),
}

# Arrays that no page reads stay out of the shipped copies: all final weights of one LeNet lottery are 5 MB.
LEFT_OUT: tuple[str, ...] = ("final/*",)
EVIDENCE_LEFT_OUT = ("final/*", "path/*")


def shipped(result: Result) -> Result:
    """The copy of `result` that goes into the atlas.

    The nets that read drawn digits keep their weights, nets with convolutions not even their masks; chapter 7's keep
    half precision. Of the evidence go the masks of five iterative runs a protocol, and those points of the curves at
    which the test split was looked at; what is computed from all points (early stopping) is in `cells`.
    """
    spec, left_out, tables = result.spec, LEFT_OUT, dict(result.tables)
    if spec in EVIDENCE:
        assert isinstance(spec, Lottery)
        masks = spec.seed in SEEDS and spec.pruning.schedule == "iterative"
        left_out = EVIDENCE_LEFT_OUT if masks else (*EVIDENCE_LEFT_OUT, "died/*")
        if spec.training.measure == "test":
            seen = np.isfinite(tables["curves"]["test_accuracy"])
            tables["curves"] = {name: column[seen] for name, column in tables["curves"].items()}
    if spec in REWOUND:  # a hundred chains: two masks to train siblings on, and no table that the page does not read
        left_out = EVIDENCE_LEFT_OUT if spec in WITH_MASKS else (*EVIDENCE_LEFT_OUT, "died/*")
        tables.pop("movement", None)
    if spec.net.name != "mlp":
        left_out = ("final/*", "died/*")
    if spec in DIGITS:
        left_out = ("path/*",)
    arrays = {name: array for name, array in result.arrays.items()
              if not any(fnmatchcase(name, pattern) for pattern in left_out)}
    if spec in HALVED:
        arrays = {name: array.astype(np.float16) if array.dtype == np.float32 else array
                  for name, array in arrays.items()}
    return dataclasses.replace(result, tables=tables, arrays=arrays)


EVIDENCE = frozenset(CATALOGUE["lenet-quick"] + CATALOGUE["lenet-paper"])
REWOUND = frozenset(CATALOGUE["chapter6"] + CATALOGUE["chapter6-cause"] + CATALOGUE["chapter6-fashion"])
WITH_MASKS = frozenset(rewinding("deep", step, 0) for step in (0, LATE))
DIGITS = frozenset((dense_digits(), *(digits(level) for level in DIGIT_LEVELS)))

# Half precision is enough to read a digit (no answer to a test digit is another) and to draw a weight's way (a pixel
# is coarser); it saves 3 MB. Chapter 3 prints its paths in figures, and keeps them whole.
HALVED = frozenset(CATALOGUE["chapter7"])
