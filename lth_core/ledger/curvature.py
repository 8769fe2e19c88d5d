"""A trained net cut at one stroke, by size or by curvature, beside the ticket of exactly the same size (C34, C41).

All comparisons are within seeds: the cuts of a seed are cuts of one net, and its ticket begins where that net began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.catalogue import SEEDS, curvature, evidence
from lth_core.experiments import Curvature
from lth_core.intervals import Interval, leads, mean_ci
from lth_core.ledger.bench import Bench
from lth_core.ledger.outcome import Outcome, first
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, PARTLY, POINTS, Case, Rule
from lth_core.ledger.runs import value
from lth_core.ledger.shelf import Shelf
from lth_core.results.result import Result
from lth_core.said import more, percent

BESIDE = ("ticket", "random")  # of the lottery
OWN = {"obd": "edges", "sparsegpt": "pattern"}  # the table that a work's runs have beside `cells`


def board(cuts: Sequence[Result], lotteries: Sequence[Result]) -> Bench:
    """Pair every run of cuts with the lottery of its seed; runs without a partner, or whose training diverged, are left
    out. Raises ValueError when nothing is left, or when two sizes compared are not exactly equal."""
    partner = {result.spec.seed: result for result in lotteries}
    mine = sorted((cut for cut in cuts if cut.spec.seed in partner and len(cut.tables["cells"]["round"]) > 1),
                  key=lambda cut: cut.spec.seed)
    if not mine:
        raise ValueError("no run of cuts has a recorded lottery of the same seed")
    theirs = [partner[cut.spec.seed] for cut in mine]
    assert isinstance(mine[0].spec, Curvature)
    levels = mine[0].spec.levels
    table = mine[0].tables["cells"]
    names = sorted({*table["condition"][table["round"] > 0].tolist()})
    accuracy = {name: _grid(mine, name, levels) for name in names} | {
        name: _grid(theirs, name, levels) for name in BESIDE}
    kept = [_grid(results, name, levels, "kept") for results, chosen in ((mine, names), (theirs, BESIDE))
            for name in chosen]
    if any(not np.array_equal(one, kept[-1]) for one in kept):
        raise ValueError("a cut and the ticket keep different numbers of weights")
    density = np.array([value(theirs[0], "ticket", level, "density") for level in levels])
    return Bench(levels, accuracy, tuple(mine), tuple(theirs), density)


def _grid(results: Sequence[Result], name: str, levels: Sequence[int], column: str = "test_accuracy") -> np.ndarray:
    return np.array([[value(result, name, level, column) for level in levels] for result in results])


def whole(found: Bench) -> np.ndarray:
    """Test accuracy of the net before the cut, (seeds,)."""
    return np.array([value(result, "dense", 0) for result in found.labs])


def behind(found: Bench, name: str, level: int) -> Interval:
    """A cut less the whole net that it was cut from, within seeds; below 0 where it lost something."""
    return leads(found.accuracy[name][:, found.levels.index(level)], whole(found))


def wrong(found: Bench, name: str, level: int) -> Interval:
    """Share of the first layer's output that a cut gets wrong, on the calibration images."""
    return mean_ci([value(result, name, level, "lost") for result in found.labs], bounds=(0.0, np.inf))


def pattern(found: Bench) -> Mapping[str, np.ndarray]:
    """Test accuracies in the 2:4 pattern by cut, (seeds,)."""
    tables = [result.tables["pattern"] for result in found.labs]
    return {str(name): np.array([table["test_accuracy"][table["condition"] == name][0] for table in tables])
            for name in tables[0]["condition"]}


def edges(found: Bench, level: int, column: str) -> Interval:
    """A column of `edges` at a level: where the whole net's two cuts run, and how far their masks agree."""
    tables = [result.tables["edges"] for result in found.labs]
    return mean_ci([float(table[column][table["round"] == level][0]) for table in tables], bounds=(0.0, np.inf))


CURVED = Rule("curvature ahead", (
    Case(CONFIRMED, "Optimal Brain Damage is surely ahead of magnitude, both cut over the whole net and not trained "
         "again, at all sizes", lambda seen: seen.ahead == seen.of),
    Case(PARTLY, "at more sizes than those where it is surely behind", lambda seen: seen.ahead > seen.behind),
    Case(FAILED, "at no more than those", lambda seen: True)))
