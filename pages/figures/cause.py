"""What makes θ₀ fail? Depth, BatchNorm and learning rate: the same chains in twelve settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lth_core.catalogue import DEPTHS, LATE, RATES
from lth_core.intervals import Interval, mean_ci
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line
from pages.figures.rewind import EPSILON, error

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
        return bool(self.dense.mean < CHANCE)


def spots(chains: Mapping[tuple[Setting, int, int], Result]) -> list[Spot]:
    """Chains by (setting, rewind step, seed) → one spot a setting of which both steps are recorded."""
    found = []
    for setting in dict.fromkeys(setting for setting, _, _ in chains):
        seeds = [seed for one, step, seed in chains if one == setting and step == 0 and (one, LATE, seed) in chains]
        if not seeds:
            continue
        dense, start, late = (np.array([error(chains[setting, step, seed], level) for seed in seeds])
                              for step, level in ((0, 0), (0, LEVEL), (LATE, LEVEL)))
        found.append(Spot(setting, *map(mean_ci, (dense, start, late, start - dense, start - late))))
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
                    if spot.setting == (depth, norm, rate) and spot.learned and np.isfinite(spot.gap.mean)]
            if mine:
                lines.append(Line(name((depth, norm, 0)), LOOKS[depth, norm],
                                  np.array([spot.setting[2] for spot in mine]),
                                  np.array([100 * spot.gap.mean for spot in mine])))
    worst = max((spot for spot in found if spot.learned and np.isfinite(spot.gap.mean)), key=lambda spot: spot.gap.mean)
    return Chart("Where θ₀ fails", f"farthest above its whole net: {name(worst.setting)} at rate {worst.setting[2]:g}, "
                 f"{100 * worst.gap.mean:.2f} points", RATE, POINTS, tuple(lines), (),
                 f"{seeds_told(found)}; after {LEVEL} rounds at 45%; nets that did not learn are left out.")


# What stands in the map: how far θ₀'s ticket lies above its whole net decides, as a mean over few seeds.
KEEPS, BEHIND, IDLE = "keeps up", "falls behind", "does not learn"
TONES = {KEEPS: "green", BEHIND: "red", IDLE: "gray"}


def grid(found: list[Spot]) -> list[dict[str, str]]:
    """The map: a row a net, a column a learning rate; points above the whole net from θ₀ and from the later step."""
    at = {spot.setting: spot for spot in found}
    return [{"Net": name((depth, norm, 0)),
             **{f"rate {rate:g}": _square(at.get((depth, norm, rate))) for rate in RATES}}
            for depth in DEPTHS for norm in (True, False)]


def _square(spot: Spot | None) -> str:
    if spot is None:
        return "not recorded yet"
    if not spot.learned or not np.isfinite(spot.gap.mean):
        return IDLE
    start, late = (f"{100 * each:+.2f}".replace("-", "−") for each in (spot.gap.mean, spot.gap.mean - spot.repair.mean))
    return f"θ₀ {start}, step {LATE} {late} · {BEHIND if spot.gap.mean > EPSILON else KEEPS}"


def sentence(found: list[Spot]) -> str:
    """What the sweep says, in Markdown: where θ₀ falls behind, and where a later step helps."""
    fair = [spot for spot in found if spot.learned and np.isfinite(spot.gap.mean)]
    lost = [f"{name(spot.setting)} at {spot.setting[2]:g}" for spot in found if spot not in fair]
    failing = [spot for spot in fair if spot.gap.mean > EPSILON]
    told = "; ".join(f"**{name(spot.setting)}** at rate {spot.setting[2]:g} ({100 * spot.gap.mean:.2f} points; step "
                     f"{LATE} saves {100 * spot.repair.mean:.2f})" for spot in failing).replace("-", "−")
    return (f"Of {len(fair)} settings that learn, θ₀'s ticket is more than {100 * EPSILON:.1f} points worse than its "
            f"whole net in {len(failing)}{': ' + told if told else ''}.{_shared(failing)}"
            + (f" Not learning at all: {', '.join(lost)}." if lost else ""))


def _shared(failing: list[Spot]) -> str:
    """What all settings that fail have in common, knob by knob."""
    depths, norms, rates = ({spot.setting[knob] for spot in failing} for knob in range(3))
    common = [*(["BatchNorm" if True in norms else "no BatchNorm"] if len(norms) == 1 else []),
              *([f"{depths.pop()} layers"] if len(depths) == 1 else []),
              *([f"rate {rates.pop():g}"] if len(rates) == 1 else [])]
    return f" All of them: {', '.join(common)}." if common else ""


def seeds_told(found: list[Spot]) -> str:
    counts = {spot.gap.n for spot in found if spot.learned}
    low, high = min(counts), max(counts)
    return f"{high} seed{'s' * (high > 1)}" if low == high else f"{low} to {high} seeds a setting"


def rows(found: list[Spot]) -> list[dict[str, str]]:
    """The map as a table."""
    def say(value: Interval) -> str:
        return f"{100 * value.mean:.2f}%" if np.isfinite(value.mean) else "diverged"

    return [{"Net": name(spot.setting), "Learning rate": f"{spot.setting[2]:g}", "Whole net": say(spot.dense),
             "Ticket from θ₀": say(spot.start) if spot.learned else "–",
             f"From step {LATE}": say(spot.late) if spot.learned else "–",
             "Repair saves": f"{100 * spot.repair.mean:+.2f} points".replace("-", "−")
             if spot.learned and np.isfinite(spot.repair.mean) else "–"} for spot in found]
