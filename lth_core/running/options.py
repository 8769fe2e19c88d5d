"""How to run, never what."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lth_core.masks.mask import Mask
from lth_core.results.store import Store
from lth_core.running.interrupt import never
from lth_core.running.look import Look
from lth_core.spec import SpecError
from lth_core.training.backends import GPU, KINDS

# A lottery and a round → the mask that an earlier run of it found, and in words where that is; None where none is.
Masks: TypeAlias = Callable[[Any, int], tuple[Mask, str] | None]


@dataclass(frozen=True)
class Options:
    """How to run, never what: nothing here may change a number, so nothing here is part of the key.

    threads: cores one training may use. backend: force one instead of the measured rule. checkpoint: file to resume
    from and to write to, at most every `checkpoint_seconds` and after every training. masks: where a mask may be read
    that an earlier run found (`lottery.mask_source.MaskSource`); without, the lottery that finds it is run. shelf: a
    store in which a shorter run may lie that this one goes on from. clock: seconds, for the cost ledger alone. stop:
    once true, the next moment that can be gone on from is saved and Interrupted raised. look: for who draws the net
    while it trains. Raises SpecError for fewer than one thread or an unknown backend.

    >>> Options(backend="abacus")
    Traceback (most recent call last):
        ...
    lth_core.spec.bounds.SpecError: backend = 'abacus' is not allowed: one of reference, dense, sparse, batchnorm, cuda
    """

    threads: int = 1
    backend: str | None = None
    checkpoint: Path | None = None
    checkpoint_seconds: float = 5.0  # a kill loses at most this much; writing LeNet's state takes about 10 ms
    masks: Masks | None = None
    shelf: Store | None = None
    clock: Callable[[], float] = time.perf_counter
    stop: Callable[[], bool] = never
    look: Look | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.threads, int) or self.threads < 1:
            raise SpecError("threads", self.threads, "a whole number at least 1")
        if self.backend not in (None, *KINDS, GPU):
            raise SpecError("backend", self.backend, "one of " + ", ".join((*KINDS, GPU)))
