"""The small Transformer and its heads: against torch's own attention, autograd, and brute force."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lth_core.engine import run
from lth_core.experiments import Heads, Lottery
from lth_core.experiments.heads import attention
from lth_core.experiments.heads import run as running
from lth_core.nets.layers import HEADS, layers, weight_count
from lth_core.nets.module import load, module
from lth_core.nets.params import initial
from lth_core.nets.transformer import Transformer
from lth_core.results.result import Result
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, SpecError, Training

NET = Net("transformer", (64, 10), width=0.5)


def drawn(net: Net = NET, seed: int = 0) -> dict[str, np.ndarray]:
    """Parameters whose biases say something too."""
    draw = np.random.default_rng(seed)
    return {name: (value + draw.normal(0, 0.4, value.shape)).astype(np.float32)
            for name, value in initial(net, seed).items()}


def images(net: Net = NET, count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(7)
    return draw.random((count, net.sizes[0]), np.float32), draw.integers(0, 10, count)


# ── the net ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_and_the_module_agree_and_weights_are_counted_by_hand() -> None:
    whole = Net("transformer", (784, 10))
    assert weight_count(whole) == 32 * 49 + 32 * 16 + 2 * (4 * 32 * 32 + 2 * 32 * 64) + 320 == 18_784
    for net in (whole, NET, Net("transformer", (3072, 10), width=0.25)):
        model, params = module(net), initial(net, 0)
        assert list(params) == list(model.state_dict())
        assert all(params[name].shape == tuple(value.shape) for name, value in model.state_dict().items())
        uses: dict[nn.Module, int] = {}

        def count(part: nn.Module, _: object, out: torch.Tensor, into: dict[nn.Module, int] = uses) -> None:
            into[part] = out[0].numel() // out.shape[-1]

        for part in model.modules():
            if isinstance(part, nn.Linear):
                part.register_forward_hook(count)
        assert model(torch.rand(2, net.sizes[0])).shape == (2, 10)
        for layer in layers(net):
            part = model.get_submodule(layer.name)
            assert uses.get(part, 1) == layer.uses  # the place of a patch is looked up, once


def test_a_patch_is_a_square_of_the_picture() -> None:
    model = attention.built(NET, drawn())
    picture = torch.zeros(1, 8, 8)
    picture[0, 2:4, 4:6] = torch.tensor([[1.0, 2.0], [3.0, 4.0]])  # second row of patches, third from the left
    rows = model.embedded(picture.flatten(1)) - model.position.weight.T - model.embed.bias
    assert torch.nonzero(rows[0].abs().sum(1) > 1e-4).flatten().tolist() == [6]
    torch.testing.assert_close(rows[0, 6], model.embed.weight @ torch.tensor([1.0, 2.0, 3.0, 4.0]))


def test_attention_is_torchs_own() -> None:
    block = attention.built(NET, drawn()).block(0)
    own = nn.MultiheadAttention(16, HEADS, batch_first=True)
    with torch.no_grad():
        own.in_proj_weight.copy_(torch.cat([block.query.weight, block.key.weight, block.value.weight]))
        own.in_proj_bias.copy_(torch.cat([block.query.bias, block.key.bias, block.value.bias]))
        own.out_proj.load_state_dict(block.out.state_dict())
        x = torch.randn(3, 16, 16)
        rows = F.layer_norm(x, (16,))
        torch.testing.assert_close(block.out(block.attended(x).flatten(2)), own(rows, rows, rows)[0])


@pytest.mark.parametrize(("net", "named"), [
    (lambda: Net("transformer", (49, 10)), "multiple of 4"),
    (lambda: Net("transformer", (784, 100, 10)), "inputs and classes"),
    (lambda: Net("transformer", (784, 10), batchnorm=True), "net.batchnorm"),
    (lambda: Net("transformer", (50, 10)), "50 numbers"),
])
def test_a_net_that_cannot_be_is_refused(net, named) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SpecError, match=named):
        layers(net())


# ── heads ────────────────────────────────────────────────────────────────────────────────────────────────────────

SETS = (0b11111111, 0, 0b00001111, 0b10110101, 0b00010000, 0b11111110)


def removed(net: Net, params: dict[str, np.ndarray], code: int) -> tuple[Transformer, dict[str, np.ndarray]]:
    """The net in smaller matrices, which know nothing of the heads that are off, and its parameters."""
    small, counts = dict(params), [0, 0]
    keep: dict[str, list[int]] = {"block1": [], "block2": []}
    for head in (head for head in range(8) if code >> head & 1):
        block, own = attention.rows(net, head)
        keep[block] += range(own.start, own.stop)
        counts[head // HEADS] += 1
    for block, own_rows in keep.items():
        for part in ("query", "key", "value"):
            for name in (f"{block}.{part}.weight", f"{block}.{part}.bias"):
                small[name] = small[name][own_rows]
        small[f"{block}.out.weight"] = small[f"{block}.out.weight"][:, own_rows]
    model = Transformer(net, tuple(counts))
    load(model, small)
    return model, small


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")  # a block without heads
@pytest.mark.parametrize("code", SETS)
def test_a_silent_head_is_a_removed_head(code: int) -> None:
    """Gate 0, zeros in the mask, and smaller matrices give the same net, to rounding."""
    params, x = drawn(), torch.tensor(images()[0])
    gated = attention.built(NET, params)(x, attention.gates(code))
    small, fewer = removed(NET, params, code)
    mask = attention.masked(NET, code)
    torch.testing.assert_close(gated, small(x), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(gated, attention.built(NET, mask.apply(params))(x), rtol=1e-5, atol=1e-5)
    assert mask.kept == sum(value.size for name, value in fewer.items() if name.endswith("weight"))
    if code != 0b11111111:
        assert (gated - attention.built(NET, params)(x)).abs().max() > 0.01


def test_importance_is_autograds_slope_of_every_single_example() -> None:
    model = attention.built(NET, drawn()).double()
    x, y = images()
    slopes = np.zeros((len(y), 2, HEADS))
    for at in range(len(y)):
        ones = torch.ones(2, HEADS, dtype=torch.float64, requires_grad=True)
        loss = F.cross_entropy(model(torch.tensor(x[at : at + 1]).double(), ones), torch.tensor(y[at : at + 1]))
        slopes[at] = torch.autograd.grad(loss, ones)[0].numpy()
    found = attention.importance(attention.built(NET, drawn()), x, y)
    np.testing.assert_allclose(found, np.abs(slopes).mean(0), rtol=1e-4)
    assert np.all(found > np.abs(slopes.mean(0)))  # the other way round would cancel


def test_importance_is_what_a_small_turn_of_the_gate_does() -> None:
    model = attention.built(NET, drawn()).double()
    x, y = images()
    near = []
    for head in range(attention.ALL):
        turned = []
        for side in (1, -1):
            gates = torch.ones(2, HEADS, dtype=torch.float64)
            gates.view(-1)[head] += side * 1e-5
            logits = model(torch.tensor(x).double(), gates)
            turned.append(F.cross_entropy(logits, torch.tensor(y), reduction="none"))
        near.append(((turned[0] - turned[1]) / 2e-5).abs().mean().item())
    found = attention.importance(attention.built(NET, drawn()), x, y)
    np.testing.assert_allclose(found.ravel(), near, rtol=1e-3)


def test_layers_are_compared_by_shares_of_their_length() -> None:
    found = attention.by_layer(np.array([[3.0, 4.0], [30.0, 40.0]]))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.6, 0.8]])


def test_reading_all_sets_at_once_is_reading_each() -> None:
    params, (x, y) = drawn(), images()
    for first in (0, 0b0110, 0b1111):
        found = attention.judged(attention.built(NET, params), first, x, y)
        for second in range(1 << HEADS):
            alone = attention.built(NET, attention.masked(NET, first | second << HEADS).apply(params))
            np.testing.assert_allclose(found[second], attention.read(alone, x, y), rtol=1e-4)


# ── the experiment ───────────────────────────────────────────────────────────────────────────────────────────────

SPEC = Heads(data=Data(pool=7, train=2_000, validation=300), net=Net("transformer", (16, 10), width=0.25), seed=1,
             training=Training(lr=0.01, steps=80, eval_every=40, measure="validation"), judged=300, calibration=200,
             retrained=(3,), retrain_steps=5, rewound=(4,))


@pytest.fixture(scope="module")
def found() -> Result:
    return run(SPEC)


def test_the_best_set_is_the_best_by_brute_force(found: Result) -> None:
    sets, cells = found.tables["sets"], found.tables["cells"]
    assert sorted(sets["code"].tolist()) == list(range(256))
    for level in range(1, 9):
        mine = sets["heads"] == 8 - level
        assert mine.sum() == math.comb(8, level)
        at = (cells["round"] == level) & (cells["condition"] == running.BEST)
        code = int(cells["code"][at][0])
        chosen = sets["validation_accuracy"][sets["code"] == code][0]
        assert code.bit_count() == 8 - level and chosen == sets["validation_accuracy"][mine].max()
        assert cells["test_accuracy"][at][0] == sets["test_accuracy"][sets["code"] == code][0]


def test_the_least_important_heads_go_first_and_stay_away(found: Result) -> None:
    ranks, cells = found.tables["heads"]["by_layer"], found.tables["cells"]
    codes = [int(cells["code"][(cells["round"] == level) & (cells["condition"] == running.IMPORTANCE)][0])
             for level in range(1, 9)]
    order = np.argsort(ranks, kind="stable").tolist()
    for code, gone in zip(codes, range(1, 9), strict=True):
        assert {head for head in range(8) if not code >> head & 1} == set(order[:gone])


def test_all_ways_keep_equally_many_weights(found: Result) -> None:
    cells = found.tables["cells"]
    for level in range(1, 9):
        kept = set(cells["kept"][cells["round"] == level].tolist())
        assert kept == {weight_count(SPEC.net) - level * 4 * 2 * 8}
    again = {name for name in cells["condition"].tolist() if name.endswith("-retrained")}
    assert again == {f"{way}-retrained" for way in running.WAYS}
    assert {*cells["condition"][cells["round"] == 4].tolist()} >= {running.WITHOUT, running.TICKET}


def test_single_weights_go_by_size_over_the_whole_net() -> None:
    params = drawn()
    mask = running.by_magnitude(params, 100)
    sizes = np.concatenate([np.abs(params[name]).ravel() for name in mask])
    alive = np.concatenate([values.ravel() for values in mask.values()])
    assert mask.kept == 100 and sizes[alive].min() >= sizes[~alive].max()


def test_a_run_for_readers_is_never_trained_on() -> None:
    quick = run(dataclasses.replace(SPEC, retrained=(), rewound=(), judged=50))
    assert {*quick.tables["cells"]["condition"].tolist()} == {"dense", *running.WAYS}
    assert len(quick.tables["sets"]["code"]) == 256


@pytest.mark.parametrize(("change", "named"), [
    ({"net": Net(sizes=(16, 10))}, "net.name"), ({"calibration": 2_001}, "calibration"),
    ({"rewound": (5, 4)}, "rewound"), ({"rewound": (9,)}, "at most 8"), ({"retrained": (2, 2)}, "retrained"),
    ({"judged": 0}, "judged"),
    ({"data": dataclasses.replace(SPEC.data, validation=0)}, "validation"),
])
def test_what_cannot_be_run_is_refused_by_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        dataclasses.replace(SPEC, **change)


def test_a_transformer_has_tickets_like_any_net() -> None:
    spec = Lottery(data=SPEC.data, net=SPEC.net, training=SPEC.training, pruning=Pruning(rate=0.5, rounds=2),
                   rewind=Rewind(step=40), conditions=(Condition("ticket"), Condition("reinit"), Condition("random")))
    cells = run(spec).tables["cells"]
    assert "log10_paths" not in cells and cells["kept"][-1] < 0.3 * weight_count(spec.net)
    assert set(cells["first_step"][cells["condition"] == "ticket"].tolist()) == {0, 40}
