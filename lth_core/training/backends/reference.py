"""The oracle: plain autograd PyTorch, written to be obviously right. Any net, no tricks."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.layers import RESNETS, image, layers
from lth_core.nets.module import load, module, save
from lth_core.nets.params import Params
from lth_core.own.functions import optimising
from lth_core.spec import Net, Training
from lth_core.spec.names import is_own
from lth_core.training.augment import augmented, draws
from lth_core.training.backends.base import check_state
from lth_core.training.backends.examples import Examples, Prepared
from lth_core.training.backends.rounded import bfloat16
from lth_core.training.schedule import schedule

# When evaluating: examples of a forward pass, and of a net with convolutions on a CPU as many as keep the output of its
# widest layer below so many numbers, that is, in a cache; ten times as many take twice the time.
CHUNK, NUMBERS = 5_000, 1_500_000


class Reference:
    """Autograd on the masked net. Gradients of pruned weights are zeroed before the optimiser sees them. Pruned weights
    are zero, and neither momentum nor weight decay moves a zero; frozen ones are put back after every step.

    device: torch's word for where it computes; what goes in and comes out is on the CPU.
    """

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, frozen: bool = False, dtype: Any = np.float32, device: str = "cpu",
    ) -> None:
        # The small Transformer's matrices are not worth sharing: on a busy machine two threads wait for each other at
        # every one of them, and a step takes twenty times as long.
        torch.set_num_threads(1 if net.name == "transformer" else threads)
        self.name, self.device = "reference" if device == "cpu" else device, device
        self.training, self.data, self.step = training, data, step
        self.dtype = torch.from_numpy(np.empty(0, dtype)).dtype
        self.half = training.precision == "bfloat16"
        self.model = laid_out(module(net).to(self.dtype), net, device)
        load(self.model, params if frozen else mask.apply(params))
        self.pruned = {name: torch.tensor(~alive, device=device) for name, alive in mask.items() if not alive.all()}
        self.alive = {name: all_bits(self.model.get_parameter(name), gone) for name, gone in self.pruned.items()}
        self.kept_at = {name: self.model.get_parameter(name).detach()[gone] for name, gone in self.pruned.items()
                        if frozen}
        self.image = image(net.sizes[0]) if training.augment else None
        widest = max(layer.uses * layer.shape[0] for layer in layers(net))
        self.chunk = CHUNK if net.name == "mlp" or device != "cpu" else max(1, NUMBERS // widest)
        self.optimiser = _optimiser(training, self.model, fused=net.name != "mlp")
        self.learned_from = self._tensors(data.train)
        self.tensors: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}

    def advance(self, batches: np.ndarray) -> np.ndarray:
        rates = schedule(self.training, self.step, self.step + len(batches))
        labels = self.learned_from[1]
        losses = torch.empty(len(batches), device=self.device)  # read once: a card need not wait for every step
        indices = torch.from_numpy(batches).long().to(self.device)
        self.model.train()
        for i, (batch, index, rate) in enumerate(zip(batches, indices, rates, strict=True)):
            loss = F.cross_entropy(self._logits(self._seen(index, batch, self.step + i)), labels[index])
            self.optimiser.zero_grad()
            loss.backward()
            self._step(rate)
            losses[i] = loss.detach()
        self.step += len(batches)
        return losses.cpu().numpy()

    def _logits(self, images: torch.Tensor) -> torch.Tensor:
        """What the net says of images (batch, features), multiplied in the Spec's precision; as it is judged too."""
        if not self.half:
            return self.model(images)  # type: ignore[no-any-return]
        with bfloat16(self.device):
            return self.model(images).float()  # type: ignore[no-any-return]

    def _seen(self, index: torch.Tensor, batch: np.ndarray, step: int) -> torch.Tensor:
        """The images of a mini-batch (batch, features), each as it is shown at this step."""
        images = self.learned_from[0][index]
        if self.image is None:
            return images
        return augmented(images.unflatten(1, self.image), *draws(batch, step)).flatten(1)

    def _step(self, rate: float) -> None:
        for name, bits in self.alive.items():
            self.model.get_parameter(name).grad.view(bits.dtype).bitwise_and_(bits)  # type: ignore[union-attr]
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        with torch.no_grad():
            for name, values in self.kept_at.items():
                self.model.get_parameter(name)[self.pruned[name]] = values

    @torch.no_grad()
    def evaluate(self, split: str) -> tuple[float, float]:
        if split not in self.tensors:
            self.tensors[split] = self._tensors(self.data[split])
        images, labels = self.tensors[split]
        self.model.eval()
        loss, right = judged(self._logits, images, labels, self.chunk)
        count = max(1, len(labels))
        return (loss / count, right / count) if len(labels) else (float("nan"), float("nan"))

    def params(self) -> dict[str, np.ndarray]:
        return save(self.model)

    def state(self) -> dict[str, np.ndarray]:
        state = {f"theta/{name}": value for name, value in self.params().items()}
        state["step"] = np.array(self.step)
        for index, moments in self.optimiser.state_dict()["state"].items():
            kept = {key: value for key, value in moments.items() if value is not None}
            state |= {f"moment/{index}/{key}": value.cpu().numpy().copy() for key, value in kept.items()}
        return state

    def restore(self, state: Params) -> None:
        own = {f"theta/{name}": value for name, value in self.params().items()} | {"step": np.array(0)}
        check_state(self, state, own, also="moment/")
        load(self.model, {name.removeprefix("theta/"): v for name, v in state.items() if name.startswith("theta/")})
        self.step = int(state["step"])
        moments: dict[int, dict[str, torch.Tensor]] = {}
        weights = list(self.model.parameters())
        for name, value in state.items():
            if name.startswith("moment/"):
                _, index, key = name.split("/")
                weight, moment = weights[int(index)], torch.tensor(value)
                # A fused optimiser walks through memory: a moment must lie as its weight does, channels innermost.
                alike = torch.empty_like(weight).copy_(moment) if moment.shape == weight.shape else moment
                moments.setdefault(int(index), {})[key] = alike
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})

    def _tensors(self, examples: Examples) -> tuple[torch.Tensor, torch.Tensor]:
        return (_tensors if self.device == "cpu" else on_device)(examples, self.device, self.dtype)


