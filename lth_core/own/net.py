"""A net of your own: any `torch.nn.Module`, or a function that makes one."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter
from torch.nn.utils import prune

from lth_core.masks.mask import Mask
from lth_core.own.chance import borrowed, seeded
from lth_core.own.functions import OwnError
from lth_core.own.source import Unreadable, content, told
from lth_core.spec import Pruning

# Which parameters are pruned: told by its name, the parameter, and the module that owns it.
Prunable: TypeAlias = Callable[[str, nn.Parameter, nn.Module], bool]

PRUNED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
CONVOLUTIONS = PRUNED[1:]
FLOATS = (torch.float32, torch.float64)
OF_ANY = frozenset(vars(nn.Module()))  # attributes that every module has


def weights(name: str, parameter: nn.Parameter, owner: nn.Module) -> bool:
    """The weights of linear and convolutional layers; never biases, norms, embeddings or what does not learn.

    >>> weights("weight", nn.Linear(2, 2).weight, nn.Linear(2, 2)), weights("weight", nn.BatchNorm1d(2).weight,
    ...                                                                     nn.BatchNorm1d(2))
    (True, False)
    """
    return isinstance(owner, PRUNED) and name.rpartition(".")[2] == "weight" and parameter.requires_grad


@dataclass(frozen=True, eq=False)
class OwnNet:
    """template: the module at θ₀, never trained. prunable: names of the pruned weights, in the order of the module.
    make: draws a fresh module; None where a finished module was brought."""

    template: nn.Module
    prunable: tuple[str, ...]
    make: Callable[[], nn.Module] | None

    @classmethod
    def of(cls, brought: Any, seed: int, prunable: Prunable = weights) -> OwnNet:
        """A module is copied as it is: its present weights are θ₀. A function is called under the named stream `init`.

        Raises OwnError for what is no module, a module that cannot be trained as it is, or nothing to prune.
        """
        make = None if isinstance(brought, nn.Module) else brought
        if make is None:
            _check_module(brought)
        template = copy.deepcopy(brought) if make is None else drawn(make, seed, "init")
        names = tuple(name for name, parameter, owner in _owned(template) if prunable(name, parameter, owner))
        if not names:
            have = ", ".join(name for name, _ in template.named_parameters()) or "no parameters at all"
            cure = ("prunable=lambda name, parameter, owner: … chooses others" if prunable is weights
                    else "the predicate given as prunable selects none")
            raise OwnError(f"{_name(template)} has nothing to prune: {cure}; it has {have}")
        frozen = [name for name in names if not template.get_parameter(name).requires_grad]
        if frozen:
            raise OwnError(f"{frozen[0]} does not learn (requires_grad is False): leave it out of prunable")
        return cls(template, names, make)

    @property
    def dtype(self) -> torch.dtype:
        return next(self.template.parameters()).dtype

    def dense(self) -> Mask:
        """Every prunable weight alive."""
        return Mask({name: np.ones(tuple(self.template.get_parameter(name).shape), np.bool_) for name in self.prunable})

    def theta0(self) -> dict[str, np.ndarray]:
        """First parameters and buffers by name, copies."""
        return values(self.template)

    def module(self, params: Mapping[str, np.ndarray]) -> nn.Module:
        """A module of its own at those parameters."""
        module = copy.deepcopy(self.template)
        put(module, params)
        return module

    def fresh(self, seed: int, replicate: int, level: int) -> dict[str, np.ndarray]:
        """Parameters drawn anew under the stream `reinit`. Raises OwnError when a brought module cannot be."""
        if self.make is not None:
            return values(drawn(self.make, seed, "reinit", replicate, level))
        module = copy.deepcopy(self.template)
        with borrowed():
            seeded(seed, "reinit", replicate, level)
            for part in module.modules():
                if callable(getattr(part, "reset_parameters", None)):
                    part.reset_parameters()  # type: ignore[operator]
                elif any(True for _ in part.parameters(recurse=False)):
                    raise OwnError(f"{_name(part)} has no reset_parameters, so its weights cannot be drawn anew: give "
                                   "find_ticket a function that makes the net instead of the net")
        put(module, {name: value.detach().numpy() for name, value in self.template.named_parameters()
                     if not value.requires_grad})  # what never learns is no first value: it stays
        return values(module)

    def check_fresh(self, seed: int) -> None:
        """Raise OwnError where no fresh weights can be drawn, or where they would be θ₀ once more."""
        anew, first = self.fresh(seed, 0, 1), self.theta0()
        if all(np.array_equal(anew[name], first[name]) for name in self.prunable):
            raise OwnError("the net's function returns the same weights for every seed, so a control with fresh "
                           "weights would be the ticket again: build the net inside the function, "
                           "without a seed of its own")

    def shares(self, pruning: Pruning, output: str) -> dict[str, float]:
        """The share of what it has left that each pruned weight loses in a round; globally, those of 0 are spared.
        output: name of the last layer's weight, pruned or not."""
        convolutions = pruning.conv_rate if pruning.scope == "layer" else pruning.rate
        found = {name: convolutions if isinstance(owner, CONVOLUTIONS) else pruning.rate
                 for name, _, owner in _owned(self.template) if name in self.prunable}
        return found | ({output: pruning.output_rate} if output in found else {})

    def spread(self) -> dict[str, np.ndarray]:
        """θ₀ with each prunable layer at the standard deviation of its own weights throughout."""
        return {name: np.full_like(value, value.std()) if name in self.prunable else value
                for name, value in self.theta0().items()}

    def digest(self, seed: int) -> str:
        """What this net computes and where it begins: layers with their settings, sources of classes that are not
        torch's, what learns, θ₀, all buffers, and a fresh draw. Raises Unreadable where one of them cannot be told."""
        if hooked(self.template):
            raise Unreadable(f"{_name(self.template)} has hooks, which its layers do not tell: let forward do what "
                             "they do")
        learns = [(name, parameter.requires_grad) for name, parameter in self.template.named_parameters()]
        text = hashlib.sha256(repr((self.template, self.prunable, learns)).encode())
        for part in self.template.modules():
            text.update(_said(part).encode())
        buffers = {name: buffer.numpy() for name, buffer in self.template.named_buffers()}
        draws = [self.theta0(), buffers] + ([self.fresh(seed, 0, 1)] if self.make else [])
        for params in draws:
            for name, value in params.items():
                text.update(f"{name}{value.dtype}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
        return text.hexdigest()[:24]


def drawn(make: Callable[[], nn.Module], seed: int, name: str, *indices: int) -> nn.Module:
    """The module that `make` makes under a named stream. Raises OwnError when it makes none, or another one twice."""
    made = []
    for _ in range(2):
        with borrowed():
            seeded(seed, name, *indices)
            try:
                module = make()
            except TypeError as error:
                raise OwnError(f"the net must be a torch.nn.Module or a function without arguments that returns one "
                               f"({error})") from None
        if not isinstance(module, nn.Module):
            raise OwnError(f"the net's function returned {type(module).__name__}: a torch.nn.Module is needed")
        _check_module(module)
        made.append(values(module))
    if made[0].keys() != made[1].keys() or any(not np.array_equal(value, made[1][key], equal_nan=True)
                                               for key, value in made[0].items()):
        raise OwnError("the net's function gives other weights each time it is called: let its chance come from "
                       "torch's own generator, which is seeded here, and from nothing else")
    return module


def values(module: nn.Module) -> dict[str, np.ndarray]:
    """Copies of all parameters and buffers that a state dict holds, each under its first name."""
    kept = set(module.state_dict())
    found = [*module.named_parameters(), *((name, buffer) for name, buffer in module.named_buffers() if name in kept)]
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in found}


