"""bfloat16 by way of float32, where a processor cannot multiply in it, against torch's own bfloat16."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from lth_core import machine
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.spec import Net, Training
from lth_core.training.backends import Examples, Prepared, build, rounded

ULP = 2.0**-7  # of a bfloat16 number, relative: eight bits of mantissa, so neighbours differ by at most this


def layers(x: torch.Tensor, conv: torch.Tensor, bias: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """A convolution with its bias, a linear layer and a product, as nets have them."""
    features = F.conv2d(x, conv, bias, stride=2, padding=1).flatten(1)
    return F.linear(features, matrix) @ matrix[:, :4]


def drawn(seed: int) -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    shapes = (6, 3, 8, 8), (5, 3, 3, 3), (5,), (7, 80)
    return [torch.randn(shape, generator=draw).requires_grad_() for shape in shapes]


def said(mode: object, seed: int) -> list[torch.Tensor]:
    """What the layers say, and the gradient at each tensor that went in."""
    tensors = drawn(seed)
    with mode, torch.autocast("cpu", torch.bfloat16):  # type: ignore[attr-defined]
        logits = layers(*tensors)
    assert logits.dtype == torch.bfloat16
    logits.float().square().sum().backward()
    return [logits.detach().float(), *(tensor.grad for tensor in tensors if tensor.grad is not None)]


@pytest.mark.parametrize("seed", range(3))
def test_rounded_layers_say_and_learn_what_torch_does_in_bfloat16(seed):
    """Up to the order of a sum: a few neighbours, of the largest number there is."""
    ours, theirs = said(rounded.Rounded(), seed), said(nullcontext(), seed)
    for mine, other in zip(ours, theirs, strict=True):
        assert torch.allclose(mine, other, rtol=0, atol=4 * ULP * other.abs().max().item())
    exact = layers(*drawn(seed)).detach()
    assert not torch.allclose(ours[0], exact, rtol=1e-4), "nothing was rounded"


def test_what_goes_in_and_what_comes_out_are_bfloat16_numbers():
    """1 + 2⁻⁹ has no place in eight bits, and neither has its triple."""
    with rounded.Rounded():
        told = F.linear(torch.tensor([1 + 2.0**-9]), torch.tensor([[3.0]]))
        kept = torch.tensor([1 + 2.0**-9]) + 0  # no product
    assert told.item() == 3 and kept.item() == 1 + 2.0**-9


def test_a_training_is_the_same_either_way(monkeypatch):
    """Six steps of Conv-2, forced one way and the other, lie closer together than a training in float32."""
    net = Net("conv2", (3072, 256, 256, 10), width=0.1)
    draw = np.random.default_rng(0)
    seen = Examples.of(draw.standard_normal((80, 3072), np.float32), draw.integers(0, 10, 80))
    losses = {}
    for way, precision, converts in (("ours", "bfloat16", True), ("theirs", "bfloat16", False),
                                     ("float32", "float32", True)):
        monkeypatch.setattr(rounded, "converts", lambda _, told=converts: told)
        training = Training(steps=6, batch=20, lr=0.001, precision=precision)
        backend = build("reference", net, training, initial(net, 0), Mask.dense(net), Prepared(seen, seen, seen))
        losses[way] = backend.advance(np.arange(120).reshape(6, 20) % 80)
    assert np.allclose(losses["ours"], losses["theirs"], rtol=0.005)
    apart, elsewhere = (np.abs(losses[way] - losses["theirs"]).mean() for way in ("ours", "float32"))
    assert apart < elsewhere / 2


def test_a_processor_that_multiplies_in_it_is_left_alone(monkeypatch):
    monkeypatch.setattr(machine, "_cpuinfo", lambda: {"flags": "avx2 avx512f avx512bw"})
    with rounded.bfloat16("cpu"):
        assert torch.overrides._get_current_function_mode_stack() == []
    monkeypatch.setattr(machine, "_cpuinfo", lambda: {"flags": "avx2"})
    with rounded.bfloat16("cpu"):
        assert [type(mode) for mode in torch.overrides._get_current_function_mode_stack()] == [rounded.Rounded]
    assert torch.overrides._get_current_function_mode_stack() == []
