"""Chapter 6's low-dimensional solutions: accuracy against the number of random directions that training may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import accuracies
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.findings import CONFIRMED, ENOUGH, FAILED, OPEN, PARTLY
from pages.figures.methods import Judged

SHARE = 0.9  # of the ordinary net's accuracy: where Li et al. 2018 read off the intrinsic dimension
LOW = 0.1  # the claim counts as confirmed when a tenth of the parameters' number is enough
AXIS = Axis("random directions d", log=True)
ACCURACY = Axis("test accuracy", percent=True)


@dataclass(frozen=True, eq=False)
class Curve:
    """dimension: rising, (d,). accuracy: (seeds, d). whole: the ordinary net's, (seeds,)."""

    parameters: int
    dimension: np.ndarray
    accuracy: np.ndarray
    whole: np.ndarray

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
    return Curve(int(cells[0]["parameters"][0]), cells[0]["dimension"][order][1:], reads[:, 1:], reads[:, 0])


def chart(found: Curve) -> Chart:
    """Accuracy against d, with the ordinary net and 90% of it."""
    whole = accuracies(found.whole)
    line = Line.with_interval("along d directions", "lab", found.dimension, found.accuracy)
    reached = (f"{found.intrinsic:,} directions reach {SHARE:.0%} of it" if found.intrinsic else
               f"no measured number of directions reaches {SHARE:.0%} of it")
    return Chart("Training in a random subspace",
                 f"the ordinary net turns {found.parameters:,} numbers and reads {whole.mean:.1%}; {reached}", AXIS,
                 ACCURACY, (line,), (Mark(f"ordinary net {whole.mean:.1%}", "dense", y=whole.mean),
                                     Mark(f"{SHARE:.0%} of it", "target", y=SHARE * whole.mean)),
                 f"{len(found.whole)} seeds; 784-20-10, one epoch of Adam; band: 95% interval.")


def judged(found: Curve) -> Judged:
    """C31: solutions are low-dimensional."""
    d = found.intrinsic
    verdict = (OPEN if len(found.whole) < ENOUGH else FAILED if d is None
               else CONFIRMED if d <= LOW * found.parameters else PARTLY)
    told = (f"With **{d:,}** random directions, {d / found.parameters:.1%} of its {found.parameters:,} parameters, the "
            f"net reads {SHARE:.0%} of what the ordinary one does" if d else
            f"Even {found.dimension[-1]:,} random directions do not reach {SHARE:.0%} of the ordinary net's accuracy")
    return Judged(31, verdict, told)
