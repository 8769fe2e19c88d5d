"""A Result with every kind of content, and what it means for two to be the same."""

from __future__ import annotations

import numpy as np

from lth_core.experiments import Lottery
from lth_core.results.result import Result


def example(seed: int = 0, kilobytes: int = 1) -> Result:
    """A result with every kind of content."""
    draw = np.random.default_rng(seed)
    table = {
        "round": np.arange(5),
        "condition": np.array(["ticket", "reinit", "ticket", "random", "θ₀"]),
        "accuracy": np.array([0.9, np.nan, np.inf, -0.0, 1e-300]),
        "ok": np.array([True, False, True, True, False]),
    }
    arrays = {
        "weights": draw.standard_normal((kilobytes, 256)).astype(np.float32),
        "mask": draw.random((3, 7)) < 0.5,
        "transposed": draw.standard_normal((3, 4)).T,
        "scalar": np.array(2.5),
        "none": np.zeros((0, 3), np.int16),
    }
    return Result(Lottery(seed=seed), {"cells": table, "empty": {}}, arrays, {"seconds": 1.5, "note": "θ"})


def same(a: Result, b: Result | None) -> bool:
    """Equal to the bit, types and shapes included."""
    columns = [(t, c) for t in a.tables for c in a.tables[t]]
    return (
        b is not None
        and a.spec == b.spec
        and {t: list(a.tables[t]) for t in a.tables} == {t: list(b.tables[t]) for t in b.tables}
        and list(a.arrays) == list(b.arrays)
        and all(same_bits(a.tables[t][c], b.tables[t][c]) for t, c in columns)
        and all(same_bits(a.arrays[name], b.arrays[name]) for name in a.arrays)
    )


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype.kind == b.dtype.kind and a.shape == b.shape and a.tobytes() == b.astype(a.dtype).tobytes()
