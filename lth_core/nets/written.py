"""A net as a chain of PyTorch's own layers, and the code that writes it down: for whoever takes a ticket elsewhere.

The layers carry the names of the engine's own modules, so that one state dict fits both. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from lth_core.data.sets import image_set, name_of
from lth_core.nets.layers import CONVS, RESNETS, Layer, channels, layers
from lth_core.spec import Data, Net

WIDE = 96  # characters a line of printed code takes at most, where a layer alone is not longer


@dataclass(frozen=True)
class Part:
    """One layer: its name in the chain, its class (of `torch.nn`, or `Block` of `lth_core.nets.resnet`), and how it is
    made. inner: what a `Sequential` holds."""

    name: str
    kind: str
    args: tuple[int, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    inner: tuple[Part, ...] = ()

    @property
    def code(self) -> str:
        """Python that makes it.

        >>> Part("conv1", "Conv2d", (3, 64, 3), (("padding", 1),)).code
        'nn.Conv2d(3, 64, 3, padding=1)'
        """
        words = [part.code for part in self.inner] + [str(value) for value in self.args]
        words += [f"{name}={value}" for name, value in self.options]
        return f"{'' if self.kind == 'Block' else 'nn.'}{self.kind}({', '.join(words)})"


def parts(net: Net, data: Data) -> tuple[Part, ...]:
    """The layers that pictures (batch, channels, side, side) pass one after the other, their pixels scaled as in
    training.

    >>> [part.name for part in parts(Net(sizes=(49, 16, 10)), Data(pool=4))]
    ['pool', 'flatten', 'fc1', 'relu1', 'fc2']
    """
    pooled = (Part("pool", "AvgPool2d", (data.pool,)),) if data.pool > 1 else ()
    if net.name == "mlp":
        return (*pooled, Part("flatten", "Flatten"), *_connected(layers(net)))
    table = layers(net)
    if net.name in RESNETS:
        return (*pooled, *_resnet(net, table))
    connected = [layer for layer in table if len(layer.shape) == 2]
    closing = [] if net.name in CONVS else [Part("mean", "AdaptiveAvgPool2d", (1,))]
    return (*pooled, *_convolved(table), *closing, Part("flatten", "Flatten"), *_connected(connected))


def code(net: Net, data: Data, file: str) -> str:
    """PyTorch that builds the net, fills it from a ticket's `file`, and reads pictures with it.

    >>> print(code(Net(sizes=(784, 12, 10)), Data(), "ticket.safetensors"))
    from collections import OrderedDict
    import safetensors.torch
    from torch import nn
    <BLANKLINE>
    net = nn.Sequential(OrderedDict(
        flatten=nn.Flatten(), fc1=nn.Linear(784, 12), relu1=nn.ReLU(), fc2=nn.Linear(12, 10),
    ))
    net.load_state_dict(safetensors.torch.load_file("ticket.safetensors"))
    net.eval()
    <BLANKLINE>
    def logits(images):  # (n, 1, 28, 28), pixels 0–255 as published → (n, 10)
        return net(images / 255)
    """
    chosen = image_set(name_of(data))
    words = "nn, tensor" if chosen.mean else "nn"
    block = ["from lth_core.nets.resnet import Block"] if net.name in RESNETS else []
    loose = ", strict=False" if net.batchnorm else ""  # BatchNorm counts batches, which no ticket does
    shape = f"(n, {chosen.channels}, {chosen.side}, {chosen.side})"
    order = f", in the order {data.classes}" if data.classes else ""
    scale = [f"{name} = tensor({list(values)}).view(-1, 1, 1)  # of each channel"
             for name, values in (("mean", chosen.mean), ("std", chosen.std)) if values]
    return "\n".join([
        "from collections import OrderedDict", "import safetensors.torch", f"from torch import {words}", *block, "",
        "net = nn.Sequential(OrderedDict(", *_lines(parts(net, data)), "))",
        f'net.load_state_dict(safetensors.torch.load_file("{file}"){loose})', "net.eval()", *scale, "",
        f"def logits(images):  # {shape}, pixels 0–255 as published → (n, {net.sizes[-1]}){order}",
        f"    return net({'(images / 255 - mean) / std' if scale else 'images / 255'})",
    ])


def _lines(chain: tuple[Part, ...]) -> list[str]:
    """`name=layer,` one after the other, as many to a line as fit."""
    lines = [""]
    for part in chain:
        word = f"{part.name}={part.code},"
        if lines[-1] and len(lines[-1]) + len(word) > WIDE:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else f"    {word}"
    return lines


def _connected(table: Sequence[Layer]) -> list[Part]:
    """Linear layers, each but the last followed by its BatchNorm, where it has one, and ReLU."""
    found = []
    for number, layer in enumerate(table, start=1):
        found.append(Part(layer.name, "Linear", (layer.shape[1], layer.shape[0])))
        if layer.norm:
            found.append(Part(layer.norm, "BatchNorm1d", (layer.shape[0],)))
        if number < len(table):
            found.append(Part(f"relu{number}" if layer.name.startswith("fc") else f"relu_{layer.name}", "ReLU"))
    return found


def _convolved(table: tuple[Layer, ...]) -> list[Part]:
    """3×3 convolutions, a 2×2 max-pooling wherever the side halves: behind the last of a side in Conv-2, -4 and -6."""
    found: list[Part] = []
    convolutions = [layer for layer in table if len(layer.shape) == 4]
    stages = [list(group) for _, group in groupby(convolutions, key=lambda layer: layer.uses)]
    after_last = not convolutions[0].norm  # VGG takes the mean of what is left instead
    for stage, group in enumerate(stages, start=1):
        for layer in group:
            found.append(_convolution(layer))
            if layer.norm:
                found.append(Part(layer.norm, "BatchNorm2d", (layer.shape[0],)))
            found.append(Part(f"relu_{layer.name}", "ReLU"))
        if stage < len(stages) or after_last:
            found.append(Part(f"pool{stage}", "MaxPool2d", (2,)))
    return found


def _convolution(layer: Layer) -> Part:
    bias = () if layer.bias else (("bias", False),)
    return Part(layer.name, "Conv2d", (layer.shape[1], layer.shape[0], 3), (("padding", 1), *bias))


def _resnet(net: Net, table: tuple[Layer, ...]) -> list[Part]:
    into = table[0].shape[0]
    found = [_convolution(table[0]), Part(table[0].norm, "BatchNorm2d", (into,)), Part("relu1", "ReLU")]
    for stage, (published, blocks) in enumerate(RESNETS[net.name], start=1):
        out = channels(net, published)
        first = Part("", "Block", (into, out, 1 if stage == 1 else 2))
        inner = [first, *[Part("", "Block", (out, out, 1))] * (blocks - 1)]
        found.append(Part(f"stage{stage}", "Sequential", inner=tuple(inner)))
        into = out
    return [*found, Part("mean", "AdaptiveAvgPool2d", (1,)), Part("flatten", "Flatten"), *_connected(table[-1:])]
