"""Trained nets read back from Results, and tickets that PyTorch runs with the code printed beside them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lth_core.data import load, mnist
from lth_core.data.sets import pixels
from lth_core.engine import run
from lth_core.experiments import Ablation, Lottery
from lth_core.experiments.ablation import run as ablation
from lth_core.experiments.ablation.read import raced
from lth_core.experiments.lottery import mask_source as chain
from lth_core.experiments.lottery import read as finals
from lth_core.nets.module import module, save
from lth_core.nets.ticket import Ticket
from lth_core.presets import preset
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


CONV = dataclasses.replace(SPEC, data=dataclasses.replace(SPEC.data, pool=2),
                           net=Net("conv2", (196, 8, 10), width=0.05))
RESIDUAL = dataclasses.replace(CONV, net=Net("resnet20", (196, 10), batchnorm=True, width=0.1),
                               training=dataclasses.replace(SPEC.training, steps=10, eval_every=10))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["mlp", "batchnorm", "conv", "residual"])
def test_the_printed_pytorch_and_the_module_are_the_ticket(tmp_path: Path, kind: str, after: bool) -> None:
    sgd = dataclasses.replace(SPEC, training=dataclasses.replace(SPEC.training, optimiser="sgd", lr=0.1),
                              net=dataclasses.replace(SPEC.net, batchnorm=kind == "batchnorm"), rewind=Rewind(step=5))
    spec = {"conv": CONV, "residual": RESIDUAL}.get(kind, sgd)
    result, level = run(dataclasses.replace(spec, pruning=Pruning(rounds=1))), 1
    file, scope = tmp_path / "ticket.safetensors", dict[str, Any]()
    file.write_bytes(finals.ticket_file(result, level, after))
    exec(finals.loading(result.spec, str(file)), scope)
    module, wanted = result.ticket(level, trained=after), finals.ticket(result, level, after)
    for found in (scope["net"].state_dict(), module.state_dict()):
        assert {name for name in found if "num_batches" not in name} == set(wanted)
        assert all(np.array_equal(found[name].numpy(), value) for name, value in wanted.items())
    about = json.loads(finals.ticket_json(result, level))
    assert sum(int(torch.count_nonzero(torch.tensor(wanted[name]))) for name in finals.mask_of(result, level)) == sum(
        about["kept"].values()) < about["total"]
    images, labels = (torch.tensor(array) for array in mnist.part("t10k"))
    with torch.no_grad():
        read, printed = module(images), scope["logits"](images.unsqueeze(1))
    assert torch.equal(read, printed)
    if after:
        right = (read.argmax(1) == labels).float().mean().item()
        cells = result.tables["cells"]
        row = (cells["condition"] == "ticket") & (cells["round"] == level)
        assert right == pytest.approx(cells["test_accuracy"][row].item(), abs=2e-4)


def test_a_net_of_colour_pictures_reads_them_as_it_was_trained() -> None:
    spec = preset("vgg16")
    net = dataclasses.replace(spec.net, width=0.1)
    plain, images = module(net).eval(), np.random.default_rng(0).integers(0, 256, (4, 3, 32, 32), np.uint8)
    seen = torch.from_numpy(pixels("cifar-10", 1, images))
    with torch.no_grad():
        assert torch.allclose(Ticket(net, spec.data, save(plain))(torch.tensor(images)), plain(seen), atol=1e-5)
    code = finals.loading(dataclasses.replace(spec, net=net), "ticket.safetensors")
    assert "(images / 255 - mean) / std" in code and "Linear(3072" not in code


def test_a_shipped_copy_says_what_it_lacks(lottery: Result) -> None:
    bare = dataclasses.replace(lottery, arrays={name: array for name, array in lottery.arrays.items()
                                                if not name.startswith("final/")})
    with pytest.raises(Missing, match="round 1 are not stored"):
        finals.trained(bare, 1)
    assert np.count_nonzero(finals.start(bare, 1)["fc1.weight"]) == finals.mask_of(bare, 1).counts()["fc1.weight"]
    for read in (finals.ticket_file, finals.ticket_json, finals.mask_of):
        with pytest.raises(Missing, match="masks of this lottery are not stored"):
            read(dataclasses.replace(lottery, arrays={}), 1)
        with pytest.raises(Missing, match="round 3 was not reached"):
            read(lottery, 3)
    late = dataclasses.replace(bare, spec=dataclasses.replace(SPEC, rewind=Rewind(step=5)))
    with pytest.raises(Missing, match="rewinds to"):
        finals.start(late, 1)


@pytest.mark.parametrize("rewind", [Rewind(mode="lr"), Rewind(mode="fine-tune"), Rewind(mode="lr", step=5),
                                    Rewind(mode="fine-tune", step=5), Rewind(step=5), Rewind()], ids=str)
@pytest.mark.parametrize("schedule", ["iterative", "one-shot"])
def test_a_ticket_starts_from_where_its_round_did(rewind: Rewind, schedule: str) -> None:
    """The followed weights, all of so small a net, were measured at the first step of each round."""
    spec = dataclasses.replace(SPEC, rewind=rewind, pruning=Pruning(rounds=2, schedule=schedule))
    result = run(spec)
    for level in (1, 2):
        start, mask = finals.start(result, level), finals.mask_of(result, level)
        began = result.arrays[f"path/{level}"][0]
        assert np.array_equal(np.concatenate([start[name][mask[name]] for name in mask]), began), level
    bare = dataclasses.replace(result, arrays={name: array for name, array in result.arrays.items()
                                               if not name.startswith("final/")})
    if rewind != Rewind():
        with pytest.raises(finals.Missing):
            finals.start(bare, 2)


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
