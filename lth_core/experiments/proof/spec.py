"""The engine's own promises, checked live, as a Spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lth_core.spec import Data, Net, Spec, SpecError, Training
from lth_core.spec.bounds import Bounds

# In the order in which they are told and run. Each is a function of its own in the room `lth_core.proof`.
NAMES = ("counts", "nested", "zeros", "rewind", "gradient", "kernel", "threads", "hash", "resume", "held-out", "atlas")

# What is trained where a check trains: the small net of the first chapters, for a moment.
DATA = Data(pool=4, train=2_000, validation=500)
NET = Net(sizes=(49, 16, 12, 10))
TRAINING = Training(lr=0.02, steps=120, eval_every=30)


@dataclass(frozen=True, kw_only=True)
class Proof(Spec):
    """Some of the checks, in order. All their chance hangs on the seed: which weights, which moment of the kill, which
    recorded training is done again.

    >>> Proof(checks=("nested",), seed=7).rounds
    1
    """

    experiment: ClassVar[str] = "proof"
    checks: tuple[str, ...] = field(default=NAMES, metadata={"bounds": Bounds(words=NAMES)})
    data: Data = DATA
    net: Net = NET
    training: Training = TRAINING

    def check(self) -> None:
        for name, own in (("data", DATA), ("net", NET), ("training", TRAINING)):
            if getattr(self, name) != own:
                raise SpecError(name, getattr(self, name), "left as it is: the checks bring their own")
        if not self.checks or list(self.checks) != [name for name in NAMES if name in self.checks]:
            raise SpecError("checks", self.checks, f"some of {', '.join(NAMES)}, in this order, each once")

    @property
    def rounds(self) -> int:
        """Checks, which its Snapshots count as rounds."""
        return len(self.checks)

    def share_done(self, point: Mapping[str, Any]) -> float:
        """Checks done."""
        return min(1.0, float(point["round"]) / len(self.checks))


# A run of a second or less.
TINY = Proof(checks=("counts", "gradient"))
