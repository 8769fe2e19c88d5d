"""Ways to train the same net: one loop above, several engines below."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.spec import Net, SpecError, Training
from lth_core.spec.names import is_own
from lth_core.training.backends.base import Backend
from lth_core.training.backends.choose import choose
from lth_core.training.backends.examples import Examples, Prepared, prepare

__all__ = ["GPU", "KINDS", "Backend", "Examples", "Prepared", "build", "choose", "prepare", "warm"]

KINDS = ("reference", "dense", "sparse", "batchnorm")
GPU = "cuda"  # the reference on a graphics card: for nets with convolutions, and never chosen unasked


def build(
    kind: str, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1, *,
    step: int = 0, frozen: bool = False, dtype: Any = np.float32,
) -> Backend:
    """A backend of that kind with the net at `params`, ready to take step `step` of the schedule.

    params: copied, never changed. mask: pruned weights are zeroed, or with `frozen` kept at their values untrained.
    threads: cores it may use; the numbers do not depend on it (but for `reference`). dtype: float64 for gradient
    checks. Raises SpecError for an unknown kind, a net the kind cannot train or a card that is not there.
    """
    if kind not in (*KINDS, GPU):
        raise SpecError("backend", kind, f"one of {', '.join((*KINDS, GPU))}")
    if kind in ("reference", GPU):
        from lth_core.training.backends.reference import Reference, card

        if kind == GPU and not card():
            raise SpecError("backend", kind, "PyTorch finds no graphics card here; 'reference' trains the same net")
        if kind == GPU and not frozen and not is_own(training.optimiser):
            from lth_core.training.backends.captured import Captured

            return Captured(net, training, params, mask, data, threads, step, dtype, GPU)
        return Reference(net, training, params, mask, data, threads, step, frozen, dtype, "cpu" if kind != GPU else GPU)
    wrong = net.batchnorm != (kind == "batchnorm") or (kind == "batchnorm" and len(net.sizes) == 2)
    if wrong or net.name != "mlp" or training.augment or is_own(training.optimiser):
        fits = choose(net, training, mask)
        raise SpecError("backend", kind, f"it cannot train this net; use 'reference'"
                        f"{f' or {fits!r}' if fits != 'reference' else ''} for {net}")
    if kind == "batchnorm":
        from lth_core.training.backends.normed import Normed

        return Normed(net, training, params, mask, data, threads, step, frozen, dtype)
    if kind == "dense":
        from lth_core.training.backends.dense import Dense

        return Dense(net, training, params, mask, data, threads, step, frozen, dtype)
    if frozen:
        raise SpecError("backend", kind, "it holds no pruned weights to freeze; use 'dense' or 'reference'")
    from lth_core.training.backends.sparse import Sparse

    return Sparse(net, training, params, mask, data, threads, step, dtype)


def warm() -> None:
    """Compile the kernels, or load them from numba's cache: seconds that belong to a worker's start, not to a click."""
    one = Examples.of(np.ones((1, 2), np.float32), np.zeros(1, np.int64))
    for kind in ("dense", "sparse", "batchnorm"):
        net = Net(sizes=(2, 2, 2), batchnorm=kind == "batchnorm")
        backend = build(kind, net, Training(), initial(net, 0), Mask.dense(net), Prepared(one, one, one))
        backend.advance(np.zeros((1, 2), np.int32))
        backend.evaluate("test")
