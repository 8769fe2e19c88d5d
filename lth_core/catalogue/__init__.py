"""What the shipped atlas holds: every recorded Spec, by the chapter that shows it.

A file a chapter makes the Specs, and `seeds` says how often each is repeated; `parts` lists them all, and `copies` says
what of a Result is shipped.

>>> sum(spec == evidence("quick", 0) for specs in CATALOGUE.values() for spec in specs)
1
"""

from lth_core.catalogue.cifar import (
    CIFAR_CONV,
    CIFAR_LARGE,
    CIFAR_LATE,
    CIFAR_REWINDS,
    CIFAR_WALKS,
    OPTIONAL,
    cifar_conv,
    cifar_large,
    cifar_rewound,
    cifar_stability,
)
from lth_core.catalogue.controls import (
    CONV,
    EVIDENCE_ROUNDS,
    LONG_CONDITIONS,
    LONG_ROUND,
    NAMED_ROUNDS,
    RECORDED_CONDITIONS,
    evidence,
    long_starts,
)
from lth_core.catalogue.copies import shipped
from lth_core.catalogue.draws import SHARES, WIDTHS, tickets
from lth_core.catalogue.explorer import (
    DIGIT_LEVELS,
    PROTOCOLS,
    SOLUTIONS,
    deep,
    dense_digits,
    digits,
    featherweight,
    hurried,
    one_cut,
    thin,
    upset,
    upset_run,
)
from lth_core.catalogue.faults import faulty
from lth_core.catalogue.labs import LAB_RUNS, runs_of
from lth_core.catalogue.landscapes import landscape
from lth_core.catalogue.limits import (
    JOURNEY_LEVELS,
    JOURNEYS,
    STRUCTURED_ROUNDS,
    cost,
    structured,
    subspace,
    transfer,
)
from lth_core.catalogue.methods import (
    EARLY_EPOCHS,
    EARLY_LEVELS,
    LABEL_SHARES,
    LATE_HEADS,
    POPUP_LEVEL,
    POPUP_WIDTHS,
    compression,
    curvature,
    early_bird,
    head_tickets,
    headless,
    heads,
    lab,
    peft,
    popup,
    random_labels,
)
from lth_core.catalogue.parts import CATALOGUE, EXCERPTS, GROUPS
from lth_core.catalogue.rewinds import (
    DEEPEST,
    DEPTHS,
    FASHION,
    FASHION_REWINDS,
    HARDER_ROUNDS,
    LATE,
    RATES,
    REWINDS,
    SETTINGS,
    cause,
    rewinding,
    stability,
)
from lth_core.catalogue.rounds import PROTAGONIST, ROUNDS, WHAT_IFS, pruning_run, what_if
from lth_core.catalogue.seeds import (
    CAUSE_SEEDS,
    CONV_SEEDS,
    EVIDENCE_SEEDS,
    EXPLORER_SEEDS,
    SEEDS,
    STABILITY_SEEDS,
)

__all__ = ["CATALOGUE", "CAUSE_SEEDS", "CIFAR_CONV", "CIFAR_LARGE", "CIFAR_LATE", "CIFAR_REWINDS", "CIFAR_WALKS",
           "CONV", "CONV_SEEDS", "DEEPEST", "DEPTHS", "DIGIT_LEVELS", "EARLY_EPOCHS", "EARLY_LEVELS", "EVIDENCE_ROUNDS",
           "EVIDENCE_SEEDS", "EXCERPTS", "EXPLORER_SEEDS", "FASHION", "FASHION_REWINDS", "GROUPS", "HARDER_ROUNDS",
           "JOURNEYS", "JOURNEY_LEVELS", "LABEL_SHARES", "LAB_RUNS", "LATE", "LATE_HEADS", "LONG_CONDITIONS",
           "LONG_ROUND", "NAMED_ROUNDS", "OPTIONAL", "POPUP_LEVEL", "POPUP_WIDTHS", "PROTAGONIST", "PROTOCOLS", "RATES",
           "RECORDED_CONDITIONS", "REWINDS", "ROUNDS", "SEEDS", "SETTINGS", "SHARES", "SOLUTIONS", "STABILITY_SEEDS",
           "STRUCTURED_ROUNDS", "WHAT_IFS", "WIDTHS", "cause", "cifar_conv", "cifar_large", "cifar_rewound",
           "cifar_stability", "compression", "cost", "curvature", "deep", "dense_digits", "digits", "early_bird",
           "evidence", "faulty", "featherweight", "head_tickets", "headless", "heads", "hurried", "lab", "landscape",
           "long_starts", "one_cut", "peft", "popup", "pruning_run", "random_labels", "rewinding", "runs_of", "shipped",
           "stability", "structured", "subspace", "thin", "tickets", "transfer", "upset", "upset_run", "what_if"]
