"""Trained nets out of a lottery's Result, and tickets as files that PyTorch loads.

Shipped copies leave the trained weights out unless a page needs them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np

from lth_core.experiments.lottery.spec import Lottery
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import Params, initial, weight_names
from lth_core.nets.written import code
from lth_core.own.spec import Own
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.results.weights import Missing, named, whole
from lth_core.spec import Spec


def mask_of(result: Result, level: int) -> Mask:
    """The mask of a lottery's round `level`, also of one that `lth.find_ticket` ran.

    Raises Missing for a round that was not reached, and when the Result left its masks out.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> mask_of(run(TINY), 1).counts()
    {'fc1.weight': 102, 'fc2.weight': 72}
    """
    names = result.spec.weights if isinstance(result.spec, Own) else weight_names(result.spec.net)
    deaths = _deaths(result, names)
    if len(deaths) < len(names):
        raise Missing(f"the masks of this {result.spec.experiment} are not stored: run it again, here and now")
    last = max(result.tables["cells"]["round"]) if "cells" in result.tables else level
    if not 0 <= level <= last:
        raise Missing(f"round {level} was not reached: this {result.spec.experiment} has the rounds 0 to {last}")
    return masks_at(deaths, level)


def _deaths(result: Result, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The round in which each weight died, as far as it is stored. A search that never came to cut stored none, but the
    weights it began with."""
    arrays = result.arrays
    found = {name: arrays[f"died/{name}"] for name in names if f"died/{name}" in arrays}
    if found or not isinstance(result.spec, Own):
        return found
    first = {name: arrays[f"theta0/{name}"] for name in names if f"theta0/{name}" in arrays}
    return {name: np.zeros(value.shape, np.uint8) for name, value in first.items()}


def start(result: Result, level: int) -> dict[str, np.ndarray]:
    """The ticket of a lottery's round `level` before its training: m ⊙ θ₀, or m ⊙ θₖ when it rewinds to step k. With
    the modes `lr` and `fine-tune`, which rewind no weights, m ⊙ what the round before left.

    Raises Missing when the Result lacks those: recorded copies leave them out.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> {name: int(np.count_nonzero(value)) for name, value in start(run(TINY), 1).items()}
    {'fc1.weight': 102, 'fc1.bias': 0, 'fc2.weight': 72, 'fc2.bias': 0}
    """
    _check_lottery(result)
    spec, mask = result.spec, mask_of(result, level)
    assert isinstance(spec, Lottery)
    params: Params = initial(spec.net, spec.seed)
    if level and spec.rewind.mode != "weights":
        params = trained(result, level - 1)
    elif level and spec.rewind.step:
        if "final/rewound" not in result.arrays:
            raise Missing("the weights that this run rewinds to are not stored: run it again, here and now")
        params = whole(spec.net, Mask.dense(spec.net), result.arrays["final/rewound"])
    return {name: np.where(mask[name], value, np.float32(0)) if name in mask else value
            for name, value in params.items()}


def trained(result: Result, level: int) -> dict[str, np.ndarray]:
    """The ticket of a lottery's round `level` after its training. Raises Missing when the Result left it out.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> {name: value.shape for name, value in trained(run(TINY), 1).items()}
    {'fc1.weight': (8, 16), 'fc1.bias': (8,), 'fc2.weight': (10, 8), 'fc2.bias': (10,)}
    """
    _check_own(result)
    names = (f"final/{level}", f"final/{level}/rest")
    if any(name not in result.arrays for name in names):
        raise Missing(f"the trained weights of round {level} are not stored: run it again, here and now")
    return whole(result.spec.net, mask_of(result, level), np.concatenate([result.arrays[name] for name in names]))


def biases(result: Result, level: int) -> dict[str, np.ndarray]:
    """What is never pruned of the net of round `level`, after its training: its biases. Raises Missing when the Result
    left them out.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> {name: value.shape for name, value in biases(run(TINY), 1).items()}
    {'fc1.bias': (8,), 'fc2.bias': (10,)}
    """
    _check_own(result)
    stored = result.arrays.get(f"final/{level}/rest")
    if stored is None:
        raise Missing(f"the biases of round {level} are not stored: run it again, here and now")
    return named(result.spec.net, mask_of(result, level), stored)


