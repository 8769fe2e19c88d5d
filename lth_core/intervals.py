"""Intervals over seeds: how sure is a mean of five runs?

Student's t (Student 1908): few seeds, spread unknown, differences between seeds roughly normal. Conditions of one seed
share its split, first weights and batch order, so they are compared pair by pair: what the seed did to both cancels.

One collapsed seed must not decide. Beside t stand the signs: on which side of nothing does each seed lie? If the net
compared made no difference, each would be a fair coin, so five of five are 1 in 32. Where some seeds fell to chance, or
t would name an accuracy below 0 or above 100%, t is neither printed nor counted (docs/decisions/007).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

SIGNS = 5  # seeds from which on signs alone can settle something: with five of five luck has 1 chance in 32
CHANCE = 0.12  # an accuracy of ten classes has fallen to chance up to this: “one” to every digit of MNIST reads 0.1135
SHARES, GAPS = (0.0, 1.0), (-1.0, 1.0)  # what accuracies and errors, and their differences, can be
ANYTHING = (-math.inf, math.inf)


@dataclass(frozen=True)
class Interval:
    """A mean with the interval around it by Student's t, in the unit of the values. n: values counted.

    One value has no interval: low and high are NaN. No value at all: the mean is NaN too. seeds: the values
    themselves. fell: in how many of them a training fell to chance. bounds: the least and most that can be.
    """

    mean: float
    low: float
    high: float
    n: int
    seeds: tuple[float, ...] = field(default=(), repr=False, compare=False)
    fell: int = field(default=0, repr=False, compare=False)
    bounds: tuple[float, float] = field(default=ANYTHING, repr=False, compare=False)

    @property
    def half(self) -> float:
        """Half the width, the number after ±."""
        return (self.high - self.low) / 2

    @property
    def known(self) -> bool:
        """Whether there is an interval at all."""
        return self.n > 1

    @property
    def plain(self) -> bool:
        """Whether t may speak: all seeds or none fell to chance, and its interval holds nothing impossible.

        >>> mean_ci([0.9, 0.9, 0.1], bounds=SHARES).plain, accuracies([0.97, 0.98, 0.1]).plain
        (False, False)
        """
        mixed = 0 < self.fell < self.n
        return not mixed and not (self.low < self.bounds[0] or self.high > self.bounds[1])

    @property
    def centre(self) -> float:
        """The mean; the median where t may not speak."""
        return self.mean if self.plain else float(np.median(self.seeds))

    @property
    def ends(self) -> tuple[float, float]:
        """The interval by t; the lowest and the highest seed where t may not speak."""
        return (self.low, self.high) if self.plain else (min(self.seeds), max(self.seeds))

    def __neg__(self) -> Interval:
        """The same difference, the other way round."""
        return replace(self, mean=-self.mean, low=-self.high, high=-self.low, seeds=tuple(-one for one in self.seeds),
                       bounds=(-self.bounds[1], -self.bounds[0]))

    def above(self, value: float = 0.0) -> bool:
        """Surely above `value`: the whole interval by t is, or every one of SIGNS or more seeds.

        >>> mean_ci([1.26, 1.44, 1.10, 87.69, 9.48]).low < 0, mean_ci([1.26, 1.44, 1.10, 87.69, 9.48]).above()
        (True, True)
        """
        return (self.plain and self.low > value) or (self.n >= SIGNS and self.over(value) == self.n)

    def below(self, value: float = 0.0) -> bool:
        """Surely below `value`, as `above`."""
        return (-self).above(-value)

    def over(self, value: float = 0.0) -> int:
        """How many seeds lie above `value`; one exactly at it does not."""
        return sum(one > value for one in self.seeds)

    def holds(self, value: float) -> bool:
        """Whether `value` lies within the ends."""
        low, high = self.ends
        return bool(low <= value <= high)


def luck(agreeing: int, n: int) -> float:
    """P(at least `agreeing` of `n` fair coins show heads): the exact one-sided binomial behind the signs.

    >>> luck(5, 5), luck(4, 5)
    (0.03125, 0.1875)
    """
    return float(sum(math.comb(n, k) for k in range(agreeing, n + 1)) / 2**n)


def mean_ci(values: ArrayLike, level: float = 0.95, *, bounds: tuple[float, float] = ANYTHING,
            fell: ArrayLike | None = None) -> Interval:
    """Mean of `values` and its two-sided interval by Student's t. NaN and infinities are left out.

    bounds: the least and most that a value can be. fell: for each value, whether a training behind it fell to chance.

    >>> found = mean_ci([1.0, 2.0, 3.0])
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3), found.n
    (2.0, -0.484, 4.484, 3)
    """
    numbers = np.asarray(values, np.float64).ravel()
    finite = np.isfinite(numbers)
    lost = 0 if fell is None else int(np.count_nonzero(np.asarray(fell).ravel()[finite]))
    numbers = numbers[finite]
    n, seeds = int(numbers.size), tuple(numbers.tolist())
    if n < 2:
        return Interval(float(numbers[0]) if n else math.nan, math.nan, math.nan, n, seeds, lost, bounds)
    mean = float(numbers.mean())
    half = t_quantile(n - 1, level) * float(numbers.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n, seeds, lost, bounds)


def accuracies(values: ArrayLike, *, chance: float = CHANCE) -> Interval:
    """`mean_ci` of accuracies, 0–1.

    chance: up to this an accuracy has fallen to chance. The default is for ten classes, where guessing reads about
    0.1; of two classes it reads 0.5, so give a little more than that.

    >>> found = accuracies([0.97, 0.98, 0.1])
    >>> found.fell, found.centre, found.ends
    (1, 0.97, (0.1, 0.98))
    >>> accuracies([0.97, 0.98, 0.5]).fell, accuracies([0.97, 0.98, 0.5], chance=0.52).fell
    (0, 1)
    """
    return mean_ci(values, bounds=SHARES, fell=np.asarray(values) <= chance)


def errors(values: ArrayLike, *, chance: float = CHANCE) -> Interval:
    """`mean_ci` of errors, 0–1. chance: the accuracy, as in `accuracies`.

    >>> errors([0.03, 0.02, 0.9]).fell
    1
    """
    return mean_ci(values, bounds=SHARES, fell=np.asarray(values) >= 1 - chance)


def leads(first: ArrayLike, second: ArrayLike, *, chance: float = CHANCE) -> Interval:
    """`paired` of accuracies, 0–1: by how much the first of each seed lies above the second. A seed counts as fallen
    where only one of the two fell to chance. chance: as in `accuracies`.

    >>> leads([0.97, 0.1], [0.98, 0.98]).fell, leads([0.1, 0.1], [0.1, 0.1]).fell
    (1, 0)
    >>> leads([0.97, 0.5], [0.98, 0.98], chance=0.52).fell
    1
    """
    a, b = _pairs(first, second)
    return mean_ci(a - b, bounds=GAPS, fell=(a <= chance) != (b <= chance))


def excess(first: ArrayLike, second: ArrayLike, *, chance: float = CHANCE) -> Interval:
    """`leads` of errors, 0–1: by how much the first of each seed lies above the second. chance: the accuracy, as in
    `accuracies`.

    >>> found = excess([0.03, 0.9], [0.02, 0.02])
    >>> found.fell, found.over()
    (1, 2)
    """
    a, b = _pairs(first, second)
    return leads(1 - b, 1 - a, chance=chance)


def paired(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Interval:
    """Interval of first − second, where position i of both belongs to one seed. Pairs with a NaN are left out.

    >>> paired([3.0, 5.0], [2.0, 4.0])
    Interval(mean=1.0, low=1.0, high=1.0, n=2)
    """
    a, b = _pairs(first, second)
    return mean_ci(a - b, level)


def _pairs(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"first has shape {a.shape}, second {b.shape}: give both one value a seed, in the same order")
    return a, b


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
