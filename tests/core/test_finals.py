"""Trained nets read back from Results, and tickets that PyTorch loads with the four lines printed beside them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from lth_core.data import load
from lth_core.engine import run
from lth_core.experiments import Ablation, Lottery
from lth_core.experiments.ablation import run as ablation
from lth_core.experiments.ablation.read import raced
from lth_core.experiments.lottery import mask_source as chain
from lth_core.experiments.lottery import read as finals
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.results.weights import Missing
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Training

SPEC = Lottery(
    data=Data(pool=7, train=600, validation=300), net=Net(sizes=(16, 12, 10)), pruning=Pruning(rounds=2),
    training=Training(lr=5e-3, steps=40, eval_every=20, measure="validation"),
)


@pytest.fixture(scope="module")
def lottery() -> Result:
    return run(SPEC)


def accuracy(params: dict[str, np.ndarray], spec: Lottery | Ablation) -> float:
    """Of a plain net on the test split, by plain numpy: nothing of the engine's kernels."""
    split = load(spec.data, spec.seed).test
    x = split.images
    for layer in range(1, len(spec.net.sizes)):
        x = x @ params[f"fc{layer}.weight"].T + params[f"fc{layer}.bias"]
        x = np.maximum(x, 0) if layer < len(spec.net.sizes) - 1 else x
    return float(np.mean(x.argmax(1) == split.labels))


@pytest.mark.parametrize("level", [0, 2])
def test_the_stored_net_reads_what_its_row_says(lottery: Result, level: int) -> None:
    params = finals.trained(lottery, level)
    assert accuracy(params, SPEC) == pytest.approx(lottery.tables["cells"]["test_accuracy"][level], abs=2e-4)
    assert sum(np.count_nonzero(params[name]) for name in params if "weight" in name) == finals.mask_of(
        lottery, level).kept


def test_every_condition_of_a_comparison_reads_what_its_row_says() -> None:
    spec = Ablation(data=SPEC.data, net=SPEC.net, training=SPEC.training, pruning=SPEC.pruning, level=2)
    result = run(spec)
    for row, name in enumerate(("ticket", "reinit", "random")):
        mask, params = raced(result, name)
        assert accuracy(params, spec) == pytest.approx(result.tables["cells"]["test_accuracy"][row], abs=2e-4)
        assert mask.kept == result.tables["cells"]["kept"][row]
    with pytest.raises(Missing, match="'frozen' are not stored"):
        raced(result, "frozen")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("batchnorm", [False, True])
def test_four_lines_of_pytorch_load_a_ticket(tmp_path: Path, after: bool, batchnorm: bool) -> None:
    sgd = dataclasses.replace(SPEC.training, optimiser="sgd", lr=0.1)
    net = dataclasses.replace(SPEC.net, batchnorm=batchnorm)
    result = run(dataclasses.replace(SPEC, net=net, training=sgd, rewind=Rewind(step=5)))
    file, level = tmp_path / "ticket.safetensors", 1
    file.write_bytes(finals.ticket_file(result, level, after))
    scope: dict[str, object] = {}
    code = finals.loading(net, str(file))
    assert len(code.splitlines()) == 4
    exec(code, scope)
    loaded = scope["net"]
    assert isinstance(loaded, torch.nn.ModuleDict)
    wanted = finals.trained(result, level) if after else finals.start(result, level)
    assert {name for name in loaded.state_dict() if "num_batches" not in name} == set(wanted)
    for name, value in wanted.items():
        assert np.array_equal(loaded.state_dict()[name].numpy(), value), name
    alive = sum(int(torch.count_nonzero(loaded.state_dict()[name])) for name in finals.mask_of(result, level))
    about = json.loads(finals.ticket_json(result, level))
    assert alive == sum(about["kept"].values()) < about["total"]


def test_a_shipped_copy_says_what_it_lacks(lottery: Result) -> None:
    bare = dataclasses.replace(lottery, arrays={name: array for name, array in lottery.arrays.items()
                                                if not name.startswith("final/")})
    with pytest.raises(Missing, match="round 1 are not stored"):
        finals.trained(bare, 1)
    assert np.count_nonzero(finals.start(bare, 1)["fc1.weight"]) == finals.mask_of(bare, 1).counts()["fc1.weight"]
    late = dataclasses.replace(bare, spec=dataclasses.replace(SPEC, rewind=Rewind(step=5)))
    with pytest.raises(Missing, match="rewinds to"):
        finals.start(late, 1)


def test_a_live_run_in_the_store_lends_its_mask(lottery: Result, tmp_path: Path) -> None:
    Store(tmp_path).save(lottery)
    assert chain.stored_mask(SPEC, 2, tmp_path) == (finals.mask_of(lottery, 2), SPEC.key)
    assert chain.stored_mask(SPEC, 3, tmp_path) is None
    assert chain.stored_mask(dataclasses.replace(SPEC, seed=1), 2, tmp_path) is None
    race = Ablation(data=SPEC.data, net=SPEC.net, training=SPEC.training, pruning=SPEC.pruning, level=1,
                    conditions=(Condition("ticket"),))
    told = [moment.condition for moment in ablation.stream(race, ablation.Options(
        masks=chain.MaskSource(store=tmp_path)))]
    assert ablation.FINDING not in told
