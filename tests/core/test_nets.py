"""The nets of the paper: their sizes, tables and modules, and how they are pruned."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from lth_core import measures
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune, rates, schedule
from lth_core.nets.layers import image, layers, weight_count
from lth_core.nets.module import module
from lth_core.nets.params import initial
from lth_core.running.conditions import begin
from lth_core.spec import Condition, Net, Pruning, SpecError
from tests.core.papernets import net

ALL = ("conv2", "conv4", "conv6", "resnet20", "resnet18", "vgg16", "vgg19")

# ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────────────

# Weights of all layers, and of the convolutions that are pruned: Frankle & Carbin v5, figure 2 (4.3M, 2.4M; Conv-6's
# 1.7M does not follow from its description, which gives 2.26M) and appendix I (271K, 20.0M).
PUBLISHED = {"conv2": (4_300_992, 38_592), "conv4": (2_425_024, 259_776), "conv6": (2_261_184, 1_144_512),
             "resnet20": (270_896, 270_896 - 2_560 - 640), "vgg19": (20_024_000, 20_024_000 - 5_120)}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_nets_have_the_papers_weights(name):
    total, convolutions = PUBLISHED[name]
    assert weight_count(net(name)) == Mask.dense(net(name)).total == total
    assert sum(math.prod(layer.shape) for layer in layers(net(name))
               if len(layer.shape) == 4 and "shortcut" not in layer.name) == convolutions


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("inputs", "width"), [(3072, 0.125), (784, 0.0625)])
def test_table_and_module_agree_in_names_shapes_and_uses(name, inputs, width):
    small = net(name, inputs, width)
    model, params = module(small), initial(small, 0)
    assert list(params) == [key for key in model.state_dict() if not key.endswith("num_batches_tracked")]
    assert all(params[key].shape == tuple(model.state_dict()[key].shape) for key in params)
    uses = {}

    def count(layer, inputs, output):
        uses[layer] = output.shape[2:].numel()

    for part in model.modules():
        part.register_forward_hook(count) if isinstance(part, (nn.Conv2d, nn.Linear)) else None
    assert model(torch.zeros(2, inputs)).shape == (2, 10)
    assert {layer.name: uses[model.get_submodule(layer.name)] for layer in layers(small)} == {
        layer.name: layer.uses for layer in layers(small)}


def test_weights_begin_gaussian_glorot_from_streams_of_their_own():
    first, again, other = (initial(net("conv4"), seed) for seed in (0, 0, 1))
    for layer in layers(net("conv4")):
        drawn = first[f"{layer.name}.weight"]
        assert np.array_equal(drawn, again[f"{layer.name}.weight"])
        assert not np.array_equal(drawn, other[f"{layer.name}.weight"])
        assert drawn.std() == pytest.approx(math.sqrt(2 / sum(layer.fans)), rel=0.1)
        assert not first[f"{layer.name}.bias"].any()
    # conv3 has 128 outputs and 64 inputs, each seen through nine places
    assert first["conv3.weight"].std() == pytest.approx(math.sqrt(2 / (9 * (64 + 128))), rel=0.02)
    wider = initial(Net("conv4", (3072, 300, 256, 10)), 0)
    assert np.array_equal(wider["conv3.weight"], first["conv3.weight"])


@pytest.mark.parametrize(
    ("build_net", "named"),
    [
        (lambda: net("resnet20", 3000), "net.sizes"),
        (lambda: net("conv6", 16), "net.sizes"),
        (lambda: net("vgg19", 64), "net.sizes"),
        (lambda: Net("vgg19", (3072, 256, 10), batchnorm=True), "net.sizes"),
        (lambda: Net("resnet20", (3072, 10)), "net.batchnorm"),
        (lambda: Net("conv2", (784, 256, 10), batchnorm=True), "net.batchnorm"),
    ],
)
def test_a_net_that_cannot_be_is_refused_by_field(build_net, named):
    with pytest.raises(SpecError, match=named):
        layers(build_net())


def test_pictures_are_grey_or_in_three_colours():
    assert image(49) == (1, 7, 7)
    assert image(768) == (3, 16, 16)
    with pytest.raises(ValueError, match="50 numbers"):
        image(50)


# ── pruning ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_layers_are_pruned_by_the_papers_rates():
    """Conv-6: convolutions 15%, fully connected 20%, the output layer 10% a round (figure 2)."""
    mask = Mask.dense(net("conv6"))
    first, second = schedule(Pruning(conv_rate=0.15, rounds=1), mask)
    lost = {name: 1 - second[name] / first[name] for name in mask}
    assert all(lost[name] == pytest.approx(0.15, abs=1e-3) for name in mask if name.startswith("conv"))
    assert lost["fc1.weight"] == pytest.approx(0.2, abs=1e-4)
    assert lost["fc3.weight"] == pytest.approx(0.1, abs=1e-3)


def test_globally_only_convolutions_go_and_the_levels_are_the_papers():
    """ResNet-20's 2,560 shortcut and 640 output weights stay (appendix I), which makes the paper's levels."""
    resnet = net("resnet20")
    pruning, mask, params = Pruning(scope="global", output_rate=0.0), Mask.dense(resnet), initial(resnet, 0)
    left = []
    for level in range(1, 11):
        smaller = prune(pruning, mask, params, 0, level)
        assert smaller.within(mask)
        mask = smaller
        left.append(round(100 * mask.density, 1))
    assert {41.7, 27.1, 21.9, 11.8} <= set(left)  # figure 8 and section 4 of v5
    spared = {name for name, rate in rates(pruning, mask).items() if rate == 0}
    assert spared == {"stage2.0.shortcut.weight", "stage3.0.shortcut.weight", "fc.weight"}
    assert all(mask[name].all() for name in spared)
    lowest_kept = min(float(np.abs(params[name][mask[name]]).min()) for name in mask if name not in spared)
    highest_gone = max(float(np.abs(params[name][~mask[name]]).max()) for name in mask if name not in spared)
    assert lowest_kept >= highest_gone


@pytest.mark.parametrize("condition", ["reinit", "random", "random-global", "keep-signs", "constant-signs",
                                       "shuffled-mask", "shuffled-init"])
def test_controls_keep_counts_and_shapes(condition):
    small = net("resnet20", 784, 0.25)
    theta0 = initial(small, 0)
    mask = prune(Pruning(rate=0.5, scope="global", output_rate=0.0), Mask.dense(small), theta0, 0, 1)
    start = begin(Condition(condition), small, 0, 1, mask, theta0)
    assert start.mask.kept == mask.kept
    assert condition == "random-global" or start.mask.counts() == mask.counts()
    assert {name: value.shape for name, value in start.params.items()} == {
        name: value.shape for name, value in theta0.items()}


def test_a_weight_of_a_convolution_costs_as_often_as_it_is_used():
    conv = net("conv2", 784)
    uses = {f"{layer.name}.weight": layer.uses for layer in layers(conv)}
    mask = Mask.dense(conv)
    by_hand = 6 * 60 * 10 * (784 * (64 * 9 + 64 * 64 * 9) + 14 * 14 * 64 * 256 + 256 * 256 + 256 * 10)
    assert measures.flops(mask, 60, 10, uses) == by_hand
    assert measures.connectivity(mask) == {}
