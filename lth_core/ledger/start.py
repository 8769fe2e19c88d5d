"""What first values and masks are worth (C7, C12 to C16), judged at 90% sparsity."""

from __future__ import annotations

from dataclasses import dataclass

from lth_core.intervals import Interval, accuracies, leads
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, PARTLY, Case, Rule, Seen
from lth_core.ledger.runs import Runs, moved
from lth_core.said import say, signs

POPULAR = {"ticket": 0.95, "reinit": 0.85, "random": 0.78}  # often repeated, for 90% sparsity; no source measures them
NINETY = 0.107  # density of the popular "90% sparse", as the paper's level
NEAR = 0.02  # a popular accuracy counts as met within two points
RUIN = 0.05  # "ruins a ticket": at least five points


@dataclass(frozen=True)
class Verdict:
    """number: of the ledger. claim: as it is told. ours: what was measured. why: one sentence. rule: what judged."""

    number: str
    claim: str
    ours: str
    verdict: str
    why: str
    rule: Rule


@dataclass(frozen=True)
class Two:
    """Two differences that a claim rests on."""

    first: Interval
    second: Interval

    @property
    def seeds(self) -> int:
        return min(self.first.n, self.second.n)


@dataclass(frozen=True)
class Means:
    """Accuracies measured, and those told: condition → value."""

    ours: dict[str, float]
    told: dict[str, float]
    seeds: int


RUINED = Rule("loses much", (
    Case(CONFIRMED, "reinit is surely behind the ticket, by five points or more in the mean",
         lambda seen: seen.sure and seen.ours.centre >= seen.figure),
    Case(PARTLY, "surely behind, by less", lambda seen: seen.sure),
    Case(COMPATIBLE, "not surely behind, and our interval reaches five points",
         lambda seen: seen.ours.ends[1] >= seen.figure),
    Case(FAILED, "not surely behind", lambda seen: True)))

ORDERED = Rule("two steps", (
    Case(CONFIRMED, "both steps are sure", lambda seen: seen.first.above() and seen.second.above()),
    Case(PARTLY, "one of them is", lambda seen: seen.first.above() or seen.second.above()),
    Case(FAILED, "neither is", lambda seen: True)))

MET = Rule("within two points", (
    Case(CONFIRMED, "all three of our means lie within two points of the popular figures",
         lambda seen: all(abs(seen.ours[name] - told) <= NEAR for name, told in seen.told.items())),
    Case(FAILED, "one of them does not", lambda seen: True)))

WIRED = Rule("wiring alone", (
    Case(CONFIRMED, "with the same fresh weights the ticket's mask surely leads a random one, and its own θ₀ adds "
                    "nothing sure", lambda seen: seen.first.above() and not seen.second.above()),
    Case(PARTLY, "the mask surely leads, and θ₀ surely adds to it", lambda seen: seen.first.above()),
    Case(FAILED, "the mask does not surely lead", lambda seen: True)))


@dataclass(frozen=True)
class Signs:
    """loss: of reinit against the ticket. back: share of it that signs alone win back. kept, pruned: shares of weights
    that kept their sign."""

    loss: Interval
    back: float
    kept: float
    pruned: float

    @property
    def seeds(self) -> int:
        return self.loss.n


SIGNED = Rule("signs", (
    Case(PARTLY, "reinit surely loses, signs alone win back more than half of that, and survivors keep their sign more "
                 "often than the others (only here: deep nets are known to behave otherwise)",
         lambda seen: seen.loss.above() and seen.back > 0.5 and seen.kept > seen.pruned),
    Case(FAILED, "one of the three does not hold", lambda seen: True)))

SIZED = Rule("sizes", (
    Case(PARTLY, "without its sizes the ticket surely loses, and more than half of what reinit loses",
         lambda seen: seen.first.above() and seen.first.centre > seen.second.centre / 2),
    Case(FAILED, "without its sizes it loses less, or nothing sure", lambda seen: True)))


