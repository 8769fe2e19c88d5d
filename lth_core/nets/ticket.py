"""A net that reads pictures as they were published: what a ticket becomes when it is taken out of its Result."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from lth_core.data.sets import image_set, name_of
from lth_core.nets.module import load
from lth_core.nets.resnet import Block
from lth_core.nets.written import Part, parts
from lth_core.spec import Data, Net


class Ticket(nn.Sequential):
    """PyTorch's own layers one after the other, ready to use: pixels go in as published, 0–255, and logits come out.

    >>> net = Ticket(Net(sizes=(49, 16, 10)), Data(pool=4))
    >>> net(torch.zeros(5, 28, 28, dtype=torch.uint8)).shape, [name for name, _ in net.named_children()]
    (torch.Size([5, 10]), ['pool', 'flatten', 'fc1', 'relu1', 'fc2'])
    """

    pixel_mean: torch.Tensor
    pixel_std: torch.Tensor

    def __init__(self, net: Net, data: Data, params: Mapping[str, np.ndarray] | None = None) -> None:
        """params: torch's names → weights; torch's own first weights when there are none."""
        super().__init__(OrderedDict((part.name, _made(part)) for part in parts(net, data)))
        chosen = image_set(name_of(data))
        self.shape = (chosen.channels, chosen.side, chosen.side)
        for name, values, plain in (("pixel_mean", chosen.mean, 0.0), ("pixel_std", chosen.std, 1.0)):
            self.register_buffer(name, torch.tensor(values or (plain,)).view(-1, 1, 1), persistent=False)
        if params is not None:
            load(self, params)
        self.eval()

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """images: (n, channels, side, side), or (n, side, side) where they are grey; any type. Returns (n, classes)."""
        pixels = images.reshape(len(images), *self.shape).to(self.pixel_mean.dtype) / 255
        logits: torch.Tensor = super().forward((pixels - self.pixel_mean) / self.pixel_std)  # type: ignore[no-untyped-call]
        return logits


def _made(part: Part) -> nn.Module:
    if part.kind == "Block":
        return Block(*part.args)
    if part.kind == "Sequential":
        return nn.Sequential(*(_made(inner) for inner in part.inner))
    made: nn.Module = getattr(nn, part.kind)(*part.args, **dict(part.options))
    return made
