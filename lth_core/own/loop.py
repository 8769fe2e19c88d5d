"""Training a net of your own: plain autograd under a mask, step by step what `training.backends.reference` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.own.chance import borrowed, seeded
from lth_core.own.data import Examples, Three
from lth_core.own.functions import OwnError, checked_optimiser, optimising
from lth_core.own.net import PRUNED, OwnNet, put, values
from lth_core.spec import Training
from lth_core.spec.names import is_own
from lth_core.training.backends.base import check_state
from lth_core.training.backends.examples import PROBE
from lth_core.training.backends.reference import judged
from lth_core.training.schedule import schedule

CHUNK = 1_000  # examples of a forward pass when evaluating

Maker = Callable[[list[nn.Parameter]], torch.optim.Optimizer]


@dataclass(frozen=True, eq=False)
class Brought:
    """What a run is about that no Spec can hold: the net, the data, and the function that makes the optimiser where it
    is not told by its name."""

    net: OwnNet
    data: Three
    optimiser: Maker | None = None


class Loop:
    """A `training.backends.Backend`. Pruned weights get no gradient and are put back to zero after every step, whatever
    the optimiser does; `frozen` ones are put back to their values. Layers that draw (dropout) draw from the stream
    `noise` of the step, so that a resumed training meets the same."""

    name = "reference"

    def __init__(
        self, brought: Brought, training: Training, params: Params, mask: Mask, seed: int, threads: int = 1,
        step: int = 0, frozen: bool = False,
    ) -> None:
        torch.set_num_threads(threads)
        self.training, self.data, self.seed, self.step = training, brought.data, seed, step
        self.model = brought.net.module(params if frozen else mask.apply(params))
        named = dict(self.model.named_parameters())
        gone = {name: torch.tensor(~alive) for name, alive in mask.items() if not alive.all()}
        self.held = [(named[name], where, named[name].detach()[where]) for name, where in gone.items()]
        self.optimiser = make_optimiser(training, self.model, brought.optimiser)
        groups = self.optimiser.param_groups
        self.rates = [float(group["lr"]) / training.lr if brought.optimiser else 1.0 for group in groups]

    def advance(self, batches: np.ndarray) -> np.ndarray:
        rates = schedule(self.training, self.step, self.step + len(batches))
        inputs, labels = self.data.train.inputs, self.data.train.labels
        losses = np.empty(len(batches), np.float32)
        self.model.train()
        with borrowed():
            for i, (batch, rate) in enumerate(zip(batches, rates, strict=True)):
                seeded(self.seed, "noise", self.step + i)
                index = torch.from_numpy(batch).long()
                loss = F.cross_entropy(self.model(inputs[index]), labels[index])
                self.optimiser.zero_grad()
                loss.backward()
                self._step(rate)
                losses[i] = loss.item()
        self.step += len(batches)
        return losses

    def _step(self, rate: float) -> None:
        for parameter, where, _ in self.held:
            if parameter.grad is not None:
                parameter.grad.masked_fill_(where, 0.0)
        for group, share in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * share
        self.optimiser.step()
        with torch.no_grad():
            for parameter, where, kept in self.held:
                parameter[where] = kept

    @torch.no_grad()
    def evaluate(self, split: str) -> tuple[float, float]:
        part: Examples = getattr(self.data, split)
        part = part.first(PROBE) if split == "train" else part
        self.model.eval()
        with borrowed():
            seeded(self.seed, "noise")  # a net that draws even when it is judged draws the same every time
            loss, right = judged(self.model, part.inputs, part.labels, CHUNK)
        return loss / len(part), right / len(part)

    def params(self) -> dict[str, np.ndarray]:
        return values(self.model)

    @property
    def resumable(self) -> bool:
        """Can `state` hold all that goes on? Of torch's own optimisers it can; others keep what they like."""
        return type(self.optimiser).__module__.startswith("torch.optim")

    def state(self) -> dict[str, np.ndarray]:
        state = {f"theta/{name}": value for name, value in self.params().items()}
        state["step"] = np.array(self.step)
        for index, moments in self.optimiser.state_dict()["state"].items():
            kept = {key: value for key, value in moments.items() if isinstance(value, torch.Tensor)}
            state |= {f"moment/{index}/{key}": value.numpy().copy() for key, value in kept.items()}
        return state

    def restore(self, state: Params) -> None:
        own = {f"theta/{name}": value for name, value in self.params().items()} | {"step": np.array(0)}
        check_state(self, state, own, also="moment/")
        put(self.model, {name.removeprefix("theta/"): v for name, v in state.items() if name.startswith("theta/")})
        self.step = int(state["step"])
        moments: dict[int, dict[str, Any]] = {}
        for name, value in state.items():
            if name.startswith("moment/"):
                _, index, key = name.split("/")
                moments.setdefault(int(index), {})[key] = torch.tensor(value)
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})