def verdicts(runs: Runs) -> tuple[Verdict, ...]:
    """The claims of this chapter that a recording of all conditions can judge, at 90% sparsity."""
    return (_ruined(runs), _ordered(runs), _popular(runs), _signs(runs), _sizes(runs), _wiring(runs))


def _ruined(runs: Runs) -> Verdict:
    gap = runs.gap("reinit", runs.nearest(NINETY))
    verdict = RUINED(Seen(gap, RUIN))
    return Verdict("C7", "New random weights ruin a ticket", f"reinit {say(gap)} behind the ticket, {signs(gap)}",
                   verdict, "It always loses, but it still reads most digits: it is set back, not ruined."
                   if verdict == PARTLY else "Judged by whether it loses at all, and by five points or more.", RUINED)


def _ordered(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    first, second = runs.gap("reinit", level), between(runs, "reinit", "random", level)
    return Verdict("C12", "Ticket > reinit > random structure",
                   f"ticket − reinit {say(first)}, {signs(first)}; reinit − random {say(second)}, {signs(second)}",
                   ORDERED(Two(first, second)),
                   "Both steps are judged within seeds. The paper sees no difference between the two controls in "
                   "convolutional nets (appendix E).", ORDERED)


def _popular(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    means = {name: accuracies(runs.grid(name, "test_accuracy")[:, level]).centre for name in POPULAR}
    return Verdict("C13", "95 / 85 / 78% at 90% sparsity", " / ".join(f"{value:.1%}" for value in means.values()),
                   MET(Means(means, POPULAR, runs.seeds)),
                   "The order is right, the distances are not: neither the paper nor we measure anything like them.",
                   MET)


def _signs(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    gain = recovered(runs, "keep-signs", level)
    kept, pruned = (float(moved(runs, "fc1", f"sign_agreement_{fate}")[:, 0].mean()) for fate in ("kept", "pruned"))
    verdict = SIGNED(Signs(runs.gap("reinit", level), gain, kept, pruned))
    return Verdict("C14", "A ticket wins because its signs are right",
                   f"signs alone win back {gain:.0%} of what reinit loses; sign kept by {kept:.0%} of the survivors of "
                   f"the first cut in fc1, by {pruned:.0%} of the others", verdict,
                   "True of this small net; deep networks do not survive new sizes under old signs "
                   "(Frankle, Schwab & Morcos 2020)." if verdict == PARTLY else "Signs alone win back less than half.",
                   SIGNED)


def _sizes(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    gap, shuffled = runs.gap("constant-signs", level), runs.gap("shuffled-init", level)
    verdict = SIZED(Two(gap, runs.gap("reinit", level)))
    return Verdict("C15", "A ticket wins because its sizes are balanced",
                   f"all sizes set to σ: {say(gap)} behind; right sizes, wrong weights: {say(shuffled)} behind",
                   verdict,
                   "Throwing every size away costs much." if verdict == PARTLY else
                   "Throwing every size away costs little or nothing as long as the signs stay. Sizes without their "
                   f"signs: {say(between(runs, 'shuffled-init', 'reinit', level))} better than fresh weights.", SIZED)


def _wiring(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    worth, rest = between(runs, "reinit", "random-reinit", level), runs.gap("reinit", level)
    return Verdict("C16", "A ticket wins because its wiring is good",
                   f"with the same fresh weights the ticket's mask leads a random one by {say(worth)}, {signs(worth)}; "
                   f"its own θ₀ adds {say(rest)}", WIRED(Two(worth, rest)),
                   "Wiring is worth something, and it is not the whole story." if worth.above() else
                   "What wiring alone is worth cannot be told from nothing.", WIRED)


def between(runs: Runs, first: str, second: str, level: int) -> Interval:
    """first − second within seeds."""
    return leads(runs.grid(first, "test_accuracy")[:, level], runs.grid(second, "test_accuracy")[:, level])


def recovered(runs: Runs, name: str, level: int) -> float:
    """Share of the distance from reinit up to the ticket that `name` covers, by the means over seeds."""
    low, mid, high = (float(runs.grid(one, "test_accuracy")[:, level].mean()) for one in ("reinit", name, "ticket"))
    return (mid - low) / (high - low)
