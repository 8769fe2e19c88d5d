"""LeNet-300-100 judged: faster, better, no random subsets, and the table by epochs (C17, C23 to C26)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lth_core import said
from lth_core.intervals import Interval, accuracies, leads, mean_ci
from lth_core.ledger.rules import CONFIRMED, COUNTED, ENOUGH, FAILED, OPEN, PARTLY, Case, Count, Rule, Seen, counting
from lth_core.ledger.runs import Runs, at_step, steps_to
from lth_core.once import once

# Where each claim says it holds, as shares of weights left: from, down to.
FASTER = (0.80, 0.05)  # v5 section 2: tickets stop earlier from the first round on, and are back to dense at 3.6%
MODERATE = (0.41, 0.20)  # the popular "60 to 80% sparsity"
SUBSETS = (0.52, 0.01)  # from half of the weights down; nearer to dense all three are nearly the same net
CENSORED = 0.8  # a minimum this far into the budget may only be the budget's end
GOAL = 0.95  # validation accuracy whose first reading stands in for the early stop then


@dataclass(frozen=True)
class Peak(Count):
    """A count, and whether the best level of all lies among those counted."""

    inside: bool


SOONER = counting("counted levels", "the ticket surely needs fewer steps than the dense net")
AHEAD = counting("counted levels", "the ticket is surely ahead of a random mask and of fresh weights")

PEAKED = Rule("counted levels and a peak among them", (
    Case(CONFIRMED, "surely better at every level of the range, and the best of all levels is one of them",
         lambda seen: 0 < seen.won == seen.of and seen.inside),
    Case(PARTLY, "better at some, or at all with the peak elsewhere", lambda seen: seen.won > 0),
    Case(FAILED, "better at none", lambda seen: seen.of > 0),
    Case(OPEN, "there is nothing to count", lambda seen: True)))

HELD = Rule("a quoted figure", (
    Case(CONFIRMED, "our interval holds the figure", lambda seen: seen.ours.holds(seen.figure)),
    Case(FAILED, "our interval leaves it out", lambda seen: True)))


@dataclass(frozen=True)
class Finding:
    """One claim, looked at.

    density, gaps: the levels of the claim's range and the effect at each, within seeds. won: levels with the whole
    interval on the claimed side. effect: in Markdown. why: what the verdict rests on.
    """

    claim: int
    title: str
    density: tuple[float, ...]
    gaps: tuple[Interval, ...]
    won: int
    verdict: str
    effect: str
    why: str
    rule: Rule


def levels_in(runs: Runs, bounds: tuple[float, float]) -> list[int]:
    """The pruned levels within `bounds`, shares of weights left (a rounding of half a percent forgiven)."""
    most, least = bounds
    return [n for n in range(1, runs.levels + 1) if least * 0.995 <= runs.density[n] <= most * 1.005]


def censored(runs: Runs) -> bool:
    """Does the dense net's validation loss still fall near the end of the budget? Then its minimum tells nothing."""
    return float(runs.grid("ticket", "early_stop_step")[:, 0].mean()) > CENSORED * runs.steps


def pace(runs: Runs, condition: str) -> np.ndarray:
    """Steps each training needed, (seeds, levels + 1): to its lowest validation loss, or, where the budget ends too
    soon for that, to GOAL on the validation split (infinity where it never got there)."""
    if not censored(runs):
        return runs.grid(condition, "early_stop_step")
    return np.stack([steps_to(runs, condition, level, GOAL) for level in range(runs.levels + 1)], axis=1)


def pace_words(runs: Runs) -> str:
    """What `pace` counts, for a sentence."""
    return f"steps to {GOAL:.0%} validation accuracy" if censored(runs) else "steps to the lowest validation loss"


def earlier(steps: np.ndarray, level: int) -> Interval:
    """By what share a training needs fewer steps than the dense net of its seed: 0.38 is 38% earlier. No interval
    where a seed never gets there."""
    if not np.isfinite(steps[:, [0, level]]).all():
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    return mean_ci(1 - steps[:, level] / steps[:, 0], bounds=(-math.inf, 1.0))


def faster(runs: Runs) -> Finding:
    """C23: winning tickets train faster."""
    chosen, steps, quoted = levels_in(runs, FASTER), pace(runs, "ticket"), runs.nearest(0.211)
    gaps = tuple(earlier(steps, level) for level in chosen)
    at, won = earlier(steps, quoted), sum(gap.above() for gap in gaps)
    many, which = (-at, "more") if at.mean < 0 else (at, "fewer")
    effect = (f"After {runs.budget}, with {runs.density[quoted]:.1%} of the weights left, tickets need "
              f"**{_share(many)}** {which} {pace_words(runs)} than the whole net.")
    return _finding(23, "Winning tickets train faster", runs, chosen, gaps, won, effect, SOONER)


def gain(runs: Runs, level: int, column: str = "test_accuracy") -> Interval:
    """Ticket − dense in test accuracy (or another column of `cells`), within seeds."""
    grid = runs.grid("ticket", column)
    return leads(grid[:, level], grid[:, 0])


def top_lead(runs: Runs) -> int:
    """The round whose tickets lead the whole net by most at the end, on average."""
    return max(range(1, runs.levels + 1), key=lambda level: gain(runs, level).mean)


def best(runs: Runs, column: str = "test_accuracy") -> int:
    """The level with the highest mean accuracy of tickets (or another column of `cells`)."""
    return int(np.argmax(runs.grid("ticket", column).mean(0)))


