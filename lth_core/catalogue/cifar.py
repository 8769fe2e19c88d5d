"""Runs on the JPEG copy of CIFAR-10, which the project does not ship: recorded when they are named, and only then.

The nets are the paper's at full width, with a tenth of its steps; hours on two cores (`record cifar --plan`).
"""

from __future__ import annotations

import dataclasses

from lth_core.catalogue.seeds import CONV_SEEDS
from lth_core.experiments import Lottery
from lth_core.presets import preset
from lth_core.spec import Condition, Rewind, Spec

CIFAR_CONV = ("conv2-jpeg", "conv4-jpeg", "conv6-jpeg")
CIFAR_REWINDS = (0, 500)


def cifar_rewound(step: int, seed: int) -> Lottery:
    """ResNet-20 with large steps and no warm-up, going back to `step`.

    >>> cifar_rewound(0, 1).rewind.step, cifar_rewound(500, 1) == preset("resnet20-jpeg", 1)
    (0, True)
    """
    base = preset("resnet20-jpeg", seed)
    assert isinstance(base, Lottery)
    return dataclasses.replace(base, rewind=Rewind(step=step))


def in_float32(name: str, seed: int) -> Lottery:
    """The dense net and the first ticket of a preset, multiplied in float32: does bfloat16 move their interval?"""
    base = preset(name, seed)
    assert isinstance(base, Lottery)
    return dataclasses.replace(base.shortened(1), conditions=(Condition("ticket"),),
                               training=dataclasses.replace(base.training, precision="float32"))


# Parts that no other needs and no page waits for. Seed by seed, so that what is there after some hours is whole.
OPTIONAL: dict[str, tuple[Spec, ...]] = {
    "cifar": tuple(spec for seed in CONV_SEEDS for spec in (*(preset(name, seed) for name in CIFAR_CONV),
                                                            *(cifar_rewound(step, seed) for step in CIFAR_REWINDS))),
    "cifar-float32": tuple(in_float32(name, seed) for seed in CONV_SEEDS for name in CIFAR_CONV),
}
