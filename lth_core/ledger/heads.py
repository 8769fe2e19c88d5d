"""Attention heads of a small Transformer: how many can go, and what is as good as knowing the best.

All comparisons are within seeds. Eight heads have 256 sets, and each was read: the best set of a size, chosen on
validation images, is the most that any order of pruning can do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lth_core.experiments.heads.spec import ALL
from lth_core.intervals import Interval, leads, mean_ci
from lth_core.ledger.grid import Grid, grid
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Rule
from lth_core.ledger.runs import value
from lth_core.results.result import Result

WAYS = ("best", "importance", "random", "weights")
AGAIN = "-retrained"  # behind the name of a way
POINT = 0.01  # of accuracy: more than that is a loss here
# Of its heads a translation Transformer could spare a fifth, BERT two fifths (Michel et al. 2019, section 4.2).
FEW, MANY = 0.2, 0.4


@dataclass(frozen=True, eq=False)
class Heads:
    """cut: the nets as they were cut, `random` the mean over all sets of a size. again: after training on; its `random`
    is the one order drawn. Both by heads pruned, and on the test digits that all sets were read on."""

    cut: Grid
    again: Grid

    @property
    def results(self) -> tuple[Result, ...]:
        return self.cut.results

    @property
    def seeds(self) -> int:
        return self.cut.seeds

    def spare(self, way: str) -> Interval:
        """How many heads can go before a point of accuracy is lost, cut in that way and not trained on."""
        lost = self.cut.dense[:, None] - self.cut.accuracy[way] > POINT  # (seeds, levels)
        counts = np.where(lost.any(axis=1), np.argmax(lost, axis=1), len(self.cut.levels))
        return mean_ci(counts.astype(float), bounds=(0.0, float(ALL)))

    def behind(self, way: str, level: int, again: bool = False) -> Interval:
        """The net without `level` heads less the whole net, within seeds."""
        found = self.again if again else self.cut
        return leads(found.accuracy[way][:, found.levels.index(level)], found.dense)


def full(results: Sequence[Result], name: str, level: int) -> np.ndarray:
    """Test accuracies of nets trained from θ₀ in full, on all test digits, (seeds,). The whole net is `dense`, at 0."""
    return np.array([value(result, name, level) for result in results])


def heads(results: Sequence[Result]) -> Heads:
    """The recorded runs of several seeds; those that diverged are left out. Raises ValueError when none is left."""
    whole = [result for result in results if "sets" in result.tables]
    cut, again = grid(whole, "dense", WAYS), grid(whole, "dense", tuple(f"{way}{AGAIN}" for way in WAYS))
    lots = np.array([[by_lot(result, level) for level in cut.levels] for result in cut.results])
    same = np.array([read(result, (1 << ALL) - 1) for result in cut.results])  # the same digits as without some heads
    return Heads(replace(cut, accuracy={**cut.accuracy, "random": lots}, dense=same),
                 replace(again, accuracy={name.removesuffix(AGAIN): one for name, one in again.accuracy.items()},
                         left={name.removesuffix(AGAIN): one for name, one in again.left.items()}, dense=same))


def by_lot(result: Result, gone: int) -> float:
    """Test accuracy to expect when `gone` heads are drawn by lot: the mean over all sets of that size."""
    table = result.tables["sets"]
    return float(np.mean(table["test_accuracy"][table["heads"] == ALL - gone]))


def read(result: Result, code: int, column: str = "test_accuracy") -> float:
    """One number of the set `code` (see `experiments.heads.attention`)."""
    table = result.tables["sets"]
    return float(table[column][table["code"] == code][0])


def place(result: Result, code: int) -> tuple[int, int, int]:
    """(place, of, best): where the set stands among all of its size by test accuracy, 1 first, and the number of the
    best of them."""
    table = result.tables["sets"]
    same = table["heads"] == code.bit_count()
    mine = read(result, code)
    at = int(np.argmax(np.where(same, table["test_accuracy"], -1)))
    return 1 + int(np.sum(table["test_accuracy"][same] > mine)), int(same.sum()), int(table["code"][at])


def order(result: Result) -> list[int]:
    """The heads from the least important on."""
    table = result.tables["heads"]
    return [int(head) for head in table["head"][np.argsort(table["by_layer"], kind="stable")]]


SPARED = Rule("heads to spare", (
    Case(CONFIRMED, f"{MANY:.0%} of the heads or more go before a point of accuracy is lost, the least important first "
         "and nothing trained on, in the mean over seeds", lambda seen: seen.centre >= MANY * ALL),
    Case(PARTLY, f"{FEW:.0%} or more do", lambda seen: seen.centre >= FEW * ALL),
    Case(FAILED, "fewer do", lambda seen: True)))


@dataclass(frozen=True)
class Spared:
    """What the rule looks at."""

    centre: float
    seeds: int


def verdict(found: Heads) -> str:
    """What became of “most heads can go at test time” on this small net."""
    return SPARED(Spared(found.spare("importance").centre, found.seeds))