def next_mask(result: Result) -> Mask:
    """The mask after the last round of a lottery, trained but not yet cut. Raises Missing as `trained` does.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> result = run(TINY)
    >>> mask_of(result, 2).kept, next_mask(result).kept
    (147, 124)
    """
    _check_lottery(result)
    spec = result.spec
    assert isinstance(spec, Lottery)
    level = spec.pruning.rounds
    judged = trained(result, 0 if spec.pruning.schedule == "one-shot" else level)
    return prune(spec.pruning, mask_of(result, level), judged, spec.seed, level + 1, initial(spec.net, spec.seed))


def _check_lottery(result: Result) -> None:
    """Raise Missing for the Result of another experiment."""
    _check_own(result)
    if not isinstance(result.spec, Lottery):
        raise Missing(f"this is the result of the experiment {result.spec.experiment!r}: tickets come out of a lottery")


def _check_own(result: Result) -> None:
    """Raise Missing, with where to look instead, for a Result of `lth.find_ticket`: its net is known to its owner."""
    if isinstance(result.spec, Own):
        raise Missing("this is a result of lth.find_ticket, whose weights need your own net: "
                      "lth_core.Found.of(result, net) gives masks, weights and tickets")


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ticket(result: Result, level: int, after: bool) -> dict[str, np.ndarray]:
    """The ticket of a lottery's round `level`, before its training or `after` it. Raises Missing.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> int(np.count_nonzero(ticket(run(TINY), 2, after=True)["fc1.weight"]))
    82
    """
    _check_lottery(result)
    mask_of(result, level)  # first, for it tells rounds that there never were from weights left out
    return trained(result, level) if after else start(result, level)


def ticket_file(result: Result, level: int, after: bool = False) -> bytes:
    """safetensors bytes of the ticket of round `level` before its training, or `after` it: a PyTorch state dict, pruned
    weights exactly zero, with the Spec and the round as metadata. Raises Missing.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> import safetensors.numpy
    >>> safetensors.numpy.load(ticket_file(run(TINY), 1))["fc2.weight"].shape
    (10, 8)
    """
    import safetensors.numpy

    params = ticket(result, level, after)
    about = {"spec": result.spec.to_json(), "round": str(level), "weights": "trained" if after else "start"}
    return safetensors.numpy.save({name: np.ascontiguousarray(value) for name, value in params.items()}, about)


def ticket_json(result: Result, level: int) -> str:
    """What the ticket is, for a reader and a program: Spec, round, survivors, and what was measured of it. Raises
    Missing as `mask_of` does.

    >>> from lth_core import run
    >>> from lth_core.experiments.lottery.spec import TINY
    >>> told = json.loads(ticket_json(run(TINY), 1))
    >>> told["kept"], told["total"], list(told["measured"])
    ({'fc1.weight': 102, 'fc2.weight': 72}, 208, ['test_accuracy', 'validation_accuracy', 'early_stop_step'])
    """
    cells, mask = result.tables["cells"], mask_of(result, level)
    row = int(np.flatnonzero((cells["condition"] == "ticket") & (cells["round"] == level))[0])
    figures = {name: cells[name][row].item() for name in ("test_accuracy", "validation_accuracy", "early_stop_step")}
    told = {"spec": result.spec.to_dict(), "key": result.key, "round": level, "kept": mask.counts(),
            "total": mask.total, "measured": {name: value if math.isfinite(value) else None
                                              for name, value in figures.items()}}
    return json.dumps(told, indent=2)


def loading(spec: Spec, file: str) -> str:
    """PyTorch that builds the net of `spec`, fills it from a ticket's file, and reads pictures with it; the ticket's
    mask is where the weights are not zero. `Result.ticket` gives the same net.

    >>> from lth_core.spec import Net
    >>> print(loading(Lottery(net=Net(sizes=(784, 3, 10))), "ticket.safetensors").splitlines()[5])
        flatten=nn.Flatten(), fc1=nn.Linear(784, 3), relu1=nn.ReLU(), fc2=nn.Linear(3, 10),
    """
    return code(spec.net, spec.data, file)
