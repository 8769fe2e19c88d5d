"""What capacity, ordinary pruning, random draws and rounds of pruning show (C1 to C5, C8 to C11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.catalogue import CATALOGUE, SEEDS, SHARES, tickets
from lth_core.experiments.draws.read import tally
from lth_core.intervals import Interval, accuracies, leads, mean_ci
from lth_core.ledger.lenet import gain, levels_in
from lth_core.ledger.outcome import Outcome, first
from lth_core.ledger.rewound import EPSILON, MATCHES, judge
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Count, Rule, Seen, counting
from lth_core.ledger.runs import Runs, moved
from lth_core.ledger.shelf import Shelf
from lth_core.measures import wilson
from lth_core.nets.params import layer_names
from lth_core.results.result import Result
from lth_core.said import percent, points, signs

SMALL = 10_000  # weights of the popular "small" net
WHOLE = 50_000  # training images from which on the whole training set is meant
LITTLE = 0.01  # "little loss": less than a point
MUCH = 0.1  # "collapses": more than ten points
HELD = (0.80, 0.035)  # from the first round to the paper's last winning ticket
TENTH = (0.11, 0.05)  # the popular "5 to 10% density"
WINNING = 0.01  # a drawn ticket wins within a point of the mean dense net, as chapter 2 counts
NEAR = 0.002  # a schedule is kept within a fifth of a point
ROUNDS = (1, 5, 10, 15)


# ── capacity ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Fit:
    """The smallest net that fits in every training. weights: 0 when none does. images: how many it fits."""

    weights: int
    images: int
    seeds: int


FITS = Rule("fits everything", (
    Case(CONFIRMED, f"a net of at most {SMALL:,} weights reads every image of the whole training set right, in every "
                    "training", lambda fit: 0 < fit.weights <= SMALL and fit.images >= WHOLE),
    Case(PARTLY, "it does so for a part of the set", lambda fit: 0 < fit.weights <= SMALL),
    Case(FAILED, "no such net does", lambda fit: True)))


def memorise(shelf: Shelf) -> Outcome:
    """C1: small nets can memorise."""
    found = shelf.part("capacity", "cells")
    cells = found[0].tables["cells"]
    width, fitted = np.asarray(cells["width"]), np.asarray(cells["fitted_step"]) >= 0
    always = [one for one in np.unique(width) if fitted[width == one].all()]
    least = int(min(always)) if always else 0
    weights = int(np.asarray(cells["weights"])[width == least][0]) if always else 0
    fit = Fit(weights, found[0].spec.data.train, int(np.count_nonzero(width == width[0])))
    ours = (f"{least} hidden units, {weights:,} weights, read all {fit.images:,} training images right in "
            f"{fit.seeds} of {fit.seeds} trainings" if always else "no width fits in every training")
    return Outcome(FITS(fit), ours, "Shown on a thousand images, not on the whole training set.", fit.seeds,
                   first(found), FITS)


# ── one cut ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _ladder(shelf: Shelf) -> tuple[Result, ...]:
    return shelf.of([spec for spec in CATALOGUE["chapter1"] if len(spec.net.sizes) == 4 and spec.net.sizes[1] == 300],
                    "chapter1", "rungs")


def _loss(found: tuple[Result, ...], sparsity: float, column: str) -> Interval:
    """Accuracy less the whole net's, at one sparsity, within seeds."""
    rungs = [result.tables["rungs"] for result in found]
    at = [int(np.argmin(np.abs(np.asarray(table["sparsity"]) - sparsity))) for table in rungs]
    return leads([float(table[column][row]) for table, row in zip(rungs, at, strict=True)],
                 [float(table["magnitude"][0]) for table in rungs])


CHEAP = Rule("little loss", (
    Case(CONFIRMED, "the pruned net surely loses less than a point", lambda seen: seen.ours.above(-LITTLE)),
    Case(PARTLY, "it loses less than a point in the mean, not surely", lambda seen: seen.ours.centre > -LITTLE),
    Case(FAILED, "it loses more", lambda seen: True)))


