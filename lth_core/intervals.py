"""Intervals over seeds: how sure is a mean of five runs?

Student's t (Student 1908): few seeds, spread unknown, differences between seeds roughly normal. Conditions of one seed
share its split, first weights and batch order, so they are compared pair by pair: what the seed did to both cancels.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Interval:
    """A mean with the interval around it, in the unit of the values. n: values counted.

    One value has no interval: low and high are NaN. No value at all: the mean is NaN too.
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def half(self) -> float:
        """Half the width, the number after ±."""
        return (self.high - self.low) / 2

    @property
    def known(self) -> bool:
        """Whether there is an interval at all."""
        return self.n > 1

    def __neg__(self) -> Interval:
        """The same difference, the other way round."""
        return Interval(-self.mean, -self.high, -self.low, self.n)

    def above(self, value: float = 0.0) -> bool:
        """Whether the whole interval lies above `value`."""
        return self.low > value

    def below(self, value: float = 0.0) -> bool:
        """Whether the whole interval lies below `value`."""
        return self.high < value


def mean_ci(values: ArrayLike, level: float = 0.95) -> Interval:
    """Mean of `values` and its two-sided interval by Student's t. NaN and infinities are left out.

    >>> found = mean_ci([1.0, 2.0, 3.0])
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3), found.n
    (2.0, -0.484, 4.484, 3)
    """
    numbers = np.asarray(values, np.float64).ravel()
    numbers = numbers[np.isfinite(numbers)]
    n = int(numbers.size)
    if n < 2:
        return Interval(float(numbers[0]) if n else math.nan, math.nan, math.nan, n)
    mean = float(numbers.mean())
    half = t_quantile(n - 1, level) * float(numbers.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def paired(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Interval:
    """Interval of first − second, where position i of both belongs to one seed. Pairs with a NaN are left out.

    >>> paired([3.0, 5.0], [2.0, 4.0])
    Interval(mean=1.0, low=1.0, high=1.0, n=2)
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"first has shape {a.shape}, second {b.shape}: give both one value a seed, in the same order")
    return mean_ci(a - b, level)


@functools.cache  # asked a thousand times a page, of a dozen counts of seeds
def t_quantile(degrees: int, level: float = 0.95) -> float:
    """The t with P(|T| ≤ t) = level for Student's t with `degrees` of freedom, to about twelve digits.

    >>> round(t_quantile(4), 3), round(t_quantile(9, 0.99), 3)
    (2.776, 3.25)
    """
    if not 0 < level < 1:
        raise ValueError(f"level = {level} is not allowed: a number between 0 and 1, such as 0.95")
    if degrees < 1:
        raise ValueError(f"degrees = {degrees} is not allowed: at least 1, one less than the number of values")
    low, high = 0.0, math.pi / 2  # t = √ν·tan θ; halving θ cannot fail, since P rises with it
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, degrees) < level else (low, middle)
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _within(theta: float, degrees: int) -> float:
    """P(|T| ≤ √ν·tan θ): a finite sum for whole degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4)."""
    odd, cosine = degrees % 2, math.cos(theta)
    term = total = (cosine if odd else 1.0) * (degrees > 1)
    for k in range(2 + odd, degrees - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2 / math.pi * (theta + math.sin(theta) * total) if odd else math.sin(theta) * total
