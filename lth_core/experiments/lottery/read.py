"""Trained nets out of a lottery's Result, and tickets as files that PyTorch loads.

Shipped copies leave the trained weights out unless a page needs them.
"""

from __future__ import annotations

import json
import math

import numpy as np

from lth_core.experiments.lottery.spec import Lottery
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import Params, initial, weight_names
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.results.weights import Missing, whole
from lth_core.spec import Net


def mask_of(result: Result, level: int) -> Mask:
    """The mask of a lottery's round `level`."""
    return masks_at({name: result.arrays[f"died/{name}"] for name in weight_names(result.spec.net)}, level)


def start(result: Result, level: int) -> dict[str, np.ndarray]:
    """The ticket of a lottery's round `level` before its training: m ⊙ θ₀, or m ⊙ θₖ when it rewinds to step k.

    Raises Missing when θₖ is not in the Result: recorded copies leave it out.
    """
    spec, mask = result.spec, mask_of(result, level)
    assert isinstance(spec, Lottery)
    params: Params = initial(spec.net, spec.seed)
    if spec.rewind.step and level:
        if spec.rewind.mode != "weights" or "final/rewound" not in result.arrays:
            raise Missing("the weights that this run rewinds to are not stored: run it again, here and now")
        params = whole(spec.net, Mask.dense(spec.net), result.arrays["final/rewound"])
    return {name: np.where(mask[name], value, np.float32(0)) if name in mask else value
            for name, value in params.items()}


def trained(result: Result, level: int) -> dict[str, np.ndarray]:
    """The ticket of a lottery's round `level` after its training. Raises Missing when the Result left it out."""
    names = (f"final/{level}", f"final/{level}/rest")
    if any(name not in result.arrays for name in names):
        raise Missing(f"the trained weights of round {level} are not stored: run it again, here and now")
    return whole(result.spec.net, mask_of(result, level), np.concatenate([result.arrays[name] for name in names]))


def next_mask(result: Result) -> Mask:
    """The mask after the last round of a lottery, trained but not yet cut. Raises Missing as `trained` does."""
    spec = result.spec
    assert isinstance(spec, Lottery)
    level = spec.pruning.rounds
    judged = trained(result, 0 if spec.pruning.schedule == "one-shot" else level)
    return prune(spec.pruning, mask_of(result, level), judged, spec.seed, level + 1, initial(spec.net, spec.seed))


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ticket_file(result: Result, level: int, after: bool = False) -> bytes:
    """safetensors bytes of the ticket of round `level` before its training, or `after` it: a PyTorch state dict, pruned
    weights exactly zero, with the Spec and the round as metadata. Raises Missing."""
    import safetensors.numpy

    params = trained(result, level) if after else start(result, level)
    about = {"spec": result.spec.to_json(), "round": str(level), "weights": "trained" if after else "start"}
    return safetensors.numpy.save({name: np.ascontiguousarray(value) for name, value in params.items()}, about)


def ticket_json(result: Result, level: int) -> str:
    """What the ticket is, for a reader and a program: Spec, round, survivors, and what was measured of it."""
    cells, mask = result.tables["cells"], mask_of(result, level)
    row = int(np.flatnonzero((cells["condition"] == "ticket") & (cells["round"] == level))[0])
    figures = {name: cells[name][row].item() for name in ("test_accuracy", "validation_accuracy", "early_stop_step")}
    told = {"spec": result.spec.to_dict(), "key": result.key, "round": level, "kept": mask.counts(),
            "total": mask.total, "measured": {name: value if math.isfinite(value) else None
                                              for name, value in figures.items()}}
    return json.dumps(told, indent=2)


def loading(net: Net, file: str) -> str:
    """Four lines of PyTorch that load a ticket's file; its mask is where the weights are not zero.

    >>> print(loading(Net(sizes=(4, 3, 2)), "ticket.safetensors").splitlines()[1])
    pairs = [(4, 3), (3, 2)]
    """
    pairs = list(zip(net.sizes, net.sizes[1:], strict=False))
    layers = '{f"fc{i}": torch.nn.Linear(*pair) for i, pair in enumerate(pairs, 1)}'
    if net.batchnorm:
        layers += ' | {f"bn{i}": torch.nn.BatchNorm1d(pair[1]) for i, pair in enumerate(pairs[:-1], 1)}'
    loose = ", strict=False" if net.batchnorm else ""  # BatchNorm counts batches, which no ticket does
    return (
        "import safetensors.torch, torch\n"
        f"pairs = {pairs}\n"
        f"net = torch.nn.ModuleDict({layers})\n"
        f'net.load_state_dict(safetensors.torch.load_file("{file}"){loose})'
    )
