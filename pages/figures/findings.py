"""Chapter 5's findings: what was measured, with its 95% interval within seeds, in sentences."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from lth_core import said
from lth_core.intervals import mean_ci
from lth_core.ledger.lenet import (
    EPOCHS,
    POPULAR_TABLE,
    Convergence,
    Finding,
    better,
    faster,
    gain,
    levels_in,
    not_random,
    pace,
    pace_words,
)
from lth_core.ledger.rules import ENOUGH
from lth_core.once import once
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.conditions import ROUNDS, landmarks, source
from pages.figures.runs import KINDS, THREE
from pages.figures.sweep import Sweep

LEVEL = 0.002  # of accuracy: "no more than 0.2 points behind the whole net"


@once(8)
def findings(case: Sweep) -> tuple[Finding, Finding, Finding]:
    """The three findings of the chapter."""
    return faster(case.runs), better(case.runs), not_random(case.runs)


def in_a_sentence(case: Sweep) -> str:
    """What the whole chapter says, at the size that the paper quotes."""
    runs, level = case.runs, case.runs.nearest(0.107)
    dense, chance = gain(runs, level), runs.gap("random", level)
    head = f"After {runs.budget}, with {runs.density[level]:.1%} of its weights, LeNet's ticket reads digits"
    if runs.seeds < ENOUGH:
        return f"{head}; fewer than {ENOUGH} seeds do not say how much better or worse than the whole net."
    whole = ("better than the whole net" if dense.above() else "worse than the whole net" if dense.below() else
             f"as well as the whole net, as far as {runs.seeds} seeds can tell")
    part = "surely worse" if chance.above() else "surely better" if chance.below() else "not surely worse"
    return f"{head} {whole}. A random part of that size is {part}."


def keeps_up(case: Sweep) -> str:
    """At how many levels tickets are no more than 0.2 points behind the whole net, and at how many behind."""
    runs, chosen = case.runs, levels_in(case.runs, (0.80, 0.035))
    level = sum(gain(runs, n).above(-LEVEL) for n in chosen)
    behind = sum(gain(runs, n).below() for n in chosen)
    return (f"We looked at {len(chosen)} sizes after {runs.budget}, down to {runs.density[chosen[-1]]:.1%} of the "
            f"weights. At **{level}** of these sizes tickets are surely no more than {100 * LEVEL:.1f} points behind "
            f"the whole net. At **{behind or 'none'}** they are surely behind. At the others {runs.seeds} seeds cannot "
            "tell.")


@once(8)
def speed_chart(case: Sweep) -> Chart | None:
    """Steps of each condition as a share of the dense net's, within seeds, round by round; a line leaves out rounds at
    which a seed never arrives. None where no line is left, as of nets that train too briefly to arrive."""
    runs, lines = case.runs, []
    for condition in (name for name in THREE if runs.has(name)):
        steps = pace(runs, condition)
        there = [level for level in range(1, runs.levels + 1) if np.isfinite(steps[:, [0, level]]).all()]
        if there:
            lines.append(Line.with_interval(KINDS[condition].name, KINDS[condition].role, np.array(there),
                                            (steps / steps[:, :1])[:, there],
                                            partial(mean_ci, bounds=(0.0, math.inf))))
    if not lines:
        return None
    first = int(np.argmin(lines[0].y))
    level = int(lines[0].x[first])
    takeaway = (f"with {runs.density[level]:.1%} of the weights left the {lines[0].name} needs {lines[0].y[first]:.0%} "
                f"of the dense net's {pace_words(runs)}")
    return Chart("Who is there first", takeaway, ROUNDS, Axis("steps, dense net = 100%", percent=True),
                 tuple(lines), (Mark("as fast as the dense net", "dense", y=1.0),
                  *(mark for mark in landmarks(runs) if mark.x != runs.levels)),  # the ends' names stand there
                 source(runs, "bands: 95% interval within seeds; left out: rounds in which a seed never gets there"),
                 runs.origin)


# ── the table by epochs ──────────────────────────────────────────────────────────────────────────────────────────

SHOWN = (("dense", "Dense net"), ("ticket", "Winning ticket"), ("reinit", "Random reinit"))


def convergence_rows(table: Convergence) -> list[dict[str, str]]:
    """The table as a reader sees it, the popular entries that are known beside ours."""
    rows = []
    for epoch in EPOCHS:
        row = {"After": f"{epoch} epochs", "Step": f"{EPOCHS[epoch]:,}"}
        for name, label in SHOWN:
            row[label] = said.percent(table.cells[name][epoch])
        for name in (name for name, _ in SHOWN if any(known == name for known, _ in POPULAR_TABLE)):
            told = POPULAR_TABLE.get((name, epoch))
            row[f"Popular {name}"] = "–" if told is None else f"{told:.1%}"
        rows.append(row)
    return rows


# ── numbers in words ─────────────────────────────────────────────────────────────────────────────────────────────
