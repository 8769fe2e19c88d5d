"""Registered functions at work: each is called in one place, and what it returns is checked before it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.own.registry import registered

if TYPE_CHECKING:
    import torch


class OwnError(ValueError):
    """Something of your own that does not do what it is for. Says what was brought, what is wrong and the cure."""


@dataclass(frozen=True)
class Begin:
    """What a condition of your own may read.

    mask: the ticket's. rewound: the weights it rewinds to. reinit: makes fresh parameters. rng: chance of this
    condition, replicate and round alone. The arrays are copies: they may be changed.
    """

    mask: Mapping[str, np.ndarray]
    rewound: dict[str, np.ndarray]
    reinit: Callable[[], dict[str, np.ndarray]]
    rng: np.random.Generator


def scored(full: str, layer: str, trained: np.ndarray, first: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """A layer's scores by a criterion of that full name. Raises OwnError for another shape, or for numbers without
    order where weights are alive: dead ones are 0 and are not ranked."""
    entry = registered("criterion", full)
    scores = np.asarray(entry.function(np.array(trained), np.array(first)))
    if scores.shape != trained.shape or scores.dtype.kind not in "biuf":
        raise OwnError(f"the criterion {entry.name!r} returned {_kind(scores)} for {layer}: it must be a number for "
                       f"each weight, of shape {trained.shape}")
    if not np.isfinite(scores[alive]).all():
        raise OwnError(f"the criterion {entry.name!r} returned NaN or infinity for {layer}: numbers without an order "
                       "cannot be ranked")
    return np.where(alive, scores, 0)


def scheduled(full: str, start: int, stop: int, steps: int) -> np.ndarray:
    """Factors of the learning rate for the steps `start` to `stop`, float64. Raises OwnError for what is no factor."""
    entry = registered("schedule", full)
    factors = [entry.function(step, steps) for step in range(start, stop)]
    for step, factor in enumerate(factors, start):
        if not isinstance(factor, (int, float, np.number)) or not 0 <= factor < float("inf"):
            raise OwnError(f"the schedule {entry.name!r} returned {factor!r} at step {step}: it must be a number of at "
                           "least 0 that multiplies the learning rate")
    return np.array(factors, np.float64)


def optimising(full: str, model: torch.nn.Module, rate: float) -> torch.optim.Optimizer:
    """The optimiser of that full name over the model's parameters. Raises OwnError when it leaves some out."""
    entry = registered("optimiser", full)
    return checked_optimiser(f"the optimiser {entry.name!r}", model,
                             entry.function([p for p in model.parameters() if p.requires_grad], rate))


def checked_optimiser(what: str, model: torch.nn.Module, made: Any) -> torch.optim.Optimizer:
    """`made` itself when it is an optimiser over all parameters of the model that learn."""
    import torch

    if not isinstance(made, torch.optim.Optimizer):
        raise OwnError(f"{what} returned {type(made).__name__}: it must be a torch.optim.Optimizer")
    held = {id(param) for group in made.param_groups for param in group["params"]}
    left_out = [name for name, param in model.named_parameters() if param.requires_grad and id(param) not in held]
    if left_out:
        raise OwnError(f"{what} does not hold {left_out[0]} ({len(left_out)} parameters are left out): it must be made "
                       "of the parameters it is given")
    return made


def began(
    full: str, mask: Mask, rewound: dict[str, np.ndarray], reinit: Callable[[], dict[str, np.ndarray]],
    rng: np.random.Generator,
) -> tuple[dict[str, np.ndarray], Mask, bool]:
    """Parameters, mask and whether they are fresh, by a condition of that full name. Raises OwnError for other names or
    shapes, and for values that are not finite."""
    entry = registered("condition", full)
    expected = {name: (value.shape, value.dtype) for name, value in rewound.items()}
    made = entry.function(Begin({name: mask[name].copy() for name in mask}, rewound, reinit, rng))
    params, kept = made if isinstance(made, tuple) and len(made) == 2 else (made, mask)
    what = f"the condition {entry.name!r}"
    if not isinstance(params, Mapping) or set(params) != set(expected):
        raise OwnError(f"{what} must return the parameters it is given by name, or (parameters, mask): "
                       f"{', '.join(expected)}")
    checked = {}
    for name, (shape, dtype) in expected.items():
        value = np.asarray(params[name])
        if value.shape != shape or value.dtype.kind not in "biuf" or not np.isfinite(value).all():
            raise OwnError(f"{what} returned {_kind(value)} for {name}: it must be {shape} finite numbers")
        checked[name] = np.array(value, dtype)
    return checked, _mask(what, kept, mask), entry.fresh


def _mask(what: str, kept: Any, mask: Mask) -> Mask:
    if not isinstance(kept, Mapping) or set(kept) != set(mask):
        raise OwnError(f"{what} must return a mask for {', '.join(mask)}")
    try:
        made = Mask({name: kept[name] for name in mask})
    except ValueError as error:
        raise OwnError(f"{what}: {error}") from None
    for name in mask:
        if made[name].shape != mask[name].shape:
            raise OwnError(f"{what} returned a mask of shape {made[name].shape} for {name}: it must be "
                           f"{mask[name].shape}")
    return made


def _kind(value: np.ndarray) -> str:
    return f"an array of shape {value.shape} and type {value.dtype}"
