"""Chapter 1's figures: accuracy down the ladder of sparsity, and which nets can fit their training set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Ladder, Widths
from lth_core.results.result import Result, Table
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.rounds import budget

SPARSITY = Axis("sparsity", percent=True, range=(0.0, 1.0))
ACCURACY = Axis("test accuracy", percent=True, range=(0.0, 1.0))

# Column of the table `rungs`, name on screen, role in the palette; drawn from the last to the first.
CURVES = (
    ("magnitude_retrained", "smallest pruned, retrained", "kept"),
    ("magnitude", "smallest pruned, as it is", "kept-raw"),
    ("random_retrained", "random pruned, retrained", "random"),
    ("random", "random pruned, as it is", "random-raw"),
)

NAMES = {column: name for column, name, _ in CURVES}


def accuracy(results: Sequence[Result], own: Result) -> Chart:
    """Accuracy of one run at every sparsity, with the range over the recorded seeds as band.

    results: recorded ladders that differ in nothing but the seed. own: one of them, or a live one.
    """
    lines = []
    for column, name, role in CURVES:
        seeds = np.stack([result.tables["rungs"][column] for result in results])
        x = own.tables["rungs"]["sparsity"]
        lines.append(Line(name, role, x, own.tables["rungs"][column], seeds.min(0), seeds.max(0), seeds))
    story = facts(results)
    takeaway = (
        f"retrained, the net loses less than one point until {100 * story.retrained_free:.0f}% of its weights are gone"
    )
    return Chart("Accuracy down the ladder", takeaway, SPARSITY, ACCURACY, tuple(lines), (), source(results))


def expected(results: Sequence[Result]) -> Chart:
    """What a new seed is measured against while it runs: the recorded means, each with the range over seeds."""
    lines = []
    for column, name, _ in CURVES:
        seeds = np.stack([result.tables["rungs"][column] for result in results])
        x = results[0].tables["rungs"]["sparsity"]
        lines.append(Line(f"recorded: {name}", "dense", x, seeds.mean(0), seeds.min(0), seeds.max(0)))
    return Chart("A new seed on the ladder", "grey: the recorded seeds", SPARSITY, ACCURACY, tuple(lines), (),
                 source(results))


@dataclass(frozen=True)
class Facts:
    """What the ladders say, as the prose quotes it: shares in 0–1, means over seeds unless said otherwise.

    trained: for how long, in words. dense: mean accuracy of the whole net.
    *_free: the largest sparsity up to which the mean accuracy stays within one point of dense. at90: accuracy of every
    curve at 90% sparsity.
    """

    seeds: int
    trained: str
    total: int
    dense: float
    raw_free: float
    retrained_free: float
    random_free: float
    random_retrained_free: float
    at90: dict[str, float]


# "Little loss" in the prose means this much, in accuracy.
POINT = 0.01


def facts(results: Sequence[Result]) -> Facts:
    """The figures of the prose, from the same results that the charts draw."""
    rungs: list[Table] = [result.tables["rungs"] for result in results]
    sparsity = rungs[0]["sparsity"]
    mean = {column: np.mean([table[column] for table in rungs], axis=0) for column, _, _ in CURVES}
    dense = np.array([table["magnitude"][0] for table in rungs])
    free = {column: float(sparsity[_last_within(values, dense.mean() - POINT)]) for column, values in mean.items()}
    ninety = int(np.argmin(np.abs(sparsity - 0.9)))
    return Facts(
        seeds=len(results),
        trained=budget(results[0].spec),
        total=int(rungs[0]["total"][0]),
        dense=float(dense.mean()),
        raw_free=free["magnitude"],
        retrained_free=free["magnitude_retrained"],
        random_free=free["random"],
        random_retrained_free=free["random_retrained"],
        at90={column: float(values[ninety]) for column, values in mean.items()},
    )


def _last_within(values: np.ndarray, floor: float) -> int:
    """Index of the last point before the first one below `floor`."""
    below = np.flatnonzero(values < floor)
    return int(below[0]) - 1 if below.size else len(values) - 1


def source(results: Sequence[Result]) -> str:
    """How the ladders were made, in a sentence."""
    spec = results[0].spec
    assert isinstance(spec, Ladder)
    sizes, training = "-".join(map(str, spec.net.sizes)), spec.training
    return (
        f"Recorded by lth_core: MLP {sizes} on MNIST, {training.steps:,} steps of Adam at {training.lr:g}, "
        f"batch {training.batch}; one-shot {spec.scope} pruning; retrained for {spec.retrain_steps} steps; "
        f"{len(results)} seeds."
    )


# ── how wide must a net be? ──────────────────────────────────────────────────────────────────────────────────────


def widths(result: Result) -> Chart:
    """Training and test accuracy against the number of weights: mean over seeds, range as band."""
    x, train, test = _weights(result), _grid(result, "train_accuracy"), _grid(result, "test_accuracy")
    lines = (
        Line.over_seeds("on its training images", "training", x, train),
        Line.over_seeds("on the test images", "kept", x, test),
    )
    marks = (Mark("every training image right", "target", y=1.0),)
    story = width_facts(result)
    takeaway = (
        f"every net with at least {story.always_weights:,} weights fitted all {story.examples:,} images"
        if story.always_weights
        else f"no width fitted all {story.examples:,} images from every seed"
    )
    axis = Axis("weights", log=True)
    return Chart("Which nets can fit their training set?", takeaway, axis,
                 Axis("accuracy", percent=True, range=(0.0, 1.02)), lines, marks, _width_source(result))


@dataclass(frozen=True)
class WidthFacts:
    """examples: training images. steps: of every training. always_*: the smallest net from which on every seed fitted
    them all (0: none).
    sometimes_width: of the smallest net that did so from some seed but not from all (0: none). sometimes_rate: from how
    many of them."""

    examples: int
    steps: int
    replicates: int
    always_width: int
    always_weights: int
    sometimes_width: int
    sometimes_rate: float
    steps_small: float
    steps_large: float


def width_facts(result: Result) -> WidthFacts:
    """The figures of the prose about capacity."""
    spec = result.spec
    assert isinstance(spec, Widths)
    fitted: np.ndarray = np.asarray(_grid(result, "fitted_step") >= 0)  # (seeds, widths)
    weights = _weights(result).astype(int)
    always: np.ndarray = np.asarray(fitted.all(0))
    all_from = np.flatnonzero(np.logical_and.accumulate(always[::-1])[::-1])
    some = np.flatnonzero(fitted.any(0) & ~always)
    first = int(all_from[0]) if all_from.size else -1
    steps = np.where(fitted, _grid(result, "fitted_step"), np.nan)
    return WidthFacts(
        examples=spec.data.train,
        steps=spec.training.steps,
        replicates=spec.replicates,
        always_width=spec.widths[first] if first >= 0 else 0,
        always_weights=int(weights[first]) if first >= 0 else 0,
        sometimes_width=spec.widths[some[0]] if some.size else 0,
        sometimes_rate=float(fitted[:, some[0]].mean()) if some.size else 0.0,
        steps_small=float(np.nanmean(steps[:, first])) if first >= 0 else float("nan"),
        steps_large=float(np.nanmean(steps[:, -1])) if fitted[:, -1].any() else float("nan"),
    )


def _grid(result: Result, column: str) -> np.ndarray:
    """A column of `cells` as (replicates, widths)."""
    spec = result.spec
    assert isinstance(spec, Widths)
    return np.asarray(result.tables["cells"][column]).reshape(len(spec.widths), spec.replicates).T


def _weights(result: Result) -> np.ndarray:
    """Weights of each width, (widths,)."""
    return _grid(result, "weights")[0].astype(float)


def _width_source(result: Result) -> str:
    spec = result.spec
    assert isinstance(spec, Widths)
    return (
        f"Recorded by lth_core: {spec.net.sizes[0]}–h–{spec.net.sizes[-1]} for {len(spec.widths)} widths h, "
        f"{spec.replicates} seeds each, {spec.data.train:,} MNIST images, {spec.training.steps:,} steps of Adam at "
        f"{spec.training.lr:g}, batch {spec.training.batch}; bands: lowest to highest seed."
    )


def width_sentence(story: WidthFacts) -> str:
    """What the capacity experiment found, whichever way it went."""
    if not story.always_width:
        return (f"No width got all {story.examples:,} images right from all {story.replicates} seeds within "
                f"{story.steps:,} steps.")
    sentence = (f"With **{story.always_width} hidden units** every one of {story.replicates} nets got all "
                f"{story.examples:,} training images right within {story.steps:,} steps.")
    if story.sometimes_width and story.sometimes_width < story.always_width:
        sentence += (f" With {story.sometimes_width} units {story.sometimes_rate:.0%} of them did: the solution fits "
                     "in, but training seldom finds it.")
    return sentence


def speed_sentence(story: WidthFacts) -> str:
    """How much sooner a large net fits the same images than the smallest that always does."""
    if not np.isfinite(story.steps_small) or not np.isfinite(story.steps_large):
        return "Within this budget too few nets fitted all images to compare how fast they did."
    return (f"Larger nets also get there sooner. The smallest net that always succeeds needs {story.steps_small:,.0f} "
            f"steps on average, the largest one in the chart only {story.steps_large:,.0f}.")


def ninety_sentence(results: Sequence[Result]) -> str:
    """What 90% sparsity costs LeNet, cut at once."""
    story, spec = facts(results), results[0].spec
    assert isinstance(spec, Ladder)
    raw, after = (points(story.dense - story.at90[name]) for name in ("magnitude", "magnitude_retrained"))
    return (f"Cut by that much after {story.trained}, LeNet reads {raw} less than the whole net. After "
            f"{spec.retrain_steps} more steps of training it reads only {after} less.")


def points(difference: float) -> str:
    """A difference of accuracies, 0–1, in words: "0.24 points"."""
    return f"**{100 * difference:.2f} points**"


def table(story: Facts, at: Rung, rung: int) -> str:
    """Which weights go, and what a net then reads: a table in Markdown."""
    again = f"retrained for {at.retrain_steps} steps"
    rows = (("the smallest", "as it is", at.magnitude, story.raw_free),
            ("the smallest", again, at.magnitude_retrained, story.retrained_free),
            ("random ones", "as it is", at.random, story.random_free),
            ("random ones", again, at.random_retrained,
             story.random_retrained_free))
    lines = [f"| Which weights go | and then | mean of {story.seeds} seeds, at {rung}% | stays within a point up to |",
             "|---|---|---|---|"]
    lines += [f"| {which} | {then} | **{reads:.1%}** | {free:.0%} |" for which, then, reads, free in rows]
    return "\n".join(lines)


@dataclass(frozen=True)
class Rung:
    """Means over seeds at one sparsity: accuracies in 0–1."""

    kept: int
    retrain_steps: int
    magnitude: float
    magnitude_retrained: float
    random: float
    random_retrained: float


def at_rung(results: Sequence[Result], rung: int) -> Rung:
    """What all seeds together say at one position of the slider."""
    spec = results[0].spec
    assert isinstance(spec, Ladder)
    means = {column: float(np.mean([r.tables["rungs"][column][rung] for r in results])) for column, _, _ in CURVES}
    return Rung(kept=int(results[0].tables["rungs"]["kept"][rung]), retrain_steps=spec.retrain_steps, **means)
