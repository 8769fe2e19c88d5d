"""Which weights of a net can be followed one by one: all of a small net, a sample of a larger one."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from lth_core.nets.layers import weight_count
from lth_core.nets.params import weight_names
from lth_core.spec import Net
from lth_core.streams import stream

# Nets up to this many weights are followed whole.
SMALL = 5_000
# Of larger ones: units of each hidden and output layer, and weights of each matrix. Sixty units still stand apart in a
# drawing 400 pixels high, single lines still show, and a run of twenty rounds stays below a megabyte.
UNITS, WEIGHTS = 60, 600


def units(net: Net) -> tuple[np.ndarray, ...]:
    """Indices of the followed units of each layer, rising: all inputs, and at most UNITS evenly spaced of the others.

    >>> [len(layer) for layer in units(Net())]
    [784, 60, 60, 10]
    """
    most = [net.sizes[0], *(min(size, size if weight_count(net) <= SMALL else UNITS) for size in net.sizes[1:])]
    return tuple(np.unique(np.linspace(0, size - 1, few).round().astype(np.int64))
                 for size, few in zip(net.sizes, most, strict=True))


@lru_cache(maxsize=16)
def followed(net: Net) -> np.ndarray:
    """Flat indices of the followed weights, rising, int64; weights are numbered matrix by matrix, each (out, in).

    A sample is drawn between the followed units, the same number from every matrix, and whatever the weights are: its
    share of survivors estimates its matrix's. It depends on the net alone, so that all runs of a net follow the same.

    >>> len(followed(Net())), len(followed(Net(sizes=(49, 16, 12, 10))))
    (1800, 1096)
    """
    shown, parts, start = units(net), [], 0
    for position, (before, after) in enumerate(pairwise(range(len(net.sizes)))):
        places = (shown[after][:, None] * net.sizes[before] + shown[before]).ravel()  # flat within the matrix
        if weight_count(net) > SMALL and places.size > WEIGHTS:
            places = np.sort(stream(0, "picture", position).choice(places, WEIGHTS, replace=False))
        parts.append(start + places)
        start += net.sizes[before] * net.sizes[after]
    chosen = np.concatenate(parts)
    chosen.setflags(write=False)  # shared by the cache
    return chosen


def place(net: Net, edge: int) -> tuple[str, tuple[int, int]]:
    """Name and (out, in) position of the weight with flat index `edge`. Raises IndexError beyond the last.

    >>> place(Net(sizes=(4, 3, 2)), 16)
    ('fc2.weight', (1, 1))
    """
    for name, (before, after) in zip(weight_names(net), pairwise(net.sizes), strict=True):
        if edge < before * after:
            row, column = divmod(edge, before)
            return name, (row, column)
        edge -= before * after
    raise IndexError(f"no weight has that index: the net has {weight_count(net):,}")


def index(net: Net, layer: int, source: int, target: int) -> int:
    """Flat index of the weight from unit `source` of layer `layer` (0 is the input) to unit `target` of the next.

    >>> index(Net(sizes=(4, 3, 2)), 1, 1, 1)
    16
    """
    start = sum(before * after for before, after in list(pairwise(net.sizes))[:layer])
    return start + target * net.sizes[layer] + source
