"""Other starts by the paper's protocol: what of θ₀ counts when training is long, at one density.

One run a seed trains all conditions side by side, so that every gap is within a seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, leads
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.said import budget


@dataclass(frozen=True, eq=False)
class Starts:
    """density: share of weights left. budget: how long every training was, in words. reads: condition → test accuracy
    after it, (seeds,)."""

    density: float
    budget: str
    reads: dict[str, np.ndarray]

    @property
    def seeds(self) -> int:
        return len(self.reads["ticket"])

    def gap(self, name: str, other: str = "ticket") -> Interval:
        """other − name, within seeds."""
        return leads(self.reads[other], self.reads[name])

    def recovered(self, name: str) -> Share:
        """How much of what reinit loses `name` wins back."""
        return recovered(*(self.reads[one] for one in ("reinit", name, "ticket")))


@dataclass(frozen=True, eq=False)
class Share:
    """How far one condition comes on the way from a worse one up to a better one. whole: by the means over seeds. each:
    seed by seed, (seeds,)."""

    whole: float
    each: np.ndarray

    @property
    def span(self) -> str:
        """The lowest and the highest seed.

        >>> Share(0.6, np.array([0.15, 0.92])).span
        '15 to 92% by seed'
        """
        return f"{100 * self.each.min():.0f} to {self.each.max():.0%} by seed"


def recovered(low: np.ndarray, mid: np.ndarray, high: np.ndarray) -> Share:
    """The share of the way from `low` up to `high`, all (seeds,), that `mid` covers.

    >>> recovered(np.array([0.0, 0.25]), np.array([0.5, 0.5]), np.array([1.0, 0.75])).whole
    0.5
    """
    return Share(float((mid.mean() - low.mean()) / (high.mean() - low.mean())), (mid - low) / (high - low))


@once(4)
def starts(results: tuple[Result, ...]) -> Starts:
    """The recorded comparisons of one density, one a seed. Raises ValueError without any."""
    if not results:
        raise ValueError("no long comparison is recorded: record lenet-starts")
    cells = [result.tables["cells"] for result in results]
    reads = {name: np.array([float(table["test_accuracy"][table["condition"] == name][0]) for table in cells])
             for name in cells[0]["condition"].tolist()}
    return Starts(float(cells[0]["density"][0]), budget(results[0].spec), reads)
