"""Chapter 6's landscape: the loss on the way from start to end, and on the plane of θ₀, ticket's end and dense end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lth_core import said
from lth_core.experiments import Landscape
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import Origin
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line, Mark

# Net → (name on the chart, role); the last is the line from the ticket's end to the whole net's.
NETS = {
    "ticket": ("winning ticket", "kept"),
    "dense": ("whole net", "dense"),
    "reinit": ("ticket’s mask, fresh weights", "reinit"),
    "random": ("random mask", "random"),
}
ACROSS = "across"
WAY = Axis("way from start to end", percent=True)
LOSS = Axis("training loss", "nats", log=True)
STEP = Axis("training step", log=True)
EARLY = 100  # steps of real training after which the nets are compared
HILL = 0.01  # of the start's loss: a rise by less is no hill on the way down
STABLE = 0.02  # error barrier below which two nets count as connected (Frankle et al. 2020, section 2)


@dataclass(frozen=True, eq=False)
class Ground:
    """What one seed measured. x, y: coordinates on the plane, (points,) each; loss, accuracy: (points of y, points of
    x), of training images."""

    result: Result
    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray

    def path(self, net: str) -> dict[str, np.ndarray]:
        """The real training of one net, columns of `path`: step, x, y, off, distance and what it read."""
        return _rows(self.result, "path", net)

    def line(self, net: str) -> dict[str, np.ndarray]:
        """The straight line of one net, or ACROSS: alpha and what it read."""
        return _rows(self.result, "line", net)

    def ends(self, net: str) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where on the plane its straight line begins and ends."""
        if net == ACROSS:
            return self.ends("ticket")[1], self.ends("dense")[1]
        x, y = (self.path(net)[axis] for axis in ("x", "y"))
        return (float(x[0]), float(y[0])), (float(x[-1]), float(y[-1]))

    def off(self, net: str, alpha: float) -> float:
        """How far from the plane its straight line is at `alpha`: at its end all three that span it are on it."""
        return 0.0 if net == ACROSS else float(self.path(net)["off"][0] * (1 - alpha))


def _rows(result: Result, table: str, net: str) -> dict[str, np.ndarray]:
    columns = result.tables[table]
    mine = np.asarray(columns["net"]) == net
    return {str(name): np.asarray(values)[mine] for name, values in columns.items() if name != "net"}


@once(8)
def ground(result: Result) -> Ground:
    """The landscape of one seed."""
    plane = result.tables["plane"]
    x, y = np.unique(plane["x"]), np.unique(plane["y"])
    order = np.lexsort((plane["x"], plane["y"]))
    shape = (len(y), len(x))
    return Ground(result, x, y, *(np.asarray(plane[name])[order].reshape(shape)
                                  for name in ("train_loss", "train_accuracy")))


# ── over seeds ───────────────────────────────────────────────────────────────────────────────────────────────────


def grid(results: Sequence[Result], net: str, column: str = "train_loss", table: str = "line") -> np.ndarray:
    """A column of one net's line (or path) over seeds, (seeds, points)."""
    return np.stack([_rows(result, table, net)[column] for result in results]).astype(np.float64)


@once(8)
def ways(results: tuple[Result, ...], at: float | None = None) -> Chart:
    """Loss on the straight line from each net's start to its end. at: a share of the way to mark."""
    alpha = _rows(results[0], "line", "ticket")["alpha"]
    lines = tuple(Line.over_seeds(name, role, alpha, grid(results, net)) for net, (name, role) in NETS.items())
    half = {net: halfway(results, net).mean() for net in ("ticket", "reinit")}
    takeaway = (f"the ticket’s loss is halved after {half['ticket']:.0%} of its way, that of its mask with fresh "
                f"weights after {half['reinit']:.0%}")
    marks = () if at is None else (Mark(f"{at:.0%} of the way", "target", x=at),)
    return Chart("Straight from start to end", takeaway, WAY, LOSS, lines, marks, source(results), origin(results))


