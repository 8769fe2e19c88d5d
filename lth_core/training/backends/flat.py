"""Named parameters as one line of numbers and back, and room for them that vectors like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net

CACHE_LINE = 64  # bytes
HUGE = 1 << 22  # bytes from which numpy asks the system for pages of 2 MiB instead of 4 KiB: fewer address look-ups
LARGE = 1 << 20  # bytes from which that is worth the room


def flat_shapes(net: Net) -> dict[str, tuple[int, ...]]:
    """Shapes of the parameters in order: weights (out, in) then bias, layer by layer.

    >>> flat_shapes(Net(sizes=(3, 2)))
    {'fc1.weight': (2, 3), 'fc1.bias': (2,)}
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for name, fan_in, fan_out in zip(layer_names(net), net.sizes, net.sizes[1:], strict=False):
        shapes |= {f"{name}.weight": (fan_out, fan_in), f"{name}.bias": (fan_out,)}
    return shapes


def flat(params: Params, shapes: Mapping[str, tuple[int, ...]], dtype: Any) -> np.ndarray:
    """The parameters end to end, a copy."""
    return np.concatenate([params[name].ravel() for name in shapes]).astype(dtype)


def named(values: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The inverse of `flat`, copies."""
    named, start = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        named[name] = values[start : start + size].reshape(shape).copy()
        start += size
    return named


def lines(count: int, length: int, dtype: Any) -> np.ndarray:
    """Zeros (count, length), each line beginning on a cache line: a vector load across two of them costs double."""
    item = np.dtype(dtype).itemsize
    pitch = -(-length * item // CACHE_LINE) * CACHE_LINE
    size = count * pitch + CACHE_LINE
    room = np.zeros(max(size, HUGE) if size > LARGE else size, np.uint8)
    start = -room.ctypes.data % CACHE_LINE
    block = room[start : start + count * pitch].view(dtype).reshape(count, pitch // item)
    short: np.ndarray = block[:, :length]
    return short


def aligned(array: np.ndarray) -> np.ndarray:
    """A copy that begins on a cache line."""
    copy: np.ndarray = lines(1, array.size, array.dtype)[0].reshape(array.shape)
    copy[...] = array
    return copy
