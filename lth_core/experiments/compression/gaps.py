"""Where the survivors of a layer stand, told by the zeros between them: relative indices (Han et al. 2016, section 2).

A gap too long for its bits is told in pieces. The paper then stores a weight of zero; here the largest symbol says "so
many zeros, and no weight yet", which needs no weight at all.
"""

from __future__ import annotations

import numpy as np


def told(alive: np.ndarray, bits: int) -> np.ndarray:
    """The gaps before the survivors of a layer, int64, each below 2**bits. alive: of any shape, read row by row.

    >>> told(np.array([0, 1, 1, 0, 0, 0, 0, 1]), 2).tolist()  # one zero; none; three zeros (3), then one more
    [1, 0, 3, 1]
    """
    zeros = np.diff(np.flatnonzero(alive), prepend=-1) - 1
    most = 2**bits - 1
    pieces = zeros // most
    symbols = np.full(len(zeros) + int(pieces.sum()), most, np.int64)
    symbols[np.cumsum(pieces + 1) - 1] = zeros % most
    return symbols


def places(symbols: np.ndarray, bits: int) -> np.ndarray:
    """Where the survivors stand in the flat layer: what `told` was given.

    >>> places(np.array([1, 0, 3, 1]), 2).tolist()
    [1, 2, 7]
    """
    most = 2**bits - 1
    ends = np.cumsum(np.where(symbols == most, most, symbols + 1))
    found: np.ndarray = ends[symbols != most] - 1
    return found
