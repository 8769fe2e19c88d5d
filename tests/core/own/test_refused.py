"""A net, data or options of one's own that do not fit are refused by name, with the cure."""

import numpy as np
import pytest
import torch
import torch.nn.utils.prune
from torch import nn

from lth_core.own.functions import OwnError
from lth_core.spec import Pruning
from tests.core.brought import mlp, search


class Tall(nn.Module):
    """Weights of its own, which nobody can draw anew."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(12, 3)
        self.shift = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return self.layer(x) + self.shift


class Unused(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.idle = nn.Linear(12, 3), nn.Linear(12, 3)

    def forward(self, x):
        return self.layer(x)


def half(net):
    return net().half()


BAD_NETS = [
    (nn.Sequential(nn.BatchNorm1d(12)), "nothing to prune"),
    (nn.Linear(5, 3), "shape"),
    (nn.Linear(12, 2), "labels run from 0 to 2"),
    (nn.Linear(12, 1), "two classes"),
    (nn.Sequential(nn.LazyLinear(3)), "lazy"),
    (nn.Linear(12, 3).half(), "float32"),
    (nn.Sequential(nn.Linear(12, 3), nn.Unflatten(1, (3, 1))), "logit"),
    (Unused(), "idle.weight gets no gradient"),
    (lambda: 3, "int"),
    (nn.Linear, "without arguments"),
    (torch.nn.utils.prune.l1_unstructured(nn.Linear(12, 3), "weight", amount=2), "from_prune"),
    (nn.Linear(12, 3).requires_grad_(False), "nothing to prune"),
]


@pytest.mark.parametrize(("net", "words"), BAD_NETS, ids=[words for _, words in BAD_NETS])
def test_a_net_that_cannot_be_used_is_refused_by_name(net, words, data):
    with pytest.raises(OwnError, match=words):
        search(net, data)


def hollow(values_):
    return np.where(np.arange(values_.size).reshape(values_.shape) == 30, np.nan, values_).astype(np.float32)


BAD_DATA = [
    (lambda x, y: (hollow(x), y), "input 2 holds NaN"),
    (lambda x, y: (x, y[:-1]), "239 labels|59 labels"),
    (lambda x, y: (x, y + 1), "labels run from 1 to 3"),
    (lambda x, y: (x, y - 1), "labels run from -1"),
    (lambda x, y: (x, y / 2), "whole numbers"),
    (lambda x, y: (x, np.eye(3)[y]), "argmax"),
    (lambda x, y: (x, y[:, None]), "ravel"),
    (lambda x, y: (x[:0], y[:0]), "empty"),
    (lambda x, y: [], "empty"),
    (lambda x, y: x, "ndarray"),
    (lambda x, y: (np.array(["a"]), y), "numbers"),
    (lambda x, y: 3, "int"),
    (lambda x, y: {"x": x}, "dict"),
    (lambda x, y: [(x, y, y)], "pair"),
    (lambda x, y: [(x[0], 0), (x[1, :3], 1), (x[2], 2)], "stack"),
]


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(("spoil", "words"), BAD_DATA, ids=[words for _, words in BAD_DATA])
def test_data_that_cannot_be_used_is_refused_by_its_split(spoil, words, which, data):
    parts = list(data)
    parts[which] = spoil(*parts[which])
    with pytest.raises(OwnError, match=words) as caught:
        search(mlp, parts)
    assert ("train", "validation", "test")[which] in str(caught.value)


def test_splits_that_differ_in_shape_are_refused(data):
    train, validation, (inputs, labels) = data
    with pytest.raises(OwnError, match=r"test: an input has shape \(6,\)"):
        search(mlp, (train, validation, (inputs[:, :6], labels)))


BAD_OPTIONS = [
    ({"steps": 0}, "steps"), ({"steps": 3, "rewind": 4}, "rewind.step"), ({"batch": 241}, "240 examples"),
    ({"optimiser": lambda params: torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)}, "does not hold 0.weight"),
    ({"optimiser": lambda params: None}, "NoneType"), ({"optimiser": "lion"}, "optimiser"),
    ({"optimiser": lambda params: torch.optim.LBFGS(params)}, "closure"),
    ({"prunable": lambda name, parameter, owner: False}, "selects none"),
    ({"rates": {"fc": 0.1}}, "'fc'"), ({"rates": {"0.weight": 1.0}}, "below 1"),
    ({"pruning": Pruning(rounds=60)}, "none would be left"), ({"score": "mine"}, "criterion"),
    ({"conditions": ("mine",)}, "condition"), ({"conditions": "reinit"}, "list"), ({"seed": -1}, "seed"),
    ({"conditions": ("reinit", "reinit")}, "once"), ({"progress": "loud"}, "progress"), ({"lr": 0}, "lr"),
    ({"schedule": "mine"}, "schedule"), ({"eval_every": 0}, "eval_every"), ({"backend": "sparse"}, "backend"),
]


@pytest.mark.parametrize(("options", "words"), BAD_OPTIONS, ids=[f"{next(iter(o))}-{w}" for o, w in BAD_OPTIONS])
def test_options_that_do_not_go_together_are_refused_by_name(options, words, data):
    with pytest.raises(ValueError, match=words):
        search(mlp, data, **options)


def test_a_net_whose_weights_nobody_can_draw_anew_says_what_to_give(data):
    assert search(Tall(), data).masks
    with pytest.raises(OwnError, match="a function that makes the net"):
        search(Tall(), data, conditions=("reinit",))
    assert search(Tall, data, conditions=("reinit",)).accuracy("reinit")


def test_chance_from_elsewhere_than_torch_is_refused(data):
    rng = np.random.default_rng(0)

    def moody():
        net = mlp()
        with torch.no_grad():
            net[0].weight.fill_(rng.random())
        return net

    with pytest.raises(OwnError, match="each time"):
        search(moody, data)
