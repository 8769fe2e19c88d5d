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
        """Share remaining, ‖m‖₀ / |θ|. Raises ValueError for a mask without a single weight, which has none."""
        total = self.total
        if not total:
            raise ValueError("this mask covers no weights: there is nothing to have a share of")
        return self.kept / total

    @property
    def sparsity(self) -> float:
        """Share removed, 1 − density."""
        return 1.0 - self.density

    def counts(self) -> dict[str, int]:
        """Weights alive in each layer.

        >>> Mask({"fc1.weight": [[1, 0], [1, 1]], "fc2.weight": [[0, 1]]}).counts()
        {'fc1.weight': 3, 'fc2.weight': 1}
        """
        return {name: int(np.count_nonzero(array)) for name, array in self.items()}

    def within(self, other: Mask) -> bool:
        """True when every weight alive here is alive in `other`: masks of later rounds are nested in earlier ones.

        Raises ValueError when the masks are not of the same layers and shapes.

        >>> early, late = Mask({"fc1.weight": [[1, 1, 0]]}), Mask({"fc1.weight": [[1, 0, 0]]})
        >>> late.within(early), early.within(late)
        (True, False)
        """
        self._check_alike(other)
        return all(not np.any(array & ~other[name]) for name, array in self.items())

    def overlap(self, other: Mask) -> float:
        """Jaccard overlap |a ∩ b| / |a ∪ b| of two masks: 1 when equal, 0 when disjoint.

        Raises ValueError when the masks are not of the same layers and shapes.

        >>> Mask({"fc1.weight": [[1, 1, 0]]}).overlap(Mask({"fc1.weight": [[0, 1, 1]]}))
        0.3333333333333333
        """
        self._check_alike(other)
        both = sum(int(np.count_nonzero(array & other[name])) for name, array in self.items())
        either = sum(int(np.count_nonzero(array | other[name])) for name, array in self.items())
        return both / either if either else 1.0

    def overlap_by_chance(self, other: Mask) -> float:
        """The overlap to expect of two masks that keep as many weights of each layer, drawn independently.

        Raises ValueError when the masks are not of the same layers and shapes.

        >>> half = Mask({"fc1.weight": [[True, False]] * 50})
        >>> round(half.overlap_by_chance(half), 3)
        0.333
        """
        self._check_alike(other)
        sizes = np.array([array.size for array in self.values()])
        counts = (mask.counts() for mask in (self, other))
        mine, theirs = (np.array([count[name] for name in self]) / sizes for count in counts)  # (layers,)
        both = float(sizes @ (mine * theirs))
        either = float(sizes @ (mine + theirs)) - both
        return both / either if either else 1.0

    def apply(self, params: Params) -> dict[str, np.ndarray]:
        """A copy of `params`, m ⊙ θ: pruned weights are exactly +0.0, everything else untouched.

        What no layer of the mask names, such as biases, is copied as it is. Raises ValueError when `params` lacks a
        layer of the mask, or has it in another shape.

        >>> mask = Mask({"fc1.weight": [[True, False]]})
        >>> pruned = mask.apply({"fc1.weight": np.array([[2.0, -3.0]]), "fc1.bias": np.array([1.0])})
        >>> pruned["fc1.weight"].tolist(), pruned["fc1.bias"].tolist()
        ([[2.0, 0.0]], [1.0])
        """
        for name, alive in self.items():
            if name not in params:
                raise ValueError(f"the mask has {name} of shape {alive.shape}, the weights have no such layer: they "
                                 f"have {_shapes(params)}")
            if np.shape(params[name]) != alive.shape:
                raise ValueError(f"the mask of {name} has shape {alive.shape}, the weights {np.shape(params[name])}")
        return {name: np.where(self[name], array, np.float32(0)) if name in self else np.array(array)
                for name, array in params.items()}

    def _check_alike(self, other: Mask) -> None:
        """Raise ValueError unless both masks have the same layers of the same shapes: numpy would stretch one."""
        for one, another in ((self, other), (other, self)):
            for name in one:
                if name not in another:
                    raise ValueError(f"one mask has {name} of shape {one[name].shape}, the other has no such layer: it "
                                     f"has {_shapes(another)}")
        for name, alive in self.items():
            if alive.shape != other[name].shape:
                raise ValueError(f"{name} has shape {alive.shape} in one mask and {other[name].shape} in the other")


def _shapes(layers: Mapping[str, np.ndarray]) -> str:
    return ", ".join(f"{name} {np.shape(array)}" for name, array in layers.items()) or "none at all"
