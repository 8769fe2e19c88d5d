"""torch's own layers draw from one generator for the whole process: lent, for a block, to a named stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from lth_core.streams import stream


@contextmanager
def borrowed() -> Iterator[None]:
    """Afterwards torch's generator is where it was, whatever was drawn or seeded within.

    >>> before = torch.get_rng_state()
    >>> with borrowed():
    ...     seeded(0, "init")
    ...     _ = torch.rand(3)
    >>> bool((torch.get_rng_state() == before).all())
    True
    """
    kept = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(kept)


def seeded(seed: int, name: str, *indices: int) -> None:
    """Let torch's generator begin at a named stream; only within `borrowed`."""
    torch.default_generator.manual_seed(int(stream(seed, name, *indices).integers(2**63)))
