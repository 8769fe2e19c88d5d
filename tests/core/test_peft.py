"""Ways to tune a trained net: gradients against autograd of plain modules, counts against brute force, merging against
not merging, and every first step against the net itself."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lth_core.data import load
from lth_core.engine import run
from lth_core.experiments import Peft
from lth_core.experiments.peft import tune
from lth_core.experiments.peft.net import Tuned
from lth_core.experiments.peft.run import merge
from lth_core.experiments.peft.spec import TINY
from lth_core.experiments.peft.ways import begin, count, masks, moved_most
from lth_core.masks.mask import Mask
from lth_core.nets.module import load as fill
from lth_core.nets.module import module
from lth_core.nets.params import initial
from lth_core.spec import Data, Net, SpecError, Training
from lth_core.training.order import batches

WAYS = TINY.tunings


def drawn(seed: int = 0) -> dict[str, np.ndarray]:
    """A net of TINY's sizes whose units are partly on, partly off."""
    draw = np.random.default_rng(seed)
    return {name: draw.normal(0, 0.8, value.shape).astype(np.float32) for name, value in initial(TINY.net, 0).items()}


def mask_of(way: str, size: int) -> Mask | None:
    return masks(TINY, size, drawn(), drawn(1)).get(way)


def tuned(how: str, size: int, kind: torch.dtype = torch.float32, moved: bool = False) -> Tuned:
    """A way to tune at its beginning; moved: somewhere on its way, where nothing is zero any more."""
    draw, mask = np.random.default_rng(3), mask_of(how, size)
    moving = {name: value + (draw.normal(0, 0.5, value.shape) if moved else 0)
              for name, value in begin(TINY, how, size, drawn(), mask).items()}
    return Tuned({name: torch.tensor(value).to(kind) for name, value in drawn().items()},
                 {name: torch.tensor(value).to(kind).requires_grad_() for name, value in moving.items()},
                 TINY.alpha / max(1, size),
                 {name.removesuffix(".weight"): torch.from_numpy(np.flatnonzero(alive))
                  for name, alive in (mask or {}).items()})


