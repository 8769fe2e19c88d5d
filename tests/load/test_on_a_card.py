"""The script for minutes on a graphics card, rehearsed on the CPU for a moment."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lth_core.catalogue import OPTIONAL
from lth_core.results.atlas import Atlas
from lth_core.results.store import Store
from tests.core.bare import bare_machine
from tests.core.jpegs import archive, counts_as_real, pictures
from tests.figures.invented import atlas
from tests.figures.invented_conv import lotteries
from tests.load import card_paces, card_plans, on_a_card, other_precision

PLAN = "conv2:1:4:2,resnet20:1:2:3"
NAMES = ["lenet-0", "conv2-0", "resnet20-0", "resnet20-fast-0", "resnet20-fast-500-0"]


@pytest.fixture(autouse=True)
def few_pictures(tmp_path, monkeypatch):
    yield from bare_machine(tmp_path, monkeypatch)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    path = archive(tmp_path / "copy.tar.xz", pictures(train=15))
    counts_as_real(path, monkeypatch, train=15)
    return path


def played(capsys, *words, plan=PLAN, steps=4):
    assert on_a_card.main([*map(str, words), "--device", "cpu", "--steps", str(steps), "--plan", plan]) == 0
    return {line["part"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}


def test_every_part_leaves_an_ordinary_entry_and_a_second_call_finds_it(tmp_path, copy, capsys, monkeypatch):
    monkeypatch.setattr(card_paces, "SIDE", (1, 2))
    monkeypatch.setattr(card_paces, "IMAGES", 200)
    words = (tmp_path / "copies", "--work", tmp_path / "store", "--archive", copy, "--train", 130, "--tickets", 3,
             "--minutes", 600)
    told = played(capsys, *words, "--parts", "tickets,lotteries")
    assert list(told)[:3] == ["equality", "tickets", "ready"] and sorted(list(told)[3:]) == sorted(NAMES)
    assert told["equality"]["equal"] and max(told["equality"]["largest_difference"].values()) > 0
    assert told["tickets"]["count"] == 3 and 0.1 < told["tickets"]["median_accuracy"] < 1
    store = Store(tmp_path / "store")
    for name in NAMES:
        result = store.load(told[name]["key"])
        assert result is not None and told[name]["rounds"] == 1, told[name]
        assert told[name]["images"] == ("MNIST" if name == "lenet-0" else "CIFAR-10, JPEG copy")
    copies = Store(tmp_path / "copies")
    assert len(store.keys()) == len(NAMES) and set(copies.keys()) == set(store.keys())
    small = copies.load(told["conv2-0"]["key"])
    assert small is not None and small.arrays == {}
    assert small.tables["cells"]["condition"].tolist() == ["ticket", "ticket", "reinit"]
    whole = Store(tmp_path / "copies-whole").load(told["conv2-0"]["key"])
    assert whole is not None and {"final/1", "final/1/rest", "died/conv1.weight"} <= set(whole.arrays)
    again = played(capsys, *words, "--parts", "lotteries")
    assert [again[name]["key"] for name in NAMES] == [told[name]["key"] for name in NAMES]


def test_a_pace_is_measured_eager_and_captured(monkeypatch):
    monkeypatch.setattr(card_paces, "SIDE", (1, 2))
    monkeypatch.setattr(card_paces, "IMAGES", 200)
    lenet = card_plans.lotteries("conv2:1:4:2", 3, on_a_card.CIFAR_JPEG)["lenet-0"]
    first, second = card_paces.paces({"mlp": lenet}, "cpu", 3)
    assert {"eager_ms", "captured_ms_1", "captured_ms_2"} <= set(first) and second["precision"] == "bfloat16"
    assert min(value for name, value in first.items() if name.endswith(("_ms", "_1", "_2"))) > 0


@pytest.mark.parametrize(("plan", "part"), [(card_plans.PLAN, "cifar"), ("rewinds", "cifar-rewinds")])
def test_its_lotteries_are_those_that_are_recorded(plan, part):
    specs = card_plans.lotteries(plan, None, on_a_card.CIFAR_JPEG).values()
    rounds = OPTIONAL[part][0].pruning.rounds
    assert {spec.shortened(rounds) for spec in specs} >= set(OPTIONAL[part])


def test_every_named_plan_is_read_and_a_label_says_what_was_run():
    deep = card_plans.lotteries("deep", None, on_a_card.CIFAR_JPEG)
    assert list(deep) == ["lenet-0", "resnet18-0", "vgg19-0", "vgg16-0"]
    assert card_plans.label(deep["vgg19-0"]) == (
        "vgg19 on CIFAR-10, JPEG copy: 14,060 steps of 64, 5 rounds, from θ₀, float32; seed 0")
    again = card_plans.lotteries("conv2-again", None, on_a_card.CIFAR_JPEG)
    half, more, tested = (next(again[name] for name in again if word in name)
                          for word in ("bfloat16", "controls", "test"))
    assert half == replace(again["conv2-controls-0"].shortened(2), conditions=half.conditions,
                           training=replace(more.training, precision="bfloat16"))
    assert [one.rounds for one in more.conditions] == [(), (1, 2, 3, 4), (1, 2, 3, 4)]
    assert tested.training.measure == "test" and tested.pruning.rounds == 1
    with pytest.raises(ValueError, match="'half' in --plan is not allowed"):
        card_plans.lotteries("conv2:1:4:2:half", None, on_a_card.CIFAR_JPEG)


def test_deep_nets_and_changes_play_on_the_cpu(tmp_path, copy, capsys):
    plan = "resnet18:1:4:4,vgg19:1:4:8,conv2:1:4:2:bfloat16+2,conv2:1:4:2:controls,conv2:1:4:2:test+1"
    told = played(capsys, tmp_path / "store", "--archive", copy, "--train", 130, "--minutes", 600, "--parts",
                  "lotteries", plan=plan, steps=4)
    names = ["resnet18-0", "vgg19-0", "conv2-bfloat16+2-0", "conv2-controls-0", "conv2-test+1-0"]
    assert [told[name]["rounds"] for name in names] == [1] * len(names)
    assert "4 steps of 60, 1 round, from θ₀, bfloat16" in told["conv2-bfloat16+2-0"]["label"]
    read = Store(tmp_path / "store").load(told["conv2-test+1-0"]["key"]).tables["cells"]["early_stop_test_accuracy"]
    assert np.isfinite(read).all(), "the test images were looked at where the validation loss is lowest"


def test_parts_skip_themselves_without_time_or_pictures(tmp_path, capsys):
    told = played(capsys, tmp_path / "store", "--minutes", 0, "--parts", "lotteries")
    assert "are left" in told["lotteries"]["skipped"]
    told = played(capsys, tmp_path / "store", "--minutes", 600, "--train", 130, "--parts", "lotteries")
    assert "no images: `python -m lth_core fetch cifar-10-jpeg" in told["lotteries"]["skipped"]
    assert told["ready"]["lotteries"] == 1 and told["lenet-0"]["rounds"] == 1


def test_a_lottery_grows_while_its_minutes_last_and_only_the_longest_is_kept(tmp_path):
    spec = card_plans.lotteries("conv2:1:4:2", 2, on_a_card.CIFAR_JPEG)["lenet-0"]
    spec = replace(spec, pruning=replace(spec.pruning, rounds=3))
    ticks = iter(range(10**6))
    store = Store(tmp_path)
    found = on_a_card.grown(spec, store, "reference", on_a_card.Minutes(10**6, lambda: next(ticks)))
    assert found["rounds"] == 3 and store.keys() == [found["key"]] and len(found["density"]) == 4
    late = on_a_card.grown(replace(spec, seed=1), store, "reference", on_a_card.Minutes(0, lambda: 1))
    assert late == {"rounds": 0, "of": 3, "key": ""}


def test_bfloat16_is_held_against_its_recorded_twin(tmp_path, capsys):
    spec = card_plans.lotteries("conv2:1:4:2:bfloat16+2", None, on_a_card.CIFAR_JPEG)["conv2-bfloat16+2-0"]
    twin = lotteries("Conv-2")[0]
    assert other_precision.alike(spec, twin.spec) and not other_precision.alike(twin.spec, twin.spec)
    for seed in range(2):
        here = lotteries("Conv-2")[seed]
        kept = {table: {name: column[np.asarray(columns["round"]) <= 2] for name, column in columns.items()}
                for table, columns in here.tables.items()}
        kept["cells"]["test_accuracy"] -= 0.01 * (kept["cells"]["round"] == 2)
        Store(tmp_path).save(replace(here, spec=replace(spec, seed=seed), tables=kept))
    found = other_precision.pairs(Store(tmp_path), Atlas(atlas(tmp_path / "atlas", *lotteries("Conv-2"))))
    assert len(found) == 2 and all(half.spec.seed == whole.spec.seed for half, whole in found)
    first, second = other_precision.lines(found)
    assert "apart +0.00 points" in first and "2 seeds: bfloat16 −1.2" in second and "apart −1.00 points" in second
    assert other_precision.main(str(tmp_path / "nothing")) == 1 and "no run in bfloat16" in capsys.readouterr().out
