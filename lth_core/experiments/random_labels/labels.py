"""Shuffled labels.

Zhang et al. (2017, section 2) give a label of a chosen image anew, uniformly from all classes. Here the labels of the
chosen images are dealt out again among those images: how many there are of each class stays, so only the link from
image to label is lost.
"""

from __future__ import annotations

import numpy as np

from lth_core.masks.select import round_half_up
from lth_core.streams import stream


def shuffled(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """A copy of `labels`, (n,), with exactly `share` of them, nearest whole number, dealt out anew by lot.

    Chosen by the stream (seed, "labels"): a larger share chooses the same images and more. A dealt label may be the old
    one, of ten equally frequent labels one in ten is.

    >>> labels = np.repeat(np.arange(3), 4)
    >>> bool((shuffled(labels, 0, seed=1) == labels).all()), np.bincount(shuffled(labels, 1, seed=1)).tolist()
    (True, [4, 4, 4])
    """
    chosen = stream(seed, "labels").permutation(len(labels))[: round_half_up(share * len(labels))]
    told = np.array(labels)
    told[chosen] = told[chosen[stream(seed, "labels", 1).permutation(len(chosen))]]
    return told
