"""Chapter 3's figures over rounds: accuracy as a net shrinks, iterative against one-shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Lottery
from lth_core.ledger.runs import column, reads
from lth_core.results.result import Result
from lth_core.said import budget
from pages.figures.chart import Axis, Chart, Line, Mark

ROUNDS = Axis("rounds of pruning")
ACCURACY = Axis("test accuracy", percent=True)

NOTHING = "Nothing has been trained yet. The network has its first values, θ₀, and its first round trains all of it."
# "Breaks" in the prose: the mean over seeds has lost this much of the dense net's accuracy.
POINT = 0.01


def lottery(result: Result) -> Lottery:
    """The Spec of a lottery's result, as that type."""
    assert isinstance(result.spec, Lottery)
    return result.spec


def stacked(results: Sequence[Result], name: str) -> np.ndarray:
    """A column of every result, (seeds, rounds), up to the round that all of them reached."""
    columns = [column(result, name) for result in results]
    reached = min(map(len, columns))
    return np.stack([values[:reached] for values in columns])


@dataclass(frozen=True)
class Facts:
    """What the runs of one net say; accuracies in 0–1, means over seeds.

    total: weights. dense: accuracy of the whole net. best, best_left: highest mean accuracy, and the share of weights
    left there. breaks: first round more than POINT below dense (0: none); breaks_left, breaks_weights:
    what is left then. holds_left: share left in the round before. last, last_left: the end of the chain.
    """

    seeds: int
    rounds: int
    total: int
    dense: float
    best: float
    best_left: float
    breaks: int
    breaks_left: float
    breaks_weights: int
    holds_left: float
    last: float
    last_left: float


def facts(results: Sequence[Result]) -> Facts:
    """The figures of the prose, from the same results that the charts draw."""
    mean = stacked(results, "test_accuracy").mean(0)
    density, kept = column(results[0], "density"), column(results[0], "kept")
    broken = np.flatnonzero(mean < mean[0] - POINT)
    first, best = int(broken[0]) if broken.size else 0, int(np.argmax(mean))
    return Facts(
        seeds=len(results), rounds=len(mean) - 1, total=int(column(results[0], "total")[0]), dense=float(mean[0]),
        best=float(mean[best]), best_left=float(density[best]),
        breaks=first, breaks_left=float(density[first]), breaks_weights=int(kept[first]),
        holds_left=float(density[max(0, first - 1)] if first else density[len(mean) - 1]),
        last=float(mean[-1]), last_left=float(density[len(mean) - 1]),
    )


def accuracy(results: Sequence[Result], name: str = "winning tickets, iterative") -> Chart:
    """Test accuracy of each round's ticket: mean over seeds, lowest and highest as band."""
    grid, story = stacked(results, "test_accuracy"), facts(results)
    line = Line.over_seeds(name, "kept", np.arange(grid.shape[1]), grid)
    marks = (Mark(f"whole net {ACCURACY.format(story.dense)}", "dense", y=story.dense),)
    if story.breaks:
        takeaway = (f"the mean stays within one point of the whole net down to {story.holds_left:.1%} of the weights, "
                    f"and falls below that in round {story.breaks}")
    else:
        takeaway = f"the mean never falls a point below the whole net, down to {story.last_left:.1%} of the weights"
    return Chart("Accuracy round by round", takeaway, ROUNDS, ACCURACY, (line,), marks, source(results))


def schedules(iterative: Sequence[Result], one_shot: Sequence[Result]) -> Chart:
    """The same densities reached in many small cuts or in a single one."""
    grids = [stacked(results, "test_accuracy") for results in (iterative, one_shot)]
    names = (("iterative: cut, rewind, retrain, again", "kept"), ("one-shot: all cuts at once", "kept-raw"))
    lines = tuple(Line.over_seeds(name, role, np.arange(grid.shape[1]), grid)
                  for (name, role), grid in zip(names, grids, strict=True))
    story = gap(iterative, one_shot)
    takeaway = (f"the difference is largest with {story.left:.1%} of the weights left: "
                f"{100 * (story.iterative - story.one_shot):.1f} points")
    dense = float(grids[0][:, 0].mean())
    return Chart("One cut or many", takeaway, Axis("rounds' worth of pruning"), ACCURACY, lines,
                 (Mark(f"whole net {ACCURACY.format(dense)}", "dense", y=dense),), source(iterative))


@dataclass(frozen=True)
class Gap:
    """Where iterative and one-shot differ most in mean accuracy, and how often iterative was better there. trained: how
    long every training was."""

    round: int
    left: float
    iterative: float
    one_shot: float
    wins: int
    seeds: int
    trained: str


def gap(iterative: Sequence[Result], one_shot: Sequence[Result]) -> Gap:
    """The largest difference of means, signed; seeds are compared one by one."""
    many, once = stacked(iterative, "test_accuracy"), stacked(one_shot, "test_accuracy")
    reached, seeds = min(many.shape[1], once.shape[1]), min(len(many), len(once))
    apart = many[:, :reached].mean(0) - once[:, :reached].mean(0)
    at = int(np.argmax(np.abs(apart)))
    return Gap(at, float(column(iterative[0], "density")[at]), float(many[:, at].mean()), float(once[:, at].mean()),
               int(np.count_nonzero(many[:seeds, at] > once[:seeds, at])), seeds, budget(iterative[0].spec))


def ahead(results: Sequence[Result]) -> float:
    """Smallest share of weights up to which, without a gap, the mean ticket is at least as good as the whole net."""
    mean = stacked(results, "test_accuracy").mean(0)
    below = np.flatnonzero(mean < mean[0])
    return float(column(results[0], "density")[below[0] - 1 if below.size else mean.size - 1])


