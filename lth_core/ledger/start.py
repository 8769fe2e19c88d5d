"""What first values and masks are worth (C7, C12 to C16), judged at 90% sparsity."""

from __future__ import annotations

from dataclasses import dataclass

from lth_core.intervals import Interval, accuracies, leads
from lth_core.ledger import starts
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, PARTLY, Case, Rule, Seen
from lth_core.ledger.runs import Runs
from lth_core.ledger.starts import Share, Starts
from lth_core.said import say, signs

POPULAR = {"ticket": 0.95, "reinit": 0.85, "random": 0.78}  # often repeated, for 90% sparsity; no source measures them
NINETY = 0.107  # density of the popular "90% sparse", as the paper's level
NEAR = 0.02  # a popular accuracy counts as met within two points
RUIN = 0.05  # "ruins a ticket": at least five points
BY_BOTH = 3  # of `verdicts`, from this one on both protocols judge


@dataclass(frozen=True)
class Verdict:
    """number: of the ledger. claim: as it is told. ours: what was measured. why: one sentence. rule: what judged.
    seeds: the fewest behind it."""

    number: str
    claim: str
    ours: str
    verdict: str
    why: str
    rule: Rule
    seeds: int


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


@dataclass(frozen=True)
class Signs:
    """By protocol. losses: of reinit against the ticket. back: share of it that signs alone win back."""

    losses: tuple[Interval, ...]
    back: tuple[float, ...]

    @property
    def seeds(self) -> int:
        return min(loss.n for loss in self.losses)


SIGNED = Rule("signs", (
    Case(PARTLY, "by every protocol measured reinit surely loses, and signs alone win back more than half of that "
                 "(only here: deep nets are known to behave otherwise)",
         lambda seen: all(loss.above() for loss in seen.losses) and min(seen.back) > 0.5),
    Case(FAILED, "one of the two does not hold by one of them", lambda seen: True)))


@dataclass(frozen=True)
class Several:
    """Two differences that a claim rests on, by each protocol."""

    found: tuple[Two, ...]

    @property
    def seeds(self) -> int:
        return min(two.seeds for two in self.found)


SIZED = Rule("sizes", (
    Case(PARTLY, "by one of the protocols measured the ticket surely loses without its sizes, and more than half of "
                 "what reinit loses",
         lambda seen: any(two.first.above() and two.first.centre > two.second.centre / 2 for two in seen.found)),
    Case(FAILED, "without its sizes it loses less, or nothing sure", lambda seen: True)))

WIRED = Rule("wiring alone", (
    Case(CONFIRMED, "with the same fresh weights the ticket's mask surely leads a random one by every protocol "
                    "measured, and its own θ₀ adds nothing sure by any",
         lambda seen: all(two.first.above() for two in seen.found)
         and not any(two.second.above() for two in seen.found)),
    Case(PARTLY, "the mask surely leads by every protocol, and θ₀ surely adds to it by one",
         lambda seen: all(two.first.above() for two in seen.found)),
    Case(FAILED, "the mask does not surely lead", lambda seen: True)))


def verdicts(runs: Runs, long: Starts | None = None) -> tuple[Verdict, ...]:
    """The claims of this chapter that a recording of all conditions can judge, at 90% sparsity. long: the starts of
    the paper's protocol; with them, what holds after one epoch has to hold there too."""
    return (_ruined(runs), _ordered(runs), _popular(runs), _signs(runs, long), _sizes(runs, long), _wiring(runs, long))


def _ruined(runs: Runs) -> Verdict:
    gap = runs.gap("reinit", runs.nearest(NINETY))
    verdict = RUINED(Seen(gap, RUIN))
    return Verdict("C7", "New random weights ruin a ticket", f"after {runs.budget}, reinit {say(gap)} behind the "
                                                             f"ticket, {signs(gap)}",
                   verdict, "It surely loses, but it still reads most digits: it is set back, not ruined."
                   if verdict == PARTLY else "Judged by whether it loses at all, and by five points or more.", RUINED,
                   runs.seeds)


