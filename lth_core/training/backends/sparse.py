"""The `sparse` backend: one net, only its surviving weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, layer_names
from lth_core.spec import Net, Training
from lth_core.training.backends.crew import together
from lth_core.training.backends.examples import Pixels, Prepared
from lth_core.training.backends.flat import flat, flat_shapes, lines, named
from lth_core.training.backends.optimiser import Rule
from lth_core.training.backends.packed import Packed, padded
from lth_core.training.backends.sparse_kernels import HALF, WIDTH, Graph, test, train

FEW = 25_000  # weights, 9% of LeNet: up to so many, waking and meeting a second thread costs what it spares
# Pixels of a tile, whose 64 examples take 48 KiB; and weights that a unit should have in one: changing over from a unit
# to the next takes as long as four of them.
TILE, RUN = 192, 16


def graph_of(net: Net, mask: Mask, live: np.ndarray, tiles: int = 1) -> tuple[Graph, np.ndarray]:
    """The graph of a masked net, and where its packed weights lie in the flat parameters (see `flat_shapes`).

    live: bool (features,), pixels whose weights count: those ever lit, in whichever split. tiles: in which the first
    layer reads them; no number depends on it. Returns (graph, positions int64 (edges,)).
    """
    layers = np.cumsum((0, *net.sizes[1:]))
    units = int(layers[-1])
    owners, sources, positions, start = [], [], [], 0
    used = live & mask["fc1.weight"].any(axis=0)
    place = np.where(used, units + 1 + np.cumsum(used), units + 1)  # (features,)
    for layer, name in enumerate(layer_names(net)):
        fan_out, fan_in = mask[f"{name}.weight"].shape
        alive = mask[f"{name}.weight"] & (used if layer == 0 else True)
        to, of = np.nonzero(alive)
        reads = place[of] if layer == 0 else layers[layer - 1] + of
        owners += [layers[layer] + np.arange(fan_out), layers[layer] + to]
        sources += [np.full(fan_out, units), reads]
        positions += [start + alive.size + np.arange(fan_out), start + to * fan_in + of]
        start += alive.size + fan_out
    owner, source, position = (np.concatenate(parts) for parts in (owners, sources, positions))
    tall = -(-(int(used.sum()) + 1) // tiles)  # rows of a tile; the first has the bin too
    tile = np.where(source > units, (source - units - 1) // tall, 0)
    hidden = int(layers[1])
    run = np.where(owner < hidden, tile * hidden + owner, owner + (tiles - 1) * hidden)
    unit = np.concatenate([*[np.arange(hidden)] * tiles, np.arange(hidden, units)])  # of each run
    order = np.argsort(run, kind="stable")
    run, owner, source, position = run[order], owner[order], source[order], position[order]
    inner = np.flatnonzero(source < units)
    inner = inner[np.argsort(source[inner], kind="stable")]
    small = np.int32
    graph = Graph(
        layers, _starts(run, len(unit)), unit, source.astype(small), _starts(source[inner], units),
        owner[inner].astype(small), inner.astype(small), place.astype(small), units + 2 + int(used.sum()), tiles,
    )
    return graph, position


def tiles_for(mask: Mask, live: np.ndarray) -> int:
    """How many tiles the pixels of a net are read in.

    >>> layer = np.ones((300, 784), bool)
    >>> tiles_for(Mask({"fc1.weight": layer}), layer[0]), tiles_for(Mask({"fc1.weight": layer[:, :20]}), layer[0, :20])
    (5, 1)
    """
    alive = mask["fc1.weight"][:, live]
    return max(1, min(-(-int(alive.any(axis=0).sum()) // TILE), int(alive.sum()) // (len(alive) * RUN)))


def unit_by_unit(graph: Graph) -> np.ndarray:
    """Packed weights in the order of their units, int64 (edges,): how a state holds them, whatever the tiles."""
    return np.argsort(np.repeat(graph.unit, np.diff(graph.first)), kind="stable")


def _starts(keys: np.ndarray, count: int) -> np.ndarray:
    """Where each key's run begins in sorted `keys`, and the end: int64 (count + 1,)."""
    return np.searchsorted(keys, np.arange(count + 1))


class Sparse(Packed):
    """The packed net in training. Pruned weights do not exist here; `params` writes them as +0.0."""

    name = "sparse"
    summed = HALF

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, dtype: Any = np.float32,
    ) -> None:
        self.training, self.data, self.threads, self.step, self.updates = training, data, threads, step, 0
        self.shapes = flat_shapes(net)
        live = data.live if training.weight_decay == 0 else np.ones(net.sizes[0], np.bool_)
        self.graph, self.position = graph_of(net, mask, live, tiles_for(mask, live))
        self.idle = flat(mask.apply(params), self.shapes, dtype)  # what `params` returns where nothing is packed
        self.theta, self.first, self.second, self.grad = lines(4, padded(len(self.position), 16), dtype)
        self.theta[: len(self.position)] = self.idle[self.position]

    def _train(self, pixels: Pixels, labels: np.ndarray, rows: np.ndarray, steps: Rule, losses: np.ndarray) -> None:
        lanes = padded(rows.shape[1], WIDTH)
        act, delta = self._buffers(lanes)

        def share(rank: int, team: int, counter: np.ndarray) -> None:
            seen = self._buffers(lanes)[0] if team > 1 else act
            train(self.graph, pixels, labels, rows, self.theta, self.first, self.second, self.grad, seen, act, delta,
                  losses, steps, rank, team, counter)

        together(self.threads if len(self.position) > FEW else 1, share)

    def _test(self, pixels: Pixels, labels: np.ndarray, rows: np.ndarray, sums: np.ndarray) -> None:
        def share(rank: int, team: int, counter: np.ndarray) -> None:
            act, delta = self._buffers(WIDTH)
            test(self.graph, pixels, labels, rows, self.theta, act, delta, sums, rank, team)

        together(self.threads, share)

    def params(self) -> dict[str, np.ndarray]:
        values = self.idle.copy()
        values[self.position] = self.theta[: len(self.position)]
        return named(values, self.shapes)

    def state(self) -> dict[str, np.ndarray]:
        state = super().state()
        return state | {line: state[line][self._order()] for line in self.moving}

    def restore(self, state: Params) -> None:
        super().restore(state)
        for line in self.moving:
            getattr(self, line)[self._order()] = state[line]

    def _order(self) -> np.ndarray:
        """Of the packed line, padding last."""
        order = unit_by_unit(self.graph)
        return np.concatenate([order, np.arange(len(order), len(self.theta))])

    def _buffers(self, lanes: int) -> tuple[np.ndarray, np.ndarray]:
        """Activations with the constant 1 in its row, and room for ∂loss/∂z."""
        units = int(self.graph.layers[-1])
        act, delta = lines(2, self.graph.rows * lanes, self.theta.dtype)
        act[units * lanes : (units + 1) * lanes] = 1
        return act, delta
