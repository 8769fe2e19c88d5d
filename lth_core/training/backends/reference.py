"""The oracle: plain autograd PyTorch, written to be obviously right. Any net, no tricks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.base import check_state
from lth_core.training.backends.examples import Examples, Prepared
from lth_core.training.schedule import schedule

CHUNK = 5_000  # examples a forward pass when evaluating: bounds memory, changes nothing


class MLP(nn.Module):
    """784 – 300 – 100 – 10 and the like: linear layers `fc1 … fcL`, ReLU between, optional BatchNorm before ReLU."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.names = layer_names(net)
        for name, fan_in, fan_out in zip(self.names, net.sizes, net.sizes[1:], strict=False):
            self.add_module(name, nn.Linear(fan_in, fan_out))
            if net.batchnorm and name != self.names[-1]:
                self.add_module(name.replace("fc", "bn"), nn.BatchNorm1d(fan_out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        modules = dict(self.named_children())
        for name in self.names[:-1]:
            x = modules[name](x)  # (batch, out)
            norm = modules.get(name.replace("fc", "bn"))
            x = F.relu(norm(x) if norm else x)
        logits: torch.Tensor = modules[self.names[-1]](x)
        return logits  # (batch, classes)


class Reference:
    """Autograd on the masked net. Gradients of pruned weights are zeroed before the optimiser sees them, and the
    weights are put back afterwards, so that neither momentum nor weight decay can move them."""

    name = "reference"

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, frozen: bool = False, dtype: Any = np.float32,
    ) -> None:
        torch.set_num_threads(threads)
        self.training, self.data, self.step = training, data, step
        self.dtype = torch.from_numpy(np.empty(0, dtype)).dtype
        self.model = MLP(net).to(self.dtype)
        _load(self.model, params if frozen else mask.apply(params))
        self.pruned = {name: torch.tensor(~alive) for name, alive in mask.items()}
        self.kept_at = {name: self.model.get_parameter(name).detach()[gone] for name, gone in self.pruned.items()}
        self.optimiser = _optimiser(training, self.model)
        self.learned_from = _tensors(data.train, self.dtype)
        self.tensors: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}

    def advance(self, batches: np.ndarray) -> np.ndarray:
        rates = schedule(self.training, self.step, self.step + len(batches))
        images, labels = self.learned_from
        losses = np.empty(len(batches), np.float32)
        self.model.train()
        for i, (batch, rate) in enumerate(zip(batches, rates, strict=True)):
            index = torch.from_numpy(batch).long()
            loss = F.cross_entropy(self.model(images[index]), labels[index])
            self.optimiser.zero_grad()
            loss.backward()
            self._step(rate)
            losses[i] = loss.item()
        self.step += len(batches)
        return losses

    def _step(self, rate: float) -> None:
        for name, gone in self.pruned.items():
            self.model.get_parameter(name).grad[gone] = 0.0  # type: ignore[index]
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        with torch.no_grad():
            for name, gone in self.pruned.items():
                self.model.get_parameter(name)[gone] = self.kept_at[name]

    @torch.no_grad()
    def evaluate(self, split: str) -> tuple[float, float]:
        if split not in self.tensors:
            self.tensors[split] = _tensors(self.data[split], self.dtype)
        images, labels = self.tensors[split]
        self.model.eval()
        loss = right = 0.0
        for x, y in zip(images.split(CHUNK), labels.split(CHUNK), strict=True):
            logits = self.model(x)
            loss += F.cross_entropy(logits, y, reduction="sum").item()
            right += (logits.argmax(1) == y).sum().item()
        count = max(1, len(labels))
        return (loss / count, right / count) if len(labels) else (float("nan"), float("nan"))

    def params(self) -> dict[str, np.ndarray]:
        return {name: value.numpy().copy() for name, value in self.model.state_dict().items()
                if not name.endswith("num_batches_tracked")}

    def state(self) -> dict[str, np.ndarray]:
        state = {f"theta/{name}": value for name, value in self.params().items()}
        state["step"] = np.array(self.step)
        for index, moments in self.optimiser.state_dict()["state"].items():
            kept = {key: value for key, value in moments.items() if value is not None}
            state |= {f"moment/{index}/{key}": value.numpy().copy() for key, value in kept.items()}
        return state

    def restore(self, state: Params) -> None:
        own = {f"theta/{name}": value for name, value in self.params().items()} | {"step": np.array(0)}
        check_state(self, state, own, also="moment/")
        _load(self.model, {name.removeprefix("theta/"): v for name, v in state.items() if name.startswith("theta/")})
        self.step = int(state["step"])
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in state.items():
            if name.startswith("moment/"):
                _, index, key = name.split("/")
                moments.setdefault(int(index), {})[key] = torch.tensor(value)
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})


def _tensors(examples: Examples, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(examples.images, dtype=dtype), torch.tensor(examples.labels).long()


def _load(model: nn.Module, params: Mapping[str, np.ndarray]) -> None:
    """Copy `params` into the model; torch's own step counter of BatchNorm is not a parameter."""
    model.load_state_dict({name: torch.tensor(value) for name, value in params.items()}, strict=False)


def _optimiser(training: Training, model: nn.Module) -> torch.optim.Optimizer:
    if training.optimiser == "adam":
        return torch.optim.Adam(model.parameters(), lr=training.lr, weight_decay=training.weight_decay)
    return torch.optim.SGD(model.parameters(), lr=training.lr, momentum=training.momentum,
                           weight_decay=training.weight_decay)
