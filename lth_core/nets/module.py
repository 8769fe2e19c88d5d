"""The net of a Spec as a `torch.nn.Module`: images (batch, features) go in, logits (batch, classes) come out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from lth_core.nets.conv import ConvNet
from lth_core.nets.layers import CONVS, RESNETS
from lth_core.nets.mlp import MLP
from lth_core.nets.resnet import ResNet
from lth_core.nets.transformer import Transformer
from lth_core.nets.vgg import VGG
from lth_core.spec import Net

CHUNK = 500  # images of a forward pass: bounds memory


def module(net: Net) -> nn.Module:
    """The net with torch's own first weights; `load` gives it others.

    >>> module(Net("resnet20", (3072, 10), batchnorm=True)).stage2[0].shortcut.weight.shape
    torch.Size([32, 16, 1, 1])
    """
    if net.name == "mlp":
        return MLP(net)
    if net.name == "transformer":
        return Transformer(net)
    return ConvNet(net) if net.name in CONVS else ResNet(net) if net.name in RESNETS else VGG(net)


def load(model: nn.Module, params: Mapping[str, np.ndarray]) -> None:
    """Copy `params` into the model; torch's own step counter of BatchNorm is not a parameter."""
    model.load_state_dict({name: torch.tensor(value) for name, value in params.items()}, strict=False)


def save(model: nn.Module) -> dict[str, np.ndarray]:
    """Copies of the model's parameters, the inverse of `load`."""
    return {name: value.cpu().numpy().copy() for name, value in model.state_dict().items()
            if not name.endswith("num_batches_tracked")}


@torch.no_grad()
def recalibrated(
    net: Net, params: Mapping[str, np.ndarray], images: np.ndarray, device: str = "cpu"
) -> dict[str, np.ndarray]:
    """`params` with BatchNorm statistics measured anew on `images` (n, features): means over batches of CHUNK, each
    normalised by its own. device: torch's word for where that is computed."""
    model = module(net).to(device)
    load(model, params)
    for part in model.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.reset_running_stats()
            part.momentum = None  # torch's word for a plain average over batches
    model.train()
    for chunk in torch.from_numpy(images.copy()).to(device).split(CHUNK):
        model(chunk)
    return save(model)
