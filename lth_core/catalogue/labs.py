"""The labs of related work: the one list of them, which the page, the map and the command line read.

A lab's word is that of its page, `/lab?method=…`, of `--lab` at the command line, of the part that `record` makes, and
(with `_` for `-`) of its file in pages/labs. The page shows them in this order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lth_core.catalogue.landscapes import landscape
from lth_core.catalogue.methods import (
    EARLY_LEVELS,
    LABEL_SHARES,
    LATE_HEADS,
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
from lth_core.catalogue.seeds import SEEDS
from lth_core.experiments.lab.spec import LABS
from lth_core.spec import Spec, SpecError


@dataclass(frozen=True)
class Runs:
    """What is recorded of a lab. made: seed → Spec, one function a setting; the first is what the lab's page and `run
    --lab` run. seeds: over which each is recorded."""

    made: tuple[Callable[[int], Spec], ...]
    seeds: range = SEEDS

    @property
    def specs(self) -> tuple[Spec, ...]:
        """All recorded Specs."""
        return tuple(make(seed) for seed in self.seeds for make in self.made)


LAB_RUNS: dict[str, Runs] = {
    "obd": Runs((partial(curvature, "obd"),)),
    "random-labels": Runs(tuple(partial(random_labels, share) for share in reversed(LABEL_SHARES))),
    "snip": Runs((partial(lab, "snip"),)),
    "before-training": Runs(tuple(partial(lab, method) for method in LABS[2:])),
    "edge-popup": Runs((partial(lab, "edge-popup"),)),
    "early-bird": Runs(tuple(partial(early_bird, level) for level in sorted(EARLY_LEVELS, key=lambda at: at != 7))),
    "deep-compression": Runs((compression,)),
    # At 100% of the width it is Edge-Popup's own lab.
    "strong-tickets": Runs(tuple(partial(popup, width) for width in POPUP_WIDTHS if width != 100)),
    "sparsegpt": Runs((partial(curvature, "sparsegpt"),)),
    "heads": Runs((heads, headless, partial(head_tickets, 0), partial(head_tickets, LATE_HEADS))),
    # Around tickets whose masks are read from `lenet-quick` and `lenet-paper`: else each of the latter takes an hour.
    "plane": Runs((partial(landscape, protocol="quick"), landscape)),
    "peft": Runs((peft,)),
}


def runs_of(method: str) -> Runs:
    """What is recorded of the lab of that word. Raises SpecError for one that is no lab's.

    >>> runs_of("obd").made[0](3).seed
    3
    """
    if method not in LAB_RUNS:
        raise SpecError("lab", method, "one of " + ", ".join(LAB_RUNS))
    return LAB_RUNS[method]
