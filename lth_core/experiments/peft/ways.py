"""Ways to tune a trained net: what each lets move, and what that begins with. Every one begins exactly at the net."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from lth_core.experiments.peft.spec import Peft
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest_globally
from lth_core.nets.params import Params, layer_names
from lth_core.running.conditions import random_like
from lth_core.streams import stream

Arrays = dict[str, np.ndarray]


def begin(spec: Peft, how: str, size: int, params: Params, mask: Mask | None = None) -> Arrays:
    """What moves, with its first values: float32, named as in `net`. mask: of `ticket` and `random`, which weights."""
    *hidden, last = layer_names(spec.net)
    moving = {f"new.{part}": params[f"{last}.{part}"][spec.old :].copy() for part in ("weight", "bias")}
    if how == "all":
        moving |= {f"{layer}.weight": params[f"{layer}.weight"].copy() for layer in hidden}
    if how in ("all", "biases"):
        moving |= {f"{layer}.bias": params[f"{layer}.bias"].copy() for layer in hidden}
    for depth, layer in enumerate(hidden):
        out, into = params[f"{layer}.weight"].shape
        if how == "lora":  # A random, B zero, as in the paper; A's spread is ours, so that A x is about as large as x
            moving[f"{layer}.lora_a"] = _normal(spec, 0, size, depth, (size, into), into**-0.5)
            moving[f"{layer}.lora_b"] = np.zeros((out, size), np.float32)
        if how == "adapter":  # the paper begins near the identity; with zeros on the way up it is the identity
            moving |= {f"{layer}.down": _normal(spec, 1, size, depth, (size, out), (2 / out) ** 0.5),
                       f"{layer}.down_bias": np.zeros(size, np.float32),
                       f"{layer}.up": np.zeros((out, size), np.float32), f"{layer}.up_bias": np.zeros(out, np.float32)}
        if mask is not None:
            moving[f"{layer}.change"] = np.zeros(int(mask[f"{layer}.weight"].sum()), np.float32)
    return moving


def _normal(spec: Peft, kind: int, size: int, depth: int, shape: tuple[int, int], spread: float) -> np.ndarray:
    drawn = stream(spec.seed, "added", kind, size, depth).standard_normal(shape, dtype=np.float32)
    return drawn * np.float32(spread)


def count(spec: Peft, how: str, size: int) -> int:
    """Numbers that a way to tune trains, the new outputs among them.

    >>> [count(Peft(), *way) for way in (("outputs", 0), ("biases", 0), ("lora", 1), ("adapter", 2), ("all", 0))]
    [505, 905, 1989, 2509, 266105]
    """
    sizes = spec.net.sizes[:-1]
    pairs, units = list(pairwise(sizes)), sum(sizes[1:])
    own = {"outputs": 0, "biases": units, "all": sum(a * b for a, b in pairs) + units,
           "adapter": 2 * size * units + units + size * len(pairs)}
    return (sizes[-1] + 1) * spec.new + own.get(how, size * sum(a + b for a, b in pairs))


def moved_most(spec: Peft, rank: int, before: Params, after: Params) -> Mask:
    """The weights of the hidden layers that a tuning of the whole net moved most, as many as LoRA of that rank has
    numbers: a ticket's mask for tuning (Ansell et al., ACL 2022)."""
    names = [f"{layer}.weight" for layer in layer_names(spec.net)[:-1]]
    moved = {name: np.abs(after[name] - before[name]) for name in names}
    whole = Mask({name: np.ones(values.shape, np.bool_) for name, values in moved.items()})
    keep = count(spec, "lora", rank) - count(spec, "outputs", 0)
    return remove_lowest_globally(moved, whole, whole.total - keep)


def masks(spec: Peft, rank: int, before: Params, after: Params) -> Mapping[str, Mask]:
    """The mask of every way that has one; the random one lets as many weights of each layer move."""
    ticket = moved_most(spec, rank, before, after)
    return {"ticket": ticket, "random": random_like(ticket, spec.seed, 0, rank)}
