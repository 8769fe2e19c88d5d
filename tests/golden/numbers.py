"""A Result as a short list of numbers, and what two such lists may differ by.

A column is kept whole, with seven digits. Of an array what is kept is its size, its norm, and a sum in which every
place has its own weight, so that moving two values is noticed as well as changing one.
"""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

import numpy as np

from lth_core.results.result import Result

Numbers: TypeAlias = dict[str, list[Any]]

OWN = ("*seconds", "packers.bytes")  # what no two machines share: gzip and zstd see the last bit of every weight
SHARES = ("*accuracy", "*error", "*barrier", "rungs.magnitude*", "rungs.random*")  # of test images, in whole images
# Another processor adds up in another order. Measured, with AVX-512 against AVX2 and against autograd: no loss moves
# by a hundred-thousandth of itself, a pruning threshold by a five-thousandth. A share can move by more where outputs
# nearly tie, as those of a pruned net do before it is trained: by 1.3 points, its loss by nothing.
RELATIVE, SHARE, LEAST = 1e-3, 0.02, 1e-6
# A Transformer with half of its heads, trained again from θ₀, magnifies rounding more: between these two its loss moves
# by 0.14%, the sum over its biases by 0.4%. All its other trainings keep to RELATIVE.
ROUGH: dict[str, float] = {"heads": 5e-3}


def numbers(result: Result) -> Numbers:
    """Every column and array of `result` that two runs of one Spec share."""
    found: Numbers = {}
    for table, columns in result.tables.items():
        for column, values in columns.items():
            name = f"{table}.{column}"
            if not any(fnmatchcase(name, pattern) for pattern in OWN):
                found[name] = [short(value) for value in np.asarray(values).tolist()]
    for name, array in result.arrays.items():
        flat = np.abs(np.asarray(array, np.float64).ravel())
        found[f"[{name}]"] = [flat.size, short(float(np.sqrt(np.mean(flat**2)))) if flat.size else 0.0,
                              short(float(flat @ np.linspace(1, 2, flat.size)) / max(1, flat.size))]
    return found


def short(value: Any) -> Any:
    """Seven digits of a fraction; text in place of what JSON has no number for."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.7g}") if math.isfinite(value) else str(value)


def differences(old: Numbers, new: Numbers, relative: float = RELATIVE) -> list[str]:
    """What is not the same any more, one sentence each; none when all is. relative: what rounding may change."""
    told = [f"{name} is {'gone' if name in old else 'new'}" for name in sorted({*old} ^ {*new})]
    for name in old.keys() & new.keys():
        if len(old[name]) != len(new[name]):
            told.append(f"{name} has {len(new[name])} values instead of {len(old[name])}")
            continue
        told += [f"{name}[{place}] is {b} instead of {a}"
                 for place, (a, b) in enumerate(zip(old[name], new[name], strict=True))
                 if not alike(name, a, b, relative)]
    return told


def alike(name: str, old: Any, new: Any, relative: float) -> bool:
    """Is that the same number, but for rounding? Words and whole numbers must be equal."""
    if not isinstance(old, float) or not isinstance(new, float):
        return type(old) is type(new) and bool(old == new)
    share = any(fnmatchcase(name, pattern) for pattern in SHARES)
    return abs(old - new) <= (SHARE if share else max(LEAST, relative * abs(old)))
