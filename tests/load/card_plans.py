"""What lotteries a graphics card is asked for: the words of `on_a_card --plan`, as Specs.

`--plan conv2:3:3:1,resnet20:3:4:15` asks for nets, each with how many seeds, how many of the paper's rounds at a time,
and what part of its steps: 1 for all, 3 for a third. A fifth word changes the protocol, several with + between:
`conv2:3:4:2:bfloat16+2` is two rounds in bfloat16 (`other_precision` holds them against the recorded ones),
`conv2:3:4:2:controls` has both controls in the first four rounds, `conv2:1:4:2:test` looks at the test images all the
way, for their accuracy at early stopping; the seconds of a net say what that costs. Calls for nine minutes stand in
`PLANS`: `--plan rewinds`, `--plan deep`, `--plan conv2-again`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lth_core.catalogue import CIFAR_LATE, cifar_rewound
from lth_core.experiments import Lottery
from lth_core.presets import preset
from lth_core.said import DATA
from lth_core.spec import Condition, Data

NARROW = 0.1  # width of a rehearsal's nets
LOOKS = 40  # at the validation images in a training
# Net → seeds, how many of the paper's rounds at a time, what part of its steps.
PLAN = "conv2:3:4:2,conv4:3:4:3,conv6:3:4:4"  # what nine minutes of an H100 are enough for, nearly
# Further calls by name. No pace of the deep nets is known: one seed each, and the label printed says what it was.
PLANS = {"rewinds": "resnet20:3:4:15", "deep": "resnet18:1:4:4,vgg19:1:4:8,vgg16:1:4:8",
         "conv2-again": "conv2:3:4:2:bfloat16+2,conv2:3:4:2:controls,conv2:1:4:2:test+1"}
CONTROLLED = (1, 2, 3, 4)  # rounds with controls, when asked for


def lotteries(plan: str, steps: int | None, data: Data) -> dict[str, Lottery]:
    """By name and seed, in the order of `plan`; with `steps` as short and narrow as a rehearsal needs.

    >>> from lth_core.presets import CIFAR
    >>> list(lotteries("conv2:1:3:1", None, CIFAR))
    ['lenet-0', 'conv2-0']
    >>> list(lotteries("conv2:1:4:2:bfloat16+2", None, CIFAR))
    ['lenet-0', 'conv2-bfloat16+2-0']
    """
    found = {"lenet-0": preset("quick")}
    for part in PLANS.get(plan, plan).split(","):
        name, seeds, at_once, divisor, *changes = part.split(":")
        for seed in range(int(seeds)):
            for label, spec in _protocols(name, int(at_once), int(divisor), data, seed):
                found["-".join([label, *changes, str(seed)])] = _changed(spec, "".join(changes))
    assert all(isinstance(spec, Lottery) for spec in found.values())
    return {name: spec if steps is None else _rehearsed(spec, steps) for name, spec in found.items()}  # type: ignore


def _protocols(name: str, at_once: int, divisor: int, data: Data, seed: int) -> Iterable[tuple[str, Lottery]]:
    """The paper's lottery on `data`, so many of its rounds at a time; ResNet-20 also as `resnet20-jpeg` is recorded:
    without warm-up, from θ₀ and from a late step."""
    spec = preset(name, seed)
    assert isinstance(spec, Lottery)
    rates = {one: round(1 - (1 - getattr(spec.pruning, one)) ** at_once, 6)
             for one in ("rate", "conv_rate", "output_rate")}
    rounds = spec.pruning.rounds // at_once
    training = replace(spec.training, steps=spec.training.steps // divisor, warmup=spec.training.warmup // divisor,
                       eval_every=spec.training.steps // divisor // LOOKS, measure="validation")
    levels = tuple(range(2, rounds + 1, 2))
    fresh = [Condition("reinit", rounds=levels[-4:])]
    if name.startswith("conv"):
        fresh.append(Condition("random", rounds=levels[-4:][1::2]))
    spec = replace(spec, data=data, pruning=replace(spec.pruning, rounds=rounds, **rates), training=training,
                   conditions=(Condition("ticket"), *fresh))
    yield name, spec
    if name == "resnet20":  # Frankle et al. (2019): at this rate θ₀-tickets fail, and those of a later step do not
        for label, step in (("fast", 0), ("fast-500", CIFAR_LATE)):
            ours = cifar_rewound(step, seed)
            bare = replace(ours.training, steps=training.steps, eval_every=max(1, training.steps // 8))
            yield f"{name}-{label}", replace(spec, training=bare, conditions=ours.conditions, rewind=ours.rewind)


def _changed(spec: Lottery, words: str) -> Lottery:
    """`spec` with what the fifth word of a plan asks for. Raises ValueError for other words."""
    for word in filter(None, words.split("+")):
        if word == "bfloat16":
            spec = replace(spec, training=replace(spec.training, precision=word))
        elif word == "test":
            spec = replace(spec, training=replace(spec.training, measure=word))
        elif word == "controls":
            spec = replace(spec, conditions=(Condition("ticket"), *(
                Condition(name, rounds=CONTROLLED) for name in ("reinit", "random"))))
        elif word.isdigit():
            spec = spec.shortened(int(word))
        else:
            raise ValueError(f"{word!r} in --plan is not allowed: bfloat16, test, controls or a number of rounds")
    return spec


def label(spec: Lottery) -> str:
    """How a lottery was run, for a reader who sees its numbers."""
    rounds = f"{spec.rounds} round{'s' * (spec.rounds > 1)}"
    words = (f"{spec.training.steps:,} steps of {spec.training.batch}", rounds,
             f"rewound to step {spec.rewind.step}" if spec.rewind.step else "from θ₀", spec.training.precision)
    return f"{spec.net.name} on {DATA[spec.data.name]}: {', '.join(words)}; seed {spec.seed}"


def _rehearsed(spec: Lottery, steps: int) -> Lottery:
    conditions = tuple(replace(one, rounds=(1,)) if one.name != "ticket" else one for one in spec.conditions[:2])
    return replace(spec, pruning=replace(spec.pruning, rounds=1), conditions=conditions,
                   net=spec.net if spec.net.name == "mlp" else replace(spec.net, width=NARROW),
                   training=replace(spec.training, steps=steps, eval_every=steps,
                                    warmup=min(spec.training.warmup, steps // 2)),
                   rewind=replace(spec.rewind, step=min(spec.rewind.step, 1)))
