"""Chapter 7's challenges: goals that are checked by the runs on the page, each proven possible by a recorded solution.

A goal reads Results and nothing else, so the same function judges a reader's run, the recorded solution and a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Lottery
from lth_core.ledger.runs import column, reads
from lth_core.results.result import Result
from pages.figures.pipeline import diverged
from pages.figures.race import entries
from pages.figures.rounds import lottery

LIGHT, READS = 3_000, 0.95
TENTH, TRAININGS, CLOSE = 0.10, 4, 0.005
FIFTH = 0.205  # a single cut of 80% leaves a little more: the output layer is cut at half the rate
BROKEN, MENDED = 0.01, 0.002


@dataclass(frozen=True, eq=False)
class Table:
    """What lies on the page: one or two runs, and the comparison."""

    first: Result | None = None
    second: Result | None = None
    compared: Result | None = None

    @property
    def runs(self) -> tuple[Result, ...]:
        """The runs that went well."""
        return tuple(run for run in (self.first, self.second) if run is not None and diverged(run) is None)


@dataclass(frozen=True)
class Verdict:
    """done: the goal is reached. told: how far it is, or how it was reached; empty when nothing bears on it."""

    done: bool
    told: str = ""


@dataclass(frozen=True)
class Challenge:
    """key: also of its recorded solution. goal: in one sentence. hint: a nudge. judge: the check."""

    key: str
    title: str
    goal: str
    hint: str
    judge: Callable[[Table], Verdict]


def _first_done(verdicts: list[Verdict]) -> Verdict:
    return next((verdict for verdict in verdicts if verdict.done), verdicts[0] if verdicts else Verdict(False))


def featherweight(table: Table) -> Verdict:
    """A ticket of at most LIGHT weights that reads READS of the test images."""
    return _first_done([_light(run) for run in table.runs])


def _light(run: Result) -> Verdict:
    accuracy, kept = column(run, reads(run)), column(run, "kept")
    light = np.flatnonzero(kept <= LIGHT)
    if not light.size:
        return Verdict(False, f"Your smallest ticket still has {int(kept.min()):,} weights.")
    best = int(light[np.argmax(accuracy[light])])
    return Verdict(bool(accuracy[best] >= READS), f"{int(kept[best]):,} weights read {accuracy[best]:.2%}.")


def hurry(table: Table) -> Verdict:
    """A tenth of the weights, as good as the whole net, after few trainings."""
    return _first_done([_hurried(run) for run in table.runs])


def _hurried(run: Result) -> Verdict:
    accuracy, density = column(run, reads(run)), column(run, "density")
    small = np.flatnonzero(density <= TENTH)
    if not small.size:
        return Verdict(False, f"{density.min():.1%} of the weights are left at the end.")
    first = int(small[0])
    done = first + 1 <= TRAININGS and accuracy[first] >= accuracy[0] - CLOSE
    return Verdict(bool(done), f"{density[first]:.1%} after {first + 1} trainings: {accuracy[first]:.2%}, the whole "
                               f"net {accuracy[0]:.2%}.")


def one_cut(table: Table) -> Verdict:
    """A single cut down to a fifth, as good as the whole net."""
    return _first_done([_cut(run) for run in table.runs])


def _cut(run: Result) -> Verdict:
    accuracy, density = column(run, reads(run)), column(run, "density")
    if density.size < 2:
        return Verdict(False)
    done = density[1] <= FIFTH and accuracy[1] >= accuracy[0] - CLOSE
    return Verdict(bool(done), f"The first cut leaves {density[1]:.1%} and reads {accuracy[1]:.2%}, the whole net "
                               f"{accuracy[0]:.2%}.")


def repair(table: Table) -> Verdict:
    """Two runs that differ in the rewind step alone: one breaks, the other does not, at the same size."""
    if len(table.runs) < 2:
        return Verdict(False, "It takes two configurations, side by side.")
    early, late = sorted(table.runs, key=lambda run: lottery(run).rewind.step)
    if not _differ_in_rewinding_alone(lottery(early), lottery(late)):
        return Verdict(False, "A and B have to differ in the rewind step, and in nothing else.")
    lost = [whole[0] - whole for whole in (column(run, reads(run)) for run in (early, late))]
    reached = min(map(len, lost))
    hits = [at for at in range(1, reached) if lost[0][at] >= BROKEN and lost[1][at] <= MENDED]
    at = hits[-1] if hits else reached - 1
    left = column(early, "density")[at]
    return Verdict(bool(hits), f"With {left:.1%} left, step {lottery(early).rewind.step:,} loses "
                               f"{100 * lost[0][at]:.2f} points, step {lottery(late).rewind.step:,} "
                               f"{100 * lost[1][at]:.2f}.")


def _differ_in_rewinding_alone(first: Lottery, second: Lottery) -> bool:
    apart = {name for name, value in first.to_dict().items() if second.to_dict()[name] != value}
    return apart == {"rewind"}


def upset(table: Table) -> Verdict:
    """A random mask ahead of the ticket."""
    if table.compared is None:
        return Verdict(False, "It takes a comparison: “What is this ticket worth?”")
    found = entries(table.compared)
    ticket, random = found["ticket"].accuracy, found["random"].accuracy
    return Verdict(random > ticket, f"Random structure {random:.2%}, ticket {ticket:.2%}.")


CHALLENGES = (
    Challenge("featherweight", "Featherweight", f"Find a ticket of at most {LIGHT:,} weights that reads at least "
              f"{READS:.0%} of the test images.", "LeNet has plenty to lose. Give each round a little more to learn "
              "with.", featherweight),
    Challenge("hurry", "In a hurry", f"Get down to a tenth of the weights in at most {TRAININGS} trainings, no more "
              "than half a point below your whole net.", "n rounds, n + 1 trainings: what must the rate be?", hurry),
    Challenge("one-cut", "One cut", "Remove four fifths in the first cut and lose no more than half a point.",
              "The small net cannot do it. Which network can lose four fifths?", one_cut),
    Challenge("repair", "Break it, then repair it", "Two runs that differ in the rewind step alone: one ticket at "
              f"least {100 * BROKEN:.0f} point below its whole net, the other at most {100 * MENDED:.1f}, at the same "
              "size.",
              "LeNet's tickets hold for many rounds. The deep net's break sooner.", repair),
    Challenge("upset", "Beat the ticket", "Find a comparison in which the random structure reads more test images than "
              "the ticket.", "With few weights left it is unlikely. After which rounds are the two close enough for "
              "luck? Then try the next seed.", upset),
)
