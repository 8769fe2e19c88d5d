"""A plane through three nets: coordinates on it, and the nets that lie on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.nets.params import Params

MARGIN = 0.25  # of the span, around the three points


@dataclass(frozen=True, eq=False)
class Plane:
    """The points origin + x·u + y·v of parameter space, u and v of length 1 and at right angles; all float64 (d,)."""

    origin: np.ndarray
    u: np.ndarray
    v: np.ndarray

    @classmethod
    def through(cls, origin: np.ndarray, first: np.ndarray, second: np.ndarray) -> Plane:
        """`first` lies on the x axis, `second` above it. Where the three lie on one line, v is no direction: zero.

        >>> plane = Plane.through(np.zeros(3), np.array([2.0, 0, 0]), np.array([1.0, 0, 3]))
        >>> plane.u.tolist(), plane.v.tolist()
        ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
        """
        u = _unit(first - origin)
        across = second - origin
        return cls(origin, u, _unit(across - (across @ u) * u))

    def place(self, point: np.ndarray) -> tuple[float, float, float]:
        """(x, y, distance from the plane) of a point of parameter space.

        >>> Plane.through(np.zeros(3), np.array([2.0, 0, 0]), np.array([1.0, 0, 3])).place(np.array([1.0, 5, 2]))
        (1.0, 2.0, 5.0)
        """
        away = point - self.origin
        x, y = float(away @ self.u), float(away @ self.v)
        return x, y, float(np.linalg.norm(away - x * self.u - y * self.v))

    def at(self, x: float, y: float) -> np.ndarray:
        """The point of parameter space at (x, y), float64 (d,)."""
        spot: np.ndarray = self.origin + x * self.u + y * self.v
        return spot


def span(values: list[float], count: int) -> np.ndarray:
    """`count` evenly spaced values from a margin before the least to a margin behind the largest.

    >>> span([0.0, 8.0], 3).tolist()
    [-2.0, 4.0, 10.0]
    """
    low, high = min(values), max(values)
    spare = MARGIN * (high - low)
    return np.linspace(low - spare, high + spare, count)


def flat(params: Params) -> np.ndarray:
    """All parameters end to end, float64 (d,)."""
    return np.concatenate([value.ravel() for value in params.values()]).astype(np.float64)


def named(line: np.ndarray, like: Params) -> dict[str, np.ndarray]:
    """The inverse of `flat`: parameters with the names and shapes of `like`, float32."""
    found, at = {}, 0
    for name, value in like.items():
        found[name] = line[at : at + value.size].reshape(value.shape).astype(np.float32)
        at += value.size
    return found


def _unit(direction: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(direction))
    return direction / length if length > 0 else np.zeros_like(direction)
