"""Charts of random tickets: by accuracy, by the share kept, by the width of the net, and how one of them learned."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lth_core import said
from lth_core.measures import wilson
from lth_core.once import once
from lth_core.results.result import Table
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.draws import Wall, pooled, reading

ACCURACY = Axis("test accuracy", percent=True)
SHARE = Axis("share of weights kept", percent=True)
BINS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)  # of the histogram, in accuracy: whole images of ten thousand
MOST_BINS = 70  # more than these, and the histogram is a comb


def _shown(wall: Wall, margin: float) -> np.ndarray:
    """Every accuracy that the histogram has to hold."""
    one = reading(wall, margin)
    return np.concatenate([wall.cells["test_accuracy"], wall.dense["test_accuracy"], [one.found, one.target]])


def width_of_bins(wall: Wall, margin: float) -> float:
    """The finest of BINS with which the histogram has no more than MOST_BINS bins."""
    reach = float(np.ptp(_shown(wall, margin)))
    return next((width for width in BINS if reach / width <= MOST_BINS), BINS[-1])


def histogram(wall: Wall, margin: float) -> Chart:
    """How many tickets, and how many dense nets, fall on each bin of accuracy."""
    one, accuracy, dense = reading(wall, margin), wall.cells["test_accuracy"], wall.dense["test_accuracy"]
    width, everything = width_of_bins(wall, margin), _shown(wall, margin)
    first, last = math.floor(everything.min() / width + 1e-6), math.floor(everything.max() / width + 1e-6)
    centres = (np.arange(first, last + 1) + 0.5) * width
    lines = (
        Line("random tickets", "losing", centres, _counts(accuracy, width, first, last)),
        Line("whole nets", "dense", centres, _counts(dense, width, first, last)),
    )
    marks = (Mark("target", "target", x=one.target), Mark("found by pruning", "kept", x=one.found))
    takeaway = (
        f"{one.wins} of {one.draws} random tickets reach the target of {one.target:.2%}; "
        f"the ticket found by pruning scores {one.found:.2%}"
    )
    return Chart("Random tickets by accuracy", takeaway, ACCURACY, Axis("nets"), lines, marks, source([wall]))


def _counts(values: np.ndarray, width: float, first: int, last: int) -> np.ndarray:
    # Accuracies are multiples of 1/10,000: the nudge keeps 0.91 / 0.001 = 909.999… out of the bin below.
    places = np.floor(values / width + 1e-6).astype(int) - first
    return np.bincount(places, minlength=last - first + 1).astype(float)


def rates(walls: Mapping[float, Sequence[Wall]], margin: float) -> Chart:
    """Win rate against the share kept, all seeds of a share together, with its 95% interval.

    walls: share kept → walls of several seeds.
    """
    shares = np.array(sorted(walls))
    counts = [pooled([reading(wall, margin) for wall in walls[share]])[:2] for share in shares.tolist()]
    bands = np.array([wilson(wins, draws) for draws, wins in counts])
    line = Line("random tickets that win", "random", shares, np.array([wins / draws for draws, wins in counts]),
                bands[:, 0], bands[:, 1])
    ends = [f"{wins:,} of {draws:,} win with {share:.0%} of the weights kept"
            for share, (draws, wins) in zip(shares.tolist(), counts, strict=True)]
    return Chart(
        "Share of random tickets that win", f"{ends[0]}, {ends[-1]}" if len(ends) > 1 else ends[0],
        SHARE, Axis("win rate", percent=True, range=(-0.02, 1.0)), (line,), (),
        source([wall for ws in walls.values() for wall in ws], "band: 95% Wilson interval"),
    )


def by_share(walls: Mapping[float, Sequence[Wall]]) -> Chart:
    """Accuracy against the share kept: found, random and dense nets, mean and worst to best over all seeds."""
    lines = _three(walls)
    gap = lines[0].y - lines[1].y
    takeaway = (
        f"with {min(walls):.0%} of the weights the found ticket is {100 * gap[0]:.1f} points ahead of the mean random "
        f"one, with {max(walls):.0%} only {100 * gap[-1]:.1f}"
    )
    return Chart("Found against drawn", takeaway, SHARE, ACCURACY, lines, (),
                 source([wall for ws in walls.values() for wall in ws], "bands: lowest to highest"))


def by_width(walls: Mapping[int, Wall]) -> Chart:
    """Accuracy against the hidden units of the dense net: found, random and dense nets, mean and worst to best."""
    lines = _three({float(width): [wall] for width, wall in walls.items()})
    takeaway = (
        f"from {min(walls)} to {max(walls)} hidden units the mean random ticket gains "
        f"{100 * (lines[1].y[-1] - lines[1].y[0]):.1f} points, the dense net "
        f"{100 * (lines[2].y[-1] - lines[2].y[0]):.1f} and the found ticket "
        f"{100 * (lines[0].y[-1] - lines[0].y[0]):.1f}"
    )
    return Chart("Tickets of wider nets", takeaway, Axis("hidden units of the dense net", log=True), ACCURACY, lines,
                 (), source(list(walls.values()), "bands: lowest to highest"))


def _three(walls: Mapping[float, Sequence[Wall]]) -> tuple[Line, Line, Line]:
    """Found, random and dense nets at each x, all walls of an x together."""
    places = sorted(walls)
    kinds = {
        ("found by pruning", "kept"): [[wall.found["test_accuracy"][-1:] for wall in walls[x]] for x in places],
        ("drawn at random", "random"): [[wall.cells["test_accuracy"] for wall in walls[x]] for x in places],
        ("whole nets", "dense"): [[wall.dense["test_accuracy"] for wall in walls[x]] for x in places],
    }
    found, drawn, dense = (_spread_line(name, role, np.array(places), [np.concatenate(part) for part in samples])
                           for (name, role), samples in kinds.items())
    return found, drawn, dense


def _spread_line(name: str, role: str, x: np.ndarray, samples: Sequence[np.ndarray]) -> Line:
    mean, low, high = (np.array([reduce(sample) for sample in samples]) for reduce in (np.mean, np.min, np.max))
    return Line(name, role, x, mean, low, high)


def curve(wall: Wall, ticket: int, margin: float) -> Chart:
    """Training loss of one ticket beside the range of all tickets and the mean dense net.

    Raises KeyError for a ticket that has not been drawn.
    """
    row, one = wall.row(ticket), reading(wall, margin)
    if row is None:
        raise KeyError(f"ticket {ticket} has not been drawn")
    steps, every, dense = learning(wall)
    numbers = np.unique(wall.curves["draw"])
    own = every[int(np.flatnonzero(numbers == ticket)[0])]
    won = row["test_accuracy"] >= one.target - 1e-9
    lines = (
        Line("whole nets, mean", "dense", steps, dense.mean(0)),
        Line("all tickets, mean", "random", steps, every.mean(0), every.min(0), every.max(0)),
        Line(f"ticket {ticket}", "kept" if won else "losing", steps, own),
    )
    takeaway = f"ticket {ticket} ends at {row['test_accuracy']:.2%} test accuracy and {'wins' if won else 'loses'}"
    return Chart(f"How ticket {ticket} learned", takeaway, Axis("training steps"), Axis("training loss", "nats"),
                 lines, (), source([wall], "band: lowest to highest of all tickets"))


@once(64)
def learning(wall: Wall) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Learning curves: steps (points,), training losses of all tickets in the order of their numbers (tickets, points)
    and of the dense nets (nets, points)."""
    steps, every = _by_run(wall.curves, "draw")
    return steps, every, _by_run(wall.dense_curves, "replicate")[1]


def _by_run(table: Table, run: str) -> tuple[np.ndarray, np.ndarray]:
    """(steps (points,), losses (runs, points)) of a table of curves, runs in rising order."""
    order = np.lexsort((table["step"], table[run]))
    steps = np.unique(table["step"])
    return steps.astype(float), table["batch_loss"][order].reshape(-1, len(steps))


def source(walls: Sequence[Wall], bands: str = "") -> str:
    """How the tickets were made, in a sentence; bands: what the chart's bands are."""
    spec, training = walls[0].spec, walls[0].spec.training
    seeds, drawn = len({wall.spec.seed for wall in walls}), sum(len(wall.cells["draw"]) for wall in walls)
    widths = ", ".join(map(str, sorted({wall.spec.net.sizes[1] for wall in walls})))
    return (
        f"Trained by lth_core: {drawn:,} random sub-networks of {spec.net.sizes[0]}–{widths}–{spec.net.sizes[-1]} on "
        f"MNIST, {training.steps:,} steps of Adam at {training.lr:g}, batch {training.batch}; target from "
        f"{len(walls[0].dense['seed'])} whole nets; {said.seeds(seeds)}"
        f"{'; ' if bands else ''}{bands}."
    )
