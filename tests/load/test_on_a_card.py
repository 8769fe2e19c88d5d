"""The script for minutes on a graphics card, rehearsed on the CPU for a moment."""

import json

import pytest

from lth_core.results.store import Store
from tests.core.bare import bare_machine
from tests.core.jpegs import archive, counts_as_real, pictures
from tests.load import on_a_card


@pytest.fixture(autouse=True)
def few_pictures(tmp_path, monkeypatch):
    yield from bare_machine(tmp_path, monkeypatch)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    path = archive(tmp_path / "copy.tar.xz", pictures(train=15))
    counts_as_real(path, monkeypatch, train=15)
    return path


def played(capsys, *words):
    assert on_a_card.main([*map(str, words), "--device", "cpu", "--steps", "4"]) == 0
    return {line["part"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}


def test_every_part_leaves_an_ordinary_entry_and_a_second_call_finds_it(tmp_path, copy, capsys):
    words = (tmp_path / "copies", "--work", tmp_path / "store", "--archive", copy, "--train", 130, "--minutes", 600)
    told = played(capsys, *words)
    assert list(told) == ["equality", *on_a_card.SHARES]
    assert told["equality"]["equal"] and max(told["equality"]["largest_difference"].values()) > 0
    store = Store(tmp_path / "store")
    for name in on_a_card.SHARES:
        result = store.load(told[name]["key"])
        assert result is not None and told[name]["rounds"] == 1, told[name]
        assert result.tables["cells"]["condition"].tolist() == ["ticket", "ticket", "reinit"]
        assert told[name]["images"] == ("MNIST" if name == "lenet" else "CIFAR-10, JPEG copy")
    copies = Store(tmp_path / "copies")
    assert len(store.keys()) == len(on_a_card.SHARES) and set(copies.keys()) == set(store.keys())
    small = copies.load(told["conv2"]["key"])
    assert small is not None and small.arrays == {} and len(small.tables["cells"]["round"]) == 3
    again = played(capsys, *words)
    assert [again[name]["key"] for name in on_a_card.SHARES] == [told[name]["key"] for name in on_a_card.SHARES]


def test_parts_skip_themselves_without_time_or_pictures(tmp_path, capsys):
    told = played(capsys, tmp_path / "store", "--minutes", 0)
    assert "are left for it" in told["lenet"]["skipped"]
    assert all("no images: `python -m lth_core fetch cifar-10-jpeg" in told[name]["skipped"]
               for name in on_a_card.SHARES if name != "lenet")
    assert not Store(tmp_path / "store").keys()


def test_a_lottery_grows_while_its_minutes_last_and_only_the_longest_is_kept(tmp_path):
    spec = on_a_card.lotteries(2, on_a_card.CIFAR_JPEG)["lenet"]
    spec = on_a_card.replace(spec, pruning=on_a_card.replace(spec.pruning, rounds=3))
    ticks = iter(range(10**6))
    store = Store(tmp_path)
    found = on_a_card.grown(spec, store, "reference", on_a_card.Minutes(10**6, lambda: next(ticks)))
    assert found["rounds"] == 3 and store.keys() == [found["key"]] and len(found["density"]) == 4
    late = on_a_card.grown(on_a_card.replace(spec, seed=1), store, "reference", on_a_card.Minutes(0, lambda: 1))
    assert late == {"rounds": 0, "of": 3, "key": ""}