def learning(result: Result) -> Chart:
    """The whole net's learning curve, against which a live run's rounds are drawn."""
    curves = result.tables["curves"]
    mine = (curves["condition"] == "ticket") & (curves["round"] == 0)
    values = np.asarray(curves["validation_accuracy"][mine])
    line = Line(f"whole net, seed {result.spec.seed}", "dense", curves["step"][mine], values)
    axis = Axis("training step", range=(0.0, float(result.spec.training.steps)))
    return Chart("Learning, round after round", f"the whole net ends at {values[-1]:.1%}", axis,
                 Axis("validation accuracy", percent=True, range=(0.5, 1.0)), (line,), (), source((result,)))


def table(result: Result) -> dict[str, list[object]]:
    """What the player's table holds, of all rounds."""
    costs = result.tables["costs"]
    mine = costs["condition"] == "ticket"
    layers = {f"fc{depth}": column(result, f"fc{depth}.kept").tolist()
              for depth in range(1, len(result.spec.net.sizes))}
    return {
        "round": sorted(costs["round"][mine].tolist()), "share left": column(result, "density").tolist(),
        "weights left": column(result, "kept").tolist(), **layers,
        "test accuracy": column(result, reads(result)).tolist(),
        "early-stop step": column(result, "early_stop_step").tolist(),
        "seconds": costs["seconds"][mine][np.argsort(costs["round"][mine])].tolist(),
    }


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


def points(share: float, places: int = 1) -> str:
    """A difference of accuracies as a reader wants it.

    >>> points(-0.0071), points(0.02, 2)
    ('−0.7 points', '+2.00 points')
    """
    return f"{signed(100 * share, places)} points"


def signed(value: float, places: int = 3) -> str:
    """A number with its sign, and a minus as wide as the plus.

    >>> signed(-0.5624)
    '−0.562'
    """
    return f"{value:+.{places}f}".replace("-", "−")


def so_far(result: Result, level: int, stage: int) -> str:
    """Where the player rests, in Markdown, with nothing that it has not shown yet."""
    trained = level if stage else level - 1
    if trained < 0:
        return NOTHING
    accuracies, density = column(result, reads(result)), column(result, "density")
    kept = column(result, "kept")[trained]
    sentence = (
        f"**Round {trained}** trained {kept:,} weights, {density[trained]:.1%} of all, for {budget(result.spec)}. It "
        f"reads **{accuracies[trained]:.1%}** of the test {'digits' if result.spec.data.name == 'mnist' else 'images'}"
    )
    if not trained:
        return sentence + "."
    lead = accuracies[trained] - accuracies[0]
    return sentence + f", {points(abs(lead)).lstrip('+')} {'more' if lead > 0 else 'less'} than the whole net."


def long_sentence(results: Sequence[Result]) -> str:
    """How far the mean ticket of LeNet stays ahead, by whatever protocol `results` are."""
    return (f"Trained for {budget(results[0].spec)} a round, its tickets on average read at least as many digits as "
            f"the whole net, down to **{ahead(results):.1%}** of the weights.")


def in_one_line(small: Sequence[Result], large: Sequence[Result]) -> str:
    """How far the small net's tickets hold, and LeNet's."""
    story = facts(small)
    return (f"After {budget(small[0].spec)} a round, the small net's tickets stay within a point of the whole net down "
            f"to {story.holds_left:.0%} of its weights. After {budget(large[0].spec)}, LeNet's tickets read no less "
            f"than their whole net down to {ahead(large):.1%}.")


def breaking_sentence(results: Sequence[Result]) -> str:
    """When the small net breaks, and what is left of it then."""
    story = facts(results)
    if not story.breaks:
        return f"In {story.rounds} rounds the mean never lost a whole point."
    dead, hidden = stacked(results, "dead_units").mean(0)[story.breaks], sum(results[0].spec.net.sizes[1:-1])
    return (
        f"After {budget(results[0].spec)} the whole net reads {story.dense:.1%} of the test digits. In round "
        f"{story.breaks} the mean first falls more than a point below that. {story.breaks_left:.0%} of the weights are "
        f"left then, and {dead:.1f} of {hidden} hidden units have lost all their inputs or all their outputs."
    )


def lenet_sentence(results: Sequence[Result]) -> str:
    """How far the large net goes."""
    story = facts(results)
    return (f"After {budget(results[0].spec)} a round its tickets look better still, down to {ahead(results):.1%}: a "
            f"ticket learns faster, and {budget(results[0].spec)} is short. At {story.last_left:.1%} they still read "
            f"{story.last:.1%}.")


def gap_sentence(story: Gap) -> str:
    """One-shot against iterative, where they differ most."""
    ahead = "" if story.iterative > story.one_shot else " Here one-shot is ahead."
    return (
        f"After {story.trained} of training the difference is largest with {story.left:.1%} of the weights left. "
        f"Iterative tickets then read **{story.iterative:.1%}**, one-shot tickets **{story.one_shot:.1%}**. Iterative "
        f"was better in {story.wins} of {story.seeds} seeds.{ahead}"
    )


def source(results: Sequence[Result]) -> str:
    """How the runs were made, in a sentence."""
    spec = lottery(results[0])
    sizes, training, pruning = "-".join(map(str, spec.net.sizes)), spec.training, spec.pruning
    return (
        f"Recorded by lth_core: MLP {sizes} on MNIST, {training.steps:,} steps of Adam at {training.lr:g}, batch "
        f"{training.batch}, in every round; {pruning.rate:.0%} a round in each layer, {pruning.output_rate:.0%} in the "
        f"last; {len(results)} seeds; bands: lowest to highest seed."
    )
