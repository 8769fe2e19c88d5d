"""Chapter 8's runs: what others do at the ticket's sizes."""

from __future__ import annotations

import dataclasses
from typing import Any

from lth_core.experiments import Compression, Curvature, Heads, Lab, Ladder, Lottery, Peft
from lth_core.presets import preset
from lth_core.spec import Condition, Net, Pruning, Rewind, Training

# Labs with sizes of their own: masks that are only looked at go on to where layers collapse (at 42 rounds a handful of
# weights is left), and SNIP's mask is trained on fresh weights where the other masks are.
_OWN: dict[str, dict[str, Any]] = {
    "collapse": {"pruning": Pruning(rounds=42), "levels": (12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42)},
    "snip-reinit": {"levels": (15,)},
}


def lab(method: str, seed: int) -> Lab:
    """Chapter 8's runs, beside the ticket of `evidence("quick", seed)`: the same net, images, budget and sizes.

    >>> from lth_core.catalogue import evidence
    >>> lab("snip", 0).training == evidence("quick", 0).training
    True
    """
    base = preset("quick", seed)
    training = base.training
    if method == "edge-popup":  # as its authors train the scores (their MNIST example), for our one epoch
        training = dataclasses.replace(training, optimiser="sgd", lr=0.1, momentum=0.9, weight_decay=5e-4)
    return Lab(data=base.data, net=base.net, training=training, seed=seed, method=method, **_OWN.get(method, {}))


POPUP_WIDTHS = (25, 50, 100, 200, 400)  # hidden units of a random net, in percent of LeNet-300-100's
POPUP_LEVEL = 3  # half of the weights on: near where Ramanujan et al. find the best masks


def popup(width: int, seed: int) -> Lab:
    """Edge-Popup's search in a LeNet of `width` percent of the hidden units.

    >>> popup(400, 0).net.sizes, popup(100, 0).training == lab("edge-popup", 0).training
    ((784, 1200, 400, 10), True)
    """
    base = lab("edge-popup", seed)
    first, *hidden, last = base.net.sizes
    net = Net(sizes=(first, *(units * width // 100 for units in hidden), last))
    return dataclasses.replace(base, net=net, levels=(POPUP_LEVEL,))


def compression(seed: int) -> Compression:
    """Deep Compression of the dense net of `evidence("quick", seed)`, cut to the size of its ticket of round 11.

    >>> compression(0).pruning.rounds, compression(0).training.steps
    (11, 917)
    """
    base = preset("quick", seed)
    return Compression(data=base.data, net=base.net, training=base.training, seed=seed)


def curvature(work: str, seed: int) -> Curvature:
    """Cuts of the dense net of `evidence("quick", seed)`, at sizes of its tickets from 51 to 0.9%. work: `obd`, whose
    survivors train on for as long as those of chapter 1's slider, or `sparsegpt`.

    >>> from lth_core.catalogue import evidence
    >>> curvature("obd", 0).pruning.rounds <= evidence("quick", 0).pruning.rounds
    True
    """
    base = preset("quick", seed)
    ladder = preset("ladder")
    assert isinstance(ladder, Ladder)
    return Curvature(data=base.data, net=base.net, training=base.training, seed=seed, work=work,
                     retrain_steps=ladder.retrain_steps)


# One epoch, as long as `evidence("quick")`. At a constant rate a Transformer this small is still jumping when it ends.
ATTENTION, PATIENT = Net("transformer", (784, 10)), Training(
    lr=4e-3, steps=917, measure="validation", decay_at=(0.5, 0.8), decay_to=(0.4, 0.1))
LATE_HEADS = 50  # the step that the second chain of tickets goes back to


def heads(seed: int, live: bool = False) -> Heads:
    """A small Transformer and all sets of its heads. live: judged by a tenth of the images and never trained on, so
    that a reader need not wait."""
    less: dict[str, Any] = {"judged": 1_000, "retrain_steps": 0, "rewound": ()} if live else {}
    return Heads(net=ATTENTION, training=PATIENT, seed=seed, **less)


def head_tickets(step: int, seed: int) -> Lottery:
    """Tickets of that Transformer: 70% of the single weights go each round, the rest goes back to `step`.

    >>> head_tickets(0, 0).training == heads(0).training
    True
    """
    controls = ("ticket", "reinit", "random") if step == 0 else ("ticket",)
    return Lottery(net=ATTENTION, training=PATIENT, seed=seed, rewind=Rewind(step=step),
                   pruning=Pruning(rate=0.7, output_rate=0.35, rounds=3), conditions=tuple(map(Condition, controls)))
def peft(seed: int) -> Peft:
    """LeNet-300-100 trained on the digits 0–4 as long as `evidence("quick", seed)` is on all, then taught 5–9.

    >>> peft(0).training.steps, peft(0).tune_steps
    (917, 417)
    """
    base = preset("quick", seed)
    return Peft(net=base.net, training=base.training, seed=seed)
