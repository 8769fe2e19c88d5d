"""θ₀ fails, late rewinding repairs, and a table of ways to go on (C27 to C29).

At each of the sparser rounds a way matches the whole net, falls short, or cannot be told (`rewound.judge`); the
verdicts count rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lth_core.catalogue import LATE
from lth_core.intervals import Interval
from lth_core.ledger.rewound import MATCHES, SHORT, Rewound, first_matching, harder, judge, repaired
from lth_core.ledger.rules import ENOUGH, Count, Judged, counting
from lth_core.said import DATA


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
    "late": Way(f"back to θ at step {LATE}: a matching subnetwork", f"θ at step {LATE}", f"from step {LATE}",
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


FALLS = counting("falls short", "the ticket from θ₀ surely errs by more than 0.2 points above the whole net",
                 "densities")
MENDS = counting("mends", f"where θ₀ falls short, the ticket from step {LATE} surely errs by less than 0.2 points "
                          "above the whole net,", "densities")
AGREES = counting("agrees with the table", "a net matches or falls short as the usual table says", "cells of it")


def _seeds(net: Rewound) -> int:
    """Seeds behind a verdict."""
    return min(len(net.seeds(0)), len(net.seeds(LATE)))


def fails(net: Rewound) -> Judged:
    """C27: tickets from θ₀ fail on a harder net."""
    levels = harder(net)
    gaps = {level: net.gap(net.errors(level, 0)) for level in levels}
    won = sum(judge(gap) == SHORT for gap in gaps.values())
    told = ", ".join(f"{_points(gap)} with {net.density[level]:.1%} of the weights left" if not at else
                     f"{_points(gap)} with {net.density[level]:.1%}" for at, (level, gap) in enumerate(gaps.items()))
    return Judged(27, FALLS(Count(won, len(levels), _seeds(net))),
                  f"On {_pictures(net)}, after {net.budget:,} steps, tickets from θ₀ fall short of the whole net at "
                  f"**{won}** of {len(levels)} sizes. Errors against the whole net: "
                  f"{told}", FALLS)


def _points(gap: Interval) -> str:
    """A mean difference of errors, without its interval.

    >>> _points(Interval(-0.002, -0.003, -0.001, 3))
    '0.20 points less'
    """
    return f"{abs(100 * gap.centre):.2f} points {'more' if gap.centre >= 0 else 'less'}"


def repairs(net: Rewound) -> Judged:
    """C28: rewinding to an early step repairs that; the claim says k ≈ 0.1% of the training."""
    levels = [level for level in harder(net) if judge(net.gap(net.errors(level, 0))) == SHORT]
    better = [level for level in levels if repaired(net, level).above()]
    whole = [level for level in levels if judge(net.gap(net.errors(level, LATE))) == MATCHES]
    firsts = [(net.density[level], step) for level in harder(net) if (step := first_matching(net, level)) is not None]
    told = ", ".join(f"{step} ({step / net.budget:.1%} of the training) with {density:.1%} left"
                     for density, step in firsts)
    verdict = MENDS(Count(len(whole), len(levels), _seeds(net)))
    return Judged(28, verdict,
                  f"On {_pictures(net)}, θ₀ falls short at {len(levels)} sizes. Going back to step {LATE} instead "
                  f"helps at **{len(better)}** of them and surely matches the whole net at **{len(whole)}**. The "
                  f"earliest k that surely matches{_among(net)}: {told or 'none'}", MENDS)


def _pictures(net: Rewound) -> str:
    return DATA[net.at(0)[0].spec.data.name]


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
    seeds = min(net.gap(errors(net, key, level)).n for name, net in nets.items() for key, way in WAYS.items()
                if name in way.popular for level in harder(net))
    return Judged(29, AGREES(Count(agree, len(cells), seeds)),
                  "One often reads that going back to θ₀ works on small nets only, and that late rewinding and "
                  f"fine-tuning work on both. With two nets at four sizes, on {_pictures(nets['deep'])}, {agree} of "
                  f"{len(cells)} cases come out so, {len(sure) - agree} the other way round; for "
                  f"{len(cells) - len(sure)} the seeds cannot tell",
                  AGREES)
