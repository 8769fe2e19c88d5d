"""What every backend promises, whatever it is made of. Each trap is one that a public code base fell into."""

import numpy as np
import pytest

from lth_core.masks.mask import Mask
from lth_core.spec import Net, Training
from lth_core.training.backends import KINDS, Examples, Prepared, build, choose, crew, examples, sparse
from lth_core.training.backends.replicas import train_replicas
from tests.core.small import order, problem, start

FAST = ("dense", "sparse")
KERNELS = (*FAST, "batchnorm")
NET = Net(sizes=(12, 9, 6, 3))
NETS = {kind: Net(sizes=NET.sizes, batchnorm=kind == "batchnorm") for kind in KINDS}
ADAM = Training(lr=0.01, steps=60)
SGD = Training(optimiser="sgd", lr=0.1, momentum=0.9, steps=60, decay_at=(0.5,), decay_to=(0.1,))
DECAYED = {"adam": Training(lr=0.01, weight_decay=0.01),
           "sgd": Training(optimiser="sgd", lr=0.1, momentum=0.9, weight_decay=0.01)}


@pytest.fixture(scope="module")
def data():
    return problem()


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("training", [ADAM, SGD, *DECAYED.values()], ids=["adam", "sgd", "adam+decay", "sgd+decay"])
@pytest.mark.parametrize("density", [1.0, 0.4])
def test_all_backends_agree_to_rounding(data, training, density):
    params, mask = start(NET, density)
    results = {}
    for kind in ("reference", *FAST):
        backend = build(kind, NET, training, params, mask, data, step=25)
        losses = backend.advance(order(10, 20))
        results[kind] = losses, backend.params(), backend.evaluate("test"), backend.evaluate("train")
    losses, weights, test, train = results["reference"]
    for kind in FAST:
        assert results[kind][0] == pytest.approx(losses, rel=1e-5)
        for name in weights:
            np.testing.assert_allclose(results[kind][1][name], weights[name], atol=2e-5, err_msg=f"{kind} {name}")
        assert results[kind][2:] == (pytest.approx(test, rel=1e-5), pytest.approx(train, rel=1e-5))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_pruned_weights_stay_exactly_zero_under_momentum_and_decay(data, kind, optimiser):
    params, mask = start(NETS[kind], 0.5)
    backend = build(kind, NETS[kind], DECAYED[optimiser], params, mask, data)
    backend.advance(order(40, 20))
    for name, alive in mask.items():
        pruned = backend.params()[name][~alive]
        assert (pruned == 0).all()
        assert not np.signbit(pruned).any()


