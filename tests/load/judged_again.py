"""Results of a card judged again by a processor: `python -m tests.load.judged_again FOLDER`.

FOLDER is a store with the `whole` copies that `on_a_card` leaves: masks and the last ticket's trained weights. The
reference classifies the test images with those weights; prints what the card measured, and what it finds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from lth_core.data import load
from lth_core.experiments.lottery import read
from lth_core.results.store import Store
from lth_core.training.backends import build, prepare


def main(folder: str) -> int:
    store, apart = Store(Path(folder), limit=1 << 62), 0.0
    keys = store.keys()
    for key in keys:
        result = store.load(key)
        assert result is not None
        spec, last = result.spec, max(result.tables["cells"]["round"])
        cells = result.tables["cells"]
        row = int(np.flatnonzero((cells["condition"] == "ticket") & (cells["round"] == last))[0])
        there = float(cells["test_accuracy"][row])
        data = prepare(load(spec.data, spec.seed))
        net = build("reference", spec.net, spec.training, read.trained(result, last), read.mask_of(result, last), data)
        here = net.evaluate("test")[1]
        print(f"{key} {spec.net.name} seed {spec.seed}, {cells['density'][row]:.1%} left: "
              f"the card read {there:.4f}, this processor reads {here:.4f}")
        apart = max(apart, abs(here - there))
    print(f"largest difference: {apart:.4f}")
    return int(apart > 0.001)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
