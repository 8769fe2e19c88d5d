"""Labels by lot as pictures and sentences: how well nets know their images, and how long that takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from lth_core import said
from lth_core.intervals import SHARES, Interval, mean_ci
from lth_core.ledger.random_labels import DENSE, GUESSING, Learnt
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line, Mark

RECORD = "python -m lth_core record random-labels"
NAMES = {  # net → (name on the chart, role)
    DENSE: ("whole net", "dense"),
    "ticket": ("ticket", "kept"),
    "reinit": ("its mask, fresh weights", "reinit"),
    "random": ("random mask", "random"),
}
RIGHT = partial(mean_ci, bounds=SHARES)
SHUFFLED = Axis("labels shuffled", percent=True)


def _line(found: Learnt, name: str, role: str, net: str, column: str,
          spread: Callable[[np.ndarray], Interval]) -> Line:
    values = np.stack([found.values(net, share, column) for share in found.shares], axis=1)  # (seeds, shares)
    return Line.with_interval(name, role, np.array(found.shares), values, spread)


def knows(found: Learnt) -> Chart:
    """What the whole net and its ticket know of their own images, and of others."""
    lines = (_line(found, "its own images", "training", DENSE, "train_accuracy", RIGHT),
             _line(found, "test images, whole net", "dense", DENSE, "test_accuracy", RIGHT),
             _line(found, "test images, ticket", "kept", "ticket", "test_accuracy", RIGHT))
    ends = [said.percent(found.test(DENSE, share)) for share in (0.0, 1.0)]
    return Chart("By heart, and no wiser", f"of the test images it reads {ends[0]} with true labels and {ends[1]} with "
                 "all of them shuffled", SHUFFLED, Axis("right answers", percent=True, range=(0.0, 1.02)), lines,
                 (Mark("chance", y=GUESSING),), source(found))


def unwise(found: Learnt) -> Chart:
    """What the whole net reads of test images alone: what is known before a bet on its own."""
    line = _line(found, "test images, whole net", "dense", DENSE, "test_accuracy", RIGHT)
    read = said.percent(found.test(DENSE, 1.0))
    return Chart("Nothing left to understand", f"with all labels shuffled it reads {read} of the test images: chance",
                 SHUFFLED, Axis("right answers", percent=True, range=(0.0, 1.02)), (line,),
                 (Mark("chance", y=GUESSING),), source(found))


def takes(found: Learnt) -> Chart:
    """Steps until a net knows its images."""
    lines = tuple(_line(found, name, role, net, "fit_step", partial(mean_ci, bounds=(0.0, np.inf)))
                  for net, (name, role) in NAMES.items())
    return Chart("How long does it take?", sooner(found, 1.0), SHUFFLED, Axis("steps to learn them"), lines,
                 (), source(found))


def sooner(found: Learnt, share: float) -> str:
    """The ticket's steps beside those of its controls."""
    told = "; ".join(_later(found.later(net, "ticket", share), NAMES[net][0]) for net in ("reinit", "random"))
    steps = found.steps("ticket", share).mean
    return f"with {share:.0%} of the labels shuffled the ticket takes {steps:,.0f} steps: {told}"


def ticket(found: Learnt) -> str:
    """At how many shares the ticket is surely faster than both its controls, in a sentence."""
    won = sum(all(found.later(net, "ticket", share).above() for net in ("reinit", "random")) for share in found.shares)
    return (f"At {won} of {len(found.shares)} shares it learns its images surely sooner than its mask on fresh weights "
            "and than a random mask.")


def _later(gap: Interval, name: str) -> str:
    """How much longer a control takes, or that these seeds cannot tell.

    >>> _later(mean_ci([900.0, 1000.0, 1100.0]), "a random mask")
    'a random mask 1,000 more [752, 1,248]'
    """
    if not (gap.above() or gap.below()):
        return f"{name} not surely more or fewer{_bounds(gap)}"
    return f"{name} {abs(gap.centre):,.0f} {'more' if gap.above() else 'fewer'}{_bounds(gap if gap.above() else -gap)}"


def _bounds(gap: Interval) -> str:
    low, high = gap.ends
    return f" [{low:,.0f}, {high:,.0f}]".replace("-", "−") if gap.known else ""


def source(found: Learnt) -> str:
    """How the runs were made, in a sentence."""
    spec = found.spec
    sizes, training = "-".join(map(str, spec.net.sizes)), spec.training
    return (f"{sizes}, {spec.data.train:,} images of MNIST, Adam at {training.lr:g}, batch "
            f"{training.batch}, until {spec.fit:.1%} of the images are right; tickets keep {found.density():.1%} of "
            f"the weights; {found.seeds} seeds, bands: 95% intervals of the mean (Student's t).")


def rows(found: Learnt) -> dict[str, list[str]]:
    """Every share as a row of a table: changed labels, steps of the four nets, what whole net and ticket read."""
    shares = found.shares
    return {
        "labels shuffled": [f"{share:.0%}" for share in shares],
        "of all labels, changed": [f"{found.other(share).mean:.1%}" for share in shares],
        **{f"steps, {name}": [f"{found.steps(net, share).mean:,.0f}" for share in shares]
           for net, (name, _) in NAMES.items()},
        "test, whole net": [said.percent(found.test(DENSE, share)) for share in shares],
        "test, ticket": [said.percent(found.test("ticket", share)) for share in shares],
    }


def learning(run: Result) -> Chart:
    """How the four nets of one recorded run came to know their images: behind a live run."""
    curves, lines = run.tables["curves"], []
    for net, (name, role) in NAMES.items():
        mine = (curves["condition"] == net) & (curves["step"] > 0)
        if mine.any():
            lines.append(Line(name, role, curves["step"][mine], curves["train_accuracy"][mine]))
    return Chart(f"Learning by heart, seed {run.spec.seed}", "recorded behind, live in front", Axis("steps"),
                 Axis("its own images, right answers", percent=True), tuple(lines))


def stands(run: Result) -> str:
    """What one run found, in a sentence."""
    cells = run.tables["cells"]
    told = [f"{NAMES[str(net)][0]} {int(step):,} steps{'' if fitted else ' and never did'}"
            for net, step, fitted in zip(cells["condition"], cells["fit_step"], cells["fitted"], strict=True)]
    return f"To learn them by heart: {', '.join(told)}. Test images, whole net: {100 * cells['test_accuracy'][0]:.2f}%."
