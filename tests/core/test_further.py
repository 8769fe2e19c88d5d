"""A lottery that goes on from a shorter one says, to the last bit, what one long run says."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lth_core.engine import Options, run
from lth_core.experiments import Lottery
from lth_core.experiments.lottery.further import begun, going_on
from lth_core.experiments.lottery.read import mask_of, next_mask
from lth_core.jobs.work import Task, moments
from lth_core.results.compare import compare
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.results.weights import Missing
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Training

COMMON: dict[str, Any] = {
    "data": Data(pool=7, train=600, validation=300), "net": Net(sizes=(16, 12, 8, 10)),
    "training": Training(lr=5e-3, steps=40, eval_every=20),
}
KINDS = {
    "plain": Lottery(**COMMON, conditions=(Condition("ticket"), Condition("reinit"), Condition("random", 1, (2, 3)))),
    "late": Lottery(**COMMON, rewind=Rewind(step=20)),
    "rate": Lottery(**COMMON, rewind=Rewind(mode="lr", step=20)),
    "fine-tune": Lottery(**COMMON, rewind=Rewind(mode="fine-tune", step=20)),
    "one-shot": Lottery(**COMMON, pruning=Pruning(schedule="one-shot")),
    "movement": Lottery(**COMMON, pruning=Pruning(criterion="movement")),
    "batchnorm": Lottery(**{**COMMON, "net": Net(sizes=(16, 12, 8, 10), batchnorm=True)}),
}


def rounds(spec: Lottery, most: int) -> Lottery:
    return dataclasses.replace(spec, pruning=dataclasses.replace(spec.pruning, rounds=most))


def stored(tmp_path: Path, *results: Result) -> Store:
    store = Store(tmp_path)
    for result in results:
        store.save(result)
    return store


@pytest.mark.parametrize("kind", KINDS)
def test_going_on_is_one_long_run(kind: str, tmp_path: Path) -> None:
    spec = KINDS[kind]
    store, long = stored(tmp_path, run(rounds(spec, 2))), run(rounds(spec, 4))
    gone_on = run(rounds(spec, 4), Options(shelf=store))
    verdict = compare(Result(long.spec, long.tables, long.arrays), gone_on)
    assert verdict.identical, str(verdict)
    assert gone_on.tables["costs"]["seconds"][0] != long.tables["costs"]["seconds"][0]  # the first trainings were kept
    assert next_mask(run(rounds(spec, 3))) == mask_of(long, 4)


def test_the_longest_shorter_run_is_taken_and_nothing_else(tmp_path: Path) -> None:
    spec = KINDS["plain"]
    bare = run(rounds(spec, 3))
    bare = dataclasses.replace(bare, arrays={name: array for name, array in bare.arrays.items() if "final" not in name})
    other = run(dataclasses.replace(rounds(spec, 3), seed=1))
    store = stored(tmp_path, run(rounds(spec, 1)), run(rounds(spec, 2)), bare, other)
    assert begun(rounds(spec, 5), Options(shelf=store)).state.level == 2
    assert not begun(rounds(spec, 1), Options(shelf=store)).rows and not begun(rounds(spec, 5), Options()).rows
    with pytest.raises(Missing, match="round 3"):
        going_on(rounds(spec, 4), bare, Options())


@pytest.mark.parametrize(("anew", "trained"), [(False, {2}), (True, {0, 1, 2})])
def test_a_job_trains_what_is_new_unless_all_is_asked_for(anew: bool, trained: set[int], tmp_path: Path) -> None:
    spec = rounds(KINDS["plain"], 2)
    store = stored(tmp_path, run(rounds(spec, 1)))
    task = Task(spec.key, spec.to_json(), str(store.root), str(tmp_path / "stop"), anew=anew)
    assert {point["round"] for point in moments(task, lambda: False) if point["stage"] == "train"} == trained
    result = store.load(spec.key)
    assert result is not None and np.unique(result.tables["cells"]["round"]).tolist() == [0, 1, 2]
