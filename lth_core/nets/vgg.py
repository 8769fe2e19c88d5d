"""VGG-16 and VGG-19 for small pictures (after Simonyan & Zisserman 2015), as Frankle & Carbin prune them: BatchNorm
behind every convolution, and one linear layer instead of three."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from lth_core.nets.layers import VGGS, channels, image
from lth_core.spec import Net


class VGG(nn.Module):
    """Stages of 3×3 convolutions, a 2×2 max-pooling between two, then the mean of each channel and one linear layer."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.image = image(net.sizes[0])
        self.convolutions = [count for _, count in VGGS[net.name]]  # of each stage
        into, number = self.image[0], 0
        for published, count in VGGS[net.name]:
            out = channels(net, published)
            for _ in range(count):
                number += 1
                self.add_module(f"conv{number}", nn.Conv2d(into, out, 3, padding=1, bias=False))
                self.add_module(f"bn{number}", nn.BatchNorm2d(out))
                into = out
        self.fc = nn.Linear(into, net.sizes[-1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.unflatten(1, self.image)  # (batch, channels, side, side)
        number = 0
        for stage, count in enumerate(self.convolutions):
            x = F.max_pool2d(x, 2) if stage else x
            for _ in range(count):
                number += 1
                x = F.relu(self.get_submodule(f"bn{number}")(self.get_submodule(f"conv{number}")(x)))
        logits: torch.Tensor = self.fc(x.mean((2, 3)))
        return logits  # (batch, classes)
