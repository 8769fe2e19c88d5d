"""The mask: which weights are alive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lth_core.nets.layers import layers
from lth_core.nets.params import Params
from lth_core.spec import Net


class Mask(Mapping[str, np.ndarray]):
    """An immutable map from weight name to a boolean array of the weight's shape; True is kept.

    >>> mask = Mask({"fc1.weight": [[True, False], [True, True]]})
    >>> mask.kept, mask.total, mask.density, mask.sparsity
    (3, 4, 0.75, 0.25)
    """

    def __init__(self, layers: Mapping[str, Any]) -> None:
        self._layers: dict[str, np.ndarray] = {}
        for name, values in layers.items():
            array = np.array(values)  # a copy: a mask never changes under its owner's feet
            if array.dtype != np.bool_:
                if not np.isin(array, (0, 1)).all():
                    raise ValueError(f"mask of {name} holds values other than 0 and 1")
                array = array.astype(np.bool_)
            array.setflags(write=False)
            self._layers[name] = array

    @classmethod
    def dense(cls, net: Net) -> Mask:
        """Every weight alive."""
        return cls({f"{layer.name}.weight": np.ones(layer.shape, np.bool_) for layer in layers(net)})

    def __getitem__(self, name: str) -> np.ndarray:
        return self._layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Mask)
            and list(self) == list(other)
            and all(np.array_equal(self[name], other[name]) for name in self)
        )

    def __hash__(self) -> int:
        return hash(tuple((name, self[name].tobytes()) for name in self))

    def __repr__(self) -> str:
        return f"Mask({self.kept:,} of {self.total:,} kept)"

    @property
    def kept(self) -> int:
        """Number of weights alive, ‖m‖₀."""
        return sum(int(np.count_nonzero(array)) for array in self.values())

    @property
    def total(self) -> int:
        """Number of weights, |θ| without biases."""
        return sum(array.size for array in self.values())

    @property
    def density(self) -> float:
        """Share remaining, ‖m‖₀ / |θ|."""
        return self.kept / self.total

    @property
    def sparsity(self) -> float:
        """Share removed, 1 − density."""
        return 1.0 - self.density

    def counts(self) -> dict[str, int]:
        """Weights alive in each layer."""
        return {name: int(np.count_nonzero(array)) for name, array in self.items()}

    def within(self, other: Mask) -> bool:
        """True when every weight alive here is alive in `other`: masks of later rounds are nested in earlier ones."""
        return all(not np.any(array & ~other[name]) for name, array in self.items())

    def overlap(self, other: Mask) -> float:
        """Jaccard overlap |a ∩ b| / |a ∪ b| of two masks: 1 when equal, 0 when disjoint."""
        both = sum(int(np.count_nonzero(array & other[name])) for name, array in self.items())
        either = sum(int(np.count_nonzero(array | other[name])) for name, array in self.items())
        return both / either if either else 1.0

    def overlap_by_chance(self, other: Mask) -> float:
        """The overlap to expect of two masks that keep as many weights of each layer, drawn independently.

        >>> half = Mask({"fc1.weight": [[True, False]] * 50})
        >>> round(half.overlap_by_chance(half), 3)
        0.333
        """
        sizes = np.array([array.size for array in self.values()])
        mine, theirs = (np.array(list(mask.counts().values())) / sizes for mask in (self, other))  # (layers,)
        both = float(sizes @ (mine * theirs))
        either = float(sizes @ (mine + theirs)) - both
        return both / either if either else 1.0

    def apply(self, params: Params) -> dict[str, np.ndarray]:
        """A copy of `params`, m ⊙ θ: pruned weights are exactly +0.0, everything else untouched."""
        return {name: np.where(self[name], array, np.float32(0)) if name in self else np.array(array)
                for name, array in params.items()}
