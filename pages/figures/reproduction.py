"""The paper's statements about LeNet-300-100, each beside what the recorded runs say, judged by a rule of the ledger.

Only for runs by the paper's protocol: its numbers belong to 50,000 steps. Where the paper reads accuracy at the step of
the lowest validation loss (the early stop), so do we; what it reads after all steps is said to be so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, accuracies, leads, mean_ci
from lth_core.ledger.lenet import earlier, gain, levels_in, top_lead
from lth_core.ledger.rules import (
    AT_LEAST,
    COMPATIBLE,
    CONFIRMED,
    COUNTED,
    CROSSES,
    EFFECT,
    ENOUGH,
    FAILED,
    NO_DIFFERENCE,
    OPEN,
    PARTLY,
    SURELY,
    TRIALS,
    VERDICTS,
    Case,
    Count,
    Crossing,
    Rule,
    Seen,
)
from lth_core.ledger.runs import Runs
from lth_core.once import once
from lth_core.said import bounds, percent, signs
from lth_core.said import points as said_points
from pages.figures.rounds import points
from pages.figures.sweep import STABILIZING, Sweep

FITS = Rule("counted levels, by the mean", (
    Case(CONFIRMED, "at every level our mean is 99.5% or more", lambda count: 0 < count.won == count.of),
    Case(PARTLY, "at some", lambda count: count.won > 0),
    Case(FAILED, "at none", lambda count: True)))

V5 = "Frankle & Carbin 2019, section 2"
STOPPED, ENDED = "early_stop_test_accuracy", "test_accuracy"  # columns: at the early stop, and after all steps
BEST = (0.25, 0.07)  # where the paper's tickets are about 0.3 points better than dense
FITTED, SAME = 0.02, 0.995  # tickets of 2% and more read "about 100%" of the training images
SOONER, SURER = (0.675, 0.176), (0.950, 0.0517)  # where one-shot tickets are earlier, and more accurate, than dense


@dataclass(frozen=True)
class Check:
    """One statement. paper: what it says; place: where. ours: what was measured. rule: what judged."""

    statement: str
    paper: str
    place: str
    ours: str
    verdict: str
    rule: Rule


@once(8)
def checks(case: Sweep) -> tuple[Check, ...]:
    """All statements that these runs can judge, in the order of the paper."""
    found = tuple(check(case.runs) for check in CHECKS)
    return found if case.one_shot is None else (*found, *(check(case.one_shot) for check in ONE_SHOT))


def summary(found: tuple[Check, ...]) -> str:
    """How many statements hold, and which do not, in Markdown."""
    by = {word: [check for check in found if check.verdict == word] for word in VERDICTS}
    if len(by[OPEN]) == len(found):
        return f"No verdict from fewer than {ENOUGH} seeds: read what follows as single runs."
    return (f"Of {len(found)} statements **{len(by[CONFIRMED])}** are confirmed, **{len(by[PARTLY])}** partly. "
            f"**{len(by[COMPATIBLE])}** agree with our runs but are not settled by them. "
            + (f"**{len(by[FAILED])}** do not reproduce." if by[FAILED] else "None fails."))


def exceptions(found: tuple[Check, ...]) -> str:
    """Which statements are not confirmed, by verdict."""
    by = {word: [check for check in found if check.verdict == word] for word in VERDICTS}
    told = ""
    for word, start in ((PARTLY, "Partly"), (COMPATIBLE, "Not settled"), (FAILED, "Not found here")):
        if by[word]:
            told += f" {start}: " + "; ".join(_lowered(check.statement) for check in by[word]) + "."
    return told.strip()


def _lowered(statement: str) -> str:
    return statement[:1].lower() + statement[1:]


# ── accuracy ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _dense(runs: Runs) -> Check:
    ours, stopped = (accuracies(runs.grid("ticket", name)[:, 0]) for name in (ENDED, STOPPED))
    return _among("The dense net's accuracy", 0.980, 0.002, ours, f" after all steps; {percent(stopped)} at the early "
                                                                  "stop")


def _gain(runs: Runs) -> Check:
    level, inside = runs.nearest(0.135), levels_in(runs, BEST)
    ours, most = gain(runs, level, STOPPED), max(inside, key=lambda n: gain(runs, n, STOPPED).mean)
    where = (f"{gap_text(ours)}; best between {BEST[0]:.0%} and {BEST[1]:.0%} left: "
             f"{points(gain(runs, most, STOPPED).mean, 2)} at {runs.density[most]:.1%}")
    return _by(AT_LEAST, Seen(ours, 0.003), "A ticket's lead on it at the early stop, 13.5% left",
               "more than +0.3 points", where)


def _end(runs: Runs) -> Check:
    top = top_lead(runs)
    ours = gain(runs, top)
    return _by(EFFECT, Seen(ours, 0.0035), "The largest lead after 50,000 steps", "up to +0.35 points",
               f"{gap_text(ours)} at {runs.density[top]:.1%} left")


def _fitted(runs: Runs) -> Check:
    chosen = levels_in(runs, (1.0, FITTED))
    reads = runs.grid("ticket", "train_accuracy").mean(0)
    least = min(chosen, key=lambda n: reads[n])
    won = sum(bool(reads[n] >= SAME) for n in chosen)
    return _by(FITS, Count(won, len(chosen), runs.seeds),
               "What tickets of 2% and more read of the training images after all steps", "nearly 100%",
               f"at least {reads[least]:.2%}, at {runs.density[least]:.1%} left")


def _parity(runs: Runs) -> Check:
    lost, level, below = behind_from(runs, STOPPED), runs.nearest(0.036), runs.nearest(0.029)
    told = ", ".join(f"{gap_text(gain(runs, at, STOPPED))} at {runs.density[at]:.1%}" for at in (level, below))
    ours = (f"{told}; behind for good {_from(runs, lost)}; after all steps "
            f"{_from(runs, behind_from(runs, ENDED))}")
    seen = Crossing(gain(runs, level, STOPPED), gain(runs, below, STOPPED))
    return _by(CROSSES, seen, "Where tickets fall behind the dense net at the early stop",
               "level at 3.6% left, behind at 2.9%", ours)


def behind_from(runs: Runs, column: str) -> int:
    """The first level from which on, to the end, the mean ticket is less accurate than the dense net; 0: none."""
    ahead = np.flatnonzero(np.array([gain(runs, level, column).mean >= 0 for level in range(runs.levels + 1)]))
    return int(ahead[-1]) + 1 if ahead[-1] < runs.levels else 0


def _from(runs: Runs, level: int) -> str:
    return f"from {runs.density[level]:.1%} on" if level else "nowhere, down to the last level"


def _ticket(runs: Runs) -> Check:
    ours = accuracies(runs.grid("ticket", ENDED)[:, runs.nearest(0.107)])
    return _among("A ticket's accuracy after all steps, 10.7% left", 0.983, 0.001, ours)


# ── speed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sooner(runs: Runs) -> Check:
    ours = earlier(runs.grid("ticket", "early_stop_step"), runs.nearest(0.211))
    return _by(EFFECT, Seen(ours, 0.38), "A ticket's lowest validation loss, 21.1% left", "38% earlier than dense",
               _sooner_text(ours))


def _pace(runs: Runs) -> Check:
    ours = earlier(runs.grid("ticket", "early_stop_step"), runs.nearest(0.036))
    return _by(NO_DIFFERENCE, Seen(ours), "A ticket's lowest validation loss, 3.6% left",
               "as early as dense", _sooner_text(ours))


def _sooner_text(gap: Interval) -> str:
    many, which = (-gap, "later") if gap.centre < 0 else (gap, "earlier")
    return f"{many.centre:.0%} {which}{bounds(many, places=0)}, in {signs(many)}".replace("-", "−")


# ── controls ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _slower(runs: Runs) -> Check:
    level = runs.nearest(0.211)
    ours = mean_ci(runs.grid("reinit", "early_stop_step")[:, level] / runs.grid("ticket", "early_stop_step")[:, level],
                   bounds=(0.0, math.inf))
    shown = f"{ours.centre:.2f} times{bounds(ours, scale=1)}, later in {signs(ours, 1.0)}"
    return _by(EFFECT, Seen(ours, 2.51, nothing=1.0), "Reinit's lowest validation loss against a ticket's, 21.1% left",
               "2.51 times the steps", shown)


def _lower(runs: Runs) -> Check:
    ours = runs.gap("reinit", runs.nearest(0.211), STOPPED)
    return _by(EFFECT, Seen(ours, 0.005), "Ticket − reinit at the early stop, 21.1% left", "+0.5 points",
               gap_text(ours))


def _dropped(runs: Runs) -> Check:
    level = runs.nearest(0.211)
    ours = leads(runs.grid("reinit", STOPPED)[:, level], runs.grid("reinit", STOPPED)[:, 0])
    return _by(SURELY, Seen(-ours), "Reinit against the dense net at the early stop, 21.1% left",
               "below it from here on", gap_text(ours))


def _random(runs: Runs) -> Check:
    ours = accuracies(runs.grid("random", ENDED)[:, runs.nearest(0.107)])
    return _among("A random mask's accuracy after all steps, 10.7% left", 0.975, 0.003, ours)


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
    won, leaning = sum(gap.above() for gap in gaps), sum(gap.centre > 0 for gap in gaps)
    return _by(COUNTED, Count(won, len(gaps), gaps[0].n), statement, paper,
               f"{word} in the mean at {leaning} of the {len(gaps)} levels recorded there, surely at {won}")


ONE_SHOT: tuple[Callable[[Runs], Check], ...] = (_once_sooner, _once_surer)


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _by(rule: Rule, seen: Seen | Count | Crossing, statement: str, paper: str, ours: str) -> Check:
    return Check(statement, paper, V5, ours, rule(seen), rule)


def _among(statement: str, paper: float, apart: float, ours: Interval, more: str = "") -> Check:
    """An accuracy beside those of the paper's trials: it prints their mean, and how far the lowest and highest lie."""
    trials = (paper - apart, paper + apart)
    return Check(statement, f"{100 * paper:.1f} ± {100 * apart:.1f}%, lowest to highest trial", STABILIZING,
                 f"{percent(ours)}{more}; seeds {min(ours.seeds):.2%} to {max(ours.seeds):.2%}",
                 TRIALS(Seen(ours, trials=trials)), TRIALS)


def gap_text(gap: Interval) -> str:
    """A difference of accuracies with its interval, and how many seeds lie on its side.

    >>> gap_text(mean_ci([0.003, 0.003, 0.003]))
    '+0.30 points [+0.30, +0.30], above in 3 of 3 seeds, by luck 12%'
    """
    side = "above" if gap.centre >= 0 else "below"
    return f"{said_points(gap)}, {side} in {signs(gap, side=side)}"


def rows(found: tuple[Check, ...]) -> list[dict[str, str]]:
    """The statements as a table."""
    return [{"Statement": check.statement, "Paper": f"{check.paper} ({check.place})", "Measured here": check.ours,
             "Rule": check.rule.name, "Verdict": check.verdict} for check in found]


def rules(found: tuple[Check, ...]) -> dict[str, str]:
    """The rules behind these verdicts, in the order of the table: name → sentence."""
    return {check.rule.name: check.rule.sentence for check in found}
