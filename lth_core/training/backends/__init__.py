"""Ways to train the same net: one loop above, several engines below."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.spec import Net, Training
from lth_core.training.backends.base import Backend
from lth_core.training.backends.choose import choose
from lth_core.training.backends.examples import Examples, Prepared, prepare

__all__ = ["KINDS", "Backend", "Examples", "Prepared", "build", "choose", "prepare"]

KINDS = ("reference", "dense", "sparse")


def build(
    kind: str, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1, *,
    step: int = 0, frozen: bool = False, dtype: Any = np.float32,
) -> Backend:
    """A backend of that kind with the net at `params`, ready to take step `step` of the schedule.

    params: copied, never changed. mask: pruned weights are zeroed, or with `frozen` kept at their values untrained.
    threads: cores it may use; the numbers do not depend on it (but for `reference`). dtype: float64 for gradient
    checks. Raises ValueError for an unknown kind or a net the kind cannot train.
    """
    if kind not in KINDS:
        raise ValueError(f"backend {kind!r} is unknown: one of {', '.join(KINDS)}")
    if kind == "reference":
        from lth_core.training.backends.reference import Reference

        return Reference(net, training, params, mask, data, threads, step, frozen, dtype)
    if net.batchnorm:
        raise ValueError(f"backend {kind!r} has no BatchNorm: use 'reference'")
    if kind == "dense":
        from lth_core.training.backends.dense import Dense

        return Dense(net, training, params, mask, data, threads, step, frozen, dtype)
    if frozen:
        raise ValueError("backend 'sparse' holds no pruned weights to freeze: use 'dense' or 'reference'")
    from lth_core.training.backends.sparse import Sparse

    return Sparse(net, training, params, mask, data, threads, step, dtype)
