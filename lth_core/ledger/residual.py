"""The paper's ResNet-20 on a JPEG copy of CIFAR-10, sent back to θ₀ and to a late step (C21; a word beside C27, C28).

At this rate, without warm-up, v5 finds no winning tickets (section 4), and Frankle et al. (2019) find matching ones
later. The net is the paper's at full width, with a part of its steps and several of its rounds at a time: conditions
are compared within seeds, and no figure is held against the paper's last point (docs/decisions/020).
"""

from __future__ import annotations

from collections.abc import Callable

from lth_core import said
from lth_core.catalogue import CIFAR_LATE, CIFAR_REWINDS, CONV_SEEDS, OPTIONAL, cifar_rewound
from lth_core.intervals import Interval, accuracies
from lth_core.ledger import convolutional
from lth_core.ledger.lenet import censored
from lth_core.ledger.rewound import MATCHES, RESIDUAL, SHORT, Rewound, harder, judge, repaired, rewound
from lth_core.ledger.rules import ENOUGH, OPEN, Case, Rule
from lth_core.ledger.runs import Runs
from lth_core.results.result import Result
from lth_core.spec import Spec

NAME = "ResNet-20"
PART, SIBLINGS = "cifar-rewinds", "cifar-stability"
RECORD = f"python -m lth_core record {PART}"
WALK = f"python -m lth_core record {SIBLINGS}"
LEFT = 0.118  # the smallest ticket that v5 finds for this net (section 4)
MATCHING = Rule("matches as small as the paper's", (
    Case(OPEN, f"it falls short nowhere, and nothing as small as the paper's {LEFT:.1%} is recorded",
         lambda sizes: sizes.left > LEFT and not sizes.short),
    *convolutional.MATCHING.cases))


def recorded(find: Callable[[Spec], Result | None]) -> Rewound | None:
    """Whatever seeds are recorded, and their siblings; None until one of them went back both to θ₀ and to the late
    step. find: a recorded result, or None."""
    asked = ((step, seed) for seed in CONV_SEEDS for step in CIFAR_REWINDS)
    found = {at: run for at in asked if (run := find(cifar_rewound(*at))) is not None}
    whole = tuple(run for (_, seed), run in found.items() if (0, seed) in found and (CIFAR_LATE, seed) in found)
    hills = [run for spec in OPTIONAL[SIBLINGS] if (run := find(spec)) is not None] if whole else []
    return rewound(RESIDUAL, (*whole, *hills)) if whole else None


def sizes(net: Rewound) -> convolutional.Sizes:
    """At how many sizes the ticket from θ₀ surely matches or falls short of the whole net."""
    found = [judge(start(net, level)) for level in harder(net)]
    left = float(net.density[harder(net)[-1]])
    return convolutional.Sizes(found.count(MATCHES), found.count(SHORT), len(found), len(net.seeds(0)), left)


def start(net: Rewound, level: int) -> Interval:
    """How much more the ticket from θ₀ errs than the whole net, within seeds."""
    return net.gap(net.errors(level, 0))


def late(net: Rewound, level: int) -> Interval:
    """How much more the ticket from the late step errs than the whole net, within seeds."""
    return net.gap(net.errors(level, CIFAR_LATE))


def told(net: Rewound) -> str:
    """What a reader is told of the smallest recorded ticket, a number a sentence."""
    last = harder(net)[-1]
    lines = [f"With {net.density[last]:.1%} of the weights left the ticket from θ₀ errs by "
             f"{said.more(start(net, last))} than the whole net",
             f"The one from step {CIFAR_LATE} errs by {said.more(late(net, last))} than the whole net"]
    fresh = {level: found for level in harder(net) if (found := net.errors(level, CIFAR_LATE, "reinit"))}
    for level, found in list(fresh.items())[-1:]:
        lines.append(f"Fresh weights in its mask, with {net.density[level]:.1%} left, err by "
                     f"{said.more(net.gap(found))} than the whole net")
    whole = accuracies([1 - error for error in net.dense.values()])
    return ". ".join([*lines, f"The whole net reads {said.percent(whole)}"])


def why(net: Rewound) -> str:
    """What the verdict rests on, and how far the paper's setting is."""
    found = sizes(net)
    sure = counted(found) if found.seeds >= ENOUGH else f"{few(found.seeds)} and so no verdict."
    return (f"{sure} The rate is {net.at(0)[0].spec.training.lr:g}, without warm-up: there the paper finds no winning "
            f"ticket. {smaller(found)}{unfinished(net)}{protocol(net)}.")


def smaller(found: convolutional.Sizes) -> str:
    """How far ours are from the paper's smallest tickets; empty where ours are as small."""
    return (f"With a smaller rate and warm-up it finds them down to {LEFT:.1%} of the weights, smaller than ours. "
            if found.left > LEFT else "")


def counted(found: convolutional.Sizes) -> str:
    """At how many sizes the ticket from θ₀ matches and falls short."""
    one = ("surely matches" if found.matching else "surely falls short" if found.short else
           "neither surely matches nor surely falls short")
    return (f"At the one recorded size the ticket from θ₀ {one}." if found.of == 1 else
            f"Of {found.of} sizes the ticket from θ₀ surely matches at {found.matching} and surely falls short at "
            f"{found.short}.")


def unfinished(net: Rewound) -> str:
    """A warning, where the whole net had not learned all it could; empty where it had."""
    return ("The whole net was still learning when its training ended, so a lead is mostly faster learning. "
            if censored(Runs.of(net.at(0))) else "")


def few(seeds: int) -> str:
    """What so few seeds leave out.

    >>> few(1), few(2)
    ('One seed: no interval,', '2 seeds: hardly an interval,')
    """
    return "One seed: no interval," if seeds == 1 else f"{seeds} seeds: hardly an interval,"


def aside(net: Rewound | None) -> str:
    """What the late step is worth on this net, in one sentence beside C28; empty when nothing is recorded."""
    if net is None:
        return ""
    last = harder(net)[-1]
    gain = repaired(net, last, CIFAR_LATE)
    seeds = said.seeds(len(net.seeds(0)))
    return (f"On {NAME} ({said.DATA['cifar-10-jpeg']}, {net.budget:,} steps, {seeds}) the ticket from step "
            f"{CIFAR_LATE} errs by {said.more(-gain)} than the one from θ₀, with {net.density[last]:.1%} left.")


def protocol(net: Rewound) -> str:
    """How the runs were made: images, steps, rounds at a time, precision, seeds and card."""
    return convolutional.protocol(Runs.of(net.at(0)))


def in_short(net: Rewound) -> str:
    """What of it must stand beside the chart."""
    return convolutional.in_short(Runs.of(net.at(0)))
