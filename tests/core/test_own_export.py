"""Tickets in the forms that others read: weights that layers share, buffers of other kinds, files of another kind."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch
from torch import nn
from torch.nn.utils import prune

from lth_core.masks.mask import Mask
from lth_core.own import export
from lth_core.own.functions import OwnError


class Tied(nn.Module):
    """Two layers with one weight, as a language model's first and last."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)
        self.b.weight = self.a.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.b(torch.relu(self.a(x)))


def twice() -> nn.Sequential:
    """One layer in two places."""
    layer = nn.Linear(8, 8)
    return nn.Sequential(layer, nn.ReLU(), layer)


HALF = np.arange(64).reshape(8, 8) % 2 == 0
X = torch.linspace(-1, 1, 80).view(10, 8)


def ticket_of(net: nn.Module, name: str) -> tuple[nn.Module, Mask]:
    with torch.no_grad():
        net.get_parameter(name)[~torch.tensor(HALF)] = 0
    return net, Mask({name: HALF})


CASES = pytest.mark.parametrize(("make", "first", "second"), [(Tied, "a", "b"), (twice, "0", "2")])


@CASES
def test_masks_hold_in_every_layer_that_shares_a_weight(make: type, first: str, second: str) -> None:
    net, mask = ticket_of(make(), f"{first}.weight")
    pruned = export.to_prune(net, mask)
    assert torch.equal(pruned(X), net(X))
    one, other = (pruned.get_submodule(name) for name in (first, second))
    assert one.weight_orig is other.weight_orig  # still one parameter
    descent = torch.optim.SGD(pruned.parameters(), lr=0.1, momentum=0.9)
    for _ in range(20):
        descent.zero_grad()
        nn.functional.cross_entropy(pruned(X), torch.arange(10) % 8).backward()
        descent.step()
    pruned(X)
    for layer in (one, other):
        assert not layer.weight[~torch.tensor(HALF)].any() and layer.weight[torch.tensor(HALF)].all()
    plain, again = export.from_prune(pruned)
    assert again == mask and torch.equal(plain(X), pruned(X))
    assert plain.get_submodule(first).weight is plain.get_submodule(second).weight
    assert not prune.is_pruned(plain)


def test_a_shared_weight_that_is_not_pruned_alike_is_refused_by_both_names() -> None:
    net = Tied()
    prune.custom_from_mask(net.b, "weight", torch.tensor(HALF))
    with pytest.raises(OwnError, match=r"a\.weight and b\.weight are one parameter, but not pruned alike"):
        export.from_prune(net)
    prune.custom_from_mask(net.a, "weight", torch.tensor(~HALF))
    with pytest.raises(OwnError, match=r"a\.weight and b\.weight"):
        export.from_prune(net)
    assert prune.is_pruned(net) and net(X).isfinite().all()  # left as it was


def test_a_shared_weight_is_called_by_its_first_name() -> None:
    for write in (export.to_prune, lambda net, mask: export.save("nowhere", net, mask)):
        with pytest.raises(OwnError, match=r"b\.weight of Tied is a\.weight under another name"):
            write(Tied(), {"b.weight": HALF})


@CASES
def test_a_file_of_shared_weights_is_a_whole_state_dict(tmp_path, make: type, first: str, second: str) -> None:
    net, mask = ticket_of(make(), f"{first}.weight")
    export.save(tmp_path / "ticket", net, mask)
    loaded, again = export.load(tmp_path / "ticket", make())
    assert again == mask and torch.equal(loaded(X), net(X))
    assert loaded.get_submodule(first).weight is loaded.get_submodule(second).weight
    tensors = safetensors.numpy.load_file(tmp_path / "ticket")
    alone = {name: torch.tensor(value) for name, value in tensors.items() if not name.startswith("mask/")}
    fresh = make()
    fresh.load_state_dict(alone)  # what the docstring of `save` offers
    assert torch.equal(fresh(X), net(X))
    bare = {name: value for name, value in tensors.items() if name != f"{second}.weight"}
    safetensors.numpy.save_file(bare, tmp_path / "once")  # as files were before they held every name
    assert torch.equal(export.load(tmp_path / "once", make())[0](X), net(X))
    tensors[f"{second}.weight"] = tensors[f"{second}.weight"] + 1
    safetensors.numpy.save_file(tensors, tmp_path / "two")
    with pytest.raises(OwnError, match=f"{first}.weight and {second}.weight are one parameter in it"):
        export.load(tmp_path / "two", make())


def test_other_buffers_may_end_in_mask() -> None:
    net = nn.Sequential(nn.Linear(4, 4))
    net.register_buffer("attn_mask", torch.ones(4, 4))
    net[0].register_buffer("bias_mask", torch.zeros(4))
    plain, mask = export.from_prune(prune.l1_unstructured(net[0], "weight", amount=5) and net)
    assert mask.counts() == {"0.weight": 11} and plain.attn_mask.all()
    bare = nn.Linear(4, 4)
    bare.register_buffer("attn_mask", torch.ones(4))
    with pytest.raises(OwnError, match="not pruned by"):
        export.from_prune(bare)


def test_a_file_that_save_did_not_write_is_refused(tmp_path) -> None:
    net, path = nn.Linear(8, 8), tmp_path / "file"
    plain = {name: value.numpy() for name, value in net.state_dict().items()}
    safetensors.numpy.save_file(plain, path)
    with pytest.raises(OwnError, match="holds no mask: it is a plain state dict"):
        export.load(path, net)
    safetensors.numpy.save_file(plain | {"mask/weight": np.full((8, 8), 2, np.uint8)}, path)
    with pytest.raises(OwnError, match="other than 0 and 1"):
        export.load(path, net)
    safetensors.numpy.save_file(plain | {"mask/weight": np.ones((1, 8), np.uint8)}, path)
    with pytest.raises(OwnError, match="the mask of weight has shape"):
        export.load(path, net)
    for lacks in ({"weight": plain["weight"]}, {**plain, "more": plain["bias"]}):
        safetensors.numpy.save_file(lacks, path, {"format": "lth_core ticket"})
        with pytest.raises(OwnError, match=r"(bias|more) differs in name or shape"):
            export.load(path, net)
    export.save(path, net, {})  # a mask of no layer is one
    assert export.load(path, copy.deepcopy(net))[1] == Mask({})
    safetensors.torch.save_file({"weight": torch.ones(8, 8).bfloat16()}, tmp_path / "half")
    path.write_bytes(b"words")
    for wrong in (path, tmp_path, tmp_path / "missing", tmp_path / "half"):
        with pytest.raises(OwnError, match="cannot be read"):
            export.load(wrong, net)
