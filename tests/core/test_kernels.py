"""The arithmetic of the kernels: against autograd, against paper and pencil, and under several threads."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pkgutil import iter_modules
from threading import get_ident

import numpy as np
import pytest
import torch
from numba import njit
from numba.core.dispatcher import Dispatcher
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.spec import Net, Training
from lth_core.training import backends
from lth_core.training.backends import Examples, Prepared, build, crew, sparse
from lth_core.training.backends.crew import meet, together
from lth_core.training.backends.examples import Pixels
from lth_core.training.backends.simd import load, relu, root, store, total, where_positive
from lth_core.training.schedule import schedule
from tests.core.small import order, problem, start

FAST = ("dense", "sparse")
PLAIN = Training(optimiser="sgd", lr=1.0)  # one step of it subtracts the gradient itself


def autograd(params, mask, images, labels):
    """Gradients of the mean cross-entropy at m ⊙ θ in float64, zero where the mask is zero."""
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in params.items()}
    h, layers = torch.tensor(images, dtype=torch.float64), len(mask)
    for i in range(1, layers + 1):
        weight = tensors[f"fc{i}.weight"] * torch.tensor(mask[f"fc{i}.weight"])
        h = F.linear(h, weight, tensors[f"fc{i}.bias"])
        h = F.relu(h) if i < layers else h
    F.cross_entropy(h, torch.tensor(labels)).backward()
    return {name: tensor.grad.numpy() for name, tensor in tensors.items()}


@pytest.mark.parametrize("kind", FAST)
@pytest.mark.parametrize("sizes", [(12, 3), (12, 7, 3), (12, 70, 20, 3), (12, 5, 6, 5, 3)])
@pytest.mark.parametrize(("density", "batch"), [(1.0, 60), (0.4, 17), (0.4, 130)])
def test_gradient_equals_autograd_in_float64(kind, sizes, density, batch):
    net, data = Net(sizes=sizes), problem()
    params, mask = start(net, density)
    chosen = order(1, batch)
    backend = build(kind, net, PLAIN, params, mask, data, dtype=np.float64)
    before = backend.params()
    backend.advance(chosen)
    after = backend.params()
    expected = autograd(params, mask, data.train.images[chosen[0]], data.train.labels[chosen[0]])
    for name in params:
        np.testing.assert_allclose(before[name] - after[name], expected[name], rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("training", [
    PLAIN, Training(optimiser="sgd", lr=0.1, momentum=0.9, weight_decay=1e-3), Training(lr=0.01, weight_decay=0.01)],
    ids=["gradient", "momentum", "adam"])
@pytest.mark.parametrize(("density", "batch"), [(1.0, 64), (0.4, 17), (0.4, 130)])
@pytest.mark.parametrize("frozen", [False, True])
def test_batchnorm_equals_autograd_in_float64(training, density, batch, frozen):
    net, data = Net(sizes=(12, 9, 6, 3), batchnorm=True), problem()
    params, mask = start(net, density)
    rng = np.random.default_rng(1)
    for name in params:
        if name.startswith("bn"):  # scales that are not 1, averages and shifts that are not 0
            params[name] = params[name] + rng.random(params[name].shape).astype(np.float32)
    reference, kernel = (build(kind, net, training, params, mask, data, frozen=frozen, dtype=np.float64)
                         for kind in ("reference", "batchnorm"))
    for steps in (1, 3):
        batches = order(steps, batch, seed=steps)
        np.testing.assert_allclose(kernel.advance(batches), reference.advance(batches), rtol=1e-6)
        expected, found = reference.params(), kernel.params()
        assert list(found) == list(expected)
        for name in expected:
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-8, atol=1e-8, err_msg=name)
        assert kernel.evaluate("test") == pytest.approx(reference.evaluate("test"), rel=1e-9)


@pytest.mark.parametrize("kind", ["reference", *FAST])
def test_two_two_two_net_by_hand(kind):
    # x = (½, ¼), label 0.
    # z₁ = (1·½ − 1·¼ + 0, ½·½ + 1·¼ − ¼) = (¼, ¼) = h
    # logits = (1·¼ + 2·¼, 2·¼ + 1·¼) = (¾, ¾);  p = (½, ½);  loss = ln 2
    # δ₂ = p − onehot = (−½, ½);  ∂W₂ = δ₂ hᵀ = (−⅛ −⅛; ⅛ ⅛);  δ₁ = W₂ᵀ δ₂ = (−½ + 1, −1 + ½) = (½, −½), both active
    # ∂W₁ = δ₁ xᵀ = (¼ ⅛; −¼ −⅛).  One step of SGD with lr 1 subtracts all this.
    values = {"fc1.weight": [[1, -1], [0.5, 1]], "fc1.bias": [0, -0.25],
              "fc2.weight": [[1, 2], [2, 1]], "fc2.bias": [0, 0]}
    params = {name: np.array(value, np.float32) for name, value in values.items()}
    one = Examples.of(np.array([[0.5, 0.25]], np.float32), np.array([0]))
    net = Net(sizes=(2, 2, 2))
    backend = build(kind, net, PLAIN, params, Mask.dense(net), Prepared(one, one, one))
    assert backend.evaluate("test") == (pytest.approx(np.log(2)), 1.0)  # of equals the first class, as argmax has it
    assert backend.advance(np.array([[0]], np.int32)) == pytest.approx(np.log(2))
    after = {name: value.tolist() for name, value in backend.params().items()}
    assert after == {
        "fc1.weight": [[0.75, -1.125], [0.75, 1.125]], "fc1.bias": [-0.5, 0.25],
        "fc2.weight": [[1.125, 2.125], [1.875, 0.875]], "fc2.bias": [0.5, -0.5],
    }


@njit
def _vectors(a, b, out):
    x = load(a, 0, 16)
    y = 2 * load(b, 0, 16) - x / 4
    y += x * x
    store(out, 0, relu(y))
    store(out, 16, where_positive(x, y))
    store(out, 32, root(x * x))
    return total(y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lanes_compute_like_numpy(dtype):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 16)).astype(dtype)
    out = np.empty(48, dtype)
    result = _vectors(a, b, out)
    y = 2 * b - a / 4 + a * a
    close = {"rtol": 20 * np.finfo(dtype).eps, "atol": 20 * np.finfo(dtype).eps}
    np.testing.assert_allclose(out, np.concatenate([np.maximum(y, 0), np.where(a > 0, y, 0), np.abs(a)]), **close)
    np.testing.assert_allclose(result, y.sum(), **close)


def test_relu_lets_nan_through():
    out = np.empty(48)
    _vectors(np.full(16, np.nan), np.ones(16), out)
    assert np.isnan(out).all()


@njit(nogil=True)
def _relay(shared, seen, rank, size, counter):
    for turn in range(len(seen)):
        shared[rank] = turn
        meet(counter, size)
        seen[turn, rank] = shared.min()  # without the barrier some thread would still be at an earlier turn
        meet(counter, size)


def test_nobody_passes_the_barrier_before_all_have_come(monkeypatch):
    shared, seen = np.zeros(3, np.int64), np.zeros((2_000, 3), np.int64)
    monkeypatch.setattr(crew, "free_cores", lambda: 3)
    together(3, lambda rank, team, counter: _relay(shared, seen, rank, team, counter))
    assert (seen == np.arange(len(seen))[:, None]).all()


def test_a_busy_machine_gets_one_thread(monkeypatch):
    teams = []
    monkeypatch.setattr(crew, "free_cores", lambda: -2)
    together(2, lambda rank, team, counter: teams.append((rank, team)))
    assert teams == [(0, 1)]


def test_pixels_hold_the_image():
    images = problem().train.images
    pixels = Pixels.of(images)
    back = np.zeros_like(images)
    for i in range(len(images)):
        run = slice(pixels.starts[i], pixels.starts[i + 1])
        back[i, pixels.places[run]] = pixels.values[run]
    assert (back == images).all()
    assert pixels.live.tolist() == (images != 0).any(axis=0).tolist()


def test_learning_rate_falls_at_its_shares():
    training = Training(steps=100, lr=0.8, decay_at=(0.6, 0.85), decay_to=(0.3, 0.1))
    rates = schedule(training, 0, 100)
    assert rates[[0, 59, 60, 84, 85, 99]] == pytest.approx([0.8, 0.8, 0.24, 0.24, 0.08, 0.08])
    assert (schedule(training, 40, 70) == rates[40:70]).all()


def test_every_part_of_a_kernel_is_inlined():
    # A part that is called would be compiled twice, and rounding would depend on what the process compiled before.
    modules = [import_module(f"lth_core.training.backends.{module.name}") for module in iter_modules(backends.__path__)]
    kernels = {(kernel.py_func.__module__, kernel.py_func.__name__): kernel for module in modules
               for kernel in vars(module).values() if isinstance(kernel, Dispatcher)}
    called = {name for name, kernel in kernels.items()
              if not kernel.targetoptions.get("forceinline") and kernel.targetoptions.get("inline") != "always"}
    assert {name.split(".")[-1] + "." + function for name, function in called} == {
        "dense_kernels.train", "dense_kernels.test", "sparse_kernels.train", "sparse_kernels.test",
        "norm_kernels.train", "norm_kernels.test"}
    assert len(kernels) > 15


@pytest.mark.parametrize("batch", [20, 130])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("sizes", [(12, 7, 3), (12, 3)])
def test_tiles_change_no_bit_and_no_state(batch, threads, sizes, monkeypatch):
    monkeypatch.setattr(crew, "free_cores", lambda: 2)
    monkeypatch.setattr(sparse, "FEW", 0)
    data, net, batches = problem(), Net(sizes=sizes), order(40, batch)
    params, mask = start(net, 0.7)
    states = []
    for rows in (1, 5, 100):
        monkeypatch.setattr(sparse, "TILE", rows)
        monkeypatch.setattr(sparse, "RUN", 0.1)
        backend = build("sparse", net, Training(), params, mask, data, threads)
        backend.advance(batches[:20])
        other = build("sparse", net, Training(), params, mask, data, threads)
        other.restore(states[0][0] if states else backend.state())  # a state says nothing of tiles
        half = backend.state()
        for each in (backend, other):
            each.advance(batches[20:])
        states.append((half, backend.state(), other.state(), backend.graph.tiles))
    assert [tiles for *_, tiles in states] == sorted({tiles for *_, tiles in states}, reverse=True)  # three kinds
    for half, whole, gone_on, _ in states:
        assert all((half[name] == states[0][0][name]).all() for name in half)
        assert all((whole[name] == states[0][1][name]).all() for name in whole)
        assert all((gone_on[name] == states[0][1][name]).all() for name in whole)


def test_threads_are_kept_between_calls(monkeypatch):
    monkeypatch.setattr(crew, "free_cores", lambda: 2)
    seen = [set(), set()]
    for turn in range(2):
        together(2, lambda rank, team, counter, turn=turn: seen[turn].add(get_ident()))
    assert seen[0] == seen[1] and len(seen[0]) == 2


def test_kernels_release_the_gil():
    data, net = problem(), Net(sizes=(12, 7, 3))
    params, mask = start(net, 0.5)
    backends = [build("sparse", net, PLAIN, params, mask, data) for _ in range(2)]
    batches = order(200, 20)
    with ThreadPoolExecutor(2) as pool:  # two trainings at once give what each gives alone
        losses = list(pool.map(lambda backend: backend.advance(batches), backends))
    assert (losses[0] == losses[1]).all()
    assert all((backends[0].params()[name] == backends[1].params()[name]).all() for name in params)
