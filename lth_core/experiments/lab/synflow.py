"""SynFlow: cut the thinnest paths first, without one look at an image (Tanaka, Kunin, Yamins & Ganguli, NeurIPS 2020).

Make every weight positive and send ones through the net. What comes out, R, is the sum over all paths from an input to
an output of the product of their weights. A weight's score is its share of R: the paths that run through it. Cut few,
score again: a layer that is nearly gone carries all of R in few weights, which then score high and stay.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from lth_core.experiments.lab.edge_popup import top
from lth_core.masks.mask import Mask
from lth_core.masks.select import round_half_up
from lth_core.nets.module import load, module
from lth_core.nets.params import Params
from lth_core.spec import Net

ROUNDS = 100  # as in the paper; one round alone can empty a layer


def cut(net: Net, params: Params, keep: int, rounds: int = ROUNDS) -> Mask:
    """The mask of exactly `keep` weights: after round i of n, of all N weights N·(keep/N)^(i/n) are left, those with
    the highest scores.

    Masks of later rounds are nested in earlier ones. params: where training would begin; never changed.
    """
    dense = Mask.dense(net)
    model, share = positive(net, params), keep / dense.total
    weights = [model.get_parameter(name) for name in dense]
    alive = np.arange(dense.total)
    for turn in range(1, rounds + 1):
        found = flow(model, net, weights).numpy()[alive]
        left = keep if turn == rounds else round_half_up(dense.total * share ** (turn / rounds))
        gone = alive[~top(found, min(left, alive.size))]
        alive = np.setdiff1d(alive, gone, assume_unique=True)
        _silence(weights, gone)
    kept = np.zeros(dense.total, np.bool_)
    kept[alive] = True
    parts = np.split(kept, np.cumsum([layer.size for layer in dense.values()])[:-1])
    return Mask({name: part.reshape(dense[name].shape) for name, part in zip(dense, parts, strict=True)})


def positive(net: Net, params: Params) -> nn.Module:
    """The net in float64 with every parameter its absolute value, BatchNorm as it is before any data: then no more than
    a scale. In float32 the products of deep nets would overflow."""
    model = module(net).double().eval()
    load(model, {name: np.abs(value) for name, value in params.items()})
    return model


def flow(model: nn.Module, net: Net, weights: list[nn.Parameter]) -> torch.Tensor:
    """|θ ⊙ ∂R/∂θ| of every weight in one row, (weights,): R is the sum of the logits for an input of ones."""
    total = model(torch.ones(1, net.sizes[0], dtype=torch.float64)).sum()
    slopes = torch.autograd.grad(total, weights)
    return torch.cat([(weight.detach() * slope).abs().ravel() for weight, slope in zip(weights, slopes, strict=True)])


@torch.no_grad()
def _silence(weights: list[nn.Parameter], gone: np.ndarray) -> None:
    """Set to zero the weights with these places in the row of all; the places rise."""
    start = 0
    for weight in weights:
        low, high = np.searchsorted(gone, (start, start + weight.numel()))
        weight.view(-1)[torch.from_numpy(gone[low:high] - start)] = 0.0
        start += weight.numel()
