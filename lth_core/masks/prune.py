"""One pruning step: how many weights go where, and which."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest, remove_lowest_globally, round_half_up
from lth_core.nets.params import Params
from lth_core.own.functions import scored
from lth_core.spec import Pruning
from lth_core.spec.names import is_own
from lth_core.streams import stream


def prune(
    pruning: Pruning, mask: Mask, params: Params, seed: int, level: int, theta0: Params | None = None,
    shares: Mapping[str, float] | None = None,
) -> Mask:
    """The mask of round `level`, nested in `mask`: the lowest-scored survivors of `params` are gone.

    Layer-wise, every layer loses its rate of what it has left: fully connected ones `rate`, convolutions `conv_rate`,
    the output layer `output_rate` (Frankle & Carbin v5, figure 2 and appendix G). Globally, `rate` of all survivors go
    wherever they are; an `output_rate` of 0 exempts the output layer as their ResNet and VGG experiments do (appendix
    I). Shortcuts of residual nets are never pruned, as there. theta0: the weights before training, for criteria that
    compare with them. Raises ValueError when such a criterion gets none. shares: rates of one's own, layer by layer, in
    place of `rates`.
    """
    scores = _scores(pruning.criterion, mask, params, seed, level, theta0)
    shares = rates(pruning, mask) if shares is None else shares
    if pruning.scope == "layer":
        return remove_lowest(scores, mask, _counts(shares, mask))
    spared = {name for name, rate in shares.items() if rate == 0}
    open_to_it = Mask({name: alive for name, alive in mask.items() if name not in spared})
    cut = remove_lowest_globally(scores, open_to_it, round_half_up(pruning.rate * open_to_it.kept))
    return Mask({name: cut.get(name, alive) for name, alive in mask.items()})


def at_once(pruning: Pruning, params: Params, mask: Mask, level: int) -> Mask:
    """One cut by magnitude, layer by layer, to the sizes that round `level` leaves of `mask`: the one-shot mask.

    params: those whose smallest weights go. Raises ValueError for weights that are not finite.

    >>> import numpy as np
    >>> whole = Mask({"fc1.weight": np.ones((1, 5)), "fc2.weight": np.ones((1, 5))})
    >>> at_once(Pruning(), {name: np.array([[3.0, -1.0, 2.0, 5.0, -4.0]]) for name in whole}, whole, 2).counts()
    {'fc1.weight': 3, 'fc2.weight': 4}
    """
    keep = schedule(dataclasses.replace(pruning, rounds=level), mask)[level]
    remove = {name: alive - keep[name] for name, alive in mask.counts().items()}
    return remove_lowest({name: np.abs(params[name]) for name in mask}, mask, remove)


def rates(pruning: Pruning, mask: Mask) -> dict[str, float]:
    """The share of its survivors that each layer loses in a layer-wise round; globally, those of 0 are spared.

    >>> import numpy as np
    >>> layers = {"conv1.weight": (4, 1, 3, 3), "fc1.weight": (3, 4), "fc2.weight": (2, 3)}
    >>> rates(Pruning(conv_rate=0.15), Mask({name: np.ones(shape) for name, shape in layers.items()}))
    {'conv1.weight': 0.15, 'fc1.weight': 0.2, 'fc2.weight': 0.1}
    """
    *_, output = mask
    conv_rate = pruning.conv_rate if pruning.scope == "layer" else pruning.rate
    found = {name: conv_rate if alive.ndim == 4 else pruning.rate for name, alive in mask.items()}
    found |= {name: 0.0 for name in mask if name.endswith(".shortcut.weight")}
    return found | {output: pruning.output_rate}


def _counts(shares: Mapping[str, float], mask: Mask) -> dict[str, int]:
    return {name: round_half_up(shares[name] * count) for name, count in mask.counts().items()}


def schedule(pruning: Pruning, mask: Mask) -> list[dict[str, int]]:
    """Survivors of each layer after every layer-wise round, round 0 first: what the formula (1 − p)ⁿ becomes when
    weights come whole.

    >>> import numpy as np
    >>> schedule(Pruning(rounds=2), Mask({"fc1.weight": np.ones((4, 5)), "fc2.weight": np.ones((2, 5))}))
    [{'fc1.weight': 20, 'fc2.weight': 10}, {'fc1.weight': 16, 'fc2.weight': 9}, {'fc1.weight': 13, 'fc2.weight': 8}]
    """
    levels, shares = [mask.counts()], rates(pruning, mask)
    for _ in range(pruning.rounds):
        levels.append({name: count - round_half_up(shares[name] * count) for name, count in levels[-1].items()})
    return levels


def stalled(pruning: Pruning, mask: Mask) -> dict[str, tuple[int, int]]:
    """Layers that stop shrinking before the last layer-wise round, since their share of few weights rounds to none:
    from which round on, and with how many weights. Those that are never to be pruned are none of them.

    >>> import numpy as np
    >>> layers = {"fc1.weight": np.ones((40, 5)), "fc2.weight": np.ones((1, 5))}
    >>> stalled(Pruning(rounds=4), Mask(layers))  # 10% of five is half a weight, of four less
    {'fc2.weight': (1, 4)}
    """
    levels, shares = schedule(pruning, mask), rates(pruning, mask)
    since = {name: [counts[name] for counts in levels].index(count) for name, count in levels[-1].items()}
    return {name: (level, levels[-1][name]) for name, level in since.items()
            if level < pruning.rounds and shares[name] > 0}


def left(pruning: Pruning, mask: Mask, rounds: int) -> list[int]:
    """Survivors of the whole net after each of `rounds` rounds, round 0 first, layer-wise or global.

    >>> import numpy as np
    >>> mask = Mask({"fc1.weight": np.ones((4, 5)), "fc2.weight": np.ones((2, 5))})
    >>> left(Pruning(), mask, 2), left(Pruning(scope="global", output_rate=0), mask, 2)
    ([30, 25, 21], [30, 26, 23])
    """
    shares = rates(pruning, mask)
    if pruning.scope == "layer":
        levels = schedule(dataclasses.replace(pruning, rounds=rounds), mask) if rounds else [mask.counts()]
        return [sum(counts.values()) for counts in levels]
    spared = sum(count for name, count in mask.counts().items() if shares[name] == 0)
    found = [mask.kept - spared]
    for _ in range(rounds):
        found.append(found[-1] - round_half_up(pruning.rate * found[-1]))
    return [spared + count for count in found]


def _scores(
    criterion: str, mask: Mask, params: Params, seed: int, level: int, theta0: Params | None
) -> Mapping[str, np.ndarray]:
    if criterion == "magnitude":
        return {name: np.abs(params[name]) for name in mask}
    if criterion == "random":
        # 1,007 lies above every replicate number: a chain that is random throughout never meets the `random` control.
        return {name: stream(seed, "mask", 1_007, level, i).random(mask[name].shape) for i, name in enumerate(mask)}
    if theta0 is None:
        raise ValueError(f"criterion {criterion!r} compares with the weights before training: give theta0")
    if is_own(criterion):
        return {name: scored(criterion, name, params[name], theta0[name], mask[name]) for name in mask}
    return {name: _AGAINST_START[criterion](params[name], theta0[name]) for name in mask}


_AGAINST_START: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {  # of trained weights and θ₀
    "large-init": lambda trained, first: np.abs(first),
    "movement": lambda trained, first: np.abs(trained - first),
    "magnitude-increase": lambda trained, first: np.abs(trained) - np.abs(first),
}
