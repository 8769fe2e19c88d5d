"""A lottery that runs in a moment, and how to read its result."""

from __future__ import annotations

import numpy as np

from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.nets.params import weight_names
from lth_core.results.result import Result
from lth_core.spec import Data, Net, Pruning, Training

NET = Net(sizes=(16, 12, 8, 10))
DATA = Data(pool=7, train=1_000, validation=500)
SHORT = Training(lr=5e-3, steps=60, eval_every=30)
TINY = Lottery(data=DATA, net=NET, training=SHORT, pruning=Pruning(rounds=4))


def weights(result: Result, level: int, point: int) -> dict[str, np.ndarray]:
    """Weights of the ticket's training at a measured point, from the recorded path of the survivors."""
    flat, start, out = result.arrays[f"path/{level}"][point], 0, {}
    for name, alive in mask_at(result, level).items():
        out[name] = np.zeros(alive.shape, np.float32)
        out[name][alive] = flat[start : start + np.count_nonzero(alive)]
        start += np.count_nonzero(alive)
    assert start == len(flat)
    return out


def mask_at(result: Result, level: int) -> Mask:
    died = {name: result.arrays[f"died/{name}"] for name in weight_names(result.spec.net)}
    return Mask({name: (at == 0) | (at > level) for name, at in died.items()})


def cell(result: Result, column: str, level: int, condition: str = "ticket") -> float:
    cells = result.tables["cells"]
    return cells[column][(cells["round"] == level) & (cells["condition"] == condition)][0].item()


def same(first: Result, second: Result) -> None:
    """Everything equal to the bit but the cost ledger, which holds seconds."""
    assert first.tables.keys() == second.tables.keys() and first.arrays.keys() == second.arrays.keys()
    for name, table in first.tables.items():
        for column, values in table.items():
            if name != "costs":
                np.testing.assert_array_equal(values, second.tables[name][column], err_msg=f"{name}.{column}")
    for name, array in first.arrays.items():
        assert array.tobytes() == second.arrays[name].tobytes(), name
