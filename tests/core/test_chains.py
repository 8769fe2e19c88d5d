"""Whole neurons against single weights, and tickets on other images: each line equals what other parts of the engine
say of the same training."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lth_core.engine import Options, run, stream
from lth_core.experiments import Lottery, Structured, Transfer
from lth_core.experiments.structured import run as structured
from lth_core.masks.mask import Mask
from lth_core.masks.neurons import by_neurons
from lth_core.results.result import Result
from lth_core.spec import Condition, Data, Net, Pruning, Spec, SpecError, Training

LOW = Data(pool=7, train=600, validation=300, classes=(0, 1, 2, 3))
HIGH = dataclasses.replace(LOW, classes=(6, 7, 8, 9))
COMMON: dict[str, Any] = {"net": Net(sizes=(16, 12, 8, 4)), "pruning": Pruning(rate=0.3, rounds=3),
                          "training": Training(lr=5e-3, steps=40, eval_every=20, measure="validation")}
STRUCTURED = Structured(**COMMON, data=LOW)
TRANSFER = Transfer(**COMMON, data=HIGH, source=LOW, levels=(1, 3))
CONTROLS = ("ticket", "random")


@pytest.fixture(scope="module")
def pruned() -> Result:
    return run(STRUCTURED)


@pytest.fixture(scope="module")
def travelled() -> Result:
    return run(TRANSFER)


@pytest.fixture(scope="module")
def lotteries() -> dict[Data, Result]:
    """The lotteries of both halves of the digits."""
    return {data: run(Lottery(**COMMON, data=data, conditions=tuple(map(Condition, CONTROLS)))) for data in (LOW, HIGH)}


def reads(result: Result, condition: str, column: str = "test_accuracy") -> dict[int, float]:
    """Round → a column of `cells`."""
    cells = result.tables["cells"]
    mine = cells["condition"] == condition
    return dict(zip(cells["round"][mine].tolist(), cells[column][mine].tolist(), strict=True))


def test_single_weights_are_the_lottery_itself(pruned: Result, lotteries: dict[Data, Result]) -> None:
    assert reads(pruned, "weights") == reads(lotteries[LOW], "ticket")


def test_every_way_keeps_as_many_weights_and_neurons_go_whole(pruned: Result) -> None:
    most = reads(pruned, "weights", "kept")
    assert list(most) == [0, 1, 2, 3]
    for way in ("neurons", "neurons-reinit", "random-neurons"):
        kept, first = reads(pruned, way, "kept"), reads(pruned, way, "fc1.kept")
        assert list(kept) == [1, 2, 3] and kept == reads(pruned, "neurons", "kept")
        assert all(0.7 * most[level] < kept[level] <= most[level] for level in kept)
        assert all(count % 16 == 0 for count in first.values()), "a neuron keeps all of its inputs"
    assert reads(pruned, "neurons") != reads(pruned, "neurons-reinit") != reads(pruned, "random-neurons")


def test_neurons_that_are_gone_stay_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    chains: dict[bool, list[Mask]] = {True: [], False: []}

    def watched(params: Any, most: int, scores: Any = None) -> Mask:
        mask = by_neurons(params, most, scores)
        chains[scores is None].append(mask)
        return mask

    monkeypatch.setattr(structured, "by_neurons", watched)
    run(STRUCTURED)
    for masks in chains.values():
        assert len(masks) == 3 and all(after.within(before) for before, after in pairwise(masks))
    assert chains[True][0] != chains[False][0]


def test_a_journey_lies_between_two_lotteries(travelled: Result, lotteries: dict[Data, Result]) -> None:
    assert reads(travelled, "source") == reads(lotteries[LOW], "ticket")
    assert reads(travelled, "native") == reads(lotteries[HIGH], "ticket")
    random = reads(lotteries[HIGH], "random")
    assert reads(travelled, "random") == {level: random[level] for level in (1, 3)}
    for control in ("moved", "moved-reinit", "largest"):
        assert list(reads(travelled, control)) == [1, 3]
        native = reads(travelled, "native", "kept")
        assert reads(travelled, control, "kept") == {level: native[level] for level in (1, 3)}


def test_a_ticket_that_stays_at_home_is_the_native_one(lotteries: dict[Data, Result]) -> None:
    home = run(dataclasses.replace(TRANSFER, source=HIGH, levels=(3,)))
    assert reads(home, "moved") == {3: reads(lotteries[HIGH], "ticket")[3]}
    overlap = home.tables["overlap"]
    assert overlap["moved"].tolist() == [1.0] and 0 < overlap["random"][0] < 1


@pytest.mark.parametrize("spec", [STRUCTURED, TRANSFER], ids=["structured", "transfer"])
@pytest.mark.parametrize("stop", [1, 6, 10])
def test_an_interrupted_run_ends_alike(
    spec: Spec, stop: int, pruned: Result, travelled: Result, tmp_path: Path
) -> None:
    options = Options(checkpoint=tmp_path / "half", checkpoint_seconds=0.0)
    cells = 0
    for snapshot in stream(spec, options):
        cells += snapshot.stage == "cell"
        if cells == stop and snapshot.stage == "train":  # in the middle of the next training
            break
    again, whole = run(spec, options), pruned if spec == STRUCTURED else travelled
    assert again.tables.keys() == whole.tables.keys()
    for table in whole.tables.keys() - {"costs"}:
        for name, column in whole.tables[table].items():
            np.testing.assert_array_equal(again.tables[table][name], column)


@pytest.mark.parametrize(("spec", "changes", "named"), [
    (STRUCTURED, {"pruning": Pruning(rate=0.5, rounds=9)}, "pruning.rounds = 9 .*at most 6"),
    (STRUCTURED, {"net": Net(sizes=(16, 8, 4), batchnorm=True)}, "net.batchnorm = True"),
    (STRUCTURED, {"data": Data(train=600, validation=300, classes=LOW.classes), "net": Net("conv2", (784, 8, 4))},
     "net.name = 'conv2'"),
    (STRUCTURED, {"data": dataclasses.replace(LOW, classes=())}, "16 inputs and 10 outputs"),
    (TRANSFER, {"source": dataclasses.replace(LOW, classes=(1, 2))}, "16 inputs and 2 outputs"),
    (TRANSFER, {"source": dataclasses.replace(LOW, pool=4)}, "49 inputs and 4 outputs"),
], ids=["rounds", "batchnorm", "conv", "outputs", "source-outputs", "source-inputs"])
def test_what_does_not_fit_is_refused_by_its_field(spec: Spec, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        dataclasses.replace(spec, **changes)
