"""Thousands of small nets at once on a graphics card: what `replicas` is on a CPU.

The first layers of all nets stand below one another in one matrix, so that one product feeds them all; the layers
behind are a batch of small matrices. Each net's gradients are its own, because the losses are added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.captured import ROOM, captured, on, optimiser_of
from lth_core.training.backends.examples import Prepared
from lth_core.training.backends.reference import on_device
from lth_core.training.backends.replicas import Replica
from lth_core.training.schedule import schedule

JUDGED = 100  # images of a forward pass: 2,500 nets' hidden units for them are 20 MB


class Many:
    """`len(masks)` nets of one shape, begun at params[i] under masks[i], all trained on the same batches."""

    def __init__(
        self, net: Net, training: Training, params: Sequence[Params], masks: Sequence[Mask], data: Prepared,
        device: str,
    ) -> None:
        self.net, self.training, self.data, self.device = net, training, data, device
        self.names, self.count = layer_names(net), len(masks)
        self.learned_from = on_device(data.train, device, torch.float32)
        self.weights, self.gone = {}, {}
        for name in self.names:
            weight = f"{name}.weight"
            for part in (weight, f"{name}.bias"):
                start = np.stack([one[part] for one in params])  # (nets, out, in) or (nets, out)
                self.weights[part] = torch.from_numpy(start).to(device)
            self.gone[weight] = torch.from_numpy(np.stack([~mask[weight] for mask in masks])).to(device)
            self.weights[weight].masked_fill_(self.gone[weight], 0.0)
        for values in self.weights.values():
            values.requires_grad_()
        self.rate, self.at = torch.zeros((), device=device), torch.zeros(1, dtype=torch.int64, device=device)
        self.optimiser = optimiser_of(training, self.weights.values(), self.rate, device)
        self.order = torch.zeros(ROOM, training.batch, dtype=torch.int64, device=device)
        self.rates, self.losses = torch.zeros(ROOM, device=device), torch.zeros(ROOM, self.count, device=device)

    def logits(self, images: torch.Tensor) -> torch.Tensor:
        """What every net says of images (batch, features): (nets, batch, classes)."""
        first, *later = self.names
        signal: torch.Tensor
        flat = images @ self.weights[f"{first}.weight"].flatten(0, 1).T  # (batch, nets · out)
        signal = flat.unflatten(1, (self.count, -1)).transpose(0, 1) + self.weights[f"{first}.bias"][:, None]
        for name in later:
            bias, weight = self.weights[f"{name}.bias"][:, None], self.weights[f"{name}.weight"]
            signal = torch.baddbmm(bias, F.relu(signal), weight.transpose(1, 2))
        return signal

    def step(self) -> None:
        """One step of the dealt ones, for every net."""
        images, labels = self.learned_from
        index = self.order.index_select(0, self.at)[0]
        self.rate.copy_(self.rates.index_select(0, self.at)[0])
        losses = _losses(self.logits(images.index_select(0, index)), labels.index_select(0, index)).mean(1)  # (nets,)
        self.optimiser.zero_grad()
        losses.sum().backward()
        for name, gone in self.gone.items():
            self.weights[name].grad.masked_fill_(gone, 0.0)  # type: ignore[union-attr]
        self.optimiser.step()
        self.losses.index_copy_(0, self.at, losses.detach()[None])
        self.at += 1

    def advance(self, batches: np.ndarray) -> np.ndarray:
        """Take a step for each row of `batches` (steps, batch), from the first of the schedule on; mean cross-entropy
        before each, float32 (steps, nets)."""
        rates, told = schedule(self.training, 0, len(batches)).astype(np.float32), []
        stream = torch.cuda.Stream() if self.device != "cpu" else None
        start = {name: values.detach().clone() for name, values in self.weights.items()}
        with on(stream):
            take = captured(self.step, stream)
            self._put_back(start)
            for first in range(0, len(batches), ROOM):
                part = batches[first : first + ROOM]
                self.order[: len(part)] = torch.from_numpy(part).long().to(self.device)
                self.rates[: len(part)] = torch.from_numpy(rates[first : first + ROOM]).to(self.device)
                self.at.zero_()
                take(len(part))
                told.append(self.losses[: len(part)].cpu().numpy().copy())
        return np.concatenate(told) if told else np.empty((0, self.count), np.float32)

    @torch.no_grad()
    def _put_back(self, start: dict[str, torch.Tensor]) -> None:
        """As it was before the steps that were taken to capture one."""
        for name, values in self.weights.items():
            values.copy_(start[name])
            for moment in self.optimiser.state[values].values():
                if torch.is_tensor(moment):
                    moment.zero_()

    @torch.no_grad()
    def evaluate(self, split: str) -> np.ndarray:
        """(mean cross-entropy, accuracy in 0–1) of every net, float64 (nets, 2)."""
        images, labels = on_device(self.data[split], self.device, torch.float32)
        sums = torch.zeros(self.count, 2, dtype=torch.float64, device=self.device)
        for x, y in zip(images.split(JUDGED), labels.split(JUDGED), strict=True):
            logits = self.logits(x)
            sums[:, 0] += _losses(logits, y).sum(1)
            sums[:, 1] += (logits.argmax(2) == y).sum(1)
        figures: np.ndarray = (sums / max(1, len(labels))).cpu().numpy()
        return figures


def _losses(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy (nets, batch) of logits (nets, batch, classes) for the labels (batch,) that all share."""
    told = F.log_softmax(logits, 2).gather(2, labels.expand(len(logits), -1)[..., None])
    return -told.squeeze(2)


def train_many(
    device: str, net: Net, training: Training, params: Sequence[Params], masks: Sequence[Mask], data: Prepared,
    batches: np.ndarray,
) -> Iterator[Replica]:
    """As `replicas.train_replicas`, judged by the test split, on torch's `device`, all in one go: 2,500 nets of
    784-20-10 take 0.8 GB with moments, gradients and masks. Trained weights stay there."""
    nets = Many(net, training, params, masks, data, device)
    losses, figures = nets.advance(batches), nets.evaluate("test")
    for k, (loss, accuracy) in enumerate(figures):
        yield Replica(k, losses[:, k], {"test": (float(loss), float(accuracy))}, {})
