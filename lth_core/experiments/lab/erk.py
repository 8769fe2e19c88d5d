"""ERK: how many weights each layer keeps when places are drawn by lot (Evci et al. 2020; Liu et al., ICLR 2022).

Erdős–Rényi: a layer's density is proportional to (inputs + outputs) / (inputs · outputs), so that thin layers stay
dense; the K adds the sides of a convolution's kernel to both.
"""

from __future__ import annotations

import math

from lth_core.masks.mask import Mask
from lth_core.spec import Net


def counts(net: Net, keep: int) -> dict[str, int]:
    """Weights that each layer keeps, `keep` in all. A layer that would need more than it has stays whole, and the
    others share the rest; what rounding leaves goes to the largest fractions.

    >>> counts(Net(), 9_483)
    {'fc1.weight': 6449, 'fc2.weight': 2380, 'fc3.weight': 654}
    """
    shapes = {name: alive.shape for name, alive in Mask.dense(net).items()}
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    whole: set[str] = set()
    while True:  # at most one turn a layer
        rest = keep - sum(sizes[name] for name in whole)
        thin = {name: sum(shape) for name, shape in shapes.items() if name not in whole}
        wanted = {name: rest * share / sum(thin.values()) for name, share in thin.items()}
        over = {name for name, value in wanted.items() if value > sizes[name]}
        if not over:
            break
        whole |= over
    found = {name: sizes[name] if name in whole else math.floor(wanted[name]) for name in shapes}
    fractions = sorted(wanted, key=lambda name: math.floor(wanted[name]) - wanted[name])
    for name in fractions[: keep - sum(found.values())]:
        found[name] += 1
    return found