def make_optimiser(training: Training, model: nn.Module, maker: Maker | None = None) -> torch.optim.Optimizer:
    """The optimiser of a training. maker: makes it where the training's word for it is not one that is known here."""
    params = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if maker is not None:
        try:
            made = maker(params)
        except TypeError as error:
            raise OwnError(f"the function given as optimiser does not take the parameters alone ({error}): give such a "
                           "one, or the name of a registered one") from error
        return checked_optimiser("the function given as optimiser", model, made)
    if is_own(training.optimiser):
        return optimising(training.optimiser, model, training.lr)
    if training.optimiser == "adam":
        return torch.optim.Adam(params, lr=training.lr, weight_decay=training.weight_decay)
    return torch.optim.SGD(params, lr=training.lr, momentum=training.momentum, weight_decay=training.weight_decay)


def rehearse(brought: Brought, training: Training, seed: int) -> str:
    """One forward, backward and optimiser step on the first mini-batch, on a copy: whatever does not fit is told before
    hours are spent. Returns the name of the last layer's weight, by the order of the forward pass. Raises OwnError."""
    model = brought.net.module({})
    part, outputs = brought.data.train.first(training.batch), None
    shape, order = tuple(part.inputs.shape), _in_order(model)
    model.train()
    with borrowed():
        seeded(seed, "noise", 0)
        try:
            outputs = model(part.inputs)
        except Exception as error:  # whatever a stranger's forward raises
            cure = "" if part.inputs.is_floating_point() else (
                "; inputs are whole numbers, which an embedding takes: give pixels as x.astype('float32') / 255")
            raise OwnError(f"the net does not take a mini-batch of shape {shape} and type {part.inputs.dtype}: "
                           f"{str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__}{cure}"
                           ) from error
        brought.data.check_labels(_classes(outputs, len(part)))
        F.cross_entropy(outputs, part.labels).backward()
        for name in brought.net.prunable:
            if model.get_parameter(name).grad is None:
                raise OwnError(f"{name} gets no gradient: forward does not use it; leave it out of prunable")
        optimiser = make_optimiser(training, model, brought.optimiser)
        try:
            optimiser.step()
        except TypeError as error:
            raise OwnError(f"{type(optimiser).__name__} cannot step without a closure ({error}): use an optimiser that "
                           "follows the gradient it finds") from None
    return order[-1] if order else brought.net.prunable[-1]


def _in_order(model: nn.Module) -> list[str]:
    """Fills up, while the model runs, with the names of its layers' weights in the order in which they are used."""
    used: list[str] = []
    for name, part in model.named_modules():
        if isinstance(part, PRUNED):
            part.register_forward_hook(partial(_note, used, f"{name}.weight".lstrip(".")))
    return used


def _note(used: list[str], name: str, *_: Any) -> None:
    used.append(name)


def _classes(outputs: Any, count: int) -> int:
    """Number of classes of a net's outputs. Raises OwnError unless they are logits (count, classes)."""
    if not isinstance(outputs, torch.Tensor) or outputs.ndim != 2 or len(outputs) != count:
        got = f"shape {tuple(outputs.shape)}" if isinstance(outputs, torch.Tensor) else type(outputs).__name__
        raise OwnError(f"the net returned {got} for {count} inputs: one logit a class is needed, ({count}, classes)")
    if outputs.shape[1] < 2:
        raise OwnError("the net has one output: give it one for each of at least two classes")
    return int(outputs.shape[1])
