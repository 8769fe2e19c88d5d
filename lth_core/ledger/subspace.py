"""Low-dimensional solutions: accuracy against the number of random directions (C31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Judged, Rule
from lth_core.results.result import Result
from lth_core.said import budget

SHARE = 0.9  # of the ordinary net's accuracy: where Li et al. 2018 read off the intrinsic dimension
LOW = 0.1  # the claim counts as confirmed when a tenth of the parameters' number is enough


@dataclass(frozen=True, eq=False)
class Curve:
    """dimension: rising, (d,). accuracy: (seeds, d). whole: the ordinary net's, (seeds,). trained: for how long, in
    words."""

    parameters: int
    dimension: np.ndarray
    accuracy: np.ndarray
    whole: np.ndarray
    trained: str

    @property
    def seeds(self) -> int:
        return len(self.whole)

    @property
    def intrinsic(self) -> int | None:
        """The smallest measured d whose mean reaches SHARE of the ordinary net's; None when none does."""
        reached = np.flatnonzero(self.accuracy.mean(axis=0) >= SHARE * self.whole.mean())
        return int(self.dimension[reached[0]]) if reached.size else None


def curve(results: Sequence[Result]) -> Curve:
    """The recorded runs of several seeds."""
    cells = [result.tables["cells"] for result in results]
    order = np.argsort(cells[0]["dimension"])
    reads = np.array([table["test_accuracy"][order] for table in cells])
    return Curve(int(cells[0]["parameters"][0]), cells[0]["dimension"][order][1:], reads[:, 1:], reads[:, 0],
                 budget(results[0].spec))


DIRECTIONS = Rule("directions enough", (
    Case(CONFIRMED, "a tenth as many directions as parameters, or fewer, reach 90% of the ordinary net's accuracy",
         lambda found: found.intrinsic is not None and found.intrinsic <= LOW * found.parameters),
    Case(PARTLY, "more than that reach it", lambda found: found.intrinsic is not None),
    Case(FAILED, "no measured number does", lambda found: True)))


def judged(found: Curve) -> Judged:
    """C31: solutions are low-dimensional."""
    d = found.intrinsic
    verdict = DIRECTIONS(found)
    told = (f"After {found.trained}, **{d:,}** random directions are enough for {SHARE:.0%} of the ordinary net's "
            f"accuracy. That is {d / found.parameters:.1%} as many numbers as the net has" if d else
            f"After {found.trained} even {found.dimension[-1]:,} random directions do not reach {SHARE:.0%} of the "
            "ordinary net's accuracy")
    return Judged(31, verdict, told, DIRECTIONS)
