"""Early-Bird tickets as pictures and sentences: how far apart masks are, and what tickets drawn early read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lth_core import said
from lth_core.intervals import accuracies
from lth_core.ledger.early_bird import RANDOM, RESTARTED, TICKET, TRAINED_ON, Birds, Early
from pages.figures import labs
from pages.figures.chart import Axis, Chart, Line, Mark

RECORD = "python -m lth_core record early-bird"
NAMES = {  # way → (name on the chart, role)
    TICKET: ("winning ticket, round by round", "kept"),
    TRAINED_ON: ("drawn, then trained on", "lab"),
    RESTARTED: ("drawn, back to θ₀", "lab-variant"),
    RANDOM: ("random mask, same layer sizes", "random"),
}


def when(step: int, epoch: int) -> str:
    """A moment of the training in words: whole epochs where it is one.

    >>> when(300, 917), when(917, 917), when(2751, 917)
    ('300 steps', '1 epoch', '3 epochs')
    """
    passes, rest = divmod(step, epoch)
    return f"{step:,} steps" if rest or not passes else f"{passes} epoch{'s' * (passes > 1)}"


def chart(found: Birds, drawn: int) -> Chart:
    """What tickets read, against the moment their mask was drawn, with a mark at `drawn`."""
    steps = np.array(found.moments)
    lines = tuple(Line.with_interval(name, role, steps, found.accuracy[way], accuracies)
                  for way, (name, role) in NAMES.items())
    return Chart("Drawn early, trained as long", takeaway(found), Axis("mask drawn after", "steps", log=True),
                 labs.ACCURACY, lines, (Mark(when(drawn, found.epoch), "target", x=drawn),), source(found))


def whole(found: Birds) -> Chart:
    """What the whole net reads at the moments: what is known before a bet on its masks."""
    steps = np.array(found.moments)
    line = Line.with_interval("whole net", "dense", steps, found.reads, accuracies)
    return Chart("The net soon reads well. Is its mask settled as soon?",
                 f"after {when(found.epoch, found.epoch)} it reads {said.percent(found.known(found.epoch))}, after "
                 f"{when(found.moments[-1], found.epoch)} {said.percent(found.known(found.moments[-1]))}",
                 Axis("trained for", "steps", log=True), labs.ACCURACY, (line,), (), source(found))


def takeaway(found: Birds) -> str:
    """The mask of the first epoch beside the last one, both back at θ₀: only the mask differs."""
    last, epoch = found.moments[-1], found.epoch
    gap = found.gap(RESTARTED, epoch, RESTARTED, last)
    return (f"at {found.density:.1%} left and back at θ₀, "
            + labs.compared(gap, f"the mask of {when(epoch, epoch)}", f"that of {when(last, epoch)}"))


def source(found: Birds) -> str:
    """How the runs were made, in a sentence."""
    spec = found.runs[0].spec
    sizes, training = "-".join(map(str, spec.net.sizes)), spec.training
    return (f"{sizes} on MNIST, Adam at {training.lr:g}, batch {training.batch}; the dense "
            f"net trains {training.steps:,} steps, every ticket {spec.to_dict()['budget']:,}; {found.seeds} seeds, "
            "bands: 95% intervals of the mean (Student's t).")


def here(found: Birds, drawn: int) -> str:
    """The mask of one moment beside the last: what they share, and what their tickets read."""
    last = found.moments[-1]
    words = f"Drawn after **{when(drawn, found.epoch)}**, "
    if drawn == last:
        words += "this is the last mask"
    else:
        words += f"the mask shares **{found.shared(drawn, last).mean:.0%}** of its weights with the last one"
    return (f"{words}. Its ticket reads **{said.percent(found.mean(TRAINED_ON, drawn))}** trained on, and "
            f"**{said.percent(found.mean(RESTARTED, drawn))}** back at θ₀. The winning ticket, found in {found.level} "
            f"rounds, reads **{said.percent(found.mean(TICKET, drawn))}**.")


def as_good(seen: Early) -> str:
    """At how many sizes the first epoch's mask is as good as the last one, in a sentence."""
    return (f"And yet: at {seen.as_good} of {seen.of} sizes the first epoch's mask, trained from θ₀, is not surely "
            "behind the last one.")


def fires(found: Birds) -> str:
    """Where the paper's criterion first fires, by both distances, in two sentences."""
    def told(over: str) -> str:
        steps = [step for step in found.fired(over) if step is not None]
        if not steps:
            return f"in none of {found.seeds} seeds"
        at = sorted({when(step, found.epoch) for step in steps})
        return f"in {len(steps)} of {found.seeds} seeds, after {' or '.join(at)}"

    return (f"Counted over the weights that the masks keep, it fires {told('alive')}. Counted over all places, as the "
            f"paper's code does, {told('all')}.")


def criterion(sizes: Sequence[Birds]) -> dict[str, list[str]]:
    """By size: how far the fifth epoch's mask is from the first's, and where the criterion fires."""
    def first(one: Birds, over: str) -> str:
        steps = [step for step in one.fired(over) if step is not None]
        return f"{len(steps)} of {one.seeds}" + (f", from {when(min(steps), one.epoch)}" if steps else "")

    apart = [one.distances[:, one.moments.index(one.epoch), one.moments.index(5 * one.epoch)].mean() for one in sizes]
    return {
        "weights left": [f"{one.density:.1%}" for one in sizes],
        "masks of epoch 1 and 5 differ in": [f"{far:.0%} of what they keep" for far in apart],
        "that is, of all places": [f"{2 * one.density * far:.1%}" for one, far in zip(sizes, apart, strict=True)],
        "fires, over kept weights": [first(one, "alive") for one in sizes],
        "fires, over all places": [first(one, "all") for one in sizes],
    }


def rows(found: Birds) -> dict[str, list[str]]:
    """Every moment as a row of a table: shared weights, what the tickets read, and the price in epochs."""
    last, budget = found.moments[-1], found.runs[0].spec.to_dict()["budget"]
    ticket = f"{(found.level + 1) * budget / found.epoch:.1f}"
    moments = found.moments
    return {
        "mask drawn after": [*(when(step, found.epoch) for step in moments), f"round {found.level} (winning ticket)"],
        "shares with the last mask": [*(f"{found.shared(step, last).mean:.0%}" for step in moments), "–"],
        "trained on": [*(said.percent(found.mean(TRAINED_ON, step)) for step in moments), "–"],
        "back to θ₀": [*(said.percent(found.mean(RESTARTED, step)) for step in moments),
                       said.percent(found.mean(TICKET, last))],
        "epochs paid in all": [*(f"{(step + budget) / found.epoch:.1f}" for step in moments), ticket],
    }
