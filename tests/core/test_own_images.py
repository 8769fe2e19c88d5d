"""Images that somebody brought: kept whole under their digest, loaded, divided and trained on like any others."""

from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from lth_core import engine, reproduce
from lth_core.data import DataError, brought
from lth_core.data.brought import OwnSet
from lth_core.data.mnist import Images
from lth_core.data.split import features, load
from lth_core.experiments import Ablation, Lottery
from lth_core.experiments.lottery.read import loading
from lth_core.nets.ticket import Ticket
from lth_core.spec import Condition, Data, Net, Pruning, Spec, SpecError, Training

CLASSES = 3


def some(seed: int = 0) -> OwnSet:
    """Bars at three places, which a small net can tell apart."""
    random = np.random.default_rng(seed)

    def part(count: int) -> Images:
        labels = (np.arange(count) % CLASSES).astype(np.uint8)
        images = random.integers(0, 90, (count, brought.SIDE, brought.SIDE)).astype(np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[4 + 8 * label : 8 + 8 * label] = 250
        return Images(images, labels)

    return OwnSet(part(150), part(30), ("low", "middle", "high"))


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A set that is kept, in a folder of its own."""
    monkeypatch.setenv("LTH_DATA", str(tmp_path))
    return brought.save(some(), "salt")


def data(digest: str, **changes: object) -> Data:
    return Data(**{"name": "own", "own": digest, "classes": (0, 1, 2), "pool": 4, "train": 120, "validation": 30,
                   **changes})  # type: ignore[arg-type]


def spec(digest: str) -> Lottery:
    return Lottery(data=data(digest), net=Net(sizes=(49, 12, CLASSES)), pruning=Pruning(rate=0.5, rounds=2),
                   training=Training(steps=60, eval_every=30, batch=30, lr=0.01))


def test_what_is_kept_comes_back_bit_for_bit_under_its_digest(digest: str) -> None:
    kept, found = some(), brought.read(digest)
    for mine, theirs in ((kept.train, found.train), (kept.test, found.test)):
        assert np.array_equal(mine.images, theirs.images) and np.array_equal(mine.labels, theirs.labels)
    assert found.names == kept.names and not found.train.images.flags.writeable
    assert len({digest, some().digest(), some().digest("other"), some(1).digest("salt")}) == 4


def test_a_damaged_or_missing_set_is_named_and_never_trained_on(digest: str) -> None:
    raw = bytearray(brought.path(digest).read_bytes())
    for altered in (raw[:-1] + bytes([raw[-1] ^ 1]), raw[: len(raw) // 2], b""):
        brought.path(digest).write_bytes(altered)
        brought.read.cache_clear()
        with pytest.raises(DataError, match="Own images go with the visit"):
            brought.read(digest)
    brought.remove(digest)
    with pytest.raises(DataError, match="is not there"):
        load(data(digest), 0)


def test_the_parts_are_dealt_as_of_any_set_and_the_test_stays_whole(digest: str) -> None:
    splits, other = load(data(digest), 0), load(data(digest), 1)
    assert features(data(digest)) == 49
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (120, 30, 30)
    assert sorted([*splits.train.indices, *splits.validation.indices]) == list(range(150))
    assert not np.array_equal(splits.train.indices, other.train.indices)
    pixel = some().test.images[5].reshape(7, 4, 7, 4).mean((1, 3)) / 255
    assert np.allclose(splits.test.images[5].reshape(7, 7), pixel)
    with pytest.raises(SpecError, match="at most 150"):
        load(data(digest, train=121), 0)


def test_two_sets_are_never_mistaken_for_one_another(digest: str) -> None:
    second = brought.save(some(1), "salt")
    assert not np.array_equal(load(data(digest), 0).train.images, load(data(second), 0).train.images)
    first, other = engine.run(spec(digest)), engine.run(spec(second))
    assert first.key != other.key
    assert not np.array_equal(first.tables["curves"]["test_loss"], other.tables["curves"]["test_loss"])


def test_a_lottery_and_its_controls_run_to_the_end_and_learn(digest: str) -> None:
    result = engine.run(spec(digest))
    assert result.tables["cells"]["round"].tolist() == [0, 1, 2]
    assert float(result.tables["cells"]["test_accuracy"][0]) > 0.8  # a third would be luck
    lottery = spec(digest)
    compared = engine.run(Ablation(data=lottery.data, net=lottery.net, training=lottery.training, level=2,
                                   pruning=lottery.pruning, conditions=(Condition("ticket"), Condition("random"))))
    assert len(compared.tables["cells"]["condition"]) == 2


@pytest.mark.parametrize("net", [Net(sizes=(784, 20, 3)), Net("conv2", (784, 3), width=0.06)], ids=["mlp", "conv2"])
def test_kernels_and_autograd_agree_on_them(digest: str, net: Net) -> None:
    whole = dataclasses.replace(spec(digest), data=data(digest, pool=1), net=net, pruning=Pruning(rounds=1))
    fast, reference = engine.run(whole), engine.run(whole, engine.Options(backend="reference"))
    assert np.allclose(fast.tables["cells"]["test_loss"], reference.tables["cells"]["test_loss"], rtol=0.05)


def test_a_spec_with_them_travels_as_text_and_its_ticket_reads_them(digest: str) -> None:
    lottery = spec(digest)
    assert Spec.from_json(lottery.to_json()) == lottery and f'"own":"{digest}"' in lottery.to_json()
    assert digest in (reproduce.command(lottery) or "") and digest in reproduce.toml(lottery)
    assert "nn.Linear(49, 12)" in loading(lottery, "ticket.safetensors")
    assert Ticket(lottery.net, lottery.data)(torch.zeros(2, 28, 28)).shape == (2, CLASSES)


def test_old_sets_are_swept_and_new_ones_stay(digest: str) -> None:
    old = brought.save(some(1))
    os.utime(brought.path(old), (time.time() - 100, time.time() - 100))
    brought.sweep(50)
    assert brought.path(digest).exists() and not brought.path(old).exists() and brought.size() > 0
