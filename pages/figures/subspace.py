"""Chapter 6's low-dimensional solutions: accuracy against the number of random directions that training may use."""

from __future__ import annotations

from lth_core.intervals import accuracies
from lth_core.ledger.subspace import SHARE, Curve
from pages.figures.chart import Axis, Chart, Line, Mark

AXIS = Axis("random directions d", log=True)
ACCURACY = Axis("test accuracy", percent=True)


def chart(found: Curve) -> Chart:
    """Accuracy against d, with the ordinary net and 90% of it."""
    whole = accuracies(found.whole)
    line = Line.with_interval("along d directions", "lab", found.dimension, found.accuracy, accuracies)
    reached = (f"{found.intrinsic:,} directions reach {SHARE:.0%} of it" if found.intrinsic else
               f"no measured number of directions reaches {SHARE:.0%} of it")
    return Chart("Training in a random subspace",
                 f"the ordinary net turns {found.parameters:,} numbers and reads {whole.mean:.1%}; {reached}", AXIS,
                 ACCURACY, (line,), (Mark(f"ordinary net {whole.mean:.1%}", "dense", y=whole.mean),
                                     Mark(f"{SHARE:.0%} of it", "target", y=SHARE * whole.mean)),
                 f"{len(found.whole)} seeds; 784-20-10, {found.trained} of Adam; band: 95% interval.")


