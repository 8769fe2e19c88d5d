"""Chapter 6's claims, judged by what was recorded: θ₀ fails, late rewinding repairs, and a table of ways to go on.

At each of the sparser rounds a way matches the whole net, falls short, or cannot be told (`rewind.judge`); the verdicts
count rounds.
"""

from __future__ import annotations

from collections.abc import Mapping

from lth_core.intervals import Interval
from lth_core.intervals import errors as spread
from lth_core.ledger.repair import WAYS, errors
from lth_core.ledger.rewound import (
    EPSILON,
    STABLE,
    Rewound,
    judge,
    together,
)
from lth_core.said import more as behind
from lth_core.said import percent, signs


def table(nets: Mapping[str, Rewound], level: int) -> list[dict[str, str]]:
    """One row a way, one column a net: error, difference within seeds, and what that amounts to."""
    heads = {"lenet": "LeNet-300-100, stable", "deep": "Deep net, unstable at first"}
    return [{"After pruning": way.name, "Weights": way.weights, "Learning rate": way.rates,
             **{heads[name]: _cell(net, key, level) for name, net in nets.items()}} for key, way in WAYS.items()]


def _cell(net: Rewound, way: str, level: int) -> str:
    found = errors(net, way, level)
    if not found:
        return "not recorded yet"
    gap = net.gap(found)
    return f"{100 * spread(list(found.values())).centre:.2f}% wrong, {behind(gap)}: {judge(gap)} ({beyond(gap)})"


def beyond(gap: Interval) -> str:
    """How many seeds lie more than EPSILON behind, or are level where most are.

    >>> from lth_core.intervals import mean_ci
    >>> beyond(mean_ci([0.01, 0.02, 0.9])), beyond(mean_ci([0.001, 0.0, 0.003]))
    ('behind in 3 of 3 seeds, by luck 12%', 'level in 2 of 3 seeds, by luck 50%')
    """
    side, word = ("above", "behind") if 2 * gap.over(EPSILON) > gap.n else ("below", "level")
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
    steps = {step for step, *_ in found}
    return (f"We trained siblings of **{len(found)}** tickets, sent back to {len(steps)} "
            f"{'different steps' if len(steps) > 1 else 'step'}. "
            f"**{stable}** are stable, and **{matching}** of those match the whole net. {first}.")