def _ordered(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    first, second = runs.gap("reinit", level), between(runs, "reinit", "random", level)
    return Verdict("C12", "Ticket > reinit > random structure",
                   f"after {runs.budget}, ticket − reinit {say(first)}, {signs(first)}; reinit − random "
                   f"{say(second)}, {signs(second)}",
                   ORDERED(Two(first, second)),
                   "Both steps are judged within seeds. The paper sees no difference between the two controls in "
                   "convolutional nets (appendix E).", ORDERED, runs.seeds)


def _popular(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    means = {name: accuracies(runs.grid(name, "test_accuracy")[:, level]).centre for name in POPULAR}
    return Verdict("C13", "95 / 85 / 78% at 90% "
                          "sparsity", " / ".join(f"{value:.1%}" for value in means.values()) + f" after {runs.budget}",
                   MET(Means(means, POPULAR, runs.seeds)),
                   "The order is right, the distances are not: neither the paper nor we measure anything like them.",
                   MET, runs.seeds)


def _signs(runs: Runs, long: Starts | None) -> Verdict:
    level = runs.nearest(NINETY)
    found = [(runs.gap("reinit", level), recovered(runs, "keep-signs", level), runs.budget)]
    if long:
        found.append((long.gap("reinit"), long.recovered("keep-signs"), long.budget))
    losses, back, _ = zip(*found, strict=True)
    verdict = SIGNED(Signs(losses, tuple(share.whole for share in back)))
    told = ", ".join(f"{share.whole:.0%} after {trained} ({share.span})" for _, share, trained in found)
    return Verdict("C14", "A ticket wins because its signs are right",
                   f"of what reinit loses, signs alone win back {told}", verdict,
                   "On this small net the right signs at the start win back most of it, though many change later. "
                   "Deep networks do not survive new sizes under old signs (Frankle, Schwab & Morcos 2020)."
                   if verdict == PARTLY else "Signs alone win back less than half.", SIGNED, _seeds(runs, long))


def _sizes(runs: Runs, long: Starts | None) -> Verdict:
    level = runs.nearest(NINETY)
    names = ("constant-signs", "shuffled-init", "reinit")
    found = [(tuple(runs.gap(name, level) for name in names), runs.budget)]
    if long:
        found.append((tuple(long.gap(name) for name in names), long.budget))
    verdict = SIZED(Several(tuple(Two(gaps[0], gaps[2]) for gaps, _ in found)))
    told = "; ".join(f"after {trained}, all sizes of a layer set to its σ: {say(gaps[0])} behind, right sizes on "
                     f"wrong weights: {say(gaps[1])} behind" for gaps, trained in found)
    return Verdict("C15", "A ticket wins because its sizes are balanced", told, verdict,
                   "Throwing every size away costs much." if verdict == PARTLY else
                   "Throwing every size away costs little or nothing as long as the signs stay. Sizes without their "
                   f"signs: {say(between(runs, 'shuffled-init', 'reinit', level))} better than fresh weights after "
                   f"{runs.budget}.", SIZED, _seeds(runs, long))


def _wiring(runs: Runs, long: Starts | None) -> Verdict:
    level = runs.nearest(NINETY)
    found = [(Two(between(runs, "reinit", "random-reinit", level), runs.gap("reinit", level)), runs.budget)]
    if long:
        found.append((Two(long.gap("random-reinit", "reinit"), long.gap("reinit")), long.budget))
    told = "; ".join(f"after {trained} the ticket's mask leads a random one by {say(two.first)}, {signs(two.first)}, "
                     "with "
                     f"the same fresh weights, and its own θ₀ adds {say(two.second)}" for two, trained in found)
    return Verdict("C16", "A ticket wins because its wiring is good", told,
                   WIRED(Several(tuple(two for two, _ in found))),
                   "Wiring is worth something, and it is not the whole story."
                   if all(two.first.above() for two, _ in found) else
                   "What wiring alone is worth cannot be told from nothing.", WIRED, _seeds(runs, long))


def _seeds(runs: Runs, long: Starts | None) -> int:
    """The fewest seeds that a claim by both protocols rests on."""
    return min(runs.seeds, long.seeds) if long else runs.seeds


def between(runs: Runs, first: str, second: str, level: int) -> Interval:
    """first − second within seeds."""
    return leads(runs.grid(first, "test_accuracy")[:, level], runs.grid(second, "test_accuracy")[:, level])


def recovered(runs: Runs, name: str, level: int) -> Share:
    """How much of what reinit loses `name` wins back."""
    return starts.recovered(*(runs.grid(one, "test_accuracy")[:, level] for one in ("reinit", name, "ticket")))
