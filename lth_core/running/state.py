"""What only resuming needs: the masks and weights of a run that is not over, and where its trainings stand.

Every field has its own place in a checkpoint, by `packed` and `unpacked`; a Result carries none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from lth_core.masks.mask import Mask

Arrays: TypeAlias = dict[str, np.ndarray]

WEIGHTS = ("dense", "began", "final", "rewound", "scores")


@dataclass
class Place:
    """Where a training in progress stands.

    step: the last step taken of which `state` is the backend's. where: which training (its columns in the tables).
    seconds: spent on it so far. path: followed weights at each point so far, (points, weights).
    """

    step: int
    state: Arrays
    where: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    path: np.ndarray | None = None


@dataclass
class State:
    """level: the round that `masks` belong to. masks: those in force, by chain (a lottery has one, `ticket`).

    dense, began, final, rewound: a lottery's weights after its first training, before and after its last one, and at
    the step it rewinds to. scores: of every weight, where they are computed once. trained: finished trainings that
    later ones begin at, by name. places: trainings in progress, by name. found, sources: masks of another lottery, by
    round, and where each came from, in words. All weights under torch's names; empty where there is nothing yet.
    """

    level: int = 0
    masks: dict[str, Mask] = field(default_factory=dict)
    dense: Arrays = field(default_factory=dict)
    began: Arrays = field(default_factory=dict)
    final: Arrays = field(default_factory=dict)
    rewound: Arrays = field(default_factory=dict)
    scores: Arrays = field(default_factory=dict)
    trained: dict[str, Arrays] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    found: dict[int, Mask] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def packed(self) -> tuple[dict[str, Any], Arrays]:
        """Plain values for JSON, and named arrays.

        >>> state = State(level=2, places={"cell": Place(7, {"theta": np.zeros(3)})})
        >>> plain, arrays = state.packed()
        >>> list(arrays), State.unpacked(plain, arrays).places["cell"].step
        (['places/cell/theta'], 7)
        """
        arrays: Arrays = {}
        for name in WEIGHTS:
            arrays |= _under(name, getattr(self, name))
        for chain, mask in self.masks.items():
            arrays |= _under(f"masks/{chain}", mask)
        for level, mask in self.found.items():
            arrays |= _under(f"found/{level}", mask)
        for name, params in self.trained.items():
            arrays |= _under(f"trained/{name}", params)
        places = {}
        for name, place in self.places.items():
            arrays |= _under(f"places/{name}", place.state)
            arrays |= {} if place.path is None else {f"paths/{name}": place.path}
            places[name] = {"step": place.step, "where": place.where, "seconds": place.seconds}
        return {"level": self.level, "places": places, "sources": self.sources}, arrays

    @classmethod
    def unpacked(cls, plain: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> State:
        """What `packed` gave. Raises LookupError, TypeError or ValueError for anything else."""
        places = {name: Place(told["step"], {}, told["where"], told["seconds"])
                  for name, told in plain["places"].items()}
        state = cls(level=plain["level"], sources=plain["sources"], places=places)
        masks: dict[str, dict[str, Arrays]] = {"masks": {}, "found": {}}
        for path, array in arrays.items():
            part, name = path.split("/", 1)
            if part in WEIGHTS:
                getattr(state, part)[name] = array
            elif part == "paths":
                places[name].path = array
            else:
                owner, own = name.split("/", 1)
                into = places[owner].state if part == "places" else (
                    state.trained if part == "trained" else masks[part]).setdefault(owner, {})
                into[own] = array
        state.masks = {chain: Mask(layers) for chain, layers in masks["masks"].items()}
        state.found = {int(level): Mask(layers) for level, layers in masks["found"].items()}
        return state


def _under(path: str, arrays: Mapping[str, np.ndarray]) -> Arrays:
    return {f"{path}/{name}": array for name, array in arrays.items()}
