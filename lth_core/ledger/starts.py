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

    def recovered(self, name: str) -> float:
        """Share of the distance from reinit up to the ticket that `name` covers, by the means over seeds."""
        low, mid, high = (float(self.reads[one].mean()) for one in ("reinit", name, "ticket"))
        return (mid - low) / (high - low)


@once(4)
def starts(results: tuple[Result, ...]) -> Starts:
    """The recorded comparisons of one density, one a seed. Raises ValueError without any."""
    if not results:
        raise ValueError("no long comparison is recorded: record lenet-starts")
    cells = [result.tables["cells"] for result in results]
    reads = {name: np.array([float(table["test_accuracy"][table["condition"] == name][0]) for table in cells])
             for name in cells[0]["condition"].tolist()}
    return Starts(float(cells[0]["density"][0]), budget(results[0].spec), reads)
