"""What the atlas ships: every Spec once, and copies without the arrays that no page reads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lth_core.catalogue import CATALOGUE, pruning_run, shipped
from lth_core.experiments import Lottery
from lth_core.results.atlas import Atlas
from lth_core.results.recorder import record
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.snapshot import Snapshot
from lth_core.spec import Spec

ROOT = Path(__file__).resolve().parents[2]


def test_every_spec_is_recorded_once_and_survives_its_own_text() -> None:
    specs = [spec for part in CATALOGUE.values() for spec in part]
    assert len({spec.key for spec in specs}) == len(specs)
    assert all(Spec.from_json(spec.to_json()) == spec for spec in specs)


def test_every_rate_goes_down_to_about_one_percent() -> None:
    for rate in (0.05, 0.1, 0.2, 0.35, 0.5, 0.8):
        pruning = pruning_run("lenet", 3, rate=rate).pruning
        assert 0.004 < (1 - rate) ** pruning.rounds < 0.025
        assert pruning.output_rate == rate / 2


def test_the_shipped_results_stay_small_enough_to_clone() -> None:
    atlas = Atlas(ROOT / "assets" / "atlas")
    assert atlas.bytes < 60_000_000
    exhibits = [*atlas.entries("faulty"), *atlas.entries("landscape")]
    assert exhibits and sum(entry.bytes for entry in exhibits) < 3_000_000


def leave_two(spec: Spec, checkpoint: Path | None) -> Iterator[Snapshot]:
    arrays = {"final/0": np.zeros(3, np.float32), "path/0": np.ones(3, np.float32)}
    yield Snapshot("done", result=Result(spec, {"cells": {"round": np.arange(2)}}, arrays))


def test_the_shipped_copy_lacks_what_no_page_reads(tmp_path: Path) -> None:
    list(record([Lottery()], tmp_path, workers=1, stream=leave_two, trim=shipped))
    kept = Store(tmp_path).load(Lottery().key)
    assert kept is not None and list(kept.arrays) == ["path/0"] and len(kept.tables["cells"]["round"]) == 2


def test_a_condition_that_comes_later_changes_no_recorded_run() -> None:
    """What a page looks for stays what was recorded: else a new control would send chapters 4 and 5 into "missing"."""
    code = (
        "import lth_core.spec as spec\n{}from lth_core.catalogue import CATALOGUE\n"
        "print(*(one.key for part in CATALOGUE.values() for one in part))"
    )
    keys = [subprocess.run([sys.executable, "-c", code.format(more)], cwd=ROOT, capture_output=True, text=True,
                           check=True).stdout.split() for more in ("", "spec.CONDITIONS += ('sham',)\n")]
    assert keys[0] == keys[1] and {spec.key for part in CATALOGUE.values() for spec in part} == set(keys[0])
