"""All recorded Specs, by the part that is recorded at once: a chapter, or an experiment of one."""

from __future__ import annotations

from lth_core.catalogue.controls import CONV, evidence, long_starts
from lth_core.catalogue.draws import SHARES, WIDTHS, tickets
from lth_core.catalogue.explorer import DIGIT_LEVELS, SOLUTIONS, dense_digits, digits, thin
from lth_core.catalogue.faults import faulty
from lth_core.catalogue.labs import LAB_RUNS
from lth_core.catalogue.limits import JOURNEYS, cost, structured, subspace, transfer
from lth_core.catalogue.rewinds import (
    DEEPEST,
    FASHION,
    FASHION_REWINDS,
    LATE,
    REWINDS,
    SETTINGS,
    cause,
    rewinding,
    stability,
)
from lth_core.catalogue.rounds import PROTAGONIST, WHAT_IFS, pruning_run, what_if
from lth_core.catalogue.seeds import CAUSE_SEEDS, CONV_SEEDS, EVIDENCE_SEEDS, EXPLORER_SEEDS, SEEDS, STABILITY_SEEDS
from lth_core.experiments import FAULTS
from lth_core.presets import preset
from lth_core.spec import Spec

CATALOGUE: dict[str, tuple[Spec, ...]] = {
    "chapter1": (
        *(preset("ladder", seed) for seed in SEEDS),  # the long ones first, so that two workers end together
        *(preset("ladder-drawable", seed) for seed in SEEDS),
    ),
    "capacity": (preset("widths"),),  # chapter 1's other experiment, claim C1
    "chapter2": (
        *(tickets(share, seed=seed) for seed in SEEDS for share in SHARES),
        *(tickets(share, width) for width in WIDTHS if width != 20 for share in SHARES),
    ),
    "chapter3": (
        *(pruning_run(net, seed, schedule)
          for net in ("drawable", "lenet") for schedule in ("iterative", "one-shot") for seed in SEEDS),
        *(what_if(PROTAGONIST, level, action) for action, level in WHAT_IFS),
    ),
    "chapter3-faults": tuple(faulty(fault, seed) for fault in FAULTS for seed in SEEDS),
    # Chapters 4 and 5. On two cores the first takes ten minutes, the second hours: it goes on where it was interrupted.
    **{f"lenet-{protocol}": tuple(evidence(protocol, seed, schedule) for schedule in ("iterative", "one-shot")
                                  for seed in EVIDENCE_SEEDS[protocol])
       for protocol in ("quick", "paper")},
    # Chapter 4 once more: signs and sizes at 50,000 steps, at one density.
    "lenet-starts": tuple(long_starts(seed) for seed in EVIDENCE_SEEDS["paper"]),
    "chapter6": (
        *(rewinding(net, step, seed) for seed in SEEDS for net, steps in REWINDS.items() for step in steps),
        *(rewinding(net, LATE, seed, mode) for seed in SEEDS for net, mode in
          (("deep", "lr"), ("deep", "fine-tune"), ("lenet", "lr"))),  # LeNet's rate is constant: the two are one there
    ),
    # Siblings take their mask from the record where it is shipped, and find it first elsewhere. At the end of training
    # there are none any more.
    "chapter6-stability": tuple(stability(net, step, seed, level) for seed in STABILITY_SEEDS for level in (6, 0)
                                for net, steps in REWINDS.items() for step in steps[:-1]),
    # Harder pictures, beside the digits. Must be fetched (`python -m lth_core fetch fashion-mnist`).
    "chapter6-fashion": tuple(rewinding("deep", step, seed, images=FASHION) for seed in SEEDS
                              for step in FASHION_REWINDS),
    "chapter6-cost": tuple(cost(what, seed) for seed in STABILITY_SEEDS for what in ("training", "inference")),
    "chapter6-subspace": tuple(subspace(seed) for seed in STABILITY_SEEDS),
    "chapter6-structured": tuple(structured(seed) for seed in SEEDS),
    "chapter6-transfer": tuple(transfer(journey, seed) for journey in JOURNEYS for seed in STABILITY_SEEDS),
    "chapter6-cause": tuple(cause(*setting, step, seed) for seed in CAUSE_SEEDS for setting in SETTINGS
                            for step in (0, LATE) if setting != DEEPEST),
    "chapter7": (
        *(thin(seed) for seed in EXPLORER_SEEDS),
        *(spec for specs in SOLUTIONS.values() for spec in specs),
        dense_digits(), *(digits(level) for level in DIGIT_LEVELS),
    ),
    # Chapter 5's rows of nets with convolutions, each a small relative of the paper's; one of them must be fetched.
    **{part: tuple(preset(name, seed) for seed in CONV_SEEDS) for part, name in CONV.items()},
    **{method: runs.specs for method, runs in LAB_RUNS.items()},  # the labs of related work, each a part of its own
}

# Parts that are also recorded under one name.
GROUPS: dict[str, tuple[str, ...]] = {"labs": tuple(LAB_RUNS)}

# Parts of which one figure draws every run, and the tables that it needs: these are also kept together, as an excerpt.
EXCERPTS: dict[str, tuple[str, ...]] = {
    "chapter6": ("cells",),
    "chapter6-stability": ("barrier", "line"),
    "chapter6-fashion": ("cells",),
    "chapter6-cause": ("cells",),
}
