"""The paper's statements about LeNet-300-100, each beside what the recorded runs say, with a verdict from the data.

Only for runs by the paper's protocol: its numbers belong to 50,000 steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, mean_ci
from pages.figures.conditions import Runs
from pages.figures.evidence import CONFIRMED, ENOUGH, FAILED, OPEN, PARTLY, accuracy, best, earlier, gain
from pages.figures.rounds import points
from pages.figures.sweep import STABILIZING, Sweep
from pages.once import once

V5 = "Frankle & Carbin 2019, section 2"
BEST = (0.25, 0.07)  # where the paper's tickets are about 0.3 points better than dense
POPULAR_LEFT, POPULAR_READS = 0.035, 0.983  # the popular row: a ticket of 3.5 %, 98.3 % for it and for the dense net


@dataclass(frozen=True)
class Check:
    """One statement. paper: what it says; place: where. ours: what was measured."""

    statement: str
    paper: str
    place: str
    ours: str
    verdict: str


@once(8)
def checks(case: Sweep) -> tuple[Check, ...]:
    """All statements, in the order of the paper."""
    return tuple(check(case.runs) for check in CHECKS)


def _dense(runs: Runs) -> Check:
    ours = mean_ci(runs.grid("ticket", "test_accuracy")[:, 0])
    return Check("The dense net's accuracy", "98.0 ± 0.2 %", STABILIZING, accuracy(ours), _overlap(ours, 0.978, 0.982))


def _gain(runs: Runs) -> Check:
    level = min(range(1, runs.levels + 1), key=lambda n: (not BEST[1] <= runs.density[n] <= BEST[0],
                                                          -gain(runs, n).mean))
    ours, top = gain(runs, level), best(runs)
    verdict = _holds(ours, 0.003)
    where = f"{gap_text(ours)} at {runs.density[level]:.1%}; best of all at {runs.density[top]:.1%}"
    return Check("The best tickets' lead on it, between 25 and 7 % left", "+0.3 points, at 13.5 %", V5, where, verdict)


def _parity(runs: Runs) -> Check:
    mean = np.array([gain(runs, level).mean for level in range(runs.levels + 1)])
    ahead = np.flatnonzero(mean >= 0)
    lost = int(ahead[-1]) + 1
    if lost > runs.levels:
        return Check("Where tickets fall behind it", "2.9 % left", V5, "nowhere, down to the last level", FAILED)
    ours = (f"from {runs.density[lost]:.1%} on ({gap_text(gain(runs, lost))}); still ahead at "
            f"{runs.density[lost - 1]:.1%} ({gap_text(gain(runs, lost - 1))})")
    wanted, one_off = runs.nearest(0.029), 1
    verdict = OPEN if runs.seeds < ENOUGH else CONFIRMED if abs(lost - wanted) <= one_off else PARTLY
    return Check("Where tickets fall behind it, for good", "at 2.9 % left, level at 3.6 %", V5, ours,
                 verdict)


def _sooner(runs: Runs) -> Check:
    level = runs.nearest(0.211)
    ours = earlier(runs.grid("ticket", "early_stop_step"), level)
    many, which = (-ours, "later") if ours.mean < 0 else (ours, "earlier")
    shown = f"{many.mean:.0%} {which}" + (f" [{many.low:.0%}, {many.high:.0%}]" if ours.known else "")
    verdict = _holds(ours, 0.38)
    return Check("A ticket's lowest validation loss, 21.1 % left", "38 % earlier than dense", V5,
                 shown.replace("-", "−"), verdict)


def _slower(runs: Runs) -> Check:
    level = runs.nearest(0.211)
    ours = mean_ci(runs.grid("reinit", "early_stop_step")[:, level] / runs.grid("ticket", "early_stop_step")[:, level])
    shown = f"{ours.mean:.2f} times" + (f" [{ours.low:.2f}, {ours.high:.2f}]" if ours.known else "")
    verdict = _holds(ours, 2.51, 1)
    return Check("Reinit's, against the ticket's, 21.1 % left", "2.51 times the steps", V5, shown, verdict)


def _lower(runs: Runs) -> Check:
    ours = runs.gap("reinit", runs.nearest(0.211))
    verdict = _holds(ours, 0.005)
    return Check("Ticket − reinit in accuracy, 21.1 % left", "+0.5 points", V5, gap_text(ours), verdict)


def _ticket(runs: Runs) -> Check:
    ours = mean_ci(runs.grid("ticket", "test_accuracy")[:, runs.nearest(0.107)])
    return Check("A ticket's accuracy, 10.7 % left", "98.3 ± 0.1 %", STABILIZING, accuracy(ours),
                 _overlap(ours, 0.982, 0.984))


def _random(runs: Runs) -> Check:
    ours = mean_ci(runs.grid("random", "test_accuracy")[:, runs.nearest(0.107)])
    return Check("A random mask's, 10.7 % left", "97.5 ± 0.3 %", STABILIZING, accuracy(ours),
                 _overlap(ours, 0.972, 0.978))


CHECKS: tuple[Callable[[Runs], Check], ...] = (_dense, _gain, _parity, _sooner, _slower, _lower, _ticket, _random)


def _overlap(ours: Interval, low: float, high: float) -> str:
    """Do our interval and the paper's ± meet?"""
    return OPEN if ours.n < ENOUGH else CONFIRMED if ours.low <= high and low <= ours.high else FAILED


def _holds(ours: Interval, paper: float, nothing: float = 0.0) -> str:
    """Is there the effect at all (the interval above `nothing`), and does the interval hold the paper's size of it?"""
    if ours.n < ENOUGH:
        return OPEN
    return FAILED if not ours.above(nothing) else CONFIRMED if ours.low <= paper <= ours.high else PARTLY


def popular_row(runs: Runs) -> Check:
    """C17: the popular row of LeNet-300-100, three statements in one."""
    level = runs.nearest(POPULAR_LEFT)
    grid = runs.grid("ticket", "test_accuracy")
    dense, ticket, lead = mean_ci(grid[:, 0]), mean_ci(grid[:, level]), gain(runs, level)
    right = [dense.low <= POPULAR_READS <= dense.high, ticket.low <= POPULAR_READS <= ticket.high,
             not lead.below()]
    verdict = OPEN if dense.n < ENOUGH else CONFIRMED if all(right) else PARTLY if any(right) else FAILED
    ours = (f"dense {accuracy(dense)}; ticket at {runs.density[level]:.1%} left {accuracy(ticket)}, "
            f"{gap_text(lead)} against dense")
    return Check("A ticket of 3.5 % matches the dense net", "both 98.3 %", "popular", ours, verdict)


def gap_text(gap: Interval) -> str:
    """A difference of accuracies with its interval.

    >>> gap_text(Interval(0.003, 0.001, 0.005, 5))
    '+0.30 points [+0.10, +0.50]'
    """
    bounds = f" [{100 * gap.low:+.2f}, {100 * gap.high:+.2f}]".replace("-", "−") if gap.known else ""
    return f"{points(gap.mean, 2)}{bounds}"


def rows(found: tuple[Check, ...]) -> list[dict[str, str]]:
    """The statements as a table."""
    return [{"Statement": check.statement, "Paper": f"{check.paper} ({check.place})", "Measured here": check.ours,
             "Verdict": check.verdict} for check in found]