SPARSE = Rule("one stroke, small net", (
    Case(PARTLY, f"at half the weights SparseGPT stays within {POINTS} points of the whole net by the whole interval, "
         "on a small net: no large model is pruned here",
         lambda seen: max(abs(end) for end in seen.ends) <= POINTS / 100),
    Case(COMPATIBLE, "our interval reaches that far and further",
         lambda seen: min(map(abs, seen.ends)) <= POINTS / 100 or seen.ends[0] < 0 < seen.ends[1]),
    Case(FAILED, "our whole interval lies further off, even on a small net", lambda seen: True)))


@dataclass(frozen=True)
class _Sizes:
    """At how many of `of` sizes it is surely ahead, and surely behind."""

    ahead: int
    behind: int
    of: int
    seeds: int


class _Lead:
    """An interval as a rule asks for it."""

    def __init__(self, gap: Interval) -> None:
        self.ends, self.seeds = gap.ends, gap.n


def verdict(found: Bench) -> str:
    """What became of the claim that these runs settle."""
    spec = found.labs[0].spec
    assert isinstance(spec, Curvature)
    if spec.work == "obd":
        return CURVED(_Sizes(won(found), lost(found), len(found.levels), found.seeds))
    return SPARSE(_Lead(behind(found, "sparsegpt", found.levels[0])))


def won(found: Bench) -> int:
    """At how many sizes Optimal Brain Damage is surely ahead of magnitude."""
    return sum(found.gap("obd-global", "magnitude-global", level).above() for level in found.levels)


def lost(found: Bench, trained: str = "") -> int:
    """At how many sizes it is surely behind. trained: "-retrained" for the nets that trained on after the cut."""
    return sum(found.gap(f"obd-global{trained}", f"magnitude-global{trained}", level).below() for level in found.levels)


def damage(shelf: Shelf) -> Outcome:
    """C34."""
    found = of(shelf, "obd")
    middle = found.levels[len(found.levels) // 2]
    ours = (f"Right after the cut, curvature is surely ahead at {won(found)} of {len(found.levels)} sizes and surely "
            f"behind at {lost(found)}. Trained on, it is surely behind at {lost(found, '-retrained')}. At "
            f"{found.density[found.levels.index(middle)]:.1%} left, it reads "
            f"{more(found.gap('obd-global', 'magnitude-global', middle))} than magnitude after the cut. After "
            f"{found.labs[0].spec.to_dict()['retrain_steps']} more steps it reads "
            f"{more(found.gap('obd-global-retrained', 'magnitude-global-retrained', middle))}")
    return Outcome(verdict(found), ours,
                   "Judged at every size, right after the cut. What training on changes stands beside it.",
                   found.seeds, first(found.labs), CURVED)


def one_shot(shelf: Shelf) -> Outcome:
    """C41."""
    found = of(shelf, "sparsegpt")
    most, least = found.levels[0], found.levels[-1]
    ours = (f"With {found.density[0]:.0%} of the weights left SparseGPT reads {more(behind(found, 'sparsegpt', most))} "
            f"than the whole net. With {found.density[-1]:.1%} left it reads "
            f"{percent(found.mean('sparsegpt', least))}. Magnitude reads {percent(found.mean('magnitude', least))}")
    late = (" The middle case of the rule was added after these runs were seen. Without it this would be "
            f"“{FAILED}”." if verdict(found) == COMPATIBLE else "")
    return Outcome(verdict(found), ours, f"A net of 266,200 weights, not a language model.{late}", found.seeds,
                   first(found.labs), SPARSE)


def of(shelf: Shelf, work: str) -> Bench:
    """The recorded cuts of a work beside the lotteries of the same seeds."""
    cuts = shelf.of([curvature(work, seed) for seed in SEEDS], work, "cells", OWN[work])
    return board(cuts, shelf.of([evidence("quick", seed) for seed in SEEDS], "lenet-quick",
                                "cells", "curves", "movement"))


