"""Runs on the JPEG copy of CIFAR-10, which the project does not ship: recorded when they are named, and only then.

The nets are the paper's at full width, with a part of its steps; minutes on a graphics card, hours on two cores
(`record cifar --plan`).
"""

from __future__ import annotations

import dataclasses

from lth_core.catalogue.seeds import CONV_SEEDS
from lth_core.experiments import Instability, Lottery
from lth_core.presets import preset
from lth_core.spec import Rewind, Spec

CIFAR_CONV = ("conv2-jpeg", "conv4-jpeg", "conv6-jpeg")
CIFAR_ROUNDS = 4  # of the planned six: as far as a budget of nine minutes of a graphics card reached
CIFAR_LATE = 500  # the step from which tickets of this net match (Frankle et al. 2019, section 4: of 30,000)
CIFAR_REWINDS = (0, CIFAR_LATE)
REWOUND_ROUNDS = 1  # of the planned four: as far as two cores reached
# (rewind step, round) of which siblings are trained, of one seed; round 0 is the whole net.
CIFAR_WALKS = tuple((step, 0) for step in CIFAR_REWINDS)
# The nets that the popular summary names, and how many of the planned three rounds two cores reached.
CIFAR_LARGE = {"vgg16-jpeg": 2, "resnet18-jpeg": 1}


def cifar_conv(name: str, seed: int) -> Lottery:
    """A convolutional net's lottery as it is recorded.

    >>> cifar_conv("conv2-jpeg", 0).pruning.rounds
    4
    """
    base = preset(name, seed)
    assert isinstance(base, Lottery)
    return base.shortened(CIFAR_ROUNDS)


def cifar_rewound(step: int, seed: int) -> Lottery:
    """ResNet-20 with large steps and no warm-up, going back to `step`; fresh weights beside the late tickets alone.

    >>> cifar_rewound(0, 1).rewind.step, len(cifar_rewound(0, 1).conditions), len(cifar_rewound(500, 1).conditions)
    (0, 1, 2)
    """
    base = preset("resnet20-jpeg", seed)
    assert isinstance(base, Lottery)
    conditions = base.conditions if step else base.conditions[:1]
    return dataclasses.replace(base, rewind=Rewind(step=step), conditions=conditions).shortened(REWOUND_ROUNDS)


def cifar_stability(step: int, seed: int = 0, level: int = 0) -> Instability:
    """Two siblings of ResNet-20 from `step`, and the way from one to the other at five places: judging one takes as
    long as eighty steps. level: 0 is the whole net.

    >>> cifar_stability(500).lottery.training == cifar_rewound(500, 0).training
    True
    """
    run = cifar_rewound(step, seed)
    return Instability(data=run.data, net=run.net, training=run.training, seed=seed, step=step, level=level,
                       pruning=run.pruning, alphas=5)


def cifar_large(name: str, seed: int = 0) -> Lottery:
    """VGG-16's or ResNet-18's lottery as it is recorded: its tickets alone.

    >>> cifar_large("vgg16-jpeg").training.steps, len(cifar_large("vgg16-jpeg").conditions)
    (703, 1)
    """
    base = preset(name, seed)
    assert isinstance(base, Lottery)
    return dataclasses.replace(base, conditions=base.conditions[:1]).shortened(CIFAR_LARGE[name])


# Parts that no other needs and no page waits for. Seed by seed, so that what is there after some hours is whole.
OPTIONAL: dict[str, tuple[Spec, ...]] = {
    "cifar": tuple(cifar_conv(name, seed) for seed in CONV_SEEDS for name in CIFAR_CONV),
    "cifar-rewinds": tuple(cifar_rewound(step, seed) for seed in CONV_SEEDS for step in CIFAR_REWINDS),
    "cifar-stability": tuple(cifar_stability(step, level=level) for step, level in CIFAR_WALKS),
    "cifar-large": tuple(map(cifar_large, CIFAR_LARGE)),
}
