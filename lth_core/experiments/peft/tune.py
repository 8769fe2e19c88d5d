"""A tuning: some steps of Adam on what moves, what that held in memory, and how the net reads afterwards."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.data import Part
from lth_core.experiments.peft.net import Tuned
from lth_core.running.one_thread import one_thread

CHUNK = 2_000  # images of a forward pass when the net is judged


@one_thread()
def train(net: Tuned, images: Part, order: np.ndarray, lr: float) -> tuple[float, int]:
    """Tune `net` on the batches of `order` (steps, batch), by cross-entropy among the new classes alone; what moves
    changes in place. Adam's rate falls from `lr` to 0 on a line, as is usual in fine-tuning. Returns (seconds of
    processor time, bytes held between two steps)."""
    adam = torch.optim.Adam(list(net.moving.values()), lr=lr, fused=True)
    began = time.process_time()
    for step, batch in enumerate(order):
        adam.param_groups[0]["lr"] = lr * (1 - step / len(order))
        seen, labels = torch.from_numpy(images.images[batch]), torch.from_numpy(images.labels[batch])
        adam.zero_grad()
        F.cross_entropy(net.new_logits(seen), labels).backward()
        adam.step()
    return time.process_time() - began, held(net, adam)


def held(net: Tuned, adam: torch.optim.Optimizer) -> int:
    """Bytes of training state: the net, what was added to it, and for all that moves its gradient and two moments.

    The images, what layers give on the way, and Adam's count of steps are left out. A mask needs to know its places.
    """
    replaced = [net.frozen[name] for name in net.moving if name in net.frozen]
    inside = [net.moving["new.weight"], net.moving["new.bias"]]  # rows of the net's own output layer
    moments = [moment for state in adam.state.values() for name, moment in state.items() if name != "step"]
    gradients = [value.grad for value in net.moving.values() if value.grad is not None]
    whole = sum(map(_bytes, [*net.frozen.values(), *net.moving.values(), *net.places.values()]))
    return whole - sum(map(_bytes, [*replaced, *inside])) + sum(map(_bytes, [*gradients, *moments]))


def _bytes(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()


@one_thread()
@torch.no_grad()
def answers(net: Tuned, images: np.ndarray) -> torch.Tensor:
    """Logits (n, all classes) of images (n, features)."""
    return torch.cat([net.logits(chunk) for chunk in torch.from_numpy(images.copy()).split(CHUNK)])


def share_right(logits: torch.Tensor, labels: np.ndarray, among: slice) -> float:
    """Share of images whose highest logit among some outputs is their label's; NaN without images.

    labels: places in all outputs.

    >>> share_right(torch.tensor([[3.0, 1.0, 2.0]]), np.array([2]), slice(1, 3))
    1.0
    """
    chosen = logits[:, among].argmax(1).numpy() + (among.start or 0)
    return float(np.mean(chosen == labels)) if len(labels) else float("nan")
