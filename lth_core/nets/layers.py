"""Every net as a table of its layers: names, shapes, and how often a weight is used. The nets without the arithmetic.

Masks, initial weights and the cost ledger read this table, and so do the pages, which never import torch; the modules
in `mlp`, `conv`, `resnet`, `vgg` and `transformer` compute with the same layers under the same names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lth_core.spec import Net, SpecError

# Channels of the pairs of 3×3 convolutions, each pair followed by a 2×2 pooling (Frankle & Carbin v5, figure 2).
CONVS = {"conv2": (64,), "conv4": (64, 128), "conv6": (64, 128, 256)}
# (channels, blocks) of each stage, every block two 3×3 convolutions beside a shortcut. resnet20: the CIFAR net of He et
# al. 2016, section 4.2. resnet18: their ImageNet net, begun by 3×3 instead of 7×7 and pooling for the sake of small
# pictures.
RESNETS = {"resnet20": ((16, 3), (32, 3), (64, 3)), "resnet18": ((64, 2), (128, 2), (256, 2), (512, 2))}
# (channels, 3×3 convolutions) of each stage, a 2×2 pooling between two (Simonyan & Zisserman 2015, columns D and E).
VGGS = {"vgg16": ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)),
        "vgg19": ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))}

# The small Transformer: a picture is GRID × GRID patches, which pass through BLOCKS blocks of HEADS attention heads
# each, a head HEAD numbers wide at width 1; what works on each patch alone is WIDER times as wide inside.
GRID, BLOCKS, HEADS, HEAD, WIDER = 4, 2, 4, 8, 2


class Layer(NamedTuple):
    """A layer with weights.

    name: as in torch's state dict, without `.weight`. shape: (out, in) of a fully connected layer, (out, in, side,
    side) of a convolution. uses: how often one image uses each weight: a convolution's at every place of its output.
    norm: name of the BatchNorm behind it, "" for none.
    """

    name: str
    shape: tuple[int, ...]
    uses: int = 1
    bias: bool = True
    norm: str = ""

    @property
    def fans(self) -> tuple[int, int]:
        """Inputs of an output and outputs of an input, as Glorot & Bengio (2010) count them.

        >>> Layer("conv1", (64, 3, 3, 3)).fans
        (27, 576)
        """
        out, into, *field = self.shape
        return into * math.prod(field), out * math.prod(field)


@lru_cache(maxsize=64)
def layers(net: Net) -> tuple[Layer, ...]:
    """The layers with weights from input to output, the output layer last.

    Raises SpecError for sizes that a convolutional net cannot have.

    >>> [layer.name for layer in layers(Net())]
    ['fc1', 'fc2', 'fc3']
    >>> layers(Net("conv2", (784, 256, 256, 10)))[1]
    Layer(name='conv2', shape=(64, 64, 3, 3), uses=784, bias=True, norm='')
    """
    if net.name == "mlp":
        return tuple(_connected(net.sizes, net.batchnorm))
    _check(net)
    if net.name == "transformer":
        return tuple(_transformer(net))
    kind = _conv if net.name in CONVS else _resnet if net.name in RESNETS else _vgg
    return tuple(kind(net))


def weight_count(net: Net) -> int:
    """Number of weights: biases and BatchNorm parameters do not count.

    >>> weight_count(Net()), weight_count(Net("conv2", (3072, 256, 256, 10)))
    (266200, 4300992)
    """
    return sum(math.prod(layer.shape) for layer in layers(net))


def image(inputs: int) -> tuple[int, int, int]:
    """(channels, side, side) of a picture of that many numbers: grey, or in three colours.

    Raises ValueError when it is neither.

    >>> image(784), image(3072)
    ((1, 28, 28), (3, 32, 32))
    """
    for channels in (1, 3):
        side = math.isqrt(inputs // channels)
        if channels * side * side == inputs:
            return channels, side, side
    raise ValueError(f"{inputs:,} numbers are no square picture, neither grey nor in three colours")


def channels(net: Net, published: int) -> int:
    """Channels of a convolution that the published net gives `published`, at this net's width; at least one.

    >>> channels(Net("vgg19", (3072, 10), True, width=0.25), 64)
    16
    """
    return max(1, math.floor(published * net.width + 0.5))


def _connected(sizes: tuple[int, ...], batchnorm: bool = False) -> Iterator[Layer]:
    """Fully connected layers fc1 … fcL."""
    for depth, (into, out) in enumerate(pairwise(sizes), start=1):
        yield Layer(f"fc{depth}", (out, into), norm=f"bn{depth}" if batchnorm and depth < len(sizes) - 1 else "")


def _conv(net: Net) -> Iterator[Layer]:
    """conv1 … convN, fc1 …"""
    into, side, _ = image(net.sizes[0])
    number = 0
    for published in CONVS[net.name]:
        out = channels(net, published)
        for wide in (into, out):
            number += 1
            yield Layer(f"conv{number}", (out, wide, 3, 3), side * side)
        into, side = out, side // 2
    yield from _connected((into * side * side, *net.sizes[1:]))


def _resnet(net: Net) -> Iterator[Layer]:
    """conv1, then stage1.0.conv1, stage1.0.conv2, … with a 1×1 `shortcut` where a block changes the shape, then fc."""
    into, side, _ = image(net.sizes[0])
    out = channels(net, RESNETS[net.name][0][0])
    yield Layer("conv1", (out, into, 3, 3), side * side, bias=False, norm="bn1")
    into = out
    for stage, (published, blocks) in enumerate(RESNETS[net.name], start=1):
        out = channels(net, published)
        for number in range(blocks):
            block, halves = f"stage{stage}.{number}", stage > 1 and number == 0
            side = (side + 1) // 2 if halves else side
            yield Layer(f"{block}.conv1", (out, into, 3, 3), side * side, False, f"{block}.bn1")
            yield Layer(f"{block}.conv2", (out, out, 3, 3), side * side, False, f"{block}.bn2")
            if halves or into != out:
                yield Layer(f"{block}.shortcut", (out, into, 1, 1), side * side, False, f"{block}.shortcut_bn")
            into = out
    yield Layer("fc", (net.sizes[-1], into))


def _vgg(net: Net) -> Iterator[Layer]:
    """conv1 … convN, fc."""
    into, side, _ = image(net.sizes[0])
    number = 0
    for stage, (published, count) in enumerate(VGGS[net.name]):
        side = side // 2 if stage else side
        for _ in range(count):
            number, out = number + 1, channels(net, published)
            yield Layer(f"conv{number}", (out, into, 3, 3), side * side, bias=False, norm=f"bn{number}")
            into = out
    yield Layer("fc", (net.sizes[-1], into))


def _transformer(net: Net) -> Iterator[Layer]:
    """embed, position, block1.query, .key, .value, .out, .up, .down, …, fc. `position` is fed a patch's number."""
    into, side, _ = image(net.sizes[0])
    wide, patches = HEADS * channels(net, HEAD), GRID**2
    yield Layer("embed", (wide, into * (side // GRID) ** 2), patches)
    yield Layer("position", (wide, patches), bias=False)
    for number in range(1, BLOCKS + 1):
        for name in ("query", "key", "value", "out"):
            yield Layer(f"block{number}.{name}", (wide, wide), patches)
        yield Layer(f"block{number}.up", (WIDER * wide, wide), patches)
        yield Layer(f"block{number}.down", (wide, WIDER * wide), patches)
    yield Layer("fc", (net.sizes[-1], wide))


def _check(net: Net) -> None:
    """Raise SpecError for a net other than an MLP whose sizes or BatchNorm do not fit its name."""
    normed = net.name in RESNETS or net.name in VGGS
    if net.batchnorm != normed:
        raise SpecError("net.batchnorm", net.batchnorm, f"{str(normed).lower()} for {net.name}, as published")
    if net.name not in CONVS and len(net.sizes) != 2:
        raise SpecError("net.sizes", net.sizes, f"inputs and classes: the layers between are {net.name}'s own")
    try:
        side = image(net.sizes[0])[1]
    except ValueError as error:
        raise SpecError("net.sizes", net.sizes, f"a picture to begin with; {error}") from None
    if net.name == "transformer" and side % GRID:
        raise SpecError("net.sizes", net.sizes, f"pictures whose side is a multiple of {GRID}: they are read as "
                        f"{GRID} × {GRID} patches")
    halvings = len(CONVS[net.name]) if net.name in CONVS else 4 if net.name in VGGS else 0
    if side < 2**halvings:
        raise SpecError("net.sizes", net.sizes, f"pictures of at least {2**halvings}×{2**halvings} for {net.name}")
