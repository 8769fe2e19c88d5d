"""What the network view draws: one trained net and every state of its sparsity ladder, as plain arrays.

A ladder has rungs 0 … n−1; rung k is the net at sparsity k / (n−1). Rung 0 is the dense net, the last has no weight
left. Masks are nested, so one number per edge (its rank) and one per unit (the rung at which it dies) hold all states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pages.figures.chart import Chart


@dataclass(frozen=True, eq=False)
class Layer:
    """Units of one layer, and those of them that are drawn.

    name: "input", "hidden 1", … units: how many the net has. drawn: indices of the drawn units, rising; None draws
    all. grid: (rows, columns) of the input image, whose units are drawn as pixels. dies: for each drawn unit the
    first rung at which no path from an input to an output leads through it; the number of rungs if it never dies.
    image: for an input layer, one example's pixel values in 0–1, (units,).
    """

    name: str
    units: int
    dies: np.ndarray
    drawn: np.ndarray | None = None
    grid: tuple[int, int] | None = None
    image: np.ndarray | None = None

    @property
    def shown(self) -> np.ndarray:
        """Indices of the drawn units, (drawn,)."""
        return np.arange(self.units) if self.drawn is None else np.asarray(self.drawn)


@dataclass(frozen=True, eq=False)
class SliderData:
    """Everything the browser needs for one net; `build.slider_data` makes it from trained weights.

    layers: from input to output. Edges, sorted by rising rank, each (edges,): source and target are unit indices in
    layers `layer` and `layer` + 1; weight is its trained value; rank its place among all `total` weights, 0 for the
    first to be pruned: at rung k exactly the ranks below total − kept[k] are gone.
    Per rung, (rungs,): kept weights; threshold, the largest pruned |weight| (0 at rung 0).
    histogram: counts (bins,) of all weights between edges (bins + 1,) of |weight|.
    pixels: surviving first-layer connections per input pixel, (rungs, inputs).
    accuracy: lines over sparsity 0–1 with one point a rung or fewer; the read-outs show exactly these lines.
    sampled: sentence that says how the drawing was sampled; when empty, the words table has one for that case.
    place: of each edge among the followed weights, (edges,): in that order pictures of a training come. biases: of each
    layer, or none. net: where the whole net is fetched that reads digits; empty when all of it is drawn. first: what
    its layers say to the first digit at each rung (`figures.forward.along`), until the net is needed.
    """

    name: str
    layers: tuple[Layer, ...]
    source: np.ndarray
    target: np.ndarray
    layer: np.ndarray
    weight: np.ndarray
    rank: np.ndarray
    total: int
    kept: np.ndarray
    threshold: np.ndarray
    histogram_counts: np.ndarray
    histogram_edges: np.ndarray
    pixels: np.ndarray
    accuracy: Chart
    place: np.ndarray
    sampled: str = ""
    biases: tuple[np.ndarray, ...] = ()
    net: str = ""
    first: tuple[np.ndarray, ...] = ()

    def __post_init__(self) -> None:
        for name in ("source", "target", "layer", "weight", "place"):
            if getattr(self, name).shape != self.rank.shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, rank has {self.rank.shape}")
        if np.any(np.diff(self.rank) <= 0):
            raise ValueError("edges must be sorted by rising rank, each rank once")
        if self.rank.size and not 0 <= self.rank[0] <= self.rank[-1] < self.total:
            raise ValueError(f"ranks must lie in 0 … {self.total - 1}")
        if self.kept[0] != self.total or np.any(np.diff(self.kept) > 0):
            raise ValueError("kept must fall from `total` at rung 0")
        if self.threshold.shape != self.kept.shape or len(self.pixels) != len(self.kept):
            raise ValueError("threshold and pixels need one row for each rung of kept")
        if self.pixels.shape[1] != self.layers[0].units:
            raise ValueError(f"pixels has {self.pixels.shape[1]} columns, the input layer {self.layers[0].units} units")
        self._check_units()

    def _check_units(self) -> None:
        for layer in self.layers:
            if len(layer.dies) != len(layer.shown):
                raise ValueError(f"layer {layer.name!r}: dies needs one entry for each of its {len(layer.shown)} units")
        for depth, layer in enumerate(self.layers[:-1]):
            mine = self.layer == depth
            if not np.isin(self.source[mine], layer.shown).all():
                raise ValueError(f"an edge leaves a unit of layer {layer.name!r} that is not drawn")
            if not np.isin(self.target[mine], self.layers[depth + 1].shown).all():
                raise ValueError(f"an edge enters a unit of layer {self.layers[depth + 1].name!r} that is not drawn")

    @property
    def rungs(self) -> int:
        """Number of states, 101 for steps of one percent."""
        return len(self.kept)