def better(runs: Runs) -> Finding:
    """C24: tickets generalise slightly better at 60–80% sparsity. Only partly right when they do so in the range, but
    best outside."""
    chosen, top = levels_in(runs, MODERATE), best(runs)
    gaps = tuple(gain(runs, level) for level in chosen)
    quoted, won = chosen[-1], sum(gap.above() for gap in gaps)
    effect = (f"After {runs.budget}, with {runs.density[quoted]:.1%} of the weights left, tickets read "
              f"**{said.more(gain(runs, quoted))}** than the whole net.")
    found = _finding(24, "They are a little better at moderate sparsity", runs, chosen, gaps, won, effect, COUNTED)
    outside = found.won == len(chosen) and top not in chosen
    why = f"; but the peak, at {1 - runs.density[top]:.0%} sparsity, lies outside the popular 60 to 80%"
    return replace(found, rule=PEAKED, verdict=PEAKED(Peak(won, len(chosen), runs.seeds, top in chosen)),
                   why=found.why + (why if outside else ""))


def not_random(runs: Runs) -> Finding:
    """C25: tickets are not random subsets. A level counts when ticket beats both, a random mask and fresh weights."""
    chosen, quoted = levels_in(runs, SUBSETS), runs.nearest(0.107)
    gaps = tuple(runs.gap("random", level) for level in chosen)
    won = sum(gap.above() and runs.gap("reinit", level).above() for gap, level in zip(gaps, chosen, strict=True))
    mask, fresh = (said.more(runs.gap(name, quoted)) for name in ("random", "reinit"))
    effect = (f"After {runs.budget}, with {runs.density[quoted]:.1%} of the weights left, tickets read **{mask}** than "
              f"a random mask of the same size. They read **{fresh}** than their own mask with fresh weights.")
    return _finding(25, "They are not random subsets", runs, chosen, gaps, won, effect, AHEAD)


def _finding(claim: int, title: str, runs: Runs, chosen: Sequence[int], gaps: tuple[Interval, ...], won: int,
             effect: str, rule: Rule) -> Finding:
    first, last = (f"{runs.density[chosen[end]]:.1%}" for end in (0, -1))
    why = (f"surely on the claimed side at {won} of {len(chosen)} levels from {first} to {last} "
           "of the weights" if runs.seeds >= ENOUGH else f"no verdict from fewer than {ENOUGH} seeds")
    return Finding(claim, title, tuple(float(runs.density[level]) for level in chosen), gaps, won,
                   rule(Count(won, len(chosen), runs.seeds)), effect, why, rule)


EPOCHS = {5: 4_600, 10: 9_200, 20: 18_400}  # epoch → nearest step at which the test split was looked at; 917 an epoch
QUOTED = 0.107  # the popular table's share of weights left
SHOWN = ("dense", "ticket", "reinit")
# The popular table, as far as its entries reached us with their place: (condition, epoch) → test accuracy.
POPULAR_TABLE = {("reinit", 5): 0.913}
POPULAR_REINIT = POPULAR_TABLE["reinit", 5]


@dataclass(frozen=True)
class Convergence:
    """Test accuracy by condition and epoch at one level; cells[condition][epoch]."""

    density: float
    seeds: int
    cells: dict[str, dict[int, Interval]]

    @property
    def span(self) -> tuple[float, float]:
        """The smallest and the largest mean of the table."""
        means = [value.mean for row in self.cells.values() for value in row.values()]
        return min(means), max(means)

    def settled(self) -> str:
        """What became of the popular entry."""
        ours = self.cells["reinit"][5]
        return HELD(Seen(ours, POPULAR_REINIT))


@once(8)
def convergence(runs: Runs) -> Convergence | None:
    """The table at the level nearest to QUOTED; None where the training ends before."""
    if not runs.tested or runs.steps < max(EPOCHS.values()):
        return None
    level = runs.nearest(QUOTED)
    cells: dict[str, dict[int, Interval]] = {name: {} for name in SHOWN}
    for epoch, step in EPOCHS.items():
        for name in SHOWN:
            grid = at_step(runs, "ticket" if name == "dense" else name, step, "test_accuracy")
            cells[name][epoch] = accuracies(grid[:, 0 if name == "dense" else level])
    return Convergence(float(runs.density[level]), runs.seeds, cells)


def _share(gap: Interval) -> str:
    if not gap.n:
        return "an unknown share of"
    return f"{gap.centre:.0%}{said.bounds(gap, places=0)}".replace("-", "−")


ROW = Rule("three statements in one", (
    Case(CONFIRMED, "our intervals for the dense net and for the ticket hold the figure, and the ticket is not surely "
                    "behind", lambda right: all(right.each)),
    Case(PARTLY, "one or two of the three", lambda right: any(right.each)),
    Case(FAILED, "none of them", lambda right: True)))

POPULAR_LEFT, POPULAR_READS = 0.035, 0.983  # the popular row: a ticket of 3.5%, 98.3% for it and for the dense net


@dataclass(frozen=True)
class Right:
    """Which of several statements hold."""

    each: tuple[bool, ...]
    seeds: int


def popular_row(runs: Runs) -> tuple[str, str]:
    """C17: the popular row of LeNet-300-100. Verdict, and what was measured."""
    level = runs.nearest(POPULAR_LEFT)
    grid = runs.grid("ticket", "test_accuracy")
    dense, ticket, lead = accuracies(grid[:, 0]), accuracies(grid[:, level]), gain(runs, level)
    right = Right((dense.holds(POPULAR_READS), ticket.holds(POPULAR_READS), not lead.below()), runs.seeds)
    return ROW(right), (f"dense {said.percent(dense)}; ticket at {runs.density[level]:.1%} left "
                        f"{said.percent(ticket)}, {said.points(lead)} against dense")
