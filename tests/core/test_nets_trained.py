"""The nets of the paper really train: on tiny pictures, with augmentation, BatchNorm and in every experiment."""

import math

import numpy as np
import pytest
import torch

from lth_core import engine
from lth_core.engine import Options
from lth_core.experiments import Counterfactual, Draws, Instability, Lab, Ladder, Lottery, Widths
from lth_core.listing import rows
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune, schedule
from lth_core.nets.module import load, module, recalibrated, save
from lth_core.nets.params import initial, weight_names
from lth_core.results.compare import compare
from lth_core.results.deaths import masks_at
from lth_core.spec import CONDITIONS, Condition, Data, Net, Pruning, SpecError, Training
from lth_core.training.augment import augmented, draws
from lth_core.training.backends import Examples, Prepared, build, choose
from lth_core.training.backends.reference import card
from lth_core.training.order import batches
from lth_core.training.schedule import schedule as rate_schedule
from tests.core.papernets import net

# ── training ─────────────────────────────────────────────────────────────────────────────────────────────────────

TINY = {"conv2": Net("conv2", (64, 12, 10), width=0.0625), "resnet20": net("resnet20", 64, 0.25),
        "vgg16": net("vgg16", 256, 0.03125)}


def pictures(inputs, count=160, seed=0):
    """Learnable pictures: the label is which tenth of the pixels is brightest."""
    rng = np.random.default_rng(seed)
    images = rng.random((count, inputs)).astype(np.float32)
    labels = rng.integers(0, 10, count)
    for image_, label in zip(images, labels, strict=True):
        np.array_split(image_, 10)[label][:] += 1.0
    return Examples.of(images, labels)


def problem(inputs):
    return Prepared(pictures(inputs), pictures(inputs, 60, 1), pictures(inputs, 60, 2))


def sparse_start(small, seed=0):
    params = initial(small, seed)
    return params, prune(Pruning(rate=0.5, conv_rate=0.5, output_rate=0.5), Mask.dense(small), params, seed, 1)


@pytest.mark.parametrize("name", TINY)
def test_every_family_learns_and_its_pruned_weights_stay_zero(name):
    small = TINY[name]
    params, mask = sparse_start(small)
    training = Training(optimiser="sgd", lr=0.05, momentum=0.9, weight_decay=1e-3, batch=20, steps=60)
    if name == "conv2":
        training = Training(lr=1e-2, weight_decay=1e-3, batch=20, steps=60)
    backend = build(choose(small, training, mask), small, training, params, mask, problem(small.sizes[0]))
    losses = backend.advance(batches(0, 160, 20, 0, 60))
    assert losses[-5:].mean() < 0.75 * losses[:5].mean()
    after = backend.params()
    for weight in weight_names(small):
        pruned = after[weight][~mask[weight]]
        assert np.array_equal(pruned, np.zeros_like(pruned))
        assert not np.signbit(pruned).any()
        assert (after[weight][mask[weight]] != params[weight][mask[weight]]).mean() > 0.5
    assert math.isfinite(backend.evaluate("test")[0])


def test_frozen_weights_stay_where_they_were_whatever_the_decay():
    small = TINY["conv2"]
    params, mask = sparse_start(small)
    training = Training(lr=1e-2, weight_decay=0.1, batch=20, steps=5)
    backend = build("reference", small, training, params, mask, problem(64), frozen=True)
    backend.advance(batches(0, 160, 20, 0, 5))
    for name in mask:
        assert np.array_equal(backend.params()[name][~mask[name]], params[name][~mask[name]])


@pytest.mark.parametrize(("name", "optimiser"), [("conv2", "adam"), ("conv2", "sgd"), ("resnet20", "sgd")])
def test_a_resumed_training_with_augmentation_ends_in_the_same_bits(name, optimiser):
    small = TINY[name]
    params, mask = sparse_start(small)
    training = Training(optimiser=optimiser, lr=0.05, momentum=0.9, batch=20, steps=8, warmup=4, augment=True)
    data, order = problem(64), batches(0, 160, 20, 0, 8)
    whole = build("reference", small, training, params, mask, data)
    whole.advance(order)
    half = build("reference", small, training, params, mask, data)
    half.advance(order[:3])
    rest = build("reference", small, training, params, mask, data)
    rest.restore(half.state())
    rest.advance(order[3:])
    assert all(np.array_equal(value, rest.params()[name]) for name, value in whole.params().items())
    plain = build("reference", small, Training(**{**vars(training), "augment": False}), params, mask, data)
    plain.advance(order)
    assert not np.array_equal(plain.params()["conv1.weight"], whole.params()["conv1.weight"])


