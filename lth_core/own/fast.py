"""The fast kernels for nets of your own that they know: plain ReLU nets, trained by Adam or SGD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.own.loop import Brought
from lth_core.own.net import hooked
from lth_core.spec import Net, SpecError, Training
from lth_core.training.backends import build, choose


@dataclass(frozen=True)
class Plain:
    """A net of one's own as the kernels see it. names: what the kernels call each of its parameters."""

    net: Net
    names: Mapping[str, str]


def plain(module: nn.Module) -> Plain | None:
    """The net behind a `nn.Sequential` of Linear and ReLU in turn, perhaps with a Flatten in front; None for any other.

    >>> plain(nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))).net.sizes
    (4, 3, 2)
    >>> plain(nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))) is None
    True
    """
    if type(module) is not nn.Sequential or hooked(module):
        return None
    parts = list(module.named_children())
    parts = parts[1:] if parts and _usual_flatten(parts[0][1]) else parts
    layers, between = parts[::2], parts[1::2]
    if len(layers) != len(between) + 1 or not all(type(part) is nn.ReLU for _, part in between):
        return None
    linear = [part for _, part in layers if isinstance(part, nn.Linear) and type(part) is nn.Linear]
    if len(linear) < len(layers) or any(part.bias is None for part in linear):
        return None
    if any(parameter.dtype != torch.float32 or not parameter.requires_grad for parameter in module.parameters()):
        return None
    if len({id(parameter) for part in linear for parameter in part.parameters()}) < 2 * len(linear):
        return None  # one layer used twice
    sizes = (linear[0].in_features, *(part.out_features for part in linear))
    if any(a.out_features != b.in_features for a, b in pairwise(linear)) or max(sizes) > _MOST:
        return None
    names = {f"{own}.{kind}": f"fc{depth}.{kind}" for depth, (own, _) in enumerate(layers, start=1)
             for kind in ("weight", "bias")}
    return Plain(Net(sizes=sizes), names)


_MOST = 4096  # what `spec.Net.sizes` admits


def _usual_flatten(part: nn.Module) -> bool:
    return type(part) is nn.Flatten and (part.start_dim, part.end_dim) == (1, -1)


def known(brought: Brought, training: Training) -> Plain | None:
    """The net as kernels that train it see it, or None where only autograd can."""
    usual = brought.optimiser is None and training.optimiser in ("adam", "sgd")
    floats = brought.data.train.inputs.is_floating_point()
    masked = all(name.endswith(".weight") for name in brought.net.prunable)  # their biases are never masked
    return plain(brought.net.template) if usual and floats and masked else None


class Fast:
    """A `training.backends.Backend` under the names that your net has; the kernels below have names of their own."""

    resumable = True

    def __init__(
        self, net: Plain, brought: Brought, training: Training, params: Params, mask: Mask, threads: int = 1,
        step: int = 0, frozen: bool = False,
    ) -> None:
        self.names = net.names
        renamed = {name: np.array(params[own]) for own, name in self.names.items()}
        whole = Mask({name: mask.get(own, np.ones(renamed[name].shape, np.bool_)) for own, name in self.names.items()
                      if name.endswith("weight")})
        kind = choose(net.net, training, whole)
        kind = "dense" if frozen and kind == "sparse" else kind
        self.inner = build(kind, net.net, training, renamed, whole, brought.data.prepared, threads, step=step,
                           frozen=frozen)
        self.name = self.inner.name

    @property
    def step(self) -> int:
        return self.inner.step

    def advance(self, batches: np.ndarray) -> np.ndarray:
        return self.inner.advance(batches)

    def evaluate(self, split: str) -> tuple[float, float]:
        return self.inner.evaluate(split)

    def params(self) -> dict[str, np.ndarray]:
        params = self.inner.params()
        return {own: params[name] for own, name in self.names.items()}

    def state(self) -> dict[str, np.ndarray]:
        return self.inner.state()

    def restore(self, state: Params) -> None:
        self.inner.restore(state)


def check_backend(backend: str | None) -> None:
    """Raise SpecError for a backend that a net of one's own cannot ask for."""
    if backend not in (None, "reference"):
        raise SpecError("backend", backend, "reference, or none for the fast kernels where they know the net")
