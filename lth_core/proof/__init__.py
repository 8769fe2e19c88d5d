"""The engine checks itself: each promise is a function that tries to break it, shown to whoever doubts it.

A check takes a seed, exercises the very engine that trains everything else, and returns a Finding. What it needs of
torch or numba it imports itself, so that pages can print its source without loading either.

>>> prove("counts").passed
True
"""

from __future__ import annotations

import time

from lth_core.experiments.proof.spec import NAMES
from lth_core.proof import arithmetic, held_out, identity, interruption, pruning, record
from lth_core.proof.check import Check as Check
from lth_core.proof.check import Finding as Finding

_ALL = (pruning.counts, pruning.nested, pruning.zeros, pruning.rewind, arithmetic.gradient, arithmetic.kernel,
        arithmetic.threads, identity.same_hash, interruption.resume, held_out.held_out, record.atlas_cell)

CHECKS: dict[str, Check] = {check.name: check for check in _ALL}
assert tuple(CHECKS) == NAMES, "the Spec of a proof names the checks, in this order"


def prove(name: str, seed: int = 0) -> Finding:
    """What the check of that name finds. Whatever it raises is a failure, and told. Raises KeyError for no such check.
    """
    test, began = CHECKS[name].test, time.perf_counter()
    try:
        found = test(seed)
    except Exception as error:  # an engine that breaks down in the middle has kept no promise
        found = Finding(False, float("nan"), f"It broke down: {type(error).__name__}: {error}")
    return Finding(bool(found.passed), float(found.number), found.told, time.perf_counter() - began)
