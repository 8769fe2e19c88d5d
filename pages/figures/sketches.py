"""The same few connections of every ticket, for cards a thumb wide: which of them a ticket keeps. Pure numpy."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from lth_core.experiments import Draws
from lth_core.experiments.draws.tickets import draw
from lth_core.spec import Net

# Units of each layer in a card's picture: few enough to tell single lines apart at 80 pixels' width.
PIXELS, UNITS = 8, 8


def places(net: Net) -> tuple[np.ndarray, ...]:
    """Which units a card draws: pixels down the middle of the image, hidden units evenly spaced, all outputs.

    >>> [len(layer) for layer in places(Net(sizes=(784, 20, 10)))]
    [8, 8, 10]
    """
    side = int(np.sqrt(net.sizes[0]))
    down = np.linspace(side // 4, side - 1 - side // 4, PIXELS).astype(int)  # the digits fill the middle half
    hidden = [np.linspace(0, size - 1, min(UNITS, size)).astype(int) for size in net.sizes[1:-1]]
    return (down * side + side // 2, *hidden, np.arange(net.sizes[-1]))


@lru_cache(maxsize=20_000)  # drawing one mask again takes a millisecond, two hundred are felt
def sketch(net: Net, density: float, seed: int, ticket: int) -> bytes:
    """Kept (1) or not (0) for every connection that a card draws, layer by layer, (in, out) order, as packed bits."""
    mask, shown = draw(net, density, seed, ticket), places(net)
    parts = [layer[np.ix_(after, before)].T.ravel()
             for layer, (before, after) in zip(mask.values(), pairwise(shown), strict=True)]
    return np.packbits(np.concatenate(parts)).tobytes()


def sketches(spec: Draws, tickets: Sequence[int]) -> str:
    """The sketches of several tickets end to end, base64."""
    return base64.b64encode(b"".join(sketch(spec.net, spec.density, spec.seed, one) for one in tickets)).decode()