@pytest.mark.parametrize("kind", KINDS)
def test_survivors_train_whatever_their_sign(data, kind):
    params, mask = start(NETS[kind], 0.5)
    backend = build(kind, NETS[kind], DECAYED["sgd"], params, mask, data)
    backend.advance(order(40, 20))
    after = backend.params()
    for name in params:
        free = mask.get(name, np.ones(params[name].shape, bool))
        assert (after[name][free] != params[name][free]).mean() > 0.8, f"{name} stands still"  # a silent unit may
    negative = mask["fc1.weight"] & (params["fc1.weight"] < 0)
    assert (after["fc1.weight"][negative] != params["fc1.weight"][negative]).mean() > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_the_callers_arrays_are_never_touched(data, kind):
    params, mask = start(NETS[kind], 0.5)
    copies = {name: value.copy() for name, value in params.items()}
    for value in params.values():
        value.setflags(write=False)
    backend = build(kind, NETS[kind], ADAM, params, mask, data)
    backend.advance(order(5, 20))
    handed_out, state = backend.params(), backend.state()
    for array in (*handed_out.values(), *state.values()):
        array[...] = 7
    assert same(params, copies)
    assert not any((value == 7).any() for value in backend.params().values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("training", [ADAM, SGD], ids=["adam", "sgd"])
def test_state_continues_bit_identically(data, kind, training):
    params, mask = start(NETS[kind], 0.5)
    batches = order(30, 20)
    whole = build(kind, NETS[kind], training, params, mask, data, step=20)
    losses = whole.advance(batches)
    half = build(kind, NETS[kind], training, params, mask, data, step=20)
    first = half.advance(batches[:13])
    resumed = build(kind, NETS[kind], training, params, mask, data, step=20)
    resumed.restore({name: np.array(value) for name, value in half.state().items()})
    assert np.array_equal(np.concatenate([first, resumed.advance(batches[13:])]), losses)
    assert same(resumed.params(), whole.params())
    assert same(resumed.state(), whole.state())


@pytest.mark.parametrize("kind", KERNELS)
def test_another_number_of_threads_goes_on_bit_identically(data, kind, monkeypatch):
    monkeypatch.setattr(crew, "free_cores", lambda: 3)
    monkeypatch.setattr(sparse, "FEW", 0)
    net = Net(sizes=(12, 300, 5, 3), batchnorm=kind == "batchnorm")
    params, mask = start(net, 0.6)
    batches, whole = order(20, 20), build(kind, net, ADAM, params, mask, data)
    losses = whole.advance(batches)
    half = build(kind, net, ADAM, params, mask, data, threads=1)
    half.advance(batches[:8])
    other = build(kind, net, ADAM, params, mask, data, threads=2)
    other.restore(half.state())
    assert np.array_equal(other.advance(batches[8:]), losses[8:])
    assert same(other.state(), whole.state())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_another_backends_state_is_refused(data, kind, other):
    params, mask = start(NETS[kind], 0.5)
    backend = build(kind, NETS[kind], SGD, params, mask, data)
    source = build(other, NETS[other], SGD, *start(NETS[other], 0.5), data)
    source.advance(order(3, 20))
    if kind == other:
        backend.restore(source.state())
        assert same(backend.params(), source.params())
        net = Net(sizes=(12, 8, 6, 3), batchnorm=NETS[kind].batchnorm)
        backend = build(kind, net, SGD, *start(net, 0.5), data)
    before = backend.params()
    with pytest.raises(ValueError, match=f"not the state of a '{kind}' backend"):
        backend.restore(source.state())
    assert same(backend.params(), before)


@pytest.mark.parametrize("kind", KINDS)
def test_training_draws_on_every_example_and_judges_by_the_first_few(kind, monkeypatch):
    monkeypatch.setattr(examples, "PROBE", 50)
    data = problem()
    params, mask = start(NETS[kind], 0.5)
    backend = build(kind, NETS[kind], ADAM, params, mask, data)
    backend.advance(np.array([[150, 199]], np.int32))
    assert (backend.params()["fc3.bias"] != params["fc3.bias"]).all()
    few = Examples.of(data.train.images[:50], data.train.labels[:50])
    alone = build("reference", NETS[kind], ADAM, backend.params(), mask, Prepared(few, few, few))
    assert backend.evaluate("train") == pytest.approx(alone.evaluate("test"), rel=1e-5)


@pytest.mark.parametrize("kind", KERNELS)
@pytest.mark.parametrize("units", [80, 300])  # shared by whole tiles of outputs, and by half ones
def test_thread_count_changes_no_bit(data, kind, units, monkeypatch):
    monkeypatch.setattr(sparse, "FEW", 0)
    net = Net(sizes=(12, units, 20, 3), batchnorm=kind == "batchnorm")
    params, mask = start(net, 0.6)
    runs = []
    for threads, free in ((1, 3), (2, 3), (3, 3), (2, 2), (3, 2), (2, 1)):
        monkeypatch.setattr(crew, "free_cores", lambda free=free: free)
        backend = build(kind, net, ADAM, params, mask, data, threads)
        runs.append((backend.advance(order(50, 70)).tolist(), backend.params(), backend.evaluate("validation")))
    for run in runs[1:]:
        assert run[0] == runs[0][0]
        assert same(run[1], runs[0][1])
        assert run[2] == runs[0][2]


@pytest.mark.parametrize("kind", ["reference", "dense", "batchnorm"])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_frozen_weights_keep_their_value_and_take_part(data, kind, optimiser):
    params, mask = start(NETS[kind], 0.5)
    frozen = build(kind, NETS[kind], DECAYED[optimiser], params, mask, data, frozen=True)
    pruned = build(kind, NETS[kind], DECAYED[optimiser], params, mask, data)
    assert frozen.evaluate("test") != pruned.evaluate("test")
    frozen.advance(order(20, 20))
    for name, alive in mask.items():
        assert np.array_equal(frozen.params()[name][~alive], params[name][~alive])
        assert (frozen.params()[name][alive] != params[name][alive]).mean() > 0.9


@pytest.mark.parametrize("kind", KERNELS)
def test_a_pixel_dark_in_training_still_counts_in_the_test(data, kind):
    params, mask = start(NETS[kind], 1.0)
    params["fc1.weight"][:, 0] = 5.0  # pixel 0 is lit in the test images alone
    expected = build("reference", NETS[kind], ADAM, params, mask, data).evaluate("test")
    assert build(kind, NETS[kind], ADAM, params, mask, data).evaluate("test") == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_net_without_weights_learns_its_biases(data, kind):
    params, _ = start(NETS[kind], 1.0)
    nothing = Mask({name: np.zeros(params[name].shape) for name in Mask.dense(NETS[kind])})
    backend = build(kind, NETS[kind], ADAM, params, nothing, data)
    losses = backend.advance(order(200, 50))
    assert losses[-20:].mean() < losses[:20].mean()
    assert (backend.params()["fc3.bias"] != params["fc3.bias"]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_zero_steps_change_nothing(data, kind):
    params, mask = start(NETS[kind], 0.5)
    backend = build(kind, NETS[kind], ADAM, params, mask, data)
    assert backend.advance(np.empty((0, 20), np.int32)).shape == (0,)
    assert same(backend.params(), mask.apply(params))


@pytest.mark.parametrize("kind", KINDS)
def test_divergence_shows_in_the_losses(data, kind):
    params, mask = start(NETS[kind], 1.0)
    huge = {name: value * np.float32(1e38 if kind == "batchnorm" else 1e18) for name, value in params.items()}
    backend = build(kind, NETS[kind], Training(optimiser="sgd", lr=10, momentum=0.99), huge, mask, data)
    with np.errstate(all="ignore"):
        losses = backend.advance(order(20, 20))
    assert not np.isfinite(losses).all()


def test_the_net_learns(data):
    for kind in KINDS:
        params, mask = start(NETS[kind], 1.0)
        backend = build(kind, NETS[kind], ADAM, params, mask, data)
        backend.advance(order(600, 20))
        assert backend.evaluate("train")[1] > 0.9


def test_replicas_are_the_nets_trained_alone(data):
    net = Net(sizes=(12, 7, 5, 3))
    starts = [start(net, 0.5, seed) for seed in range(60)]
    params, masks = [params for params, _ in starts], [mask for _, mask in starts]
    batches = order(30, 20)
    found = train_replicas(net, ADAM, params, masks, data, batches, threads=2)
    together = sorted(found, key=lambda replica: replica.index)
    assert [replica.index for replica in together] == list(range(60))
    for i in (0, 29, 30, 59):
        alone = build("dense", net, ADAM, params[i], masks[i], data)
        assert np.array_equal(alone.advance(batches), together[i].losses)
        assert same(alone.params(), together[i].params)
        assert alone.evaluate("test") == together[i].figures["test"]


@pytest.mark.parametrize("kind", ["reference", "batchnorm"])
def test_batchnorm_normalises_by_batch_and_judges_by_running_averages(data, kind):
    net = Net(sizes=(12, 9, 3), batchnorm=True)
    params, mask = start(net, 0.7)
    backend = build(kind, net, SGD, params, mask, data)
    before = backend.evaluate("test")
    backend.advance(order(1, 50))
    moved = backend.params()
    hidden = data.train.images[order(1, 50)[0]] @ mask.apply(params)["fc1.weight"].T + params["fc1.bias"]  # (50, 9)
    np.testing.assert_allclose(moved["bn1.running_mean"], 0.1 * hidden.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(moved["bn1.running_var"], 0.1 * hidden.var(axis=0, ddof=1) + 0.9, atol=1e-5)
    assert backend.evaluate("test") == backend.evaluate("test") != before  # looking does not train


def test_the_rule_takes_the_sparse_kernel_where_little_is_left():
    net = Net()
    few = Mask({name: np.arange(array.size).reshape(array.shape) % 50 == 0 for name, array in Mask.dense(net).items()})
    assert choose(net, ADAM, Mask.dense(net)) == "dense"
    assert choose(net, ADAM, few) == "sparse"
    assert choose(Net(batchnorm=True), ADAM, few) == "batchnorm"
    assert choose(Net(sizes=(784, 10), batchnorm=True), ADAM, few) == "reference"  # nothing to normalise


def test_impossible_requests_name_the_cure(data):
    params, mask = start(NET, 0.5)
    with pytest.raises(ValueError, match="one of reference, dense, sparse"):
        build("fast", NET, ADAM, params, mask, data)
    with pytest.raises(ValueError, match="use 'dense' or 'reference'"):
        build("sparse", NET, ADAM, params, mask, data, frozen=True)
    with pytest.raises(ValueError, match="use 'reference' or 'batchnorm'"):
        build("dense", Net(sizes=NET.sizes, batchnorm=True), ADAM, params, mask, data)
    with pytest.raises(ValueError, match="use 'reference' or 'dense'"):
        build("batchnorm", NET, ADAM, params, Mask.dense(NET), data)
    normed = Net(sizes=NET.sizes, batchnorm=True)
    with pytest.raises(ValueError, match="a batch of at least 2"):
        build("batchnorm", normed, ADAM, *start(normed, 1.0), data).advance(np.array([[0]], np.int32))
    with pytest.raises(KeyError, match="one of train, validation, test"):
        build("dense", NET, ADAM, params, mask, data).evaluate("holdout")
