"""What a run leaves behind: tables, arrays and the Spec that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from lth_core.spec import Spec

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
