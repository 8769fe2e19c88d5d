"""One pruning step: how many weights go where, and which."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest, remove_lowest_globally, round_half_up
from lth_core.nets.params import Params
from lth_core.spec import Pruning
from lth_core.streams import stream


def prune(pruning: Pruning, mask: Mask, params: Params, seed: int, level: int) -> Mask:
    """The mask of round `level`, nested in `mask`: the lowest-scored survivors of `params` are gone.

    Layer-wise, every layer loses `rate` of what it has left and the output layer `output_rate` (Frankle & Carbin v5,
    appendix G). Globally, `rate` of all survivors go wherever they are; an `output_rate` of 0 exempts the output layer
    as their ResNet and VGG experiments do (appendix I).
    """
    scores = _scores(pruning.criterion, mask, params, seed, level)
    output = list(mask)[-1]
    if pruning.scope == "layer":
        return remove_lowest(scores, mask, quota(pruning, mask))
    if pruning.output_rate > 0:
        return remove_lowest_globally(scores, mask, round_half_up(pruning.rate * mask.kept))
    hidden = Mask({name: alive for name, alive in mask.items() if name != output})
    cut = remove_lowest_globally(scores, hidden, round_half_up(pruning.rate * hidden.kept))
    return Mask({**cut, output: mask[output]})


def quota(pruning: Pruning, mask: Mask) -> dict[str, int]:
    """How many weights each layer loses in the next layer-wise round."""
    output = list(mask)[-1]
    rates = {name: pruning.output_rate if name == output else pruning.rate for name in mask}
    return {name: round_half_up(rates[name] * count) for name, count in mask.counts().items()}


def schedule(pruning: Pruning, mask: Mask) -> list[dict[str, int]]:
    """Survivors of each layer after every layer-wise round, round 0 first: what the formula (1 − p)ⁿ becomes when
    weights come whole.

    >>> import numpy as np
    >>> schedule(Pruning(rounds=2), Mask({"fc1.weight": np.ones((4, 5)), "fc2.weight": np.ones((2, 5))}))
    [{'fc1.weight': 20, 'fc2.weight': 10}, {'fc1.weight': 16, 'fc2.weight': 9}, {'fc1.weight': 13, 'fc2.weight': 8}]
    """
    levels = [mask.counts()]
    output = list(mask)[-1]
    for _ in range(pruning.rounds):
        rates = {name: pruning.output_rate if name == output else pruning.rate for name in mask}
        levels.append({name: count - round_half_up(rates[name] * count) for name, count in levels[-1].items()})
    return levels


def _scores(
    criterion: str, mask: Mask, params: Params, seed: int, level: int
) -> Mapping[str, np.ndarray]:
    if criterion == "magnitude":
        return {name: np.abs(params[name]) for name in mask}
    # 1,007 lies above every replicate number: a chain that is random throughout never meets the `random` control.
    return {name: stream(seed, "mask", 1_007, level, i).random(mask[name].shape) for i, name in enumerate(mask)}