@torch.no_grad()
def put(module: nn.Module, params: Mapping[str, np.ndarray]) -> None:
    """Copy `params` into the module, the inverse of `values`."""
    tensors = dict(module.named_parameters()) | dict(module.named_buffers())
    for name, value in params.items():
        tensors[name].copy_(torch.from_numpy(np.array(value)))


def _owned(module: nn.Module) -> Iterator[tuple[str, nn.Parameter, nn.Module]]:
    """(full name, parameter, owner), each parameter once."""
    for name, parameter in module.named_parameters():
        yield name, parameter, module.get_submodule(name.rpartition(".")[0])


def _check_module(module: nn.Module) -> None:
    name = _name(module)
    if any(isinstance(parameter, UninitializedParameter) for parameter in module.parameters()):
        raise OwnError(f"{name} has lazy layers without weights yet: let the function that makes it run it once on an "
                       "example")
    if prune.is_pruned(module):
        raise OwnError(f"{name} is pruned by torch.nn.utils.prune: lth_core.own.export.from_prune gives its mask and a "
                       "plain copy")
    tensors = [*module.named_parameters(), *module.named_buffers()]
    for key, tensor in tensors:
        if tensor.device.type != "cpu":
            raise OwnError(f"{key} of {name} is on {tensor.device}: training here is on the CPU; net.cpu() brings it")
        if tensor.is_floating_point() and (tensor.dtype not in FLOATS or not torch.isfinite(tensor).all()):
            what = f"of type {tensor.dtype}" if tensor.dtype not in FLOATS else "NaN or infinite in places"
            raise OwnError(f"{key} of {name} is {what}: finite numbers of type float32 or float64 are needed")


def hooked(module: nn.Module) -> bool:
    """Does something happen on the way that no layer does?"""
    return any(part._forward_hooks or part._forward_pre_hooks or part._backward_hooks or part._backward_pre_hooks
               for part in module.modules())


def _said(part: nn.Module) -> str:
    """The settings of a module, and the sources of its classes that are not torch's own."""
    classes = [kind for kind in type(part).__mro__[:-1] if kind.__module__.partition(".")[0] != "torch"]
    texts = [told(kind, f"the class {kind.__name__}") for kind in classes]
    for name, value in sorted(vars(part).items()):
        if name not in OF_ANY and not (isinstance(part, nn.RNNBase) and name.startswith("_")):  # its weights once more
            texts.append(f"{name} = {content(value, f'the attribute {name} of {_name(part)}')}")
    return "\n".join(texts)


def _name(module: nn.Module) -> str:
    return type(module).__name__