@once(8)
def descent(results: tuple[Result, ...]) -> Chart:
    """Loss in the real trainings, from the first steps on."""
    step = _rows(results[0], "path", "ticket")["step"].astype(np.float64)
    later = step > 0
    lines = tuple(Line.over_seeds(name, role, step[later], grid(results, net, table="path")[:, later])
                  for net, (name, role) in NETS.items())
    early = {net: float(np.median(after(results, net))) for net in ("ticket", "reinit")}
    takeaway = (f"after {_early(results):,} steps the ticket’s loss is {early['ticket']:.2f} nats, that of its mask "
                f"with fresh weights {early['reinit']:.2f}")
    return Chart("The real way down", takeaway, STEP, LOSS, lines, (), source(results), origin(results))


def halfway(results: Sequence[Result], net: str) -> np.ndarray:
    """The share of the straight way after which the loss is at most half that of the start, (seeds,)."""
    alpha, losses = _rows(results[0], "line", net)["alpha"], grid(results, net)
    under = losses <= losses[:, :1] / 2
    return np.where(under.any(axis=1), alpha[np.argmax(under, axis=1)], np.nan)


def hills(results: Sequence[Result], net: str) -> np.ndarray:
    """By how much the loss on the straight way rises above its start, nats, (seeds,); 0 where it never does."""
    losses = grid(results, net)
    return np.maximum(losses.max(axis=1) - losses[:, 0], 0.0)


def barrier(results: Sequence[Result]) -> np.ndarray:
    """The highest training error between the ticket's end and the whole net's, less the mean of both ends, (seeds,):
    what chapter 6 calls the hill between siblings (Frankle et al. 2020)."""
    error = 1 - grid(results, ACROSS, "train_accuracy")
    high: np.ndarray = error.max(axis=1) - (error[:, 0] + error[:, -1]) / 2
    return high


def worst(results: Sequence[Result]) -> np.ndarray:
    """The highest training error on the straight line from the ticket's end to the whole net's, (seeds,)."""
    high: np.ndarray = (1 - grid(results, ACROSS, "train_accuracy")).max(axis=1)
    return high


def coming(results: tuple[Result, ...], title: str) -> Chart:
    """What a live training is drawn upon: the recorded descents."""
    return replace(descent(results), title=title, takeaway=f"behind it the recorded runs of {len(results)} seeds")


def _early(results: Sequence[Result]) -> int:
    """The step nearest to EARLY at which trainings were looked at."""
    step = _rows(results[0], "path", "ticket")["step"]
    return int(step[np.argmin(np.abs(step - EARLY))])


def after(results: Sequence[Result], net: str) -> np.ndarray:
    """Training loss after about EARLY steps, (seeds,)."""
    step = _rows(results[0], "path", net)["step"]
    return grid(results, net, table="path")[:, int(np.argmin(np.abs(step - EARLY)))]


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(results: Sequence[Result]) -> list[dict[str, str]]:
    """The four nets as a table, by the median seed: their starts, their first steps, their straight ways."""
    table = []
    for net, (name, _) in NETS.items():
        first, up = _start(results, net), hills(results, net)
        table.append({
            "Net": name[:1].upper() + name[1:],
            "Loss at the start": f"{np.median(first):.2f} nats",
            "Right, untrained": f"{np.median(grid(results, net, 'train_accuracy')[:, 0]):.0%}",
            f"Loss after {_early(results):,} steps": f"{np.median(after(results, net)):.2f} nats",
            "Straight on, halved after": f"{np.median(halfway(results, net)):.0%} of the way",
            "Hill on that way": f"in {int((up > HILL * first).sum())} of {len(results)} seeds",
        })
    return table


