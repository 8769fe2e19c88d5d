"""Does pruning prevent overfitting? Training and test accuracy of tickets as weights go, and the gap between them.

Judged by signs within seeds: a gap is *smaller* or *larger* than the whole net's where that holds in every seed, and
*not to be told* otherwise.
"""

from __future__ import annotations

import numpy as np

from lth_core.ledger.lenet import best
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import Runs
from lth_core.once import once
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.conditions import ROUNDS, source
from pages.figures.runs import KINDS, THREE

GAP = Axis("training − test accuracy", "points")
LEAST_LEFT = 0.009  # share of weights down to which the hill is drawn; below, the fall would flatten it


def gaps(runs: Runs, condition: str = "ticket") -> np.ndarray:
    """Training − test accuracy in points, (seeds, levels + 1); column 0 is the whole net."""
    gap: np.ndarray = 100 * (runs.grid(condition, "train_accuracy") - runs.grid(condition, "test_accuracy"))
    return gap


def told(found: np.ndarray) -> str:
    """Which way the gap of one level differs from the whole net's, given the differences (seeds,)."""
    if len(found) < ENOUGH:
        return "not to be told from"
    return "smaller than" if (found < 0).all() else "larger than" if (found > 0).all() else "not to be told from"


def widest(runs: Runs) -> int:
    """The level at which tickets have the largest mean gap."""
    return int(np.argmax(gaps(runs).mean(axis=0)))


def full(runs: Runs) -> int:
    """The last level down to which tickets fit, on average, at least as many training images as the whole net."""
    fits = runs.grid("ticket", "train_accuracy").mean(axis=0)
    below = np.flatnonzero(fits < fits[0])
    below = below[below > best(runs)]
    return int(below[0]) - 1 if below.size else runs.levels


@once(8)
def hill(runs: Runs) -> Chart:
    """Accuracy of the tickets on images they trained on and on those they never saw, round by round."""
    shown = np.flatnonzero(runs.density >= LEAST_LEFT)
    lines = tuple(Line.over_seeds(name, role, shown, runs.grid("ticket", column)[:, shown]) for name, role, column in (
        ("training images", "training", "train_accuracy"), ("unseen images", "kept", "test_accuracy")))
    top = best(runs)
    mean = runs.grid("ticket", "test_accuracy").mean(axis=0)
    takeaway = (f"on unseen images tickets rise from {mean[0]:.2%} to {mean[top]:.2%} with {runs.density[top]:.1%} of "
                f"the weights left, then fall to {mean[shown[-1]]:.2%}")
    marks = (Mark(f"highest: {runs.density[top]:.1%} left", "kept", x=float(top), y=float(mean[top])),
             Mark(f"whole net {mean[0]:.2%}", "dense", y=float(mean[0])))
    return Chart("Occam’s hill", takeaway, ROUNDS, Axis("accuracy", percent=True), lines, marks, source(runs),
                 runs.origin)


@once(8)
def chart(runs: Runs) -> Chart:
    """The gap of tickets and of both controls, round by round."""
    x = np.arange(runs.levels + 1)
    lines = tuple(Line.over_seeds(KINDS[name].name, KINDS[name].role, x, gaps(runs, name))
                  for name in THREE if runs.has(name))
    at = widest(runs)
    takeaway = (f"the tickets' gap is widest, {gaps(runs).mean(axis=0)[at]:.2f} points, with {runs.density[at]:.1%} of "
                "the weights left")
    whole = float(gaps(runs)[:, 0].mean())
    return Chart("The gap between training and test images", takeaway, ROUNDS, GAP, lines,
                 (Mark(f"whole net {whole:.2f}", "dense", y=whole),), source(runs), runs.origin)


def sentence(runs: Runs) -> str:
    """The popular claim answered, in Markdown."""
    top, last = best(runs), full(runs)
    own, left = gaps(runs), runs.density
    test = runs.grid("ticket", "test_accuracy").mean(axis=0)
    parts = [
        f"There is a hill: tickets with {left[top]:.1%} of the weights read **{test[top]:.2%}** of unseen images, the "
        f"whole net {test[0]:.2%}.",
        f"But they fit the training images as fully as the whole net, down to {left[last]:.1%} left.",
        f"At the top the gap is **{own[:, top].mean():.2f}** points, {told(own[:, top] - own[:, 0])} the whole net's "
        f"{own[:, 0].mean():.2f}.",
    ]
    if runs.has("random"):
        random = gaps(runs, "random")
        parts.append(f"A random mask of that size has a gap of **{random[:, top].mean():.2f}** points, "
                     f"{told(random[:, top] - random[:, 0])} the whole net's.")
    return " ".join(parts)


def widening(runs: Runs) -> str:
    """Where the tickets' gap is widest; nothing where that is the whole net's."""
    wide, own = widest(runs), gaps(runs)
    return (f"With {runs.density[wide]:.1%} left the tickets' gap is **{own[:, wide].mean():.2f}** points, "
            f"{told(own[:, wide] - own[:, 0])} the whole net's." if wide else "")


def end(runs: Runs) -> str:
    """Why small gaps at the end are no cure, where there are any; else nothing."""
    closed = [KINDS[name].name for name in THREE if runs.has(name)
              and told(gaps(runs, name)[:, -1] - gaps(runs, name)[:, 0]) == "smaller than"]
    fits = runs.grid("ticket", "train_accuracy").mean(axis=0)
    if not closed or fits[-1] >= fits[0]:
        return ""
    return (f"With {runs.density[-1]:.1%} left the gap is smaller than the whole net's for: {', '.join(closed)}. That "
            f"is no cure either. Such nets no longer fit the training images: tickets read {fits[-1]:.1%} of them.")


def verdict(runs: Runs) -> str:
    """One sentence: does having fewer weights prevent overfitting?"""
    if runs.seeds < ENOUGH:
        return f"Fewer than {ENOUGH} seeds settle nothing."
    top = best(runs)
    ticket = told(gaps(runs)[:, top] - gaps(runs)[:, 0])
    random = told(gaps(runs, "random")[:, top] - gaps(runs, "random")[:, 0]) if runs.has("random") else ""
    if ticket == "smaller than" and random == "smaller than":
        return "So here fewer weights do narrow the gap, whichever they are."
    if ticket == "smaller than":
        return ("So it is not the small number of weights that helps. The *right* few narrow the gap a little; others, "
                "just as few, do not.")
    return "So nothing here says that pruning prevents overfitting."
