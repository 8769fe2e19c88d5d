"""Chapter 6's claims, judged by what was recorded: θ₀ fails, late rewinding repairs, and a table of ways to go on.

At each of the sparser rounds a way matches the whole net, falls short, or cannot be told (`rewind.judge`); the verdicts
count rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lth_core.catalogue import LATE
from lth_core.intervals import Interval
from lth_core.intervals import errors as spread
from lth_core.said import more as behind
from lth_core.said import percent, signs
from pages.figures.findings import ENOUGH, OPEN
from pages.figures.findings import verdict as counted
from pages.figures.rewind import (
    EPSILON,
    MATCHES,
    SHORT,
    STABLE,
    UNSETTLED,
    Rewound,
    first_matching,
    harder,
    judge,
    repaired,
    together,
)


@dataclass(frozen=True)
class Way:
    """One way to go on after pruning. weights, rates: what is set back, and to where. popular: does it work on the net
    `lenet`, on `deep`, as it is usually told? None where nothing is."""

    name: str
    weights: str
    rates: str
    popular: Mapping[str, bool]


WAYS = {
    "theta0": Way("back to θ₀: a winning ticket", "θ₀", "from step 0", {"lenet": True, "deep": False}),
    "late": Way(f"back to θₖ, k = {LATE}: a matching subnetwork", f"θ at step {LATE}", f"from step {LATE}",
                {"lenet": True, "deep": True}),
    "lr": Way("learning-rate rewinding", "as trained", f"from step {LATE}", {}),
    "fine-tune": Way("fine-tuning: not a ticket", "as trained", "the last, throughout", {"lenet": True, "deep": True}),
    "reinit": Way("same mask, fresh weights", "drawn anew", "from step 0", {}),
}


def errors(net: Rewound, way: str, level: int) -> dict[int, float]:
    """Seed → test error of a way in round `level`. LeNet trains at one constant rate, so there fine-tuning *is*
    learning-rate rewinding."""
    if way in ("theta0", "late"):
        return net.errors(level, 0 if way == "theta0" else LATE)
    if way == "reinit":
        return net.errors(level, LATE, "reinit")
    return net.other("lr" if net.net == "lenet" else way, level)


def table(nets: Mapping[str, Rewound], level: int) -> list[dict[str, str]]:
    """One row a way, one column a net: error, difference within seeds, and what that amounts to."""
    heads = {"lenet": "LeNet-300-100, stable", "deep": "Deep net, unstable"}
    return [{"After pruning": way.name, "Weights": way.weights, "Learning rate": way.rates,
             **{heads[name]: _cell(net, key, level) for name, net in nets.items()}} for key, way in WAYS.items()]


def _cell(net: Rewound, way: str, level: int) -> str:
    found = errors(net, way, level)
    if not found:
        return "not recorded yet"
    gap = net.gap(found)
    return f"{percent(spread(list(found.values())))} wrong, {behind(gap)} than dense: {judge(gap)} ({beyond(gap)})"


def beyond(gap: Interval) -> str:
    """How many seeds lie more than EPSILON behind, or within it where none or few do.

    >>> from lth_core.intervals import mean_ci
    >>> beyond(mean_ci([0.01, 0.02, 0.9])), beyond(mean_ci([0.001, 0.0, 0.003]))
    ('behind in 3 of 3 seeds, by luck 12%', 'within in 2 of 3 seeds, by luck 50%')
    """
    side, word = ("above", "behind") if 2 * gap.over(EPSILON) > gap.n else ("below", "within")
    return f"{word} in {signs(gap, EPSILON, side)}"


def by_step(net: Rewound, level: int) -> list[dict[str, str]]:
    """One row a recorded rewind step: error, difference within seeds, and what that amounts to."""
    found = {step: errors for step in net.steps if (errors := net.errors(level, step))}
    return [{"Rewound to": "θ₀" if step == 0 else f"step {step:,} of {net.budget:,}",
             "Test error": percent(spread(list(errors.values()))),
             "Against the whole net": behind(net.gap(errors)),
             "Judged": f"{judge(net.gap(errors))} ({beyond(net.gap(errors))})"}
            for step, errors in found.items()]


# ── the claims ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Judged:
    """A claim and what became of it. told: the measurement, in Markdown."""

    claim: int
    verdict: str
    told: str


def enough(net: Rewound) -> bool:
    """Are there seeds enough for verdicts?"""
    return min(len(net.seeds(0)), len(net.seeds(LATE))) >= ENOUGH


def fails(net: Rewound) -> Judged:
    """C27: tickets from θ₀ fail on a harder net."""
    levels = harder(net)
    gaps = {level: net.gap(net.errors(level, 0)) for level in levels}
    won = sum(judge(gap) == SHORT for gap in gaps.values())
    told = ", ".join(f"{behind(gap)} with {net.density[level]:.1%} left" for level, gap in gaps.items())
    return Judged(27, counted(won, len(levels)) if enough(net) else OPEN,
                  f"Errors of tickets from θ₀, against the whole net: {told}. They fall short at **{won}** of "
                  f"{len(levels)} densities")


def repairs(net: Rewound) -> Judged:
    """C28: rewinding to an early step repairs that; the claim says k ≈ 0.1% of the training."""
    levels = [level for level in harder(net) if judge(net.gap(net.errors(level, 0))) == SHORT]
    better = [level for level in levels if repaired(net, level).above()]
    whole = [level for level in levels if judge(net.gap(net.errors(level, LATE))) == MATCHES]
    firsts = [(net.density[level], step) for level in harder(net) if (step := first_matching(net, level)) is not None]
    told = ", ".join(f"{step} ({step / net.budget:.1%} of the training) with {density:.1%} left"
                     for density, step in firsts)
    gains = "; ".join(f"{100 * repaired(net, level).centre:.2f} points fewer with {net.density[level]:.1%} left"
                      for level in levels)
    verdict = counted(len(whole), len(levels)) if enough(net) and levels else OPEN
    return Judged(28, verdict,
                  f"Going back to step {LATE} instead helps at **{len(better)}** of {len(levels)} densities where θ₀ "
                  f"falls short ({gains or 'none'}), and matches the whole net at **{len(whole)}**. The earliest "
                  f"k that surely matches{_among(net)}: {told or 'none'}")


def _among(net: Rewound) -> str:
    """Which steps could be judged, when not all could."""
    judged = [step for step in net.steps if len(net.seeds(step)) >= ENOUGH]
    return "" if len(judged) in (0, len(net.steps)) else f" (of {', '.join(map(str, judged))}: others lack seeds)"


def agreement(nets: Mapping[str, Rewound]) -> Judged:
    """C29: the usual table (θ₀ works on small nets only, late rewinding and fine-tuning on both)."""
    cells = [(judge(net.gap(errors(net, key, level))), way.popular[name])
             for name, net in nets.items() for key, way in WAYS.items() if name in way.popular
             for level in harder(net)]
    sure = [(found, works) for found, works in cells if found in (MATCHES, SHORT)]
    agree = sum((found == MATCHES) == works for found, works in sure)
    settled = not any(found == UNSETTLED for found, _ in cells)
    return Judged(29, counted(agree, len(cells)) if settled and sure else OPEN,
                  f"Of the {len(cells)} cells of the usual table (three ways, two nets, four densities) {agree} come "
                  f"out as told, {len(sure) - agree} the other way round, and {len(cells) - len(sure)} cannot be told")


def stable_and_matching(net: Rewound, level: int) -> list[dict[str, str]]:
    """How often stable and matching go together, over all steps and seeds, as a table of counts."""
    found = together(net, level)
    return [{f"{net.density[level]:.1%} left": word,
             f"at most {100 * EPSILON:.1f} points behind the whole net": str(_count(found, stable, True)),
             "further behind": str(_count(found, stable, False))}
            for word, stable in ((f"stable: hill below {STABLE:.0%}", True), ("unstable", False))]


def _count(found: list[tuple[int, int, bool, bool]], stable: bool, matching: bool) -> int:
    return sum((one, two) == (stable, matching) for _, _, one, two in found)


def implication(net: Rewound, level: int) -> str:
    """What those counts say of "only stable subnetworks match", in Markdown."""
    found = together(net, level)
    against, stable = _count(found, False, True), _count(found, True, True) + _count(found, True, False)
    matching = _count(found, True, True)
    if not found:
        return "The siblings of this net are not recorded yet."
    first = ("No unstable ticket matches" if not against else
             f"**{against}** unstable ticket{'s' * (against > 1)} match{'es' * (against == 1)} all the same")
    steps, seeds = ({each[part] for each in found} for part in (0, 1))
    return (f"Of **{len(found)}** tickets ({len(steps)} steps, {len(seeds)} seeds) **{stable}** are stable, and "
            f"**{matching}** of those match. {first}.")
