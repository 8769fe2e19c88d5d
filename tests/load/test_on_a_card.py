"""The script for minutes on a graphics card, rehearsed on the CPU for a moment."""

import json

import pytest

from lth_core.catalogue import OPTIONAL
from lth_core.results.store import Store
from tests.core.bare import bare_machine
from tests.core.jpegs import archive, counts_as_real, pictures
from tests.load import card_paces, on_a_card

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


def played(capsys, *words):
    assert on_a_card.main([*map(str, words), "--device", "cpu", "--steps", "4", "--plan", PLAN]) == 0
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
    lenet = on_a_card.lotteries("conv2:1:4:2", 3, on_a_card.CIFAR_JPEG)["lenet-0"]
    first, second = card_paces.paces({"mlp": lenet}, "cpu", 3)
    assert {"eager_ms", "captured_ms_1", "captured_ms_2"} <= set(first) and second["precision"] == "bfloat16"
    assert min(value for name, value in first.items() if name.endswith(("_ms", "_1", "_2"))) > 0


def test_its_lotteries_are_those_that_are_recorded():
    specs = on_a_card.lotteries(on_a_card.PLAN, None, on_a_card.CIFAR_JPEG).values()
    assert {spec.shortened(4) for spec in specs} >= set(OPTIONAL["cifar"])


def test_parts_skip_themselves_without_time_or_pictures(tmp_path, capsys):
    told = played(capsys, tmp_path / "store", "--minutes", 0, "--parts", "lotteries")
    assert "are left" in told["lotteries"]["skipped"]
    told = played(capsys, tmp_path / "store", "--minutes", 600, "--train", 130, "--parts", "lotteries")
    assert "no images: `python -m lth_core fetch cifar-10-jpeg" in told["lotteries"]["skipped"]
    assert told["ready"]["lotteries"] == 1 and told["lenet-0"]["rounds"] == 1


def test_a_lottery_grows_while_its_minutes_last_and_only_the_longest_is_kept(tmp_path):
    spec = on_a_card.lotteries("conv2:1:4:2", 2, on_a_card.CIFAR_JPEG)["lenet-0"]
    spec = on_a_card.replace(spec, pruning=on_a_card.replace(spec.pruning, rounds=3))
    ticks = iter(range(10**6))
    store = Store(tmp_path)
    found = on_a_card.grown(spec, store, "reference", on_a_card.Minutes(10**6, lambda: next(ticks)))
    assert found["rounds"] == 3 and store.keys() == [found["key"]] and len(found["density"]) == 4
    late = on_a_card.grown(on_a_card.replace(spec, seed=1), store, "reference", on_a_card.Minutes(0, lambda: 1))
    assert late == {"rounds": 0, "of": 3, "key": ""}
