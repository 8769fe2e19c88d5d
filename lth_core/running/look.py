"""Pictures of the net in training, for a drawing of it that moves while it learns.

Training never waits for them, and no number depends on them: another thread reads the followed weights where they are,
in the middle of a step perhaps, a few times a second and only while somebody draws.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.drawn import SMALL, followed
from lth_core.nets.layers import weight_count
from lth_core.nets.params import weight_names
from lth_core.spec import Net

if TYPE_CHECKING:
    from lth_core.training.backends import Backend

PICTURE = "picture"  # its stage among the points of a run
FULL = 32_767  # of 16 bits: the largest weight of a matrix; what a screen shows is coarser

Picture: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class _Seen:
    """What trains now. where: round, rounds, condition and steps."""

    backend: Backend
    net: Net
    alive: str
    where: Picture


class Look:
    """A window on a run: the run says what trains, whoever draws asks for a picture of it.

    >>> look = Look()
    >>> look.picture() is None  # nothing trains yet
    True
    """

    def __init__(self) -> None:
        self._seen: _Seen | None = None
        self._told: Picture | None = None

    def at(self, net: Net, mask: Mask, **where: Any) -> Callable[[Backend], None]:
        """A training begins; call what is returned with the backend that takes its steps. Nets with convolutions have
        no drawing and no pictures."""
        if net.name != "mlp":
            return lambda _: None
        lived = np.concatenate([mask[name].ravel() for name in weight_names(net)])[followed(net)]
        alive = base64.b64encode(np.packbits(lived, bitorder="little").tobytes()).decode()

        def begin(backend: Backend) -> None:
            self._seen = _Seen(backend, net, alive, where)

        return begin

    def picture(self) -> Picture | None:
        """The net as it is now, ready for JSON; None when it is as it was at the last call, or nothing trained yet.

        weights: of the `drawn.followed` ones, in their order, base64 of int16; times `scales` of their matrix they are
        the values. alive: a bit for each, 0 for pruned. biases: those of each layer, where the net is drawn whole.
        """
        seen = self._seen
        if seen is None:
            return None
        told = {"stage": PICTURE, **seen.where, "alive": seen.alive, **_values(seen.net, seen.backend.params())}
        if told == self._told:
            return None
        self._told = told
        return told | {"step": seen.backend.step}


def _values(net: Net, params: dict[str, np.ndarray]) -> Picture:
    names, chosen = weight_names(net), followed(net)
    ends = np.cumsum([params[name].size for name in names])
    matrices = np.split(np.concatenate([params[name].ravel() for name in names])[chosen],
                        np.searchsorted(chosen, ends[:-1]))
    matrices = [np.nan_to_num(values, posinf=0, neginf=0) for values in matrices]  # it may be diverging
    scales = [float(np.abs(values).max(initial=0)) / FULL or 1.0 for values in matrices]
    whole = [np.round(values / scale) for values, scale in zip(matrices, scales, strict=True)]
    told: Picture = {
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "weights": base64.b64encode(np.concatenate(whole).astype("<i2").tobytes()).decode(),
    }
    if weight_count(net) <= SMALL and not net.batchnorm:
        told["biases"] = [[float(f"{value:.5g}") for value in np.nan_to_num(params[name.replace("weight", "bias")])]
                          for name in names]
    return told
