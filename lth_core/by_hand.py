"""One round of the recipe on a net of six weights: small enough to follow by hand, and truly trained.

Two pixels, two hidden units (tanh), one output without biases: is the left pixel brighter than the right one? Plain
gradient descent on all eight pictures at once, so that the same first values always end in the same place. The cut is
`masks.prune.prune`, the one of every other run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import Params
from lth_core.once import once
from lth_core.spec import Pruning

PICTURES = np.array([[0.9, 0.1], [0.8, 0.4], [1.0, 0.7], [0.3, 0.0], [0.2, 1.0], [0.5, 0.9], [0.6, 0.8], [0.1, 0.4]])
LEFT = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])  # is the left pixel the brighter one?
STEPS, RATE = 200, 0.5
CUT = Pruning(rate=0.2, output_rate=0.2, rounds=1, scope="global")  # a fifth of six: one, wherever it is
SHAPES = {"fc1.weight": (2, 2), "fc2.weight": (1, 2)}


@dataclass(frozen=True, eq=False)
class Round:
    """The six weights of each moment, (6,): fc1 row by row (one hidden unit a row), then fc2; the pruned are 0 in
    `rewound` and `retrained`. kept: bool (6,). right_*: pictures read rightly before, after and by the ticket."""

    first: np.ndarray
    trained: np.ndarray
    kept: np.ndarray
    rewound: np.ndarray
    retrained: np.ndarray
    right_first: int
    right_trained: int
    right_ticket: int


@once(64)
def play(first: tuple[float, ...]) -> Round:
    """Train from these six values, cut the smallest, give the rest their first values back, train them alone.

    >>> told = play((0.5, -0.4, 0.2, 0.3, 0.6, -0.5))
    >>> int(told.kept.sum()), bool((told.rewound[told.kept] == told.first[told.kept]).all())
    (5, True)
    """
    start = np.array(first, np.float64)
    whole = np.ones(6, np.bool_)
    trained = _trained(start, whole)
    mask = prune(CUT, Mask(_matrices(whole)), _matrices(trained.astype(np.float32)), seed=0, level=1)
    kept = np.concatenate([mask[name].ravel() for name in SHAPES])
    rewound = np.where(kept, start, 0.0)
    retrained = _trained(rewound, kept)
    return Round(start, trained, kept, rewound, retrained, _right(start), _right(trained), _right(retrained))


def _matrices(flat: np.ndarray) -> Params:
    return {"fc1.weight": flat[:4].reshape(SHAPES["fc1.weight"]), "fc2.weight": flat[4:].reshape(SHAPES["fc2.weight"])}


def _answers(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hidden units (pictures, 2), and how sure the net is of "left", 0–1 (pictures,)."""
    hidden = np.tanh(PICTURES @ weights[:4].reshape(2, 2).T)
    return hidden, 1 / (1 + np.exp(-hidden @ weights[4:]))


def _right(weights: np.ndarray) -> int:
    return int(np.count_nonzero((_answers(weights)[1] > 0.5) == (LEFT > 0.5)))


def _trained(start: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The weights after STEPS of gradient descent on the log loss; those that are not kept stay where they are."""
    weights = start.copy()
    for _ in range(STEPS):
        hidden, sure = _answers(weights)
        error = (sure - LEFT) / len(LEFT)  # of the loss, by the output
        back = np.outer(error, weights[4:]) * (1 - hidden**2)  # by what goes into the hidden units
        weights -= RATE * kept * np.concatenate([(back.T @ PICTURES).ravel(), hidden.T @ error])
    return weights
