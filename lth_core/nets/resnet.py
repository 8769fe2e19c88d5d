"""Residual nets for small pictures (He, Zhang, Ren & Sun 2016): ResNet-20, which Frankle & Carbin call "Resnet-18", and
ResNet-18."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from lth_core.nets.layers import RESNETS, channels, image
from lth_core.spec import Net


class Block(nn.Module):
    """relu(x + f(x)), f two 3×3 convolutions with BatchNorm. Where f changes the shape, so does a 1×1 convolution of
    x, the shortcut."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3, stride, padding=1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, padding=1, bias=False), nn.BatchNorm2d(out)
        self.straight = stride == 1 and into == out
        if not self.straight:
            self.shortcut, self.shortcut_bn = nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.straight else self.shortcut_bn(self.shortcut(x))))


class ResNet(nn.Module):
    """A 3×3 convolution, stages of blocks, every stage but the first halving the side, the mean of each channel, one
    linear layer."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.image, stages = image(net.sizes[0]), RESNETS[net.name]
        into = channels(net, stages[0][0])
        self.conv1, self.bn1 = nn.Conv2d(self.image[0], into, 3, padding=1, bias=False), nn.BatchNorm2d(into)
        self.stages = len(stages)
        for number, (published, blocks) in enumerate(stages, start=1):
            out = channels(net, published)
            first = Block(into, out, stride=1 if number == 1 else 2)
            self.add_module(f"stage{number}", nn.Sequential(first, *(Block(out, out, 1) for _ in range(blocks - 1))))
            into = out
        self.fc = nn.Linear(into, net.sizes[-1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.unflatten(1, self.image)  # (batch, channels, side, side)
        x = F.relu(self.bn1(self.conv1(x)))
        for number in range(1, self.stages + 1):
            x = self.get_submodule(f"stage{number}")(x)
        logits: torch.Tensor = self.fc(x.mean((2, 3)))
        return logits  # (batch, classes)
