"""Conv-2, Conv-4 and Conv-6: small relatives of VGG (Frankle & Carbin, v5, figure 2)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from lth_core.nets.layers import image, layers
from lth_core.spec import Net


class ConvNet(nn.Module):
    """Pairs of 3×3 convolutions, each pair followed by a 2×2 max-pooling, then fully connected layers; ReLU between."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.image = image(net.sizes[0])
        self.convolutions, self.connected = [], []
        for layer in layers(net):
            if len(layer.shape) == 4:
                self.convolutions.append(layer.name)
                self.add_module(layer.name, nn.Conv2d(layer.shape[1], layer.shape[0], 3, padding=1))
            else:
                self.connected.append(layer.name)
                self.add_module(layer.name, nn.Linear(layer.shape[1], layer.shape[0]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.unflatten(1, self.image)  # (batch, channels, side, side)
        for number, name in enumerate(self.convolutions, start=1):
            x = F.relu(self.get_submodule(name)(x), inplace=True)
            if number % 2 == 0:
                x = F.max_pool2d(x, 2)
        x = x.flatten(1)  # (batch, channels · side · side)
        *hidden, last = self.connected
        for name in hidden:
            x = F.relu(self.get_submodule(name)(x), inplace=True)
        logits: torch.Tensor = self.get_submodule(last)(x)
        return logits  # (batch, classes)
