"""The life of single weights: where each began, where training took it, how it ranked, and when it was pruned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lth_core.experiments import Lottery
from lth_core.nets.drawn import followed, place
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial, weight_names
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.spec import Net
from pages.figures.chart import Axis, Chart, Line
from pages.figures.rounds import signed

SURVIVED = 0


@dataclass(frozen=True, eq=False)
class Followed:
    """The followed weights of one lottery, columns of length n, in the order of their flat indices.

    edge: flat index. layer: 0 for the first matrix. source, target: units. died: first round whose mask lacks it (0:
    outlived all). steps: measured steps of a training, (points,). paths: one array a round, (points, survivors).
    one_shot: every cut judges by the first training.
    """

    net: Net
    edge: np.ndarray
    layer: np.ndarray
    source: np.ndarray
    target: np.ndarray
    died: np.ndarray
    steps: np.ndarray
    paths: tuple[np.ndarray, ...]
    one_shot: bool = False

    @property
    def theta0(self) -> np.ndarray:
        """Initial values, (n,): what every round starts from."""
        return self.paths[0][0]

    @property
    def rounds(self) -> int:
        """The last round that was trained."""
        return len(self.paths) - 1

    def first(self, rounds: int) -> Followed:
        """The same weights in a run that ended after `rounds` rounds: who died later outlived it."""
        return replace(self, died=np.where(self.died > rounds, SURVIVED, self.died), paths=self.paths[: rounds + 1])

    def alive(self, level: int) -> np.ndarray:
        """Which of them are in the mask of round `level`, bool (n,)."""
        return (self.died == SURVIVED) | (self.died > level)

    def end(self, level: int) -> np.ndarray:
        """Values after the training of round `level`, (n,); NaN for the dead."""
        values = np.full(self.edge.size, np.nan, np.float32)
        values[self.alive(level)] = self.paths[level][-1]
        return values

    def judged(self, level: int) -> np.ndarray:
        """The values that the cut after round `level` is made by, (n,): those after its training, or after the first
        one in one-shot pruning; NaN for the dead."""
        return np.where(self.alive(level), self.end(0), np.float32(np.nan)) if self.one_shot else self.end(level)


@once(24)
def follow(result: Result) -> Followed:
    """The followed weights of a recorded or live lottery."""
    net = result.spec.net
    deaths = np.concatenate([result.arrays[f"died/{name}"].ravel() for name in weight_names(net)])
    curves = result.tables["curves"]
    first = (curves["round"] == 0) & (curves["condition"] == "ticket")
    last = int(max(curves["round"][curves["condition"] == "ticket"]))
    paths = tuple(np.asarray(result.arrays[f"path/{level}"], np.float32) for level in range(last + 1))
    return Followed(net, *_ends(net), deaths[followed(net)], np.asarray(curves["step"][first]), paths,
                    isinstance(result.spec, Lottery) and result.spec.pruning.schedule == "one-shot")


def untrained(spec: Lottery) -> Followed:
    """The weights that will be followed in a lottery of which nothing is trained yet: at θ₀ all along."""
    theta0 = initial(spec.net, spec.seed)
    flat = np.concatenate([theta0[name].ravel() for name in weight_names(spec.net)])[followed(spec.net)]
    nobody = np.zeros(flat.size, np.uint8)
    return Followed(spec.net, *_ends(spec.net), nobody, np.array([0, spec.training.steps]), (np.stack([flat, flat]),))


def _ends(net: Net) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Flat index, layer, source and target of each followed weight."""
    chosen = followed(net)
    starts = np.cumsum([0, *(a * b for a, b in zip(net.sizes, net.sizes[1:], strict=False))])
    layer = np.searchsorted(starts, chosen, side="right") - 1
    target, source = np.divmod(chosen - starts[layer], np.array(net.sizes)[layer])
    return chosen, layer, source, target