def all_bits(weight: torch.Tensor, gone: torch.Tensor) -> torch.Tensor:
    """Whole numbers as wide as the weights and laid out like them: every bit set, and none where a weight is `gone`. A
    gradient "and" these is what `masked_fill_(gone, 0.0)` leaves, bit by bit, in a fortieth of the time."""
    whole = torch.int64 if weight.dtype == torch.float64 else torch.int32
    return torch.empty_like(weight, dtype=whole).copy_(torch.where(gone, 0, -1))


def laid_out(model: nn.Module, net: Net, device: str) -> nn.Module:
    """The model on the device, channels innermost: 3×3 convolutions train a fifth faster on a CPU and are evaluated in
    half the time. Not residual nets on a CPU: the gradient of their 1×1 convolutions at stride 2 writes beyond its
    memory (torch 2.13, 4 channels)."""
    if net.name not in RESNETS or device != "cpu":
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
    return model.to(device)


def _tensors(examples: Examples, device: str, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Images (n, features) and labels (n,) where they are computed with."""
    images = torch.from_numpy(examples.images).to(device, dtype)
    return images, torch.tensor(examples.labels, device=device).long()


@lru_cache(maxsize=16)
def on_device(examples: Examples, device: str, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """The same, made once: a card has the memory for it, and trains a net in seconds. Ready for every stream."""
    made = _tensors(examples, device, dtype)
    if device != "cpu":
        torch.cuda.current_stream().synchronize()
    return made


def judged(
    model: Callable[[torch.Tensor], torch.Tensor], inputs: torch.Tensor, labels: torch.Tensor, chunk: int,
) -> tuple[float, float]:
    """Cross-entropy in nats summed over all examples, and how many of them `model` puts in their class; `chunk`
    examples a forward pass."""
    loss = right = 0.0
    for x, y in zip(inputs.split(chunk), labels.split(chunk), strict=True):
        logits = model(x)
        loss += F.cross_entropy(logits, y, reduction="sum").item()
        right += (logits.argmax(1) == y).sum().item()
    return loss, right


def card() -> bool:
    """Is there a graphics card that PyTorch can compute on?"""
    return torch.cuda.is_available()


def _optimiser(training: Training, model: nn.Module, fused: bool) -> torch.optim.Optimizer:
    """fused: one pass over the weights instead of one an operation; it rounds otherwise, so the oracle does without."""
    if is_own(training.optimiser):
        return optimising(training.optimiser, model, training.lr)
    if training.optimiser == "adam":
        return torch.optim.Adam(model.parameters(), lr=training.lr, weight_decay=training.weight_decay, fused=fused)
    return torch.optim.SGD(model.parameters(), lr=training.lr, momentum=training.momentum,
                           weight_decay=training.weight_decay, fused=fused)
