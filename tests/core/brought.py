"""A net and data of one's own for tests: small enough to be searched in a moment."""

import numpy as np
import torch
from torch import nn

import lth_core as lth
from lth_core.own import registry
from lth_core.spec import Pruning, names

TWO = Pruning(rounds=2)


def empty_registry(monkeypatch):
    """Nothing is registered until the test ends, whatever other tests registered."""
    monkeypatch.setattr(registry, "_ENTRIES", {})
    monkeypatch.setattr(names, "_DECLARED", {})


def thirds():
    """Which of three thirds of twelve numbers is largest: learnable in seconds."""
    rng = np.random.default_rng(0)

    def split(count):
        inputs = rng.random((count, 12), np.float32)
        return inputs, inputs.reshape(count, 3, 4).sum(2).argmax(1)

    return split(240), split(60), split(60)


class Convs(nn.Module):
    """A convolution, BatchNorm, dropout and a linear layer; `scale` is a plain setting."""

    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale
        self.conv = nn.Conv1d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm1d(4)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(48, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(self.scale * x[:, None])))
        return self.out(self.drop(x).flatten(1))


def mlp():
    return nn.Sequential(nn.Linear(12, 10), nn.ReLU(), nn.Linear(10, 3))


def search(net, data, **options):
    return lth.find_ticket(net, *data, **{"steps": 12, "batch": 20, "pruning": TWO, **options})


def same(one, other):
    assert one.result.arrays.keys() == other.result.arrays.keys()
    assert all(np.array_equal(value, other.result.arrays[name]) for name, value in one.result.arrays.items())
    for name in ("cells", "curves", "movement"):
        for column, values_ in one.tables[name].items():
            assert np.array_equal(values_, other.tables[name][column], equal_nan=values_.dtype.kind == "f"), column