def nearest(crowd: Followed, edge: int) -> int:
    """The followed weight whose index is closest to `edge`: itself where all are followed."""
    return int(crowd.edge[np.argmin(np.abs(crowd.edge - edge))])


@dataclass(frozen=True, eq=False)
class Life:
    """One weight. died: the round that no longer has it (0: it outlived all); it was pruned from the values at the end
    of round died − 1. Per trained round it lived in, (rounds,): size, |w| at the end (in one-shot pruning that of the
    first training, which every cut judges by); threshold, the largest |w| of its layer that was pruned there (NaN for
    the last round, after which nothing is); rank, its place among the followed survivors of its layer, 0 for the
    smallest; of, how many those were. values: its path in each round, over `steps`. sampled: the cut is that of the
    followed weights alone.
    """

    edge: int
    name: str
    layer: int
    source: int
    target: int
    theta0: float
    died: int
    size: np.ndarray
    threshold: np.ndarray
    rank: np.ndarray
    of: np.ndarray
    steps: np.ndarray
    values: tuple[np.ndarray, ...]
    one_shot: bool = False
    sampled: bool = False


def life(result: Result, crowd: Followed, edge: int) -> Life:
    """The biography of the weight with flat index `edge`. Raises KeyError when it is not followed."""
    at = int(np.searchsorted(crowd.edge, edge))
    if at >= crowd.edge.size or crowd.edge[at] != edge:
        raise KeyError(f"weight {edge} was not followed")
    name, (target, source) = place(crowd.net, edge)
    died = int(crowd.died[at])
    lived = died if died else crowd.rounds + 1
    mates = crowd.layer == crowd.layer[at]
    cuts = np.full(lived, np.nan)
    known = _first_cuts(result, crowd, name) if crowd.one_shot else _cuts(result, name)
    cuts[: len(known)] = known[:lived]
    sizes = [np.abs(crowd.judged(level)) for level in range(lived)]
    values = tuple(crowd.paths[level][:, int(np.count_nonzero(crowd.alive(level)[:at]))] for level in range(lived))
    return Life(
        edge, name, int(crowd.layer[at]), source, target, float(crowd.theta0[at]), died,
        np.array([size[at] for size in sizes]), cuts,
        np.array([_rank(size[mates], at - int(np.flatnonzero(mates)[0])) for size in sizes]),
        np.array([int(np.count_nonzero(np.isfinite(size[mates]))) for size in sizes]), crowd.steps, values,
        crowd.one_shot, crowd.one_shot and "final/0" not in result.arrays and crowd.edge.size < weight_count(crowd.net),
    )


def _cuts(result: Result, name: str) -> np.ndarray:
    """The largest size that each pruning took from a matrix."""
    return np.asarray(result.tables["movement"][f"{name.removesuffix('.weight')}.threshold"])


def _first_cuts(result: Result, crowd: Followed, name: str) -> np.ndarray:
    """The same of a one-shot run, whose prunings all judge by the first training; the table has the sizes of later
    ones. Recorded copies hold that training's weights as far as they are followed."""
    if "final/0" in result.arrays:
        died, start = result.arrays[f"died/{name}"].ravel(), 0
        for before in weight_names(crowd.net)[: weight_names(crowd.net).index(name)]:
            start += result.arrays[f"died/{before}"].size
        sizes = np.abs(result.arrays["final/0"][start : start + died.size])
    else:
        mine = crowd.layer == weight_names(crowd.net).index(name)
        died, sizes = crowd.died[mine], np.abs(crowd.end(0)[mine])
    return np.array([sizes[died == level].max(initial=0.0) for level in range(1, crowd.rounds + 1)])


def _rank(sizes: np.ndarray, at: int) -> int:
    """How many survivors go before this one: the smaller, and among equals the earlier."""
    earlier = np.arange(sizes.size) < at
    return int(np.count_nonzero((sizes < sizes[at]) | ((sizes == sizes[at]) & earlier)))


