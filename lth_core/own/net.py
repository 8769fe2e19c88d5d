"""A net of your own: any `torch.nn.Module`, or a function that makes one."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter
from torch.nn.utils import prune

from lth_core.masks.mask import Mask
from lth_core.own.chance import borrowed, seeded
from lth_core.own.functions import OwnError
from lth_core.own.source import told

# Which parameters are pruned: told by its name, the parameter, and the module that owns it.
Prunable: TypeAlias = Callable[[str, nn.Parameter, nn.Module], bool]

PRUNED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
FLOATS = (torch.float32, torch.float64)


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
        return values(module)

    def spread(self) -> dict[str, np.ndarray]:
        """θ₀ with each prunable layer at the standard deviation of its own weights throughout."""
        return {name: np.full_like(value, value.std()) if name in self.prunable else value
                for name, value in self.theta0().items()}

    def digest(self, seed: int) -> str:
        """What this net computes and where it begins: layers, sources of classes that are not torch's, θ₀, and a fresh
        draw. Raises Unreadable where a source cannot be told."""
        text = hashlib.sha256(repr((self.template, self.prunable)).encode())
        for part in self.template.modules():
            text.update(_said(part).encode())
        draws = [self.theta0()] + ([self.fresh(seed, 0, 1)] if self.make else [])
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


def _said(part: nn.Module) -> str:
    """Sources and plain settings of a module whose class is not torch's own."""
    classes = [kind for kind in type(part).__mro__[:-1] if kind.__module__.partition(".")[0] != "torch"]
    if not classes:
        return ""
    texts = [told(kind, f"the class {kind.__name__}") for kind in classes]
    for name, value in sorted(vars(part).items()):
        if not name.startswith("_") and name != "training":
            texts.append(f"{name} = {_setting(name, value)}")
    return "\n".join(texts)


def _setting(name: str, value: Any) -> str:
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return np.asarray(value).tobytes().hex()
    if isinstance(value, FunctionType):
        return told(value, f"the attribute {name}")
    plain = isinstance(value, (int, float, str, bool, tuple, list, dict, type(None)))
    return repr(value) if plain else str(type(value))


def _name(module: nn.Module) -> str:
    return type(module).__name__


