"""Conv-2, Conv-4 and Conv-6 on their own images, a JPEG copy of CIFAR-10: do their tickets match (C18 to C20)?

The paper's nets at full width, with a part of its steps and several of its rounds at a time. Conditions are compared
within seeds; no figure is held against the paper's last point (docs/decisions/020).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from lth_core import said
from lth_core.catalogue import CIFAR_CONV, CONV_SEEDS, cifar_conv
from lth_core.experiments import Lottery
from lth_core.intervals import Interval, accuracies
from lth_core.ledger.lenet import earlier, gain, pace
from lth_core.ledger.rewound import MATCHES, SHORT, judge
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, PARTLY, POINTS, Case, Rule
from lth_core.ledger.runs import Runs
from lth_core.presets import NOTES, preset
from lth_core.results.result import Result
from lth_core.spec import Spec

NAMES = {"Conv-2": "conv2-jpeg", "Conv-4": "conv4-jpeg", "Conv-6": "conv6-jpeg"}
# The largest lead in test accuracy that the paper prints, and with what share of weights left (v5, section 3).
LEADS = {"Conv-2": (0.034, 0.046), "Conv-4": (0.035, 0.111), "Conv-6": (0.033, 0.264)}
PART = "cifar"
BRING = "python -m lth_core fetch cifar-10-jpeg --from cifar10-jpeg.tar.xz"
RECORD = f"python -m lth_core record {PART}"
READS = "test_accuracy"
COUNTED = ("none", "one", "two", "three", "four", "five", "six")


def specs(name: str) -> tuple[Lottery, ...]:
    """The lotteries of one net, one a seed; none for a net that is not among them.

    >>> len(specs("Conv-2")), specs("VGG")
    (3, ())
    """
    return tuple(cifar_conv(NAMES[name], seed) for seed in CONV_SEEDS) if NAMES.get(name) in CIFAR_CONV else ()


def every(find: Callable[[Spec], Result | None]) -> dict[str, Runs]:
    """Whatever is recorded of the three nets, by name. find: a recorded result, or None."""
    found = {name: tuple(run for spec in specs(name) if (run := find(spec)) is not None) for name in NAMES}
    return {name: Runs.of(results) for name, results in found.items() if results}


@dataclass(frozen=True)
class Sizes:
    """At how many sizes the ticket surely matches the whole net, and at how many it surely falls short. left: share of
    the weights in the smallest."""

    matching: int
    short: int
    of: int
    seeds: int
    left: float


MATCHING = Rule("matches at the recorded sizes", (
    Case(CONFIRMED, f"at every recorded size the ticket surely errs by at most {POINTS} points more than the whole net",
         lambda sizes: 0 < sizes.matching == sizes.of),
    Case(PARTLY, "at some of them", lambda sizes: sizes.matching > 0),
    Case(COMPATIBLE, "surely at none, and at none does it surely err by more", lambda sizes: not sizes.short),
    Case(FAILED, "at none, and somewhere it surely errs by more", lambda sizes: True)))


def sizes(runs: Runs, column: str = READS) -> Sizes:
    """The ticket of every recorded round beside the whole net, within seeds. column: of `cells`, what both read."""
    found = [judge(-gain(runs, level, column)) for level in range(1, runs.levels + 1)]
    return Sizes(found.count(MATCHES), found.count(SHORT), len(found), runs.seeds, float(runs.density[-1]))


def told(runs: Runs) -> str:
    """What a reader is told of the smallest recorded ticket, a number a sentence."""
    last = runs.levels
    lines = [f"With {runs.density[last]:.1%} of the weights left the ticket reads {said.more(gain(runs, last))} than "
             "the whole net"]
    if runs.has("reinit"):
        lines.append(f"Fresh weights in its mask read {said.more(-runs.gap('reinit', last))} than the ticket")
    if runs.has("random"):
        lines.append(f"A random mask of that size reads {said.more(-runs.gap('random', last))} than the ticket")
    level, sooner = soonest(runs)
    lines.append(f"At best, with {runs.density[level]:.1%} left, it reaches its lowest validation loss "
                 f"{sooner.centre:.0%}{said.bounds(sooner, places=0)} sooner than the whole net, looked at every "
                 f"{runs.results[0].spec.training.eval_every} steps")
    return ". ".join([*lines, f"The whole net reads {said.percent(accuracies(runs.grid('ticket', READS)[:, 0]))}"])


def why(name: str, runs: Runs) -> str:
    """What the verdict of one net rests on, and what became of the paper's lead."""
    found, (lead, left) = sizes(runs), LEADS[name]
    level = runs.nearest(left)
    ours = gain(runs, level)
    seen = "lies within our interval" if ours.holds(lead) else "is not seen"
    return (f"Of {found.of} sizes the ticket surely matches at {_count(found.matching)} and surely falls short at "
            f"{_count(found.short)}. The paper's best lead of "
            f"{100 * lead:.1f} points {seen}: with {runs.density[level]:.1%} left ours is {said.points(ours)}. "
            f"{protocol(runs)}.")


def soonest(runs: Runs) -> tuple[int, Interval]:
    """The round whose ticket reaches its lowest validation loss the soonest, and by what share of the whole net's steps
    that is sooner."""
    steps = pace(runs, "ticket")
    gains = [earlier(steps, level) for level in range(1, runs.levels + 1)]
    at = int(np.nanargmax([gap.mean for gap in gains]))
    return at + 1, gains[at]


def protocol(runs: Runs) -> str:
    """How the runs were made: images, steps, rounds at a time, precision if not float32, seeds and card.

    The paper's own rounds and steps are those of the preset of the same net.
    """
    spec = runs.results[0].spec
    assert isinstance(spec, Lottery)
    paper = preset(spec.net.name)
    assert isinstance(paper, Lottery)
    at_once = round(math.log(1 - spec.pruning.rate) / math.log(1 - paper.pruning.rate))
    card = runs.results[0].manifest.get("card", {}).get("name", "")
    parts = (f"{said.DATA[spec.data.name]}, {runs.steps:,} steps ({NOTES[f'{spec.net.name}-jpeg']}), {_count(at_once)} "
             "of its rounds at a time", spec.training.precision.replace("float32", ""),
             said.seeds(runs.seeds),
             f"graphics card: {card}" if card else "")
    return "; ".join(filter(None, parts))


def in_short(runs: Runs) -> str:
    """What of the protocol must stand beside the chart: how much shorter than the paper's, and how often."""
    spec = runs.results[0].spec
    assert isinstance(spec, Lottery)
    note = NOTES[f"{spec.net.name}-jpeg"]
    return f"{note[:1].upper()}{note[1:]}, {said.seeds(runs.seeds)}"


def shortfalls(nets: Iterable[Runs]) -> str:
    """C27's control: from θ₀, at how many sizes of all these nets does the ticket surely fall short?"""
    found = [sizes(runs) for runs in nets]
    short, of = sum(one.short for one in found), sum(one.of for one in found)
    return (f"Conv-2, -4 and -6 on {said.DATA['cifar-10-jpeg']}, at the paper's small rates, surely lose at "
            f"{_count(short)} of {of} sizes." if len(found) == len(NAMES) else "")


def _count(number: int) -> str:
    return COUNTED[number] if number < len(COUNTED) else str(number)
