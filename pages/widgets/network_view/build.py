"""From trained weights to what the network view draws. Pure numpy: works on live and recorded nets alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lth_core.masks.select import death_order, round_half_up
from pages.figures.chart import Chart
from pages.widgets.network_view.slider_data import Layer, SliderData

BINS = 60  # of the histogram: about 6 px each on a phone


def slider_data(
    name: str,
    weights: Mapping[str, np.ndarray],
    accuracy: Chart,
    *,
    rungs: int = 101,
    grid: tuple[int, int] | None = None,
    image: np.ndarray | None = None,
    drawn: Sequence[np.ndarray] | None = None,
    edges: np.ndarray | None = None,
    biases: Sequence[np.ndarray] = (),
    net: str = "",
    first: Sequence[np.ndarray] = (),
) -> SliderData:
    """The ladder of one-shot global magnitude pruning of `weights`.

    weights: name → (out, in) from input to output, after training. accuracy: lines over sparsity 0–1.
    grid: rows and columns of the input image. image: one example input, (inputs,) in 0–1, shown in the input layer.
    drawn, edges: indices of the units of each layer and flat indices of the weights that are drawn, all when None (see
    `lth_core.nets.drawn`). biases: of each layer, for the way of a digit through the net; none when it is not to be
    read. net: address of the whole net, where not all weights are drawn. first: what it says to the first digit.

    >>> from pages.figures.chart import Axis, Line
    >>> axis = Axis("sparsity", percent=True)
    >>> line = Line("magnitude", "kept", np.array([0., 1.]), np.array([.9, .1]))
    >>> net = {"fc1.weight": np.array([[3., -1.]]), "fc2.weight": np.array([[2.], [4.]])}
    >>> data = slider_data("tiny", net, Chart("t", "s", axis, axis, (line,)), rungs=5)
    >>> data.kept.tolist(), data.weight.tolist(), data.layers[1].dies.tolist()
    ([4, 3, 2, 1, 0], [-1.0, 2.0, 3.0, 4.0], [3])
    """
    matrices = [np.asarray(matrix, np.float32) for matrix in weights.values()]
    ranks = list(death_order({key: np.abs(matrix) for key, matrix in weights.items()}).values())
    total = sum(matrix.size for matrix in matrices)
    kept = np.array([total - round_half_up(total * k / (rungs - 1)) for k in range(rungs)])
    sizes = [matrices[0].shape[1], *(len(matrix) for matrix in matrices)]
    shown = [np.asarray(units) for units in drawn] if drawn is not None else [np.arange(size) for size in sizes]
    magnitudes = np.sort(np.concatenate([np.abs(matrix).ravel() for matrix in matrices]))
    counts, bounds = np.histogram(magnitudes, BINS, (0.0, float(magnitudes[-1])))
    source, target, layer, weight, rank, place = _edges(matrices, ranks, edges)
    return SliderData(
        name=name,
        layers=_layers(sizes, shown, _unit_deaths(ranks, kept), grid, image),
        source=source, target=target, layer=layer, weight=weight, rank=rank, place=place,
        total=total,
        kept=kept,
        threshold=np.array([magnitudes[total - n - 1] if n < total else 0.0 for n in kept]),
        histogram_counts=counts,
        histogram_edges=bounds,
        pixels=np.stack([(ranks[0] >= total - n).sum(0, dtype=np.int32) for n in kept]),
        accuracy=accuracy,
        biases=tuple(np.asarray(bias, np.float32) for bias in biases),
        net=net,
        first=tuple(first),
    )


def _layers(sizes: list[int], shown: list[np.ndarray], dies: list[np.ndarray], grid: tuple[int, int] | None,
            image: np.ndarray | None) -> tuple[Layer, ...]:
    names = ["input", *(f"hidden {i}" for i in range(1, len(sizes) - 1)), "output"]
    layers = [
        Layer(name, size, dying[units], None if len(units) == size else units)
        for name, size, units, dying in zip(names, sizes, shown, dies, strict=True)
    ]
    return (replace(layers[0], grid=grid, image=image), *layers[1:])


def _edges(matrices: list[np.ndarray], ranks: list[np.ndarray], chosen: np.ndarray | None) -> list[np.ndarray]:
    """Columns source, target, layer, weight, rank and place among the `chosen` of the drawn edges, sorted by rank."""
    ends = np.cumsum([matrix.size for matrix in matrices])
    flat = np.arange(ends[-1]) if chosen is None else np.asarray(chosen)
    depth = np.searchsorted(ends, flat, side="right")
    columns = np.array([matrix.shape[1] for matrix in matrices])[depth]
    within = flat - np.array([0, *ends[:-1]])[depth]
    weight, rank = (np.concatenate([layer.ravel() for layer in layers])[flat] for layers in (matrices, ranks))
    order = np.argsort(rank)
    parts = (within % columns, within // columns, depth, weight, rank)
    return [*(part[order] for part in parts), order]


def _unit_deaths(ranks: list[np.ndarray], kept: np.ndarray) -> list[np.ndarray]:
    """For each unit of each layer the first rung at which it lies on no input→output path.

    The path that lives longest through a unit dies with its lowest rank, so the widest-path recurrence applies:
    best(unit) = max over edges of min(rank, best(neighbour)), once from the inputs and once from the outputs.
    """
    total, never = int(kept[0]), np.iinfo(np.int64).max
    forward = [np.full(ranks[0].shape[1], never)]
    for rank in ranks:  # (out, in)
        forward.append(np.minimum(rank, forward[-1]).max(1))
    backward = [np.full(len(ranks[-1]), never)]
    for rank in reversed(ranks):
        backward.insert(0, np.minimum(rank, backward[0][:, None]).max(0))
    pruned = total - kept  # at rung k the ranks below pruned[k] are gone
    return [np.searchsorted(pruned, np.minimum(a, b), side="right") for a, b in zip(forward, backward, strict=True)]
