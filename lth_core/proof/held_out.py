"""The promise behind every accuracy: the test images are looked at, and nothing else."""

from __future__ import annotations

import dataclasses
from unittest import mock

from lth_core.data import load
from lth_core.data.split import Part
from lth_core.proof.check import Finding, check
from lth_core.proof.subject import lottery
from lth_core.results.compare import compare


@check("held-out", "The test set is only looked at", "With a test set of nonsense, every weight comes out the same.",
       "numbers other than test figures that change")
def held_out(seed: int) -> Finding:
    from lth_core.engine import run
    from lth_core.experiments.lottery import run as rounds

    spec = lottery(seed)
    splits = load(spec.data, seed)
    # Other pictures under wrong labels: every digit up to 5 is called a 0, every other a 1.
    nonsense = dataclasses.replace(splits, test=Part("mnist", "train", spec.data.pool, splits.test.indices, (5,)))
    honest = run(spec)
    with mock.patch.object(rounds, "load", lambda data, root: nonsense if data == spec.data else load(data, root)):
        misled = run(spec)
    moved = [item for item in compare(honest, misled).differences if item.outside]
    test = [item for item in moved if "test" in item.name]
    accuracy = [100 * float(result.tables["cells"]["test_accuracy"][0]) for result in (honest, misled)]
    others = sum(item.outside for item in moved if item not in test)
    return Finding(others == 0 and len(test) > 0, others,
                   f"Test accuracy of the whole net: {accuracy[0]:.1f}%, on nonsense {accuracy[1]:.1f}%. Six rounds.")
