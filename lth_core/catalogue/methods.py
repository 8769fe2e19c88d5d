"""Chapter 8's runs: what others do at the ticket's sizes."""

from __future__ import annotations

import dataclasses
from typing import Any

from lth_core.experiments import Compression, Curvature, EarlyBird, Heads, Lab, Ladder, Lottery, Peft, RandomLabels
from lth_core.presets import preset
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Training

# Early-Bird's sizes, as rounds of the ticket (51, 21, 7 and 3.6% left), and epochs of its dense training: its criterion
# compares the masks of five. Shares of labels that are shuffled.
EARLY_LEVELS, EARLY_EPOCHS = (3, 7, 12, 15), 8
LABEL_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

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


POPUP_WIDTHS = (25, 50, 100, 200)  # hidden units of a random net, in percent of LeNet-300-100's
POPUP_LEVEL = 3  # half of the weights on: near where Ramanujan et al. find the best masks


def popup(width: int, seed: int) -> Lab:
    """Edge-Popup's search in a LeNet of `width` percent of the hidden units; at 100 the lab of Edge-Popup itself, which
    has this size among others.

    >>> popup(200, 0).net.sizes, popup(200, 0).training == lab("edge-popup", 0).training
    ((784, 600, 200, 10), True)
    """
    base = lab("edge-popup", seed)
    if width == 100:
        return base
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


def early_bird(level: int, seed: int) -> EarlyBird:
    """Tickets drawn while the dense net of `evidence("quick", seed)` trains on, each trained as long as its tickets.

    >>> from lth_core.catalogue import evidence
    >>> early_bird(7, 0).budget == evidence("quick", 0).training.steps
    True
    """
    base = preset("quick", seed)
    budget = base.training.steps
    training = dataclasses.replace(base.training, steps=EARLY_EPOCHS * budget)
    return EarlyBird(data=base.data, net=base.net, training=training, seed=seed, level=level, budget=budget)


def random_labels(share: float, seed: int) -> RandomLabels:
    """LeNet and 2,000 images, few enough to be learned by heart within seconds; the ticket keeps 21% of the weights.

    >>> random_labels(1.0, 0).training.lr == preset("quick").training.lr
    True
    """
    base = preset("quick", seed)
    training = dataclasses.replace(base.training, steps=20_000, eval_every=50, measure="train")
    return RandomLabels(data=Data(train=2_000), net=base.net, training=training, seed=seed, share=share)


# One epoch, as long as `evidence("quick")`. At a constant rate a Transformer this small is still jumping when it ends.
ATTENTION, PATIENT = Net("transformer", (784, 10)), Training(
    lr=4e-3, steps=917, measure="validation", decay_at=(0.5, 0.8), decay_to=(0.4, 0.1))
LATE_HEADS = 50  # the step that the second chain of tickets goes back to


def heads(seed: int) -> Heads:
    """A small Transformer and all sets of its heads."""
    return Heads(net=ATTENTION, training=PATIENT, seed=seed)


def headless(seed: int) -> Heads:
    """The same net, and one that never had a head, trained from θ₀ beside a ticket of as many weights. Its sets of
    heads are hardly looked at: `heads` has them."""
    return Heads(net=ATTENTION, training=PATIENT, seed=seed, judged=100, calibration=100, retrained=(), rewound=(8,))


def head_tickets(step: int, seed: int) -> Lottery:
    """Tickets of that Transformer: 80% of the single weights go each round, the rest goes back to `step`.

    >>> head_tickets(0, 0).training == heads(0).training
    True
    """
    controls = ("ticket", "reinit", "random") if step == 0 else ("ticket",)
    return Lottery(net=ATTENTION, training=PATIENT, seed=seed, rewind=Rewind(step=step),
                   pruning=Pruning(rate=0.8, output_rate=0.4, rounds=2), conditions=tuple(map(Condition, controls)))


def peft(seed: int) -> Peft:
    """LeNet-300-100 trained on the digits 0–4 as long as `evidence("quick", seed)` is on all, then taught 5–9.

    >>> peft(0).training.steps, peft(0).tune_steps
    (917, 417)
    """
    base = preset("quick", seed)
    return Peft(net=base.net, training=base.training, seed=seed)
