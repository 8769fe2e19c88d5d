"""What `find_ticket` found, and how it is found again in a stored result."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

import lth_core as lth
from lth_core.experiments.lottery import read
from lth_core.own.found import Found
from lth_core.own.functions import OwnError
from lth_core.results.weights import Missing
from lth_core.spec import Pruning
from tests.core.brought import Convs, mlp, same, search


def tied():
    """Two layers with one weight."""
    net = nn.Sequential(nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, 12))
    net[2].weight = net[0].weight
    return net


class Exploding(torch.optim.SGD):
    def step(self, closure=None):
        with torch.no_grad():
            for param in self.param_groups[0]["params"]:
                param *= 1e20


def test_a_ticket_of_shared_weights_keeps_its_zeros_in_a_training_of_yours(data):
    found = search(tied, data)
    pruned = found.pruned(2)
    descent, (inputs, labels) = torch.optim.SGD(pruned.parameters(), lr=0.1), map(torch.from_numpy, data[0])
    for _ in range(5):
        descent.zero_grad()
        nn.functional.cross_entropy(pruned(inputs), labels).backward()
        descent.step()
    pruned(inputs)
    gone = torch.from_numpy(~found.masks[2]["0.weight"])
    assert gone.any() and not pruned[0].weight[gone].any() and not pruned[2].weight[gone].any()


def test_accuracies_that_nobody_measured_are_refused_by_name(data):
    found = search(mlp, data, conditions=("reinit", "random"), pruning=Pruning(rounds=1))
    with pytest.raises(OwnError, match=r"no condition 're-init' here: ticket, reinit, random$"):
        found.accuracy("re-init")
    with pytest.raises(OwnError, match=r"no split 'tset' here: train, validation, test$"):
        found.accuracy(split="tset")
    assert list(found.accuracy("random", "validation")) == [1]


def test_a_condition_of_your_own_is_asked_by_either_name(data):
    @lth.condition("flipped")
    def flipped(begin):
        return {name: -value for name, value in begin.rewound.items()}

    found = search(mlp, data, conditions=("flipped",), pruning=Pruning(rounds=1))
    full = found.spec.conditions[-1].name
    assert full != "flipped" and found.accuracy(full) == found.accuracy("flipped") != {}
    with pytest.raises(OwnError, match=r"here: ticket, flipped$"):
        found.accuracy("flip")


def test_a_search_that_diverged_says_so(data):
    found = search(mlp, data, conditions=("reinit",), optimiser=lambda params: Exploding(params, lr=0.1))
    assert repr(found) == "Found(Sequential, 1 level: 100.0% kept; diverged in round 0 of 2)"
    assert found.accuracy("reinit") == {}  # asked for, and never come to
    assert read.mask_of(found.result, 0) == found.masks[0]
    assert "diverged" not in repr(search(mlp, data, pruning=Pruning(rounds=1)))


@pytest.mark.parametrize("options", [{}, {"rewind": 4}, {"rewind": lth.spec.Rewind("lr")}], ids=str)
def test_a_stored_result_gives_back_masks_weights_and_tickets(data, tmp_path, options):
    store = lth.Store(tmp_path)
    found = search(Convs, data, store=store, prunable=lambda name, parameter, owner: name == "out.weight", **options)
    for net in (Convs, Convs()):  # of a module the weights are the result's, whatever it holds now
        again = Found.of(store.load(found.result.key), net)
        assert again.masks == found.masks and repr(again) == repr(found) and again.spec == found.spec
        same(found, again)
        for trained in (False, True):
            one, other = (each.state_dict(2, trained) for each in (found, again))
            assert one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())
        assert all(np.array_equal(value, found.theta0[name]) for name, value in again.net.theta0().items())
    assert [read.mask_of(store.load(found.result.key), level) for level in range(3)] == list(found.masks)
    with pytest.raises(Missing, match="round 3 was not reached"):
        read.mask_of(found.result, 3)


def test_a_result_is_read_by_no_other_net(data):
    found = search(mlp, data, pruning=Pruning(rounds=1))
    wide = nn.Sequential(nn.Linear(12, 11), nn.ReLU(), nn.Linear(11, 3))
    with pytest.raises(OwnError, match=r"0\.weight of shape \(10, 12\), the net 0\.weight of shape \(11, 12\)"):
        Found.of(found.result, wide)
    with pytest.raises(OwnError, match=r"0\.weight of shape \(10, 12\), the net no 0\.weight"):
        Found.of(found.result, Convs)
    with pytest.raises(OwnError, match="holds no weights"):
        Found.of(dataclasses.replace(found.result, arrays={}), mlp)
    lottery = dataclasses.replace(found.result, spec=lth.Lottery())
    with pytest.raises(OwnError, match=r"the experiment 'lottery', not of find_ticket: .*lottery\.read"):
        Found.of(lottery, mlp)


@pytest.mark.parametrize("reader", [lambda result: read.ticket(result, 1, True), lambda result: read.trained(result, 1),
                                    lambda result: read.start(result, 1), lambda result: read.biases(result, 1),
                                    read.next_mask, lambda result: read.ticket_file(result, 1)])
def test_readers_of_lotteries_say_where_a_search_is_read(data, reader):
    with pytest.raises(Missing, match=r"lth_core\.Found\.of\(result, net\)"):
        reader(search(mlp, data, pruning=Pruning(rounds=1)).result)
