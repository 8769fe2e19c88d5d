"""Second derivatives, against autograd and brute force; cuts, against what their definitions ask."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from lth_core.engine import run
from lth_core.experiments import Curvature
from lth_core.experiments.curvature import diagonal, layerwise
from lth_core.experiments.curvature.cuts import OBD, SPARSEGPT, Trained
from lth_core.experiments.curvature.spec import TINY
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.nets.module import load, module
from lth_core.nets.params import initial
from lth_core.spec import Data, Net, Pruning, SpecError, Training

NET = Net(sizes=(4, 3, 2))


def drawn(net: Net, seed: int = 0) -> dict[str, np.ndarray]:
    """A net whose units are partly on, partly off, biases included."""
    draw = np.random.default_rng(seed)
    return {name: draw.normal(0, 0.8, value.shape) for name, value in initial(net, 0).items()}


def images(net: Net, count: int = 25) -> np.ndarray:
    found: np.ndarray = np.random.default_rng(7).normal(size=(count, net.sizes[0]))
    return found


def by_autograd(net: Net, params: dict[str, np.ndarray], pictures: np.ndarray, name: str) -> np.ndarray:
    """The diagonal of the whole Hessian of the mean cross-entropy, from torch."""
    model = module(net).double()
    load(model, params)
    told = {key: value.detach() for key, value in model.named_parameters()}
    labels = torch.zeros(len(pictures), dtype=torch.long)  # any: the curvature of a softmax does not know them

    def loss(weight: torch.Tensor) -> torch.Tensor:
        logits = torch.func.functional_call(model, {**told, name: weight}, (torch.tensor(pictures),))
        return F.cross_entropy(logits, labels)

    whole = torch.autograd.functional.hessian(loss, told[name])
    size = told[name].numel()
    found: np.ndarray = whole.reshape(size, size).diagonal().reshape(told[name].shape).numpy()
    return found


@pytest.mark.parametrize("sizes", [(4, 3, 2), (4, 3), (5, 4, 3, 3)])
def test_the_exact_diagonal_is_autograds(sizes: tuple[int, ...]) -> None:
    net = Net(sizes=sizes)
    params, pictures = drawn(net), images(net)
    found = diagonal.exact(params, pictures)
    assert list(found) == [name for name in params if name.endswith("weight")]
    for name, values in found.items():
        np.testing.assert_allclose(values, by_autograd(net, params, pictures, name), rtol=1e-9, atol=1e-12)


def test_the_papers_recursion_is_exact_in_the_output_layer_and_not_before() -> None:
    params, pictures = drawn(NET), images(NET)
    found, exact = diagonal.recursion(params, pictures), diagonal.exact(params, pictures)
    np.testing.assert_allclose(found["fc2.weight"], exact["fc2.weight"])
    assert np.abs(found["fc1.weight"] - exact["fc1.weight"]).max() > 0.01
    # By hand, with its own rule, for one image.
    one = pictures[:1]
    inputs, logits = diagonal.activations(params, one)
    p = diagonal.softmax(logits)[0]
    hidden = (inputs["fc2.weight"][0] > 0) * ((params["fc2.weight"] ** 2).T @ (p * (1 - p)))
    np.testing.assert_allclose(diagonal.recursion(params, one)["fc1.weight"], np.outer(hidden, one[0] ** 2))


def test_saliency_is_what_a_weights_own_parabola_loses() -> None:
    params, pictures = drawn(NET), images(NET)
    curved = diagonal.exact(params, pictures)
    np.testing.assert_allclose(diagonal.saliency(params, curved)["fc1.weight"],
                               curved["fc1.weight"] * params["fc1.weight"] ** 2 / 2)


# ── SparseGPT beside Optimal Brain Surgeon ───────────────────────────────────────────────────────────────────────


def six() -> tuple[np.ndarray, np.ndarray]:
    """Weights (3, 6) and the damped Hessian of correlated inputs (6, 6)."""
    draw = np.random.default_rng(1)
    inputs = draw.normal(size=(40, 6)) @ draw.normal(size=(6, 6))
    hessian = layerwise.gram(inputs)
    return draw.normal(size=(3, 6)), hessian + 0.01 * np.mean(np.diag(hessian)) * np.eye(6)


def surgeon(row: np.ndarray, hessian: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Brute force: for each pruned column in turn, the least rise of δHδᵀ that makes it zero, those before frozen."""
    now = row.copy()
    for at in np.flatnonzero(gone):
        free, step = np.arange(at + 1, len(row)), -now[at]
        move = np.linalg.solve(hessian[np.ix_(free, free)], -hessian[free, at] * step)  # gradient zero on the free ones
        now[at], now[free] = 0.0, now[free] + move
    return now


@pytest.mark.parametrize("width", [1, 2, 4, 6, 128])
def test_sparsegpts_columns_are_exact_surgery(width: int) -> None:
    weights, hessian = six()
    gone = np.random.default_rng(2).random(weights.shape) < 0.5
    mask, now = layerwise.sweep(weights, layerwise.factor(hessian, 1e-15), layerwise.given(~gone), width)
    assert np.array_equal(mask, ~gone) and not now[gone].any()
    for row, left, holes in zip(weights, now, gone, strict=True):
        np.testing.assert_allclose(left, surgeon(row, hessian, holes), rtol=1e-6, atol=1e-9)


