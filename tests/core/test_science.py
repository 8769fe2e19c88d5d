"""What the engine finds on real MNIST: the ordering that the whole site rests on."""

from __future__ import annotations

import dataclasses
import os

import numpy as np

from lth_core.engine import Options, run
from lth_core.presets import preset
from lth_core.spec import Condition

# Rounds of the paper's schedule with 10.8% and 3.6% of the weights left.
LEVELS = (10, 15)
CONTROLS = (Condition("ticket"), Condition("reinit", 0, LEVELS), Condition("random", 0, LEVELS))


def test_quick_preset_separates_ticket_reinit_and_random_for_every_seed() -> None:
    accuracy = {level: {c.name: [] for c in CONTROLS} for level in LEVELS}
    for seed in range(3):
        base = preset("quick", seed)
        once = dataclasses.replace(base.training, eval_every=base.training.steps)  # looks change no weight
        spec = dataclasses.replace(base, conditions=CONTROLS, training=once)
        cells = run(spec, Options(threads=os.cpu_count() or 1)).tables["cells"]  # the numbers do not depend on it
        for level in LEVELS:
            for name, values in accuracy[level].items():
                values += list(cells["test_accuracy"][(cells["round"] == level) & (cells["condition"] == name)])
    assert [round(100 * d, 1) for d in cells["density"][cells["condition"] == "reinit"]] == [10.8, 3.6]
    for level, found in accuracy.items():
        ticket, reinit, random = (np.array(found[name]) for name in ("ticket", "reinit", "random"))
        assert (ticket > reinit).all() and (reinit > random).all(), (level, found)
        assert ticket.mean() - reinit.mean() > 0.01, "prototype: 2.8 and 3.0 points apart"
