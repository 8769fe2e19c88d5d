"""Chapter 5's findings: effect, 95% interval within seeds, and a verdict that the numbers speak themselves.

A verdict counts the levels of a range that the claim speaks of: at how many does the whole interval lie on the claimed
side? All: confirmed. Some: partly. None: not reproduced. Fewer than three seeds settle nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core import said
from lth_core.intervals import Interval, accuracies, leads, mean_ci
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.conditions import ROUNDS, landmarks, source
from pages.figures.runs import KINDS, THREE, Runs, steps_to
from pages.figures.sweep import Sweep, at_step
from pages.records.once import once

CONFIRMED, PARTLY, FAILED, OPEN = "confirmed", "partly", "not reproduced", "not settled yet"
ENOUGH = 3  # seeds before there is a verdict: with two, Student's t is 12.7 and an interval holds nearly anything

# Where each claim says it holds, as shares of weights left: from, down to.
FASTER = (0.80, 0.05)  # v5 section 2: tickets stop earlier from the first round on, and are back to dense at 3.6%
MODERATE = (0.41, 0.20)  # the popular "60 to 80% sparsity"
SUBSETS = (0.52, 0.01)  # from half of the weights down; nearer to dense all three are nearly the same net

CENSORED = 0.8  # a minimum this far into the budget may only be the budget's end
GOAL = 0.95  # validation accuracy whose first reading stands in for the early stop then


def verdict(won: int, of: int) -> str:
    """What a count of levels says.

    >>> verdict(3, 3), verdict(1, 3), verdict(0, 3), verdict(0, 0)
    ('confirmed', 'partly', 'not reproduced', 'not settled yet')
    """
    return OPEN if not of else CONFIRMED if won == of else PARTLY if won else FAILED


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


def levels_in(runs: Runs, bounds: tuple[float, float]) -> list[int]:
    """The pruned levels within `bounds`, shares of weights left (a rounding of half a percent forgiven)."""
    most, least = bounds
    return [n for n in range(1, runs.levels + 1) if least * 0.995 <= runs.density[n] <= most * 1.005]


# ── faster ───────────────────────────────────────────────────────────────────────────────────────────────────────


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


def faster(case: Sweep) -> Finding:
    """C23: winning tickets train faster."""
    runs = case.runs
    chosen, steps, quoted = levels_in(runs, FASTER), pace(runs, "ticket"), runs.nearest(0.211)
    gaps = tuple(earlier(steps, level) for level in chosen)
    at, won = earlier(steps, quoted), sum(gap.above() for gap in gaps)
    many, which = (-at, "more") if at.mean < 0 else (at, "fewer")
    effect = (f"At {runs.density[quoted]:.1%} of the weights tickets need **{_share(many)}** {which} "
              f"{pace_words(runs)} than the dense net: {_mean(steps[:, quoted])} instead of {_mean(steps[:, 0])}.")
    return _finding(23, "Winning tickets train faster", runs, chosen, gaps, won, effect)


# ── better ───────────────────────────────────────────────────────────────────────────────────────────────────────


def gain(runs: Runs, level: int, column: str = "test_accuracy") -> Interval:
    """Ticket − dense in test accuracy (or another column of `cells`), within seeds."""
    grid = runs.grid("ticket", column)
    return leads(grid[:, level], grid[:, 0])


def best(runs: Runs, column: str = "test_accuracy") -> int:
    """The level with the highest mean accuracy of tickets (or another column of `cells`)."""
    return int(np.argmax(runs.grid("ticket", column).mean(0)))


def better(case: Sweep) -> Finding:
    """C24: tickets generalise slightly better at 60–80% sparsity. Only partly right when they do so in the range, but
    best outside."""
    runs = case.runs
    chosen, top = levels_in(runs, MODERATE), best(runs)
    gaps = tuple(gain(runs, level) for level in chosen)
    quoted, won = chosen[-1], sum(gap.above() for gap in gaps)
    effect = (f"At {runs.density[quoted]:.1%} of the weights tickets stand at **{said.points(gain(runs, quoted))}** "
              f"against the dense net; the best, at {runs.density[top]:.1%}, at {said.points(gain(runs, top))}.")
    found = _finding(24, "They are a little better at moderate sparsity", runs, chosen, gaps, won, effect)
    if found.verdict == CONFIRMED and top not in chosen:
        why = f"{found.why}; but the peak, at {1 - runs.density[top]:.0%} sparsity, lies outside the popular 60 to 80%"
        return Finding(**{**vars(found), "verdict": PARTLY, "why": why})
    return found


# ── not random subsets ───────────────────────────────────────────────────────────────────────────────────────────


def not_random(case: Sweep) -> Finding:
    """C25: tickets are not random subsets. A level counts when ticket beats both, a random mask and fresh weights."""
    runs = case.runs
    chosen, quoted = levels_in(runs, SUBSETS), runs.nearest(0.107)
    gaps = tuple(runs.gap("random", level) for level in chosen)
    won = sum(gap.above() and runs.gap("reinit", level).above() for gap, level in zip(gaps, chosen, strict=True))
    mask, fresh = (said.points(runs.gap(name, quoted)) for name in ("random", "reinit"))
    effect = (f"At {runs.density[quoted]:.1%} of the weights tickets stand at **{mask}** against a random mask of "
              f"the same size and at {fresh} against their own mask with fresh weights.")
    return _finding(25, "They are not random subsets", runs, chosen, gaps, won, effect)


def _finding(claim: int, title: str, runs: Runs, chosen: Sequence[int], gaps: tuple[Interval, ...], won: int,
             effect: str) -> Finding:
    known = runs.seeds >= ENOUGH
    first, last = (f"{runs.density[chosen[end]]:.1%}" for end in (0, -1))
    why = (f"the whole 95% interval lies on the claimed side at {won} of {len(chosen)} levels from {first} to {last} "
           "of the weights" if known else f"no verdict from fewer than {ENOUGH} seeds")
    return Finding(claim, title, tuple(float(runs.density[level]) for level in chosen), gaps, won,
                   verdict(won, len(chosen) if known else 0), effect, why)


@once(8)
def findings(case: Sweep) -> tuple[Finding, Finding, Finding]:
    """The three findings of the chapter."""
    return faster(case), better(case), not_random(case)


@once(8)
def speed_chart(case: Sweep) -> Chart:
    """Steps of each condition as a share of the dense net's, within seeds, round by round; a line leaves out rounds at
    which a seed never arrives."""
    runs, lines = case.runs, []
    for condition in (name for name in THREE if runs.has(name)):
        steps = pace(runs, condition)
        there = [level for level in range(1, runs.levels + 1) if np.isfinite(steps[:, [0, level]]).all()]
        if there:
            lines.append(Line.with_interval(KINDS[condition].name, KINDS[condition].role, np.array(there),
                                            (steps / steps[:, :1])[:, there]))
    if not lines:
        raise ValueError("no condition reaches the goal in every seed")
    first = int(np.argmin(lines[0].y))
    level = int(lines[0].x[first])
    takeaway = (f"with {runs.density[level]:.1%} of the weights left the {lines[0].name} needs {lines[0].y[first]:.0%} "
                f"of the dense net's {pace_words(runs)}")
    return Chart("Who is there first", takeaway, ROUNDS, Axis("steps, dense net = 100%", percent=True),
                 tuple(lines), (Mark("as fast as the dense net", "dense", y=1.0), *landmarks(runs)),
                 source(runs, "bands: 95% interval within seeds; left out: rounds in which a seed never gets there"),
                 runs.origin)


# ── the table by epochs ──────────────────────────────────────────────────────────────────────────────────────────

EPOCHS = {5: 4_600, 10: 9_200, 20: 18_400}  # epoch → nearest step at which the test split was looked at; 917 an epoch
SHOWN = (("dense", "Dense net"), ("ticket", "Winning ticket"), ("reinit", "Random reinit"))
POPULAR_REINIT = 0.913  # the popular table's entry for the reinitialised net after five epochs


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
        """What became of the popular entry: confirmed when our interval holds it."""
        ours = self.cells["reinit"][5]
        return verdict(int(ours.low <= POPULAR_REINIT <= ours.high), int(ours.n >= ENOUGH))


@once(8)
def convergence(case: Sweep, density: float = 0.107) -> Convergence | None:
    """The table at the level nearest to `density`; None where the training ends before."""
    runs = case.runs
    if not case.tested or runs.steps < max(EPOCHS.values()):
        return None
    level = runs.nearest(density)
    cells: dict[str, dict[int, Interval]] = {name: {} for name, _ in SHOWN}
    for epoch, step in EPOCHS.items():
        for name, _ in SHOWN:
            grid = at_step(runs, "ticket" if name == "dense" else name, step, "test_accuracy")
            cells[name][epoch] = accuracies(grid[:, 0 if name == "dense" else level])
    return Convergence(float(runs.density[level]), runs.seeds, cells)


def convergence_rows(table: Convergence) -> list[dict[str, str]]:
    """The table as a reader sees it, the popular entry beside ours."""
    rows = []
    for epoch in EPOCHS:
        row = {"After": f"{epoch} epochs", "Step": f"{EPOCHS[epoch]:,}"}
        for name, label in SHOWN:
            row[label] = said.percent(table.cells[name][epoch])
        row["Popular reinit"] = f"{POPULAR_REINIT:.1%}" if epoch == 5 else "–"
        rows.append(row)
    return rows


# ── numbers in words ─────────────────────────────────────────────────────────────────────────────────────────────


def _share(gap: Interval) -> str:
    if not gap.n:
        return "an unknown share of"
    return f"{gap.centre:.0%}{said.bounds(gap, places=0)}".replace("-", "−")


def _mean(values: np.ndarray) -> str:
    finite = values[np.isfinite(values)]
    return f"{finite.mean():,.0f}" if finite.size else "never"
