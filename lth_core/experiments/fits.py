"""What several experiments ask of a Spec: does the net fit the images, the experiment the net, the rounds the weights?

Each part on its own is valid; together they may be nothing that can be run. Every function here raises SpecError.
"""

from __future__ import annotations

import math
from itertools import pairwise

from lth_core.data import features
from lth_core.data.sets import SETS
from lth_core.masks.mask import Mask
from lth_core.masks.prune import left, rates
from lth_core.nets.layers import layers, weight_count
from lth_core.spec import Data, Pruning, Spec, SpecError


def fits(spec: Spec, *data: Data, outputs: int | None = None) -> None:
    """Inputs and outputs of the net are those of the images: of `data`, or of the Spec's own. outputs: how many there
    must be, where it is not one for each class."""
    if spec.net.name == "mlp" and spec.net.width != 1:
        raise SpecError("net.width", spec.net.width, "1 for an mlp: its sizes say how wide it is")
    if spec.net.name == "mlp" and spec.training.precision != "float32":
        raise SpecError("training.precision", spec.training.precision, "float32 for an mlp: its kernels know no other")
    layers(spec.net)  # raises for sizes that a net with convolutions cannot have
    for images in data or (spec.data,):
        if images.own and images.name in SETS:
            raise SpecError("data.own", images.own, "nothing where data.name is not own")
        if images.classes and images.name in SETS:  # how many own images there are, only their file knows
            known = sum(SETS[images.name].labelled[label] for label in images.classes)
            if images.train + images.validation > known:
                raise SpecError("data.train", images.train, f"train + validation at most {known:,} of these classes")
        inputs, classes = features(images), outputs or len(images.classes) or 10
        if spec.net.sizes[0] != inputs or spec.net.sizes[-1] != classes:
            raise SpecError("net.sizes", spec.net.sizes, f"{inputs} inputs and {classes} outputs for this data")


def only_mlp(spec: Spec) -> None:
    """The experiment is about fully connected layers."""
    if spec.net.name != "mlp":
        raise SpecError("net.name", spec.net.name, f"mlp: {spec.experiment} is about fully connected layers")


def plain_units(spec: Spec, why: str) -> None:
    """No BatchNorm between the layers."""
    if spec.net.batchnorm:
        raise SpecError("net.batchnorm", True, f"false: {why}")


def rising(path: str, levels: tuple[int, ...], most: int) -> None:
    """Rounds in order, each once, none beyond `most`."""
    if not levels or list(levels) != sorted({*levels}) or levels[-1] > most:
        raise SpecError(path, levels, f"rising rounds, at most pruning.rounds = {most}")


def trained_to(spec: Spec, path: str, step: int) -> None:
    """The training gets as far as `step`, which the Spec calls `path`."""
    if step > spec.training.steps:
        raise SpecError(path, step, f"at most training.steps = {spec.training.steps:,}")


def can_prune(spec: Spec, pruning: Pruning) -> None:
    """There is a layer that pruning may touch."""
    if pruning.scope == "global" and not any(rates(pruning, Mask.dense(spec.net)).values()):
        raise SpecError("pruning.output_rate", pruning.output_rate, "above 0: this net has no other layer to prune")


def leaves_weights(spec: Spec, pruning: Pruning, path: str, rounds: int) -> None:
    """A weight is left after `rounds` rounds, which the Spec calls `path`."""
    size = weight_count(spec.net)
    if size * (1 - pruning.rate) ** rounds < 1:
        fitting = int(math.log(size) / -math.log(1 - pruning.rate))
        if fitting < 1:
            raise SpecError("pruning.rate", pruning.rate, f"low enough to leave one of {size:,} weights")
        raise SpecError(path, rounds, f"at most {fitting}, or no weight is left at this rate")


def has_level(spec: Spec, pruning: Pruning, level: int) -> None:
    """Pruning can be done, and leaves a weight at the Spec's `level` and after all rounds."""
    can_prune(spec, pruning)
    leaves_weights(spec, pruning, "level", level)
    leaves_weights(spec, pruning, "pruning.rounds", pruning.rounds)


def one_cut(spec: Spec, pruning: Pruning, level: int) -> None:
    """A single cut by magnitude, layer by layer, to the sizes of round `level` can be made and leaves a weight."""
    for name, plain in (("scope", "layer"), ("criterion", "magnitude")):
        if (value := getattr(pruning, name)) != plain:
            raise SpecError(f"pruning.{name}", value, f"{plain}: here one cut takes the smallest weights of each layer")
    can_prune(spec, pruning)
    leaves_weights(spec, pruning, "level", level)


def leaves_units(spec: Spec, pruning: Pruning, path: str, rounds: int) -> None:
    """After `rounds` rounds there are weights enough for one unit in every hidden layer."""
    sizes = (spec.net.sizes[0], *(1 for _ in spec.net.sizes[1:-1]), spec.net.sizes[-1])
    least = sum(inputs * units for inputs, units in pairwise(sizes))
    enough = sum(count >= least for count in left(pruning, Mask.dense(spec.net), rounds)) - 1
    if enough < rounds:
        raise SpecError(path, rounds,
                        f"at most {enough}, or a hidden layer loses its last unit: one a layer has {least:,} weights")
