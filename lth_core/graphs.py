"""A net and its mask as a graph: what can be drawn, which units are dead, how many paths are left.

Units are nodes `(layer, unit)`, layer 0 is the input; weights are edges. Edges come as a table of arrays first, because
a table can be sampled and sent to a browser; `graph` turns it into a networkx graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.select import death_order
from lth_core.nets.params import Params
from lth_core.streams import stream

if TYPE_CHECKING:
    import networkx as nx

Node: TypeAlias = tuple[int, int]  # (layer, unit)


@dataclass(frozen=True)
class Edges:
    """Weights as columns of equal length n: `source` in layer `layer` − 1 feeds `target` in layer `layer`.

    layer, source, target: int32. weight: float32. rank: int32, 0 for the first weight that magnitude pruning removes
    in the whole net. kept: bool, alive in the mask.
    """

    layer: np.ndarray
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    rank: np.ndarray
    kept: np.ndarray

    def __len__(self) -> int:
        return len(self.weight)

    def take(self, indices: np.ndarray) -> Edges:
        """The rows at `indices`, in that order; `edges.take(np.argsort(edges.rank))` sorts by rank."""
        return Edges(*(getattr(self, column.name)[indices] for column in fields(self)))


def chained(mask: Mask) -> bool:
    """Is every layer fully connected, and fed by the one before?

    >>> chained(Mask({"fc1.weight": np.ones((3, 4)), "fc2.weight": np.ones((2, 5))}))
    False
    """
    shapes = [alive.shape for alive in mask.values()]
    return all(len(shape) == 2 for shape in shapes) and all(a[0] == b[1] for a, b in pairwise(shapes))


def sizes(mask: Mask) -> tuple[int, ...]:
    """Units of each layer, from input to output. Raises ValueError when layers do not fit on each other.

    >>> sizes(Mask({"fc1.weight": np.ones((3, 4)), "fc2.weight": np.ones((2, 3))}))
    (4, 3, 2)
    """
    shapes = [alive.shape for alive in mask.values()]
    if not shapes or any(len(shape) != 2 for shape in shapes):
        raise ValueError(f"a graph needs fully connected layers, shape (out, in), but got shapes {shapes}")
    if any(before[0] != after[1] for before, after in pairwise(shapes)):
        raise ValueError(f"layers do not fit on each other: shapes (out, in) are {shapes}")
    return (shapes[0][1], *(shape[0] for shape in shapes))


def edges(params: Params, mask: Mask, scores: Mapping[str, np.ndarray] | None = None) -> Edges:
    """Every weight of the net as a row, layer by layer in the order of the (out, in) arrays.

    scores: what ranks the weights, in the mask's shapes; the magnitude |w| by default.

    >>> params = {"fc1.weight": np.array([[0.5, -2.0], [1.0, 0.1]], np.float32)}
    >>> table = edges(params, Mask({"fc1.weight": [[1, 1], [1, 0]]}))
    >>> table.rank.tolist(), table.kept.tolist()
    ([1, 3, 2, 0], [True, True, True, False])
    """
    widths = sizes(mask)
    ranks = death_order(scores if scores is not None else {name: np.abs(params[name]) for name in mask})
    places = [np.indices((out, into)).reshape(2, -1) for into, out in pairwise(widths)]
    target, source = np.concatenate(places, axis=1).astype(np.int32)
    return Edges(
        layer=np.repeat(np.arange(1, len(widths), dtype=np.int32), [alive.size for alive in mask.values()]),
        source=source,
        target=target,
        weight=np.concatenate([params[name].ravel() for name in mask]),
        rank=np.concatenate([ranks[name].ravel() for name in mask]),
        kept=np.concatenate([mask[name].ravel() for name in mask]),
    )


def shares(counts: Sequence[int], drawn: int) -> list[int]:
    """`drawn` divided over layers in proportion to their `counts` (largest remainders, ties to the earlier layer).

    >>> shares([235_200, 30_000, 1_000], 3_000)
    [2651, 338, 11]
    """
    total = sum(counts)
    floors = [drawn * count // total for count in counts]
    remainders = [drawn * count % total for count in counts]
    most = sorted(range(len(counts)), key=lambda i: -remainders[i])[: drawn - sum(floors)]
    return [floor + (i in most) for i, floor in enumerate(floors)]


def sample(table: Edges, drawn: int, seed: int) -> Edges:
    """A faithful sample for drawing a net that has too many weights to draw: `drawn` rows, in the table's order.

    Each layer has its exact share (see `shares`), and within a layer each weight has the same chance, whatever its
    magnitude, rank or mask: the drawn share of pruned weights estimates the true one, and nothing is prettified.
    The stream is (seed, "picture", layer). All rows come back when `drawn` is at least their number.
    """
    if drawn >= len(table):
        return table
    layers, counts = np.unique(table.layer, return_counts=True)
    rows = []
    for layer, share in zip(layers, shares(counts.tolist(), drawn), strict=True):
        mine = np.flatnonzero(table.layer == layer)
        rows.append(np.sort(stream(seed, "picture", int(layer)).choice(mine, share, replace=False)))
    return table.take(np.concatenate(rows))


def layout(widths: Sequence[int]) -> dict[Node, tuple[float, float]]:
    """Where each unit is drawn, in a unit square: layers from left to right, units spread evenly from top to bottom.

    >>> layout((2, 1))
    {(0, 0): (0.0, 0.25), (0, 1): (0.0, 0.75), (1, 0): (1.0, 0.5)}
    """
    last = max(1, len(widths) - 1)
    return {
        (layer, unit): (layer / last, (unit + 0.5) / width)
        for layer, width in enumerate(widths)
        for unit in range(width)
    }


def graph(table: Edges, widths: Sequence[int]) -> nx.DiGraph:
    """The table as a directed graph: nodes `(layer, unit)` with `pos`, edges with `weight`, `rank` and `kept`.

    Pruned edges are in it, marked `kept=False`. Meant for nets that can be drawn: LeNet-300-100 whole takes seconds.

    >>> params = {"fc1.weight": np.array([[0.5, -2.0]], np.float32)}
    >>> net = graph(edges(params, Mask({"fc1.weight": [[0, 1]]})), (2, 1))
    >>> net.edges[(0, 1), (1, 0)]
    {'weight': -2.0, 'rank': 1, 'kept': True}
    """
    import networkx as nx  # 0.2 s, which the other functions here do not need

    net = nx.DiGraph()
    net.add_nodes_from((node, {"pos": place}) for node, place in layout(widths).items())
    columns = (getattr(table, column.name).tolist() for column in fields(table))
    net.add_edges_from(
        ((layer - 1, source), (layer, target), {"weight": weight, "rank": rank, "kept": kept})
        for layer, source, target, weight, rank, kept in zip(*columns, strict=True)
    )
    return net


def dead_units(mask: Mask) -> tuple[np.ndarray, ...]:
    """For each layer a bool array (units,): True where no kept path comes from an input, or none leads to an output.

    A hidden unit without inputs still passes on its bias, the same for every image; what it says carries no signal.

    >>> mask = Mask({"fc1.weight": [[1, 0], [0, 0]], "fc2.weight": [[1, 1]]})
    >>> [dead.tolist() for dead in dead_units(mask)]
    [[False, True], [False, True], [False]]
    """
    widths, layers = sizes(mask), list(mask.values())  # each (out, in)
    fed = [np.ones(widths[0], np.bool_)]
    for alive in layers:
        fed.append(np.any(alive & fed[-1], axis=1))
    heard = [np.ones(widths[-1], np.bool_)]
    for alive in reversed(layers):
        heard.append(np.any(alive & heard[-1][:, None], axis=0))
    return tuple(~(a & b) for a, b in zip(fed, reversed(heard), strict=True))


def paths(mask: Mask) -> int:
    """Number of ways from an input to an output along kept weights, exactly, however large.

    Layer by layer, a unit is reached in as many ways as its kept inputs together. Python's integers, because the nine
    weight layers of 784 – 8 × 100 – 10 have 7.84 · 10¹⁹ paths and int64 ends at 9.2 · 10¹⁸.

    >>> paths(Mask({"fc1.weight": np.ones((300, 784)), "fc2.weight": np.ones((10, 300))}))
    2352000
    """
    ways = np.ones(sizes(mask)[0], dtype=object)
    for alive in mask.values():
        ways = np.array([sum(ways[row]) for row in alive], dtype=object)
    return int(sum(ways))