def test_the_factors_diagonal_is_what_optimal_brain_surgeon_divides_by() -> None:
    weights, hessian = six()
    upper = layerwise.factor(hessian, 1e-15)
    for at in range(6):
        inverse = np.linalg.inv(hessian[at:, at:])  # columns before `at` frozen
        assert upper[at, at] ** 2 == pytest.approx(inverse[0, 0])
        alone = surgeon(weights[0], hessian, np.arange(6) == at) - weights[0]
        rise = alone @ hessian @ alone / 2
        assert rise == pytest.approx(weights[0, at] ** 2 / (2 * upper[at, at] ** 2))  # L_q


def test_dampening_is_a_share_of_the_mean_diagonal_and_dead_inputs_do_not_break_it() -> None:
    hessian = np.diag([3.0, 0.0, 2.0])
    upper = layerwise.factor(hessian, 0.01)
    np.testing.assert_allclose(np.linalg.inv(upper.T @ upper), np.diag([3.02, 1.02, 2.02]))


def test_a_layer_of_gram_is_the_squared_error_at_its_output() -> None:
    draw = np.random.default_rng(5)
    inputs, delta = draw.normal(size=(30, 6)), draw.normal(size=6)
    assert delta @ layerwise.gram(inputs) @ delta == pytest.approx(2 * np.mean((inputs @ delta) ** 2))


def test_wanda_multiplies_by_the_inputs_length() -> None:
    inputs, weights = np.array([[3.0, 0.0], [4.0, 1.0]]), np.array([[2.0, -8.0]])
    np.testing.assert_allclose(layerwise.wanda(weights, layerwise.gram(inputs)),
                               np.abs(weights) * np.sqrt([12.5, 0.5]))


# ── cuts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def trained(sizes: tuple[int, ...] = (16, 9, 6)) -> Trained:
    net = Net(sizes=sizes)
    return Trained({name: value.astype(np.float32) for name, value in drawn(net).items()}, images(net, 60), 0.01)


@pytest.mark.parametrize("name", sorted({*OBD, *SPARSEGPT}))
@pytest.mark.parametrize("level", [1, 4, 9])
def test_every_cut_has_exactly_the_tickets_size(name: str, level: int) -> None:
    net = trained()
    counts = schedule(Pruning(rate=0.4, rounds=9), net.whole)[level]
    cut = net.cut(name, counts)
    assert cut.mask.kept == sum(counts.values())
    assert name in OBD[:3] or cut.mask.counts() == counts
    for layer, alive in cut.mask.items():
        assert not np.asarray(cut.params[layer])[~alive].any()
        moved = name in ("sparsegpt", "magnitude-mended")
        same = np.array_equal(np.asarray(cut.params[layer])[alive], np.asarray(net.params[layer])[alive])
        assert same != moved or not alive[:, 1:].any()


@pytest.mark.parametrize("name", SPARSEGPT)
@pytest.mark.parametrize("sizes", [(16, 8, 4), (7, 5, 3)])
def test_at_most_two_of_four_in_a_row_stay(name: str, sizes: tuple[int, ...]) -> None:
    cut = trained(sizes).patterned(name)
    for alive in cut.mask.values():
        for first in range(0, alive.shape[1], 4):
            group = alive[:, first : first + 4]
            assert (group.sum(axis=1) == min(2, group.shape[1])).all()


def test_wanda_takes_as_many_from_every_row() -> None:
    net = trained()
    cut = net.cut("wanda", {"fc1.weight": 50, "fc2.weight": 20})
    for alive in cut.mask.values():
        assert np.ptp(alive.sum(axis=1)) <= 1


def test_sparsegpts_mask_alone_is_sparsegpts_mask() -> None:
    net, counts = trained(), {"fc1.weight": 50, "fc2.weight": 20}
    assert net.cut("sparsegpt", counts).mask == net.cut("sparsegpt-mask", counts).mask


def test_pruning_by_exact_saliency_is_another_mask_than_by_magnitude() -> None:
    net, counts = trained(), {"fc1.weight": 50, "fc2.weight": 20}
    assert net.cut("obd", counts).mask != net.cut("magnitude", counts).mask


def test_a_training_that_diverged_is_not_cut() -> None:
    wild = Training(optimiser="sgd", lr=10.0, momentum=0.9, weight_decay=1.0, steps=60, eval_every=60, batch=30)
    result = run(Curvature(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)), training=wild,
                           pruning=Pruning(rounds=2), levels=(1, 2), calibration=50))
    assert list(result.tables["cells"]["status"]) == ["diverged"]


def test_both_works_record_their_rows() -> None:
    obd = run(TINY)
    asked = [*OBD, "magnitude-global-retrained", "obd-global-retrained"]
    assert set(obd.tables["cells"]["condition"]) == {"dense", *asked}
    assert list(obd.tables["edges"]["round"]) == [1, 2] and len(obd.tables["weights"]["layer"]) == 208
    other = run(dataclasses.replace(TINY, work="sparsegpt"))
    assert set(other.tables["cells"]["condition"]) == {"dense", *SPARSEGPT}
    assert list(other.tables["pattern"]["condition"]) == list(SPARSEGPT)
    assert Mask.dense(TINY.net).total == 208


def test_what_cannot_be_run_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"calibration = 301 is not allowed: at most data\.train = 300"):
        dataclasses.replace(TINY, calibration=301)
    with pytest.raises(SpecError, match="dampening"):
        dataclasses.replace(TINY, dampening=0.0)
    with pytest.raises(SpecError, match=r"levels = \(1, 3\)"):
        dataclasses.replace(TINY, levels=(1, 3))
