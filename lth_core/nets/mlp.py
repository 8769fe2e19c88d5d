"""LeNet-300-100 and its kind: fully connected layers."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from lth_core.nets.layers import layers
from lth_core.spec import Net


class MLP(nn.Module):
    """784 – 300 – 100 – 10 and the like: linear layers `fc1 … fcL`, ReLU between, optional BatchNorm before ReLU."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.table = layers(net)
        for layer in self.table:
            out, into = layer.shape
            self.add_module(layer.name, nn.Linear(into, out))
            if layer.norm:
                self.add_module(layer.norm, nn.BatchNorm1d(out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *hidden, last = self.table
        for layer in hidden:
            x = self.get_submodule(layer.name)(x)  # (batch, out)
            x = F.relu(self.get_submodule(layer.norm)(x) if layer.norm else x)
        logits: torch.Tensor = self.get_submodule(last.name)(x)
        return logits  # (batch, classes)
