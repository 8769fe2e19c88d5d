"""Verdict rules as data: a name, a sentence, and the function that the sentence describes.

A rule is a list of cases, tried from first to last; its sentence is made of their words, so a page cannot print another
rule than the one that judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lth_core.intervals import Interval

CONFIRMED, PARTLY, FAILED = "confirmed", "partly", "not reproduced"
COMPATIBLE = "compatible, not settled"  # what was told lies within our interval, and so does its opposite
OPEN, UNTESTED = "not settled yet", "cannot be tested here"
VERDICTS = (CONFIRMED, PARTLY, COMPATIBLE, FAILED, OPEN, UNTESTED)

# What counts as no difference: a tenth of the steps, and the points of a match (Frankle et al. 2020, section 2).
SHARE, POINTS = 0.1, 0.2
ENOUGH = 3  # seeds before there is a verdict: with two, Student's t is 12.7 and an interval holds nearly anything


@dataclass(frozen=True)
class Seen:
    """What a rule looks at. ours: measured. figure: the paper's or the popular one. nothing: what no effect would be.
    trials: the lowest and highest trial that the paper prints."""

    ours: Interval
    figure: float = math.nan
    nothing: float = 0.0
    trials: tuple[float, float] = (math.nan, math.nan)

    @property
    def seeds(self) -> int:
        return self.ours.n

    @property
    def sure(self) -> bool:
        return self.ours.above(self.nothing)


@dataclass(frozen=True)
class Count:
    """At how many of `of` places the claim surely holds."""

    won: int
    of: int
    seeds: int


@dataclass(frozen=True)
class Case:
    """One line of a rule: the verdict, when it is given, in words and as a function."""

    verdict: str
    words: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Rule:
    """A rule. cases: tried in order; the last holds always."""

    name: str
    cases: tuple[Case, ...]

    def __call__(self, seen: Any) -> str:
        """The verdict. seen: a Seen, a Count or what else the rule's functions take, with its `seeds`."""
        if seen.seeds < ENOUGH:
            return OPEN
        return next(case.verdict for case in self.cases if case.holds(seen))

    @property
    def sentence(self) -> str:
        """The rule as a reader gets it.

        >>> SURELY.sentence
        'Confirmed: the effect is sure. Compatible, not settled: the mean leans that way, not surely. Not reproduced: \
the mean leans the other way.'
        """
        return " ".join(f"{case.verdict[:1].upper()}{case.verdict[1:]}: {case.words}." for case in self.cases)


@dataclass(frozen=True)
class Judged:
    """A claim and what became of it. claim: its number. told: the measurement, in Markdown. rule: what judged."""

    claim: int
    verdict: str
    told: str
    rule: Rule


def _otherwise(_: Any) -> bool:
    return True


SURE = ("Sure is what the whole 95% interval says (Student's t, within seeds), or every one of at least five seeds. "
        "Where some seeds fell to chance, only the second counts. “By luck 3%” says how often as many tossed "
        "coins would all fall on that side. Fewer than three seeds settle nothing.")

EFFECT = Rule("effect and size", (
    Case(CONFIRMED, "the effect is sure, and our interval holds the figure",
         lambda seen: seen.sure and seen.ours.holds(seen.figure)),
    Case(PARTLY, "the effect is sure, but our interval leaves the figure out", lambda seen: seen.sure),
    Case(COMPATIBLE, "our interval holds the figure, and no effect too",
         lambda seen: seen.ours.holds(seen.figure)),
    Case(FAILED, "the effect is not sure, and our interval leaves the figure out", _otherwise)))

AT_LEAST = Rule("at least so much", (
    Case(CONFIRMED, "the effect is sure, and our mean reaches the figure",
         lambda seen: seen.sure and seen.ours.centre >= seen.figure),
    Case(PARTLY, "the effect is sure, but our mean is below the figure", lambda seen: seen.sure),
    Case(COMPATIBLE, "our interval reaches the figure, and holds no effect too",
         lambda seen: seen.ours.ends[1] >= seen.figure),
    Case(FAILED, "the effect is not sure, and our interval stays below the figure", _otherwise)))

SURELY = Rule("which side", (
    Case(CONFIRMED, "the effect is sure", lambda seen: seen.sure),
    Case(COMPATIBLE, "the mean leans that way, not surely", lambda seen: seen.ours.centre > seen.nothing),
    Case(FAILED, "the mean leans the other way", _otherwise)))

NO_DIFFERENCE = Rule("no difference", (
    Case(CONFIRMED, f"our whole interval lies within {SHARE:.0%} of no difference",
         lambda seen: max(abs(end - seen.nothing) for end in seen.ours.ends) <= SHARE),
    Case(COMPATIBLE, "our interval holds no difference, but reaches further",
         lambda seen: seen.ours.holds(seen.nothing)),
    Case(FAILED, "our interval leaves no difference out", _otherwise)))

TRIALS = Rule("among the paper's trials", (
    Case(CONFIRMED, "our mean lies between the lowest and the highest trial of the paper",
         lambda seen: seen.trials[0] <= seen.ours.centre <= seen.trials[1]),
    Case(PARTLY, "our mean lies outside, and a seed of ours inside",
         lambda seen: any(seen.trials[0] <= one <= seen.trials[1] for one in seen.ours.seeds)),
    Case(FAILED, "no seed of ours lies between them", _otherwise)))

def counting(name: str, what: str, places: str = "levels") -> Rule:
    """A rule that counts at how many of some places `what` holds.

    >>> counting("ahead", "the ticket is surely ahead").sentence.split(". ")[1]
    'Partly: at some'
    """
    return Rule(name, (
        Case(CONFIRMED, f"{what} at all {places}", lambda count: 0 < count.won == count.of),
        Case(PARTLY, "at some", lambda count: count.won > 0),
        Case(FAILED, "at none", lambda count: count.of > 0),
        Case(OPEN, "there is nothing to count", _otherwise)))


COUNTED = counting("counted levels", "it is sure")


@dataclass(frozen=True)
class Crossing:
    """Level with the dense net here, behind it at the next level. here, there: accuracy less the dense net's."""

    here: Interval
    there: Interval

    @property
    def seeds(self) -> int:
        return self.here.n

    @property
    def level(self) -> bool:
        return max(abs(end) for end in self.here.ends) <= POINTS / 100


CROSSES = Rule("level, then behind", (
    Case(CONFIRMED, f"within {POINTS} points by the whole interval at the first density, surely behind at the second",
         lambda seen: seen.level and seen.there.below()),
    Case(PARTLY, "only one of the two", lambda seen: seen.level or seen.there.below()),
    Case(COMPATIBLE, "neither, and our intervals rule neither out",
         lambda seen: seen.here.holds(0.0) and not seen.there.above()),
    Case(FAILED, "our intervals rule one of the two out", _otherwise)))
