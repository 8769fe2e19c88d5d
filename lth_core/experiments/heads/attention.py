"""Heads of a small Transformer: which are on, what each is worth, and how the net reads without some of them.

A set of heads is a number: bit i stands for head i, counted from the first head of the first block. Silencing a head
(Michel, Levy & Neubig 2019, section 2) is the same as taking its rows out of query, key and value and its columns out
of `out`; a test holds the two together.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.layers import BLOCKS, HEAD, HEADS, channels
from lth_core.nets.module import load, module
from lth_core.nets.params import Params
from lth_core.nets.transformer import Transformer
from lth_core.spec import Net
from lth_core.training.backends.reference import judged as totals

ALL = BLOCKS * HEADS
CHUNK = 250  # images of a forward pass: what a block makes of them stays in a cache


def gates(code: int) -> torch.Tensor:
    """The set of heads `code` as (blocks, heads), 1 for on.

    >>> gates(0b00010110).tolist()
    [[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]]
    """
    return torch.tensor([float(code >> head & 1) for head in range(ALL)]).view(BLOCKS, HEADS)


def masked(net: Net, code: int) -> Mask:
    """Every weight alive but those of the heads that are off: training under it trains the net without them."""
    alive = {name: np.array(values) for name, values in Mask.dense(net).items()}
    for head in range(ALL):
        if code >> head & 1:
            continue
        block, own = rows(net, head)
        for part in ("query", "key", "value"):
            alive[f"{block}.{part}.weight"][own] = False
        alive[f"{block}.out.weight"][:, own] = False
    return Mask(alive)


def built(net: Net, params: Params) -> Transformer:
    """The whole net with these parameters."""
    model = module(net)
    assert isinstance(model, Transformer)
    load(model, params)
    return model.eval()


def importance(model: Transformer, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean over examples of |∂L/∂ξ|, ξ a gate on the head's output, at 1: float64 (blocks, heads), in nats.

    Per example, before the mean: gates that help one picture as much as they hurt the next are needed (Michel et al.
    2019, equation 2). images (n, features), labels (n,).
    """
    total = torch.zeros(BLOCKS, HEADS, dtype=torch.float64)
    for x, y in zip(torch.tensor(images).split(CHUNK), torch.tensor(labels).split(CHUNK), strict=True):
        ones = torch.ones(BLOCKS, len(x), HEADS, requires_grad=True)
        loss = F.cross_entropy(model(x, ones), y, reduction="sum")  # each example has gates of its own
        total += torch.autograd.grad(loss, ones)[0].abs().sum(1).double()
    found: np.ndarray = (total / len(labels)).numpy()
    return found


def by_layer(scores: np.ndarray) -> np.ndarray:
    """Scores (blocks, heads) divided by their length in each block, as the paper compares heads of different blocks.

    >>> by_layer(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.linalg.norm(scores, axis=1, keepdims=True)
    found: np.ndarray = np.divide(scores, length, out=np.zeros_like(scores), where=length > 0)
    return found


@torch.inference_mode()
def judged(model: Transformer, first: int, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Loss in nats and accuracy of the net for every set of the second block's heads, with the set `first` of the first
    block's: float64 (sets, 2), in the order of their numbers. What the sets share is computed once."""
    sums = np.zeros((1 << HEADS, 2))
    opened, second = gates(first)[0], model.block(1)
    each = second.out.weight.view(-1, HEADS, second.head)  # (width, heads, head)
    for x, y in zip(torch.tensor(images).split(CHUNK), torch.tensor(labels).split(CHUNK), strict=True):
        stream = model.block(0)(model.embedded(x), opened)
        parts = torch.einsum("bphd,whd->hbpw", second.attended(stream), each)
        streams = [stream + second.out.bias]
        for number in range(1 << HEADS):
            if number:  # that of the set without its first head, and that head
                streams.append(streams[number & number - 1] + parts[(number & -number).bit_length() - 1])
            logits = model.read(second.worked(streams[number]))
            sums[number] += (F.cross_entropy(logits, y, reduction="sum").item(),
                             (logits.argmax(1) == y).sum().item())
    return sums / len(labels)


@torch.inference_mode()
def read(model: Transformer, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Loss in nats and accuracy on `images` (n, features), whose labels come first in `labels`."""
    x = torch.tensor(images)
    loss, right = totals(model, x, torch.tensor(labels[: len(x)]), CHUNK)
    return loss / len(x), right / len(x)


def rows(net: Net, head: int) -> tuple[str, slice]:
    """The block of a head, and which rows of query, key and value, and columns of `out`, are its own there.

    >>> rows(Net("transformer", (784, 10)), 5)
    ('block2', slice(8, 16, None))
    """
    wide, at = channels(net, HEAD), head % HEADS
    return f"block{head // HEADS + 1}", slice(at * wide, (at + 1) * wide)