def little_loss(shelf: Shelf) -> Outcome:
    """C2: ninety percent pruned, little loss."""
    found = _ladder(shelf)
    after, before = (_loss(found, 0.9, column) for column in ("magnitude_retrained", "magnitude"))
    ours = (f"With 90% pruned at once, and retrained: {points(after)}. Less than a point is lost in "
            f"{signs(after, -LITTLE)}. Without retraining: {points(before)}")
    return Outcome(CHEAP(Seen(after)), ours, "The weights that stay must be retrained: the cut alone costs several "
                   "points.", after.n, first(found), CHEAP)


@dataclass(frozen=True)
class Flat:
    """Accuracy less the whole net's at three sparsities: moderate, high, extreme."""

    moderate: Interval
    high: Interval
    extreme: Interval

    @property
    def seeds(self) -> int:
        return self.moderate.n


FLAT = Rule("flat, then a fall", (
    Case(CONFIRMED, "surely within a point of the whole net at 50% and at 90%, surely ten points below it at 98%",
         lambda seen: seen.moderate.above(-LITTLE) and seen.high.above(-LITTLE) and seen.extreme.below(-MUCH)),
    Case(PARTLY, "flat at 50% and fallen at 98%, but not flat at 90%",
         lambda seen: seen.moderate.above(-LITTLE) and seen.extreme.below(-MUCH)),
    Case(FAILED, "not flat at 50%, or no fall", lambda seen: True)))


def flat(shelf: Shelf) -> Outcome:
    """C3: accuracy stays flat until the extreme."""
    found = _ladder(shelf)
    seen = Flat(*(_loss(found, sparsity, "magnitude") for sparsity in (0.5, 0.9, 0.98)))
    told = ". ".join(f"At {share} {points(loss)}" for loss, share in
                     ((seen.moderate, "50%"), (seen.high, "90%"), (seen.extreme, "98%")))
    return Outcome(FLAT(seen), f"Without retraining. {told}", "The fall begins before 90%, and in smaller nets earlier "
                   "still.", seen.seeds, first(found), FLAT)


# ── random draws ─────────────────────────────────────────────────────────────────────────────────────────────────


LOSE = counting("most lose", "the 95% Wilson interval of the winners' share lies below one half", "shares of weights")


def most_lose(shelf: Shelf) -> Outcome:
    """C5: most random tickets lose."""
    told, won = [], 0
    for share in SHARES:
        found = shelf.of([tickets(share, seed=seed) for seed in SEEDS], "chapter2", "cells", "dense")
        counts = [tally(np.asarray(one.tables["cells"]["test_accuracy"]),
                        np.asarray(one.tables["dense"]["test_accuracy"]), WINNING) for one in found]
        wins, draws = sum(count.wins for count in counts), sum(count.draws for count in counts)
        low, high = wilson(wins, draws)
        won += high < 0.5
        told.append(f"With {share:.0%} of the weights {wins} of {draws:,} win [{low:.1%}, {high:.1%}]")
    return Outcome(LOSE(Count(won, len(SHARES), len(found))), ". ".join(told),
                   "How many win depends on how much is kept: with most weights kept, many draws win.", len(found),
                   first(found), LOSE)


# ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────


MATCH = counting("matches", "tickets surely lose less than 0.2 points to the dense net")
HOLDS = counting("holds", "tickets surely lose less than a point to the dense net")


def _within(runs: Runs, bounds: tuple[float, float], most: float, who: str = "This holds") -> tuple[Count, str]:
    chosen = levels_in(runs, bounds)
    won = sum(gain(runs, level).above(-most) for level in chosen)
    ends = ". ".join(f"Against dense {points(gain(runs, level))} at {runs.density[level]:.1%} left"
                     for level in (chosen[0], chosen[-1]))
    return Count(won, len(chosen), runs.seeds), f"{who} at {won} of {len(chosen)} levels. {ends}"


def match(shelf: Shelf) -> Outcome:
    """C4: tickets match the dense net."""
    runs = shelf.lenet("paper")
    count, ours = _within(runs, HELD, EPSILON)
    behind = sum(gain(runs, level).below() for level in levels_in(runs, HELD))
    why = (f"Tickets are surely behind at {behind or 'none'} of these levels. Where they neither match "
           f"nor are behind, {runs.seeds} seeds cannot tell.")
    return Outcome(MATCH(count), ours, why, runs.seeds, first(runs.results), MATCH)


