"""bfloat16 on a processor that cannot multiply in it.

A product of two bfloat16 numbers is exact in float32, and layers that multiply in bfloat16 add the products up in
float32 and round once, at the end. So float32 layers between two roundings say the same, but for the order of the sum.
Without this torch converts number by number: a step of ResNet-20 takes seventeen times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from lth_core.machine import converts

PRODUCTS = {torch.conv2d, F.linear, torch.matmul, torch.Tensor.matmul, torch.Tensor.__matmul__}


class Rounded(TorchFunctionMode):
    """While it is entered, PRODUCTS read tensors rounded to bfloat16, compute in float32, and are rounded; so are the
    gradients that go back through them.

    >>> with Rounded():
    ...     F.linear(torch.tensor([1.003]), torch.tensor([[3.0]]))  # 1.003 is read as 1
    tensor([3.], dtype=torch.bfloat16)
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = kwargs or {}
        if func not in PRODUCTS:
            return func(*args, **named)
        with torch.autocast("cpu", enabled=False):
            rounded = func(*map(_read, args), **{name: _read(value) for name, value in named.items()})
        return rounded.bfloat16()


def _read(value: Any) -> Any:
    return value.bfloat16().float() if isinstance(value, torch.Tensor) else value


def bfloat16(device: str) -> AbstractContextManager[Any]:
    """While it is entered, layers on torch's `device` multiply in bfloat16, one way or the other."""
    context = ExitStack()
    if device == "cpu" and converts("bfloat16"):
        context.enter_context(Rounded())
    context.enter_context(torch.autocast(device, torch.bfloat16))
    return context