def counted(results: Sequence[Result]) -> str:
    """In how many seeds the ticket is ahead of nets of its size, at the start and after some steps. In Markdown."""
    of = len(results)
    start, early = ({net: int((look(results, "ticket") < look(results, net)).sum()) for net in ("reinit", "random")}
                    for look in (_start, after))
    return (f"With {_left(results[0]):.1%} of the weights, in trainings of {results[0].spec.training.steps:,} steps, "
            f"the ticket’s start is lower than that of its mask with fresh weights in **{start['reinit']} of {of}** "
            f"seeds, and than that of a random mask in {start['random']}. After {_early(results):,} steps of real "
            f"training it is lower in **{early['reinit']}** and in {early['random']}.")


def apart(results: Sequence[Result]) -> str:
    """Do ticket and whole net end in one valley? In Markdown."""
    high = barrier(results)
    told = ("From the ticket’s end to the whole net’s the training error rises by "
            f"**{100 * np.median(high):.1f}** points")
    if len(high) > 1:
        told += f" ({100 * high.min():.1f} to {100 * high.max():.1f} over the seeds)"
    told += f". Below {STABLE:.0%} Frankle et al. call two nets connected"
    if (high < STABLE).all():
        return f"{told}: both end in **one valley**{', in every seed' if len(high) > 1 else ''}."
    return f"{told}; these are in {int((high < STABLE).sum())} of {len(high)} seeds."


def verdict(results: Sequence[Result]) -> str:
    """The popular claim judged in one sentence, against nets of the same size: by all seeds, or not at all."""
    if len(results) < ENOUGH:
        return f"Fewer than {ENOUGH} seeds settle nothing."
    first, early = ({net: look(results, net) for net in NETS} for look in (_start, after))
    lower, steeper = (all((found["ticket"] < found[net]).all() for net in ("reinit", "random"))
                      for found in (first, early))
    if not steeper:
        return "These seeds do not show that the ticket starts in a favourable region."
    if not lower:
        return ("“Favourable” fits in one sense alone: the ticket’s start is no lower than those of other nets of its "
                "size, but its way down is faster.")
    more = "; the whole net is faster still" if (early["dense"] < early["ticket"]).all() else ""
    return f"Yes, beside nets of its size: the ticket’s start lies lower, and its way down is faster{more}."


def _start(results: Sequence[Result], net: str) -> np.ndarray:
    """Training loss before training, (seeds,)."""
    return grid(results, net)[:, 0]


def here(found: Ground, net: str, alpha: float) -> str:
    """What is measured at one point of a straight line, in Markdown."""
    line = found.line(net)
    at = int(np.argmin(np.abs(line["alpha"] - alpha)))
    off = found.off(net, float(line["alpha"][at]))
    beside = f" This point lies {off:.1f} beside the plane; the cross marks its shadow." if off > 0.05 else ""
    return (f"At **{line['alpha'][at]:.0%}** of the way: loss **{line['train_loss'][at]:.3g}** nats, "
            f"**{line['train_accuracy'][at]:.1%}** of the training images right, {line['test_accuracy'][at]:.1%} of "
            f"the test images.{beside}")


def source(results: Sequence[Result]) -> str:
    """How the runs were made, in a sentence."""
    spec = results[0].spec
    assert isinstance(spec, Landscape)
    return (f"{'-'.join(map(str, spec.net.sizes))} on MNIST, {spec.training.steps:,} steps "
            f"of Adam, ticket of round {spec.level} ({_left(results[0]):.1%} of the weights left); loss of 10,000 "
            f"training images; {said.seeds(len(results))}, bands: lowest to highest.")


def _left(result: Result) -> float:
    """Share of the weights that the ticket has."""
    return float(_rows(result, "line", "ticket")["kept"][0] / _rows(result, "line", "dense")["kept"][0])


def origin(results: Sequence[Result]) -> Origin:
    """Spec and seeds, for files that leave the page."""
    return Origin(results[0].spec.to_json(), tuple(one.spec.seed for one in results))
