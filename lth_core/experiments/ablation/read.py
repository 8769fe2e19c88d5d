"""Masks and trained nets out of a comparison's Result."""

from __future__ import annotations

import numpy as np

from lth_core.experiments.ablation.spec import Ablation
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial, weight_names
from lth_core.results.result import Result
from lth_core.results.weights import Missing, whole
from lth_core.running.conditions import begin


def mask_of(result: Result) -> Mask:
    """The ticket's mask, which all conditions but the random ones share."""
    return Mask({name: result.arrays[f"mask/{name}"] for name in weight_names(result.spec.net)})


def raced(result: Result, condition: str) -> tuple[Mask, dict[str, np.ndarray]]:
    """Mask and trained parameters of one condition of an ablation. Raises Missing when they are not in the Result."""
    spec = result.spec
    assert isinstance(spec, Ablation)
    if f"final/{condition}" not in result.arrays or f"mask/{weight_names(spec.net)[0]}" not in result.arrays:
        raise Missing(f"the trained weights of {condition!r} are not stored: run the comparison again")
    found = next(one for one in spec.conditions if one.name == condition)
    mask = begin(found, spec.net, spec.seed, spec.level, mask_of(result), initial(spec.net, spec.seed)).mask
    return mask, whole(spec.net, mask, result.arrays[f"final/{condition}"])