SUFFICE = Rule("suffices", (
    Case(CONFIRMED, "between 10 and 5% left tickets match the dense net at every level, on LeNet and on the deep net",
         lambda found: found.shallow.won == found.shallow.of and found.deep),
    Case(PARTLY, "at some level on LeNet", lambda found: found.shallow.won > 0),
    Case(FAILED, "at no level", lambda found: True)))


@dataclass(frozen=True)
class Enough:
    """Levels of LeNet that match, and whether the deep net's tickets from θ₀ do."""

    shallow: Count
    deep: bool

    @property
    def seeds(self) -> int:
        return self.shallow.seeds


def suffices(shelf: Shelf) -> Outcome:
    """C8: five to ten percent of the weights suffice."""
    runs, net = shelf.lenet("paper"), shelf.rewound("deep")
    count, ours = _within(runs, TENTH, EPSILON, "LeNet's tickets match")
    gaps = {share: net.gap(net.errors(level, 0)) for level, share in net.density.items() if 0.05 <= share < 0.11}
    deep = all(judge(gap) == MATCHES for gap in gaps.values())
    told = ". ".join(f"With {density:.1%} left {points(-gap)}" for density, gap in gaps.items())
    return Outcome(SUFFICE(Enough(count, deep)), f"{ours}. The deep net's, from θ₀, after {net.budget:,} steps. {told}",
                   "It depends on the net: LeNet keeps up there for a while, the deep net does not.", runs.seeds,
                   (*first(runs.results), net.at(0)[0].spec), SUFFICE)


@dataclass(frozen=True)
class Schedule:
    """Largest distance between the shares left and (1 − p)ⁿ. seeds: runs counted."""

    apart: float
    seeds: int


KEPT = Rule("the schedule", (
    Case(CONFIRMED, "after 1, 5, 10 and 15 rounds of 20% the share pruned is 1 − 0.8ⁿ within a fifth of a point",
         lambda seen: seen.apart <= NEAR),
    Case(FAILED, "it is not", lambda seen: True)))


def schedule(shelf: Shelf) -> Outcome:
    """C9: n rounds of p leave (1 − p)ⁿ."""
    runs = shelf.lenet("paper")
    pruned = [1 - float(runs.density[n]) for n in ROUNDS]
    apart = max(abs(share - (1 - 0.8**n)) for share, n in zip(pruned, ROUNDS, strict=True))
    told = " / ".join(f"{share:.1%}" for share in pruned)
    return Outcome(KEPT(Schedule(apart, runs.seeds)), f"{told} pruned after 1 / 5 / 10 / 15 rounds, counted",
                   "The output layer is pruned at half the rate, so a little more is left than 0.8ⁿ.", runs.seeds,
                   first(runs.results), KEPT)


SHRINK = counting("shrinks", "weights that the first cut takes surely ended smaller than they began", "layers")


def shrink(shelf: Shelf) -> Outcome:
    """C10: training drives the weights that are pruned towards zero."""
    runs = shelf.lenet("paper")
    names, told, won = layer_names(runs.results[0].spec.net), [], 0
    for name in names:
        ratio = {fate: mean_ci(moved(runs, name, f"end_magnitude_{fate}")[:, 0]
                               / moved(runs, name, f"start_magnitude_{fate}")[:, 0]) for fate in ("pruned", "kept")}
        won += ratio["pruned"].below(1.0)
        told.append(f"{name} {ratio['pruned'].mean:.2f} times (kept: {ratio['kept'].mean:.2f})")
    return Outcome(SHRINK(Count(won, len(names), runs.seeds)), "mean size after training against before: "
                   + ", ".join(told), "Part of this is selection: the smallest at the end are chosen at the end.",
                   runs.seeds, first(runs.results), SHRINK)


def holds(shelf: Shelf) -> Outcome:
    """C11: iterative pruning holds the accuracy."""
    runs = shelf.lenet("paper")
    count, ours = _within(runs, HELD, LITTLE)
    dense = percent(accuracies(runs.grid("ticket", "test_accuracy")[:, 0]))
    return Outcome(HOLDS(count), f"{ours}. The dense net reads {dense}", "On LeNet down to 3.6% of the weights. What "
                   "holds elsewhere is told in chapter 6.", runs.seeds, first(runs.results), HOLDS)
