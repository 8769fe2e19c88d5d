"""What makes θ₀ fail? Depth, BatchNorm and learning rate: the same chains in twelve settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lth_core import said
from lth_core.catalogue import DEEPEST, DEPTHS, LATE, RATES
from lth_core.intervals import Interval, excess
from lth_core.intervals import errors as spread
from lth_core.ledger.rewound import EPSILON, MATCHES, SHORT, error, judge
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line

LEVEL = 4  # 9.8% left: every net that learns at all still does
CHANCE = 0.5  # a whole net that errs on half of the digits has not learned
RATE = Axis("learning rate", log=True)
POINTS = Axis("error of the θ₀ ticket above its whole net", "points")
LOOKS = {(2, True): "kept-raw", (8, True): "kept", (2, False): "lab-variant", (8, False): "lab"}

Setting = tuple[int, bool, float]  # hidden layers, BatchNorm, learning rate


@dataclass(frozen=True)
class Spot:
    """One setting. dense, start, late: test errors of the whole net and of the tickets from step 0 and LATE. gap: of
    the θ₀ ticket to the whole net, repair: what going back later saves; both within seeds, in shares."""

    setting: Setting
    dense: Interval
    start: Interval
    late: Interval
    gap: Interval
    repair: Interval

    @property
    def learned(self) -> bool:
        return bool(self.dense.mean < CHANCE) and self.gap.n > 0

    @property
    def fate(self) -> str:
        """What stands in the map."""
        return FATES.get(judge(self.gap), UNSURE) if self.learned else IDLE


def spots(chains: Mapping[tuple[Setting, int, int], Result]) -> list[Spot]:
    """Chains by (setting, rewind step, seed) → one spot a setting of which both steps are recorded."""
    found = []
    for setting in dict.fromkeys(setting for setting, _, _ in chains):
        seeds = [seed for one, step, seed in chains if one == setting and step == 0 and (one, LATE, seed) in chains]
        if not seeds:
            continue
        dense, start, late = (np.array([error(chains[setting, step, seed], level) for seed in seeds])
                              for step, level in ((0, 0), (0, LEVEL), (LATE, LEVEL)))
        found.append(Spot(setting, spread(dense), spread(start), spread(late),
                          excess(start, dense), excess(start, late)))
    return found


def name(setting: Setting) -> str:
    """`8 layers, BatchNorm`."""
    return f"{setting[0]} layers, {'BatchNorm' if setting[1] else 'no BatchNorm'}"


def chart(found: list[Spot]) -> Chart:
    """How far θ₀'s ticket lies above its whole net, against the learning rate; a line a depth with or without norm."""
    lines = []
    for depth in DEPTHS:
        for norm in (True, False):
            mine = [spot for rate in RATES for spot in found
                    if spot.setting == (depth, norm, rate) and spot.learned]
            if mine:
                lines.append(Line(name((depth, norm, 0)), LOOKS[depth, norm],
                                  np.array([spot.setting[2] for spot in mine]),
                                  np.array([100 * spot.gap.mean for spot in mine])))
    worst = max((spot for spot in found if spot.learned), key=lambda spot: spot.gap.mean)
    return Chart("Where θ₀ fails", f"farthest above its whole net: {name(worst.setting)} at rate {worst.setting[2]:g}, "
                 f"{100 * worst.gap.mean:.2f} points", RATE, POINTS, tuple(lines), (),
                 f"{seeds_told(found)}; after {LEVEL} rounds at 45%; nets that did not learn are left out.")


# What stands in the map: does θ₀'s ticket match its whole net, by the rule for all nets of this chapter?
KEEPS, BEHIND, UNSURE, IDLE = "keeps up", "falls behind", "cannot be told", "does not learn"
FATES = {MATCHES: KEEPS, SHORT: BEHIND}
TONES = {KEEPS: "green", BEHIND: "red", UNSURE: "gray", IDLE: "gray"}


