"""What a run leaves behind: tables, arrays and the Spec that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from lth_core.spec import Spec

if TYPE_CHECKING:
    from lth_core.nets.ticket import Ticket

# A table is columns of equal length: one row a cell (round × condition), or one row a point of a curve.
Table: TypeAlias = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)  # equal only to itself: comparing is `compare`'s task, and caches may hold it
class Result:
    """A finished experiment, recorded or live: pages look at nothing else.

    spec: what was asked. tables: named columns (`cells`, `curves`, …). arrays: everything else (θ₀, masks, …).
    manifest: when, where, how long, with which versions and backend; never part of the key.

    >>> from lth_core.experiments import Lottery
    >>> result = Result(Lottery(seed=3), {"cells": {"round": np.arange(3)}}, {"theta0": np.zeros((2, 2), np.float32)})
    >>> result.tables["cells"]["round"].tolist(), result.key == Lottery(seed=3).key
    ([0, 1, 2], True)
    """

    spec: Spec
    tables: Mapping[str, Table]
    arrays: Mapping[str, np.ndarray]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The Spec's content key."""
        return self.spec.key

    def ticket(self, level: int, trained: bool = True) -> Ticket:
        """The ticket of a lottery's round `level` as a `torch.nn.Module`: published pixels go in, logits come out.

        trained: after its training, as its row in `cells` was measured, or with the weights it starts from. Pruned
        weights are exactly zero. Raises LookupError when the Result does not hold it:
        recorded copies leave trained weights out, and only a lottery has tickets.
        """
        from lth_core.nets.ticket import Ticket  # here, because it imports torch, which reading results does not need

        return Ticket(self.spec.net, self.spec.data, self.spec.ticket(self, level, trained))
