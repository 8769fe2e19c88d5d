"""How much one viewer and all together may ask of the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Admission. own: unfinished runs one viewer may have. address: the same for all who come from one address, which
    may be a whole school's; half of the queue, so that others find room. waiting: runs in the queue, all viewers
    together. seconds: how long one run may compute, so that a mistake does not hold a class's server for ever."""

    own: int = 3
    address: int = 30
    waiting: int = 60
    seconds: float = 3600.0


USUAL = Limits()


class Refused(RuntimeError):
    """The run is not taken. The message says why and what to do."""
