"""Chapter 6's landscape: the loss on the way from start to end, and on the plane of θ₀, ticket's end and dense end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Landscape
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line, Mark, Origin
from pages.figures.findings import ENOUGH
from pages.records.once import once

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
    """The highest training error between the ticket's end and the whole net's, less that of the worse end, (seeds,)."""
    error = 1 - grid(results, ACROSS, "train_accuracy")
    return error.max(axis=1) - np.maximum(error[:, 0], error[:, -1])


def _early(results: Sequence[Result]) -> int:
    """The step nearest to EARLY at which trainings were looked at."""
    step = _rows(results[0], "path", "ticket")["step"]
    return int(step[np.argmin(np.abs(step - EARLY))])


def after(results: Sequence[Result], net: str) -> np.ndarray:
    """Training loss after about EARLY steps, (seeds,)."""
    step = _rows(results[0], "path", net)["step"]
    return grid(results, net, table="path")[:, int(np.argmin(np.abs(step - EARLY)))]


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────


def starts(results: Sequence[Result]) -> str:
    """Is the ticket's start itself a good place? And is there a hill before it? In Markdown."""
    first = {net: grid(results, net)[:, 0] for net in NETS}
    lower = int((first["ticket"] < first["reinit"]).sum())
    flat = sum(int((hills(results, net) <= HILL * first[net]).sum()) for net in NETS)
    return (f"At its start the ticket’s loss is **{np.median(first['ticket']):.2f}** nats, that of its mask with fresh "
            f"weights {np.median(first['reinit']):.2f}; the ticket’s is the lower one in {lower} of {len(results)} "
            f"seeds. On **{flat}** of {len(NETS) * len(results)} straight ways the loss never rises above its start.")


def slope(results: Sequence[Result]) -> str:
    """Is the way down steeper? In Markdown."""
    early = {net: after(results, net) for net in NETS}
    ahead = {net: int((early["ticket"] < early[net]).sum()) for net in ("reinit", "random", "dense")}
    return (f"After {_early(results):,} steps of real training the ticket is down to "
            f"**{np.median(early['ticket']):.2f}** nats, its mask with fresh weights to "
            f"**{np.median(early['reinit']):.2f}**, a random mask to {np.median(early['random']):.2f}, the whole net "
            f"to {np.median(early['dense']):.2f}. The ticket is lower than fresh weights in {ahead['reinit']} of "
            f"{len(results)} seeds, than a random mask in {ahead['random']}, than the whole net in {ahead['dense']}.")


def apart(results: Sequence[Result]) -> str:
    """Do ticket and whole net end in one valley? In Markdown."""
    high = barrier(results)
    return (f"Ticket and whole net do not end in one place: on the straight line between their ends the training error "
            f"rises by up to **{100 * np.median(high):.1f}** points above the worse end ({100 * high.min():.1f} to "
            f"{100 * high.max():.1f} over the seeds).")


def verdict(results: Sequence[Result]) -> str:
    """The popular claim judged in one sentence: by all seeds, or not at all."""
    if len(results) < ENOUGH:
        return f"Fewer than {ENOUGH} seeds settle nothing."
    first = {net: grid(results, net)[:, 0] for net in NETS}
    steeper = bool((after(results, "ticket") < after(results, "reinit")).all())
    lower = bool((first["ticket"] < first["reinit"]).all())
    if steeper and not lower:
        return ("So “favourable region” fits in one sense alone: the start is no lower than others, but the way down "
                "from it is faster.")
    if steeper:
        return "So the ticket does start from a favourable place: it lies lower, and the way down from it is faster."
    return "So these seeds do not show that the ticket starts in a favourable region."


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
    return (f"Recorded by lth_core: MLP {'-'.join(map(str, spec.net.sizes))} on MNIST, {spec.training.steps:,} steps "
            f"of Adam, ticket of round {spec.level} ({_left(results[0]):.1%} of the weights left); loss of 10,000 "
            f"training images; {len(results)} seed{'s' * (len(results) > 1)}, bands: lowest to highest.")


def _left(result: Result) -> float:
    """Share of the weights that the ticket has."""
    return float(_rows(result, "line", "ticket")["kept"][0] / _rows(result, "line", "dense")["kept"][0])


def origin(results: Sequence[Result]) -> Origin:
    """Spec and seeds, for files that leave the page."""
    return Origin(results[0].spec.to_json(), tuple(one.spec.seed for one in results))
