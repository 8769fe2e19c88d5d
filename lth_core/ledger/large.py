"""VGG-16 and ResNet-18, the deep nets that popular summaries name, on a JPEG copy of CIFAR-10 (C22; a word beside C21).

Full width, one pass over the images, one seed: what was read is told, and nothing is judged by it.
"""

from __future__ import annotations

from lth_core import said
from lth_core.catalogue import CIFAR_LARGE, cifar_large
from lth_core.experiments import Lottery
from lth_core.intervals import Interval, accuracies
from lth_core.ledger import convolutional
from lth_core.ledger.lenet import censored, gain
from lth_core.ledger.residual import few
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import Runs, reads

NAMES = {"VGG-16": "vgg16-jpeg", "ResNet-18": "resnet18-jpeg"}
PART = "cifar-large"
RECORD = f"python -m lth_core record {PART}"
HOURS = f"The nets of the popular summary, VGG-16 and ResNet-18, train here in hours: {RECORD}."
LEFT = 0.015  # the smallest ticket that v5 finds for VGG-19 (section 4)


def specs(name: str) -> tuple[Lottery, ...]:
    """The lotteries of one net, one a seed; none for a net that is not among them.

    >>> len(specs("VGG-16")), specs("Conv-2")
    (1, ())
    """
    return (cifar_large(NAMES[name]),) if NAMES.get(name) in CIFAR_LARGE else ()


def lead(runs: Runs, level: int) -> Interval:
    """How much more of the test images the ticket reads than the whole net, within seeds."""
    return gain(runs, level, reads(runs.results[0]))


def sizes(runs: Runs) -> convolutional.Sizes:
    """At how many sizes the ticket surely matches or falls short of the whole net."""
    return convolutional.sizes(runs, reads(runs.results[0]))


def told(runs: Runs) -> str:
    """What a reader is told of every recorded ticket, a number a sentence."""
    column = reads(runs.results[0])
    lines = [f"With {runs.density[level]:.1%} of the weights left the ticket reads {said.more(lead(runs, level))} than "
             "the whole net" for level in range(1, runs.levels + 1)]
    return ". ".join([*lines, f"The whole net reads {said.percent(accuracies(runs.grid('ticket', column)[:, 0]))}"])


def why(runs: Runs) -> str:
    """Why C22 is not settled by it."""
    sure = "" if runs.seeds >= ENOUGH else f"{few(runs.seeds)} and so no verdict. "
    still = ("The whole net was still learning when its training ended, so a lead is mostly faster learning. "
             if censored(runs) else "")
    return (f"{sure}The paper's net is VGG-19: with warm-up its tickets go down to {LEFT:.1%}. Ours is VGG-16, with "
            f"warm-up, down to {runs.density[-1]:.1%}. {still}{convolutional.protocol(runs)}.")


def row(name: str, runs: Runs) -> str:
    """One of the nets in a table: how it was run, and every ticket."""
    return f"{name}, {convolutional.protocol(runs)}. {told(runs)}."


def aside(name: str, runs: Runs) -> str:
    """One of the nets in a sentence, beside a claim that is judged by another: its smallest ticket."""
    last = runs.levels
    return (f"{name} ({said.DATA['cifar-10-jpeg']}, {runs.steps:,} steps, {said.seeds(runs.seeds)}) reads "
            f"{said.more(lead(runs, last))} with {runs.density[last]:.1%} of its weights than with all.")
