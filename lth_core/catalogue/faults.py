"""Chapter 3's other runs: the search for tickets with one fault of popular code."""

from __future__ import annotations

import dataclasses
import functools

from lth_core.catalogue.rounds import pruning_run
from lth_core.experiments import Faulty

EPOCH = 917  # steps of 60 images each: after as many of them popular code looks at the test set


@functools.lru_cache(128)  # pages ask at every rerun
def faulty(fault: str, seed: int) -> Faulty:
    """The drawable net's twenty rounds with a fault, or with none, looked at after every epoch.

    >>> faulty("none", 0).pruning == pruning_run("drawable", 0).pruning
    True
    """
    run = pruning_run("drawable", seed)
    return Faulty(data=run.data, net=run.net, training=dataclasses.replace(run.training, eval_every=EPOCH),
                  pruning=run.pruning, seed=seed, fault=fault)