def test_kernels_refuse_what_only_autograd_can_train():
    small = TINY["conv2"]
    params, mask = sparse_start(small)
    for kind in ("dense", "sparse"):
        with pytest.raises(ValueError, match="use 'reference'"):
            build(kind, small, Training(batch=20), params, mask, problem(64))
    mlp = Net(sizes=(64, 10))
    assert choose(mlp, Training(batch=20, augment=True), Mask.dense(mlp)) == "reference"
    with pytest.raises(ValueError, match="use 'reference'"):
        build("dense", mlp, Training(batch=20, augment=True), initial(mlp, 0), Mask.dense(mlp), problem(64))


@pytest.mark.skipif(card(), reason="here is a graphics card")
def test_a_card_that_is_not_there_is_refused_with_what_trains_the_net_instead():
    with pytest.raises(SpecError, match="'cuda' is not allowed: PyTorch finds no graphics card here; 'reference'"):
        engine.run(Lottery(**SMALL), Options(backend="cuda"))


@pytest.mark.skipif(not card(), reason="no graphics card")
@pytest.mark.parametrize("name", TINY)
def test_a_card_trains_like_the_reference(name):
    small = TINY[name]
    params, mask = sparse_start(small)
    training = Training(optimiser="sgd", lr=0.05, momentum=0.9, batch=20, steps=4, augment=True)
    both = [build(kind, small, training, params, mask, problem(small.sizes[0])) for kind in ("reference", "cuda")]
    for backend in both:
        backend.advance(batches(0, 160, 20, 0, 2))
        backend.restore(backend.state())
        backend.advance(batches(0, 160, 20, 2, 4))
    here, there = (backend.params() for backend in both)
    assert all(np.allclose(here[weight], there[weight], atol=1e-3) for weight in here)
    assert both[0].evaluate("test") == pytest.approx(both[1].evaluate("test"), abs=0.05)


# ── augmentation and warm-up ─────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_is_cut_from_its_padded_self_and_mirrored():
    images = torch.arange(2 * 3 * 8 * 8, dtype=torch.float32).reshape(2, 3, 8, 8) + 1
    seen = augmented(images, np.array([False, True]), np.array([[4, 4], [4, 4]]))
    assert torch.equal(seen[0], images[0])  # the middle of the padded picture is the picture
    assert torch.equal(seen[1], images[1].flip(2))
    moved = augmented(images, np.array([False, False]), np.array([[0, 8], [5, 4]]))
    assert torch.equal(moved[0, :, 4:, :4], images[0, :, :4, 4:])  # down by four, left by four
    assert not moved[0, :, :4].any()
    assert not moved[0, :, :, 4:].any()
    assert torch.equal(moved[1, :, :7], images[1, :, 1:])


def test_the_noise_belongs_to_the_batch_and_the_step():
    batch = batches(0, 1_000, 500, 0, 1)[0]
    mirrored, corners = draws(batch, 7)
    again = draws(batch, 7)
    assert np.array_equal(mirrored, again[0])
    assert np.array_equal(corners, again[1])
    assert not np.array_equal(corners, draws(batch, 8)[1])
    assert not np.array_equal(corners, draws(batches(1, 1_000, 500, 0, 1)[0], 7)[1])
    assert 0.4 < mirrored.mean() < 0.6
    assert set(np.unique(corners)) == set(range(9))


def test_warm_up_rises_on_a_line_to_the_full_rate_and_then_steps_down():
    training = Training(lr=0.1, steps=100, warmup=20, decay_at=(0.5,), decay_to=(0.1,))
    rising = rate_schedule(training, 0, 100)
    assert np.allclose(np.diff(rising[:20]), 0.1 / 20)
    assert rising[19] == rising[49] == 0.1
    assert rising[50] == pytest.approx(0.01)
    assert np.array_equal(rate_schedule(training, 13, 60), rising[13:60])


