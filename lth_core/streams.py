"""Named random streams: every use of chance has a name, and changing one never shifts another.

A stream is derived from the root seed, a name and indices by hashing, so `stream(3, "reinit", 7)` is the same numbers
whatever else was drawn before it, in whatever order, on whatever backend.
"""

from __future__ import annotations

import hashlib

import numpy as np

# The only names in use. A new kind of chance gets a new name here, so that a typo cannot open a stream by accident.
NAMES = frozenset({"split", "init", "order", "mask", "reinit", "shuffle", "draw", "subspace", "picture", "scores",
                   "augment", "own", "noise", "held-out", "proof", "added", "labels", "reading"})


def stream(seed: int, name: str, *indices: int) -> np.random.Generator:
    """A generator of its own for (seed, name, indices).

    >>> bool(stream(0, "init").random() == stream(0, "init").random())
    True
    >>> bool(stream(0, "init").random() == stream(0, "order").random())
    False
    """
    if name not in NAMES:
        raise KeyError(f"unknown random stream {name!r}: one of {', '.join(sorted(NAMES))}")
    digest = hashlib.sha256(repr((int(seed), name, tuple(int(i) for i in indices))).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))