def told(story: Life, net: Net) -> str:
    """The life in Markdown."""
    last = len(story.size) - 1
    moved = np.abs(story.size[0]) - abs(story.theta0)
    signs = np.sign([values[-1] for values in story.values])
    turned = int(np.count_nonzero(signs != np.sign(story.theta0)))
    lines = [
        f"**{where(net, story.layer, story.source, story.target)}** starts from θ₀ = **{signed(story.theta0)}**. The "
        f"first training makes it {'larger' if moved > 0 else 'smaller'}: {signed(story.values[0][-1])}. "
        f"Of {story.of[0]:,} weights of its layer {story.rank[0]:,} are smaller then."
    ]
    if turned:
        lines.append(f"In {turned} of its {last + 1} rounds it ends with the other sign.")
    if story.died and story.one_shot:
        lines.append(
            f"One-shot pruning judges by this training alone. Round **{last}** was its last: "
            f"{_cut(story)} The cut climbs through the same sizes round after round."
        )
    elif story.died:
        lines.append(
            f"Round **{last}** was its last: its size was {story.size[last]:.3f} after training, and {_cut(story)} "
            + _why(story)
        )
    else:
        lines.append(f"It **outlived all {last} rounds**, and ends at {signed(story.values[last][-1])}.")
    return " ".join(lines)


def _cut(story: Life) -> str:
    """Up to which size the cut that ended this life took everything."""
    return f"everything up to **{story.threshold[len(story.size) - 1]:.3f}** in its layer was cut."


def _why(story: Life) -> str:
    """Did it shrink, or did the cut catch up with it?"""
    last = len(story.size) - 1
    if story.size[last] > abs(story.theta0):
        return "It was larger than at its start. But those that stay grow from round to round, and the cut with them."
    best = int(np.argmax(story.size))
    return f"It had been largest in round {best}, at {story.size[best]:.3f}."


def where(net: Net, layer: int, source: int, target: int) -> str:
    """`pixel (3, 6) → hidden 1, unit 15`.

    >>> where(Net(), 0, 30, 7), where(Net(), 2, 5, 9)
    ('pixel (1, 2) → hidden 1, unit 7', 'hidden 2, unit 5 → digit 9')
    """
    side = int(np.sqrt(net.sizes[0]))
    before = f"pixel ({source // side}, {source % side})" if layer == 0 else f"hidden {layer}, unit {source}"
    last = layer == len(net.sizes) - 2
    return f"{before} → " + (f"digit {target}" if last else f"hidden {layer + 1}, unit {target}")


def fate(story: Life) -> Chart:
    """|w| at the end of each round against the cut it had to pass."""
    x = np.arange(len(story.size))
    lines = [Line("this weight, |w|", "kept", x, story.size)]
    known = np.isfinite(story.threshold)
    if known.any():
        lines.append(Line("cut in its layer", "pruned", x[known], story.threshold[known]))
    takeaway = (f"it fell below the cut after round {story.died - 1} and is gone from round "
                f"{story.died} on" if story.died
                else "it was above the cut every time")
    return Chart("Above the cut, or not", takeaway, Axis("round"), Axis("size after training"), tuple(lines), (),
                 "Sizes at the end of " + ("the first training, which every cut of one-shot pruning judges by"
                                           if story.one_shot else "each round's training")
                 + "; the cut is the largest size pruned from its layer.")


def journey(story: Life) -> Chart:
    """The weight's value through training: in the first round, and in the last one it lived."""
    lines = [Line("round 0, the whole net", "training", story.steps, story.values[0])]
    if len(story.values) > 1:
        last = len(story.values) - 1
        role = "pruned" if story.died else "kept"
        lines.append(Line(f"round {last}, its last", role, story.steps, story.values[last]))
    takeaway = f"it starts from {signed(story.theta0)} every time"
    return Chart("Its way through training", takeaway, Axis("training step"), Axis("weight"), tuple(lines), (),
                 "Measured at the start, at a few early steps, at regular intervals and at the end.")