# ── BatchNorm ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_statistics_are_measured_anew_for_the_very_weights():
    small = TINY["resnet20"]
    images = pictures(64, 1_000).images
    model = module(small)
    load(model, initial(small, 0))
    fresh = recalibrated(small, initial(small, 0), images)
    first = model.conv1(torch.from_numpy(images).unflatten(1, (1, 8, 8)))  # (n, channels, 8, 8)
    assert fresh["bn1.running_mean"] == pytest.approx(first.mean((0, 2, 3)).detach().numpy(), abs=1e-4)
    assert fresh["bn1.running_var"] == pytest.approx(first.var((0, 2, 3)).detach().numpy(), rel=0.01)
    assert np.array_equal(fresh["conv1.weight"], save(model)["conv1.weight"])


# ── experiments ──────────────────────────────────────────────────────────────────────────────────────────────────

SMALL = {"data": Data(pool=4, train=300, validation=60), "net": Net("conv2", (49, 12, 10), width=0.06),
         "training": Training(lr=5e-3, batch=30, steps=12, eval_every=6, measure="validation")}
EVERY = (Condition("ticket"), *(Condition(name, rounds=(1,)) for name in CONDITIONS[1:]))


def test_a_lottery_of_a_conv_net_runs_under_every_condition_and_resumes_to_the_same_bits(tmp_path):
    spec = Lottery(**SMALL, pruning=Pruning(rate=0.5, conv_rate=0.4, rounds=2), conditions=EVERY)
    whole = engine.run(spec)
    options = Options(checkpoint=tmp_path / "half", checkpoint_seconds=0.0)
    for number, _ in enumerate(engine.stream(spec, options)):
        if number == 18:
            break  # in the middle of a training
    rest = engine.run(spec, options)
    assert compare(whole, rest).identical
    cells = whole.tables["cells"]
    assert set(cells["condition"]) == set(CONDITIONS)
    assert set(cells["status"]) == {"ok"}
    assert "dead_units" not in cells  # no edges, no paths: left out
    assert not [name for name in whole.arrays if name.startswith("path/")]
    first, second = (masks_at({name: whole.arrays[f"died/{name}"] for name in weight_names(spec.net)}, level)
                     for level in (1, 2))
    assert first["conv2.weight"].ndim == 4
    assert second.within(first)
    assert schedule(spec.pruning, Mask.dense(spec.net)) == [Mask.dense(spec.net).counts(), first.counts(),
                                                            second.counts()]
    assert [row["kept"] for row in rows(whole)] == cells["kept"].tolist()


def test_siblings_of_a_residual_net_are_compared_with_fresh_statistics():
    resnet = Net("resnet20", (49, 10), batchnorm=True, width=0.15)
    training = Training(optimiser="sgd", lr=0.05, momentum=0.9, batch=30, steps=10, augment=True)
    line = engine.run(Instability(data=SMALL["data"], net=resnet, training=training, step=4, alphas=3)).tables["line"]
    assert np.isfinite(line["test_error"]).all()
    assert line["alpha"].tolist() == [0, 0.5, 1]


OTHERS = (Ladder(**SMALL, rungs=3, retrain_steps=4), Lab(**SMALL, levels=(3,)),
          Draws(**SMALL, draws=2, dense_seeds=1, found=False))


@pytest.mark.parametrize("kind", OTHERS, ids=lambda spec: spec.experiment)
def test_other_experiments_take_conv_nets_too(kind):
    table = engine.run(kind).tables["cells"]
    assert np.isfinite(table["test_accuracy"]).all()


@pytest.mark.parametrize(("kind", "method"), [(Widths, {}), (Counterfactual, {}), (Lab, {"method": "edge-popup"})])
def test_experiments_about_fully_connected_layers_refuse_the_others(kind, method):
    with pytest.raises(SpecError, match=r"net\.name = 'conv2' is not allowed: mlp"):
        kind(**SMALL, **method)


def test_an_mlp_has_no_width_beside_its_sizes():
    with pytest.raises(SpecError, match=r"net\.width = 0\.5 is not allowed: 1 for an mlp"):
        Lottery(net=Net(width=0.5))