def seen(kind: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
    draw = np.random.default_rng(5)
    return torch.tensor(draw.normal(size=(40, 16))).to(kind), torch.tensor(draw.integers(0, 5, 40))


def plain(params: dict[str, Any], kind: torch.dtype = torch.float32) -> nn.Module:
    model = module(TINY.net).to(kind)
    fill(model, {name: np.asarray(value) for name, value in params.items()})
    return model


# ── where tuning begins, and where it ends ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("how", "size"), WAYS)
def test_every_tuning_begins_at_the_net_bit_for_bit(how: str, size: int) -> None:
    images, _ = seen()
    assert torch.equal(tuned(how, size).logits(images), plain(drawn())(images))


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
@pytest.mark.parametrize(("how", "size"), [way for way in WAYS if way[0] != "adapter"])
def test_a_merged_net_answers_as_the_net_with_the_tuning_beside_it(how: str, size: int, kind: torch.dtype) -> None:
    net, (images, _) = tuned(how, size, kind, moved=True), seen(kind)
    together = plain(net.merged(), kind)(images)
    largest = float(together.detach().abs().max())
    assert float((together - net.logits(images)).detach().abs().max()) < 16 * torch.finfo(kind).eps * largest
    assert torch.equal(net.alone().logits(images), together)


def test_merging_is_measured_and_an_adapter_cannot_be_merged() -> None:
    images = seen()[0].numpy()
    found = merge(tuned("lora", 2, moved=True), images)
    assert 0 <= found["gap"] < 1e-4 and found["changed"] == 0
    with pytest.raises(ValueError, match="an adapter cannot be merged"):
        tuned("adapter", 2).merged()


# ── gradients, against autograd of a plain module ────────────────────────────────────────────────────────────────


def gradients(net: Tuned) -> dict[str, torch.Tensor]:
    images, labels = seen(torch.float64)
    F.cross_entropy(net.new_logits(images), labels).backward()
    return {name: value.grad for name, value in net.moving.items() if value.grad is not None}


def of_the_merged(net: Tuned) -> dict[str, torch.Tensor]:
    """Gradients of all parameters of the plain net, of the loss among the new classes."""
    images, labels = seen(torch.float64)
    model = plain(net.merged(), torch.float64)
    F.cross_entropy(model(images)[:, TINY.old :], labels).backward()
    return {name: value.grad for name, value in model.named_parameters() if value.grad is not None}


@pytest.mark.parametrize(("how", "size"), [way for way in WAYS if way[0] != "adapter"])
def test_gradients_are_those_of_the_plain_net(how: str, size: int) -> None:
    """LoRA's by the chain rule: ∂L/∂B = s G Aᵀ and ∂L/∂A = s Bᵀ G, with G the plain net's gradient at W₀ + s B A."""
    net = tuned(how, size, torch.float64, moved=True)
    found, whole = gradients(net), of_the_merged(net)
    wanted = {f"new.{part}": whole[f"fc3.{part}"][TINY.old :] for part in ("weight", "bias")}
    assert not whole["fc3.weight"][: TINY.old].any(), "old outputs have no gradient"
    for layer in ("fc1", "fc2"):
        g, s = whole[f"{layer}.weight"], TINY.alpha / max(1, size)
        wanted |= {f"{layer}.weight": g, f"{layer}.bias": whole[f"{layer}.bias"]}
        if how == "lora":
            a, b = net.moving[f"{layer}.lora_a"], net.moving[f"{layer}.lora_b"]
            wanted |= {f"{layer}.lora_a": s * b.T @ g, f"{layer}.lora_b": s * g @ a.T}
        if layer in net.places:
            wanted[f"{layer}.change"] = g.flatten()[net.places[layer]]
    assert found.keys() == net.moving.keys()
    for name, value in found.items():
        torch.testing.assert_close(value, wanted[name].detach(), rtol=1e-9, atol=1e-12)


class Bottleneck(nn.Module):
    """An adapter, as a module of torch's own parts."""

    def __init__(self, units: int, size: int) -> None:
        super().__init__()
        self.inside = nn.Sequential(nn.Linear(units, size), nn.ReLU(), nn.Linear(size, units))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inside(x)  # type: ignore[no-any-return]


def test_an_adapters_gradients_are_those_of_a_module_with_bottlenecks() -> None:
    net, (images, labels) = tuned("adapter", 2, torch.float64, moved=True), seen(torch.float64)
    base = plain(drawn(), torch.float64)
    adapters = [Bottleneck(8, 2).double(), Bottleneck(6, 2).double()]
    outputs = nn.Linear(6, TINY.new).double()
    with torch.no_grad():
        for layer, adapter in zip(("fc1", "fc2"), adapters, strict=True):
            for part, name in zip(adapter.inside.parameters(), ("down", "down_bias", "up", "up_bias"), strict=True):
                part.copy_(net.moving[f"{layer}.{name}"])
        outputs.weight.copy_(net.moving["new.weight"])
        outputs.bias.copy_(net.moving["new.bias"])
    whole = nn.Sequential(base.get_submodule("fc1"), nn.ReLU(), adapters[0], base.get_submodule("fc2"), nn.ReLU(),
                          adapters[1], outputs)
    F.cross_entropy(whole(images), labels).backward()
    found = gradients(net)
    for layer, adapter in zip(("fc1", "fc2"), adapters, strict=True):
        for part, name in zip(adapter.inside.parameters(), ("down", "down_bias", "up", "up_bias"), strict=True):
            torch.testing.assert_close(found[f"{layer}.{name}"], part.grad, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(found["new.weight"], outputs.weight.grad, rtol=1e-9, atol=1e-12)


# ── what moves, and what that costs ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("how", "size"), WAYS)
def test_only_what_is_counted_moves(how: str, size: int) -> None:
    splits, net = load(TINY.data, 0).train, tuned(how, size)
    assert count(TINY, how, size) == sum(value.numel() for value in net.moving.values())
    before, first = copy.deepcopy(net.frozen), {name: value.detach().clone() for name, value in net.moving.items()}
    _, held = tune.train(net, splits, batches(0, 300, 60, 0, 20), 0.01)
    assert all(torch.equal(value, before[name]) for name, value in net.frozen.items())
    assert all(not torch.equal(value, first[name]) for name, value in net.moving.items())
    if net.merges:
        after = net.merged()
        assert torch.equal(after["fc3.weight"][: TINY.old], before["fc3.weight"][: TINY.old])
        changed = sum(int((after[f"{layer}.weight"] != before[f"{layer}.weight"]).sum()) for layer in ("fc1", "fc2"))
        assert how in ("all", "lora") or changed <= count(TINY, how, size)
    # The net, what was put beside it, a gradient and two moments for all that moves; eight bytes for a place.
    net_size, trained = sum(value.numel() for value in before.values()), count(TINY, how, size)
    beside = trained - count(TINY, "outputs", 0) if how not in ("outputs", "biases", "all") else 0
    places = sum(value.numel() for value in net.places.values())
    assert held == 4 * (net_size + beside + 3 * trained) + 8 * places


def test_a_tickets_mask_is_the_weights_that_moved_most() -> None:
    before, after = drawn(), drawn(1)
    mask = moved_most(TINY, 1, before, after)
    gone = {name: np.abs(after[name] - before[name]) for name in mask}
    least = min(gone[name][alive].min() for name, alive in mask.items() if alive.any())
    most = max(gone[name][~alive].max() for name, alive in mask.items() if not alive.all())
    assert mask.kept == (16 + 8) + (8 + 6) and least >= most
    both = masks(TINY, 1, before, after)
    assert both["random"].counts() == both["ticket"].counts() and both["random"] != both["ticket"]


def test_a_share_is_counted_among_the_outputs_asked_for() -> None:
    logits = torch.tensor([[9.0, 1, 2, 0], [0, 1, 0, 3], [0, 5, 1, 0]])
    labels = np.array([2, 3, 2])
    assert tune.share_right(logits, labels, slice(2, None)) == 1
    assert tune.share_right(logits, labels, slice(None)) == pytest.approx(1 / 3)
    assert np.isnan(tune.share_right(torch.empty(0, 4), np.array([], np.int64), slice(None)))


# ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_has_a_row_for_every_tuning_and_learns() -> None:
    spec = dataclasses.replace(TINY, training=Training(steps=150, eval_every=150, lr=5e-3), tune_steps=150,
                               data=dataclasses.replace(TINY.data, train=2_000),
                               source=dataclasses.replace(TINY.source, train=2_000))
    cells = run(spec).tables["cells"]
    assert list(zip(cells["condition"].tolist(), cells["width"].tolist(), strict=True)) == [("base", 0), *spec.tunings]
    assert cells["old_accuracy"][0] > 0.6 and cells["test_accuracy"][0] < 0.5
    assert all(cells["test_accuracy"][1:] > cells["test_accuracy"][0])
    at = cells["condition"].tolist().index("outputs")
    assert cells["old_accuracy"][at] == cells["old_accuracy"][0], "new outputs alone change no old answer"
    assert all(cells["open_accuracy"] <= cells["test_accuracy"])


def test_a_net_that_diverged_is_not_tuned() -> None:
    wild = Training(optimiser="sgd", lr=10.0, momentum=0.9, weight_decay=1.0, steps=60, eval_every=60, batch=30)
    cells = run(dataclasses.replace(TINY, training=wild)).tables["cells"]
    assert list(cells["condition"]) == ["base"] and list(cells["status"]) == ["diverged"]


@pytest.mark.parametrize(("changes", "said"), [
    ({"ranks": (5,)}, r"ranks = \(5,\) is not allowed: at most 4 in this net"),
    ({"ranks": (2, 1)}, "ranks = .* rising whole numbers"),
    ({"bottlenecks": ()}, "bottlenecks = .* at least one"),
    ({"alpha": 0.0}, "alpha = 0.0 is not allowed: a number above 0"),
    ({"net": Net(sizes=(16, 10))}, "at least one hidden layer"),
    ({"net": Net(sizes=(16, 1, 10))}, "wider layers: even rank 1 has"),
    ({"net": Net(sizes=(16, 8, 5))}, "16 inputs and 10 outputs for this data"),
    ({"net": Net(sizes=(16, 8, 10), batchnorm=True)}, "net.batchnorm"),
    ({"source": Data(pool=7, train=20, validation=10, classes=(0, 1, 2, 3, 4))}, r"at most source\.train = 20"),
])
def test_what_cannot_be_run_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        dataclasses.replace(TINY, **changes)


def test_a_rank_above_a_layers_size_is_refused_in_lenet() -> None:
    with pytest.raises(SpecError, match=r"ranks = \(101,\) is not allowed: at most 100 in this net: no layer has a"):
        Peft(ranks=(101,))