def grid(found: list[Spot]) -> list[dict[str, str]]:
    """The map: a row a net, a column a learning rate; points above the whole net from θ₀ and from the later step."""
    at = {spot.setting: spot for spot in found}
    return [{"Net": name((depth, norm, 0)),
             **{f"rate {rate:g}": _square(at.get((depth, norm, rate))) for rate in RATES}}
            for depth in DEPTHS for norm in (True, False)]


def _square(spot: Spot | None) -> str:
    if spot is None:
        return "not recorded yet"
    if not spot.learned:
        return IDLE
    start, late = (f"{100 * each:+.2f}".replace("-", "−") for each in (spot.gap.mean, spot.gap.mean - spot.repair.mean))
    return f"θ₀ {start}, step {LATE} {late} · {spot.fate}"


def sentence(found: list[Spot]) -> str:
    """What the sweep says, in Markdown: where θ₀ falls behind, and where a later step helps."""
    by = {fate: [spot for spot in found if spot.fate == fate] for fate in TONES}
    told = "".join(f" There it is **{name(spot.setting)}** at rate {spot.setting[2]:g}: the ticket errs by "
                   f"{said.more(spot.gap)} ({said.signs(spot.gap, EPSILON)}). Going back to step {LATE} instead saves "
                   f"{100 * spot.repair.centre:.2f} points." for spot in by[BEHIND]).replace("-", "−")
    lost = "; ".join(f"{name(spot.setting)} at {spot.setting[2]:g}" for spot in by[IDLE])
    return (f"{len(found) - len(by[IDLE])} settings learn. In {len(by[BEHIND])} of them the ticket from θ₀ is surely "
            f"more than {100 * EPSILON:.1f} points worse than its whole net.{told} In {len(by[KEEPS])} it keeps up, "
            f"and in {len(by[UNSURE])} these seeds cannot tell.{_blame(by[BEHIND], found)}"
            + (f" Not learning at all: {lost}." if lost else ""))


def _blame(failing: list[Spot], found: list[Spot]) -> str:
    """Which knobs, turned back alone, surely keep a failing setting's ticket up; the rest is not for these seeds to
    say."""
    if len(failing) != 1:
        return ""
    fates = {spot.setting: spot.fate for spot in found}
    depth, norm, rate = failing[0].setting
    alone = {"a smaller rate": [(depth, norm, other) for other in RATES if other < rate],
             "fewer layers": [(other, norm, rate) for other in DEPTHS if other < depth],
             "no BatchNorm": [(depth, False, rate)] if norm else []}
    cured = [knob for knob, settings in alone.items() if KEEPS in {fates.get(one) for one in settings}]
    open_ = [knob for knob, settings in alone.items() if settings and knob not in cured]
    return ((f" One change surely cures it: {' or '.join(cured)}." if cured else " No single change surely cures it.")
            + (f" Whether {' or '.join(open_)} alone would cure it cannot be told." if open_ else ""))


def seeds_told(found: list[Spot]) -> str:
    counts = {spot.gap.n for spot in found if spot.learned}
    low, high = min(counts), max(counts)
    return said.seeds(high) if low == high else f"{low} to {high} seeds a setting"


def beside(found: list[Spot], above: Interval) -> str:
    """Why the deep net's own square is not the figure told `above` it; empty where both print alike."""
    here = next((spot.gap for spot in found if spot.setting == DEEPEST and spot.learned), above)
    ours, theirs = (f"{100 * gap.centre:.2f}" for gap in (here, above))
    return "" if ours == theirs else (
        " Each ticket stands here beside the whole net of its own run; in chapter 6 one run of the whole net serves "
        "every k. Some seeds were recorded on two processors, which round differently. Hence "
        f"{ours} points here for the deep net, and {theirs} there.")


def rows(found: list[Spot]) -> list[dict[str, str]]:
    """The map as a table."""
    def say(value: Interval) -> str:
        return said.percent(value) if value.n else "diverged"

    return [{"Net": name(spot.setting), "Learning rate": f"{spot.setting[2]:g}", "Whole net": say(spot.dense),
             "Ticket from θ₀": say(spot.start) if spot.learned else "–",
             f"From step {LATE}": say(spot.late) if spot.learned else "–",
             "Repair saves": said.points(spot.repair) if spot.learned else "–"} for spot in found]
