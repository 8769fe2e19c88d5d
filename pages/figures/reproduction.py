"""The paper's statements about LeNet-300-100, each beside what the recorded runs say, with a verdict from the data.

Only for runs by the paper's protocol: its numbers belong to 50,000 steps. Where the paper reads accuracy at the step of
the lowest validation loss (the early stop), so do we; what it reads after all steps is said to be so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, mean_ci, paired
from pages.figures.findings import CONFIRMED, ENOUGH, FAILED, OPEN, PARTLY, accuracy, earlier, gain, levels_in, verdict
from pages.figures.rounds import points
from pages.figures.runs import Runs
from pages.figures.sweep import STABILIZING, Sweep
from pages.records.once import once

V5 = "Frankle & Carbin 2019, section 2"
STOPPED, ENDED = "early_stop_test_accuracy", "test_accuracy"  # columns: at the early stop, and after all steps
BEST = (0.25, 0.07)  # where the paper's tickets are about 0.3 points better than dense
FITTED, SAME = 0.02, 0.995  # tickets of 2% and more read "about 100%" of the training images
SOONER, SURER = (0.675, 0.176), (0.950, 0.0517)  # where one-shot tickets are earlier, and more accurate, than dense
POPULAR_LEFT, POPULAR_READS = 0.035, 0.983  # the popular row: a ticket of 3.5%, 98.3% for it and for the dense net


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
    """All statements that these runs can judge, in the order of the paper."""
    found = tuple(check(case.runs) for check in CHECKS)
    return found if case.one_shot is None else (*found, *(check(case.one_shot) for check in ONE_SHOT))


def summary(found: tuple[Check, ...]) -> str:
    """How many statements hold, and which do not, in Markdown."""
    by = {word: [check for check in found if check.verdict == word] for word in (CONFIRMED, PARTLY, FAILED, OPEN)}
    if len(by[OPEN]) == len(found):
        return f"No verdict from fewer than {ENOUGH} seeds: read what follows as single runs."
    told = f"Of {len(found)} statements **{len(by[CONFIRMED])}** are confirmed, **{len(by[PARTLY])}** partly, " \
           f"**{len(by[FAILED])}** not."
    for word, start in ((PARTLY, "The effect is there but not its size"), (FAILED, "Not found here")):
        if by[word]:
            told += f" {start}: " + "; ".join(_lowered(check.statement) for check in by[word]) + "."
    return told


def _lowered(statement: str) -> str:
    return statement[:1].lower() + statement[1:]


# ── accuracy ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _dense(runs: Runs) -> Check:
    ours, stopped = (mean_ci(runs.grid("ticket", name)[:, 0]) for name in (ENDED, STOPPED))
    return Check("The dense net's accuracy", "98.0 ± 0.2%", STABILIZING,
                 f"{accuracy(ours)} after all steps; {accuracy(stopped)} at the early stop",
                 _overlap(ours, 0.978, 0.982))


def _gain(runs: Runs) -> Check:
    level, inside = runs.nearest(0.135), levels_in(runs, BEST)
    ours, most = gain(runs, level, STOPPED), max(inside, key=lambda n: gain(runs, n, STOPPED).mean)
    where = (f"{gap_text(ours)}; best between {BEST[0]:.0%} and {BEST[1]:.0%} left: "
             f"{points(gain(runs, most, STOPPED).mean, 2)} at {runs.density[most]:.1%}")
    found = OPEN if ours.n < ENOUGH else FAILED if not ours.above() else CONFIRMED if ours.high >= 0.003 else PARTLY
    return Check("A ticket's lead on it at the early stop, 13.5% left", "more than +0.3 points", V5, where, found)


def _end(runs: Runs) -> Check:
    top = max(range(1, runs.levels + 1), key=lambda n: gain(runs, n).mean)
    ours = gain(runs, top)
    return Check("The largest lead after 50,000 steps", "up to +0.35 points", V5,
                 f"{gap_text(ours)} at {runs.density[top]:.1%} left", _holds(ours, 0.0035))


def _fitted(runs: Runs) -> Check:
    chosen = levels_in(runs, (1.0, FITTED))
    reads = runs.grid("ticket", "train_accuracy").mean(0)
    least = min(chosen, key=lambda n: reads[n])
    found = OPEN if runs.seeds < ENOUGH else verdict(sum(reads[n] >= SAME for n in chosen), len(chosen))
    return Check("What tickets of 2% and more read of the training images after all steps", "nearly 100%", V5,
                 f"at least {reads[least]:.2%}, at {runs.density[least]:.1%} left", found)


def _parity(runs: Runs) -> Check:
    lost, level, below = behind_from(runs, STOPPED), runs.nearest(0.036), runs.nearest(0.029)
    told = ", ".join(f"{gap_text(gain(runs, at, STOPPED))} at {runs.density[at]:.1%}" for at in (level, below))
    ours = (f"{told}; behind for good {_from(runs, lost)}; after all steps "
            f"{_from(runs, behind_from(runs, ENDED))}")
    found = OPEN if runs.seeds < ENOUGH else FAILED if not lost else CONFIRMED if abs(lost - below) <= 1 else PARTLY
    return Check("Where tickets fall behind the dense net at the early stop", "level at 3.6% left, behind at 2.9%",
                 V5, ours, found)


def behind_from(runs: Runs, column: str) -> int:
    """The first level from which on, to the end, the mean ticket is less accurate than the dense net; 0: none."""
    ahead = np.flatnonzero(np.array([gain(runs, level, column).mean >= 0 for level in range(runs.levels + 1)]))
    return int(ahead[-1]) + 1 if ahead[-1] < runs.levels else 0


def _from(runs: Runs, level: int) -> str:
    return f"from {runs.density[level]:.1%} on" if level else "nowhere, down to the last level"


def _ticket(runs: Runs) -> Check:
    ours = mean_ci(runs.grid("ticket", ENDED)[:, runs.nearest(0.107)])
    return Check("A ticket's accuracy after all steps, 10.7% left", "98.3 ± 0.1%", STABILIZING, accuracy(ours),
                 _overlap(ours, 0.982, 0.984))


# ── speed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sooner(runs: Runs) -> Check:
    ours = earlier(runs.grid("ticket", "early_stop_step"), runs.nearest(0.211))
    return Check("A ticket's lowest validation loss, 21.1% left", "38% earlier than dense", V5, _sooner_text(ours),
                 _holds(ours, 0.38))


def _pace(runs: Runs) -> Check:
    ours = earlier(runs.grid("ticket", "early_stop_step"), runs.nearest(0.036))
    found = OPEN if ours.n < ENOUGH else CONFIRMED if ours.low <= 0 <= ours.high else FAILED
    return Check("A ticket's lowest validation loss, 3.6% left", "as early as dense", V5, _sooner_text(ours), found)


def _sooner_text(gap: Interval) -> str:
    many, which = (-gap, "later") if gap.mean < 0 else (gap, "earlier")
    shown = f"{many.mean:.0%} {which}" + (f" [{many.low:.0%}, {many.high:.0%}]" if gap.known else "")
    return shown.replace("-", "−")


# ── controls ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _slower(runs: Runs) -> Check:
    level = runs.nearest(0.211)
    ours = mean_ci(runs.grid("reinit", "early_stop_step")[:, level] / runs.grid("ticket", "early_stop_step")[:, level])
    shown = f"{ours.mean:.2f} times" + (f" [{ours.low:.2f}, {ours.high:.2f}]" if ours.known else "")
    return Check("Reinit's lowest validation loss against a ticket's, 21.1% left", "2.51 times the steps", V5, shown,
                 _holds(ours, 2.51, 1))


def _lower(runs: Runs) -> Check:
    ours = runs.gap("reinit", runs.nearest(0.211), STOPPED)
    return Check("Ticket − reinit at the early stop, 21.1% left", "+0.5 points", V5, gap_text(ours),
                 _holds(ours, 0.005))


def _dropped(runs: Runs) -> Check:
    level = runs.nearest(0.211)
    ours = paired(runs.grid("reinit", STOPPED)[:, level], runs.grid("reinit", STOPPED)[:, 0])
    found = OPEN if ours.n < ENOUGH else CONFIRMED if ours.below() else FAILED
    return Check("Reinit against the dense net at the early stop, 21.1% left", "below it from here on", V5,
                 gap_text(ours), found)


def _random(runs: Runs) -> Check:
    ours = mean_ci(runs.grid("random", ENDED)[:, runs.nearest(0.107)])
    return Check("A random mask's accuracy after all steps, 10.7% left", "97.5 ± 0.3%", STABILIZING, accuracy(ours),
                 _overlap(ours, 0.972, 0.978))


CHECKS: tuple[Callable[[Runs], Check], ...] = (
    _dense, _sooner, _pace, _gain, _parity, _end, _fitted, _slower, _lower, _dropped, _ticket, _random)


# ── one-shot ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _once_sooner(runs: Runs) -> Check:
    chosen, steps = levels_in(runs, SOONER), runs.grid("ticket", "early_stop_step")
    gaps = [earlier(steps, level) for level in chosen]
    return _counted("One-shot tickets' lowest validation loss", "earlier than dense from 67.5 to 17.6% left", gaps,
                    "earlier")


def _once_surer(runs: Runs) -> Check:
    gaps = [gain(runs, level, STOPPED) for level in levels_in(runs, SURER)]
    return _counted("One-shot tickets' accuracy at the early stop", "above dense from 95.0 to 5.17% left", gaps,
                    "above")


def _counted(statement: str, paper: str, gaps: list[Interval], word: str) -> Check:
    won, leaning = sum(gap.above() for gap in gaps), sum(gap.mean > 0 for gap in gaps)
    found = OPEN if gaps[0].n < ENOUGH else verdict(won, len(gaps))
    return Check(statement, paper, V5, f"{word} in the mean at {leaning} of the {len(gaps)} levels recorded there, "
                 f"surely at {won}", found)


ONE_SHOT: tuple[Callable[[Runs], Check], ...] = (_once_sooner, _once_surer)


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────


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
    return Check("A ticket of 3.5% matches the dense net", "both 98.3%", "popular", ours, verdict)


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
