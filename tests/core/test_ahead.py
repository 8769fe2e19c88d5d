"""Training on while the net is judged: the same numbers, and nothing done too much that anybody could see."""

import threading

import numpy as np
import pytest

from lth_core.spec import Net, Training
from lth_core.training import ahead
from lth_core.training.ahead import stages
from lth_core.training.backends import build, crew, sparse
from tests.core.small import order, problem, start

ADAM = Training(lr=0.01)
ORDERS = [np.empty((0, 20), np.int32), *(order(count, 20, seed=count) for count in (1, 60, 7, 30))]


@pytest.fixture(autouse=True)
def idle(monkeypatch):
    """A machine with cores to spare, whatever else runs on it, and weights enough to share."""
    monkeypatch.setattr(ahead, "free_cores", lambda: 3)
    monkeypatch.setattr(crew, "free_cores", lambda: 3)
    monkeypatch.setattr(sparse, "FEW", 0)


def backend(kind, threads):
    net = Net(sizes=(12, 70, 5, 3), batchnorm=kind == "batchnorm")
    params, mask = start(net, 0.6)
    return build(kind, net, ADAM, params, mask, problem(), threads)


def seen(net):
    """All that a caller could look at."""
    found = net.evaluate("validation"), net.evaluate("test"), {**net.params(), **net.state()}
    return *found[:2], {name: value.tobytes() for name, value in found[2].items()}


@pytest.mark.parametrize("kind", ["dense", "sparse", "batchnorm"])
def test_at_every_stage_it_stands_where_one_thread_would(kind):
    alone = backend(kind, 1)
    expected = [(alone.advance(batches).tolist() if len(batches) else [], seen(alone)) for batches in ORDERS]
    ahead_of = backend(kind, 2)
    assert [(losses.tolist(), seen(ahead_of)) for losses in stages(ahead_of, ORDERS)] == expected
    assert ahead_of.threads == 2  # as it was lent


def test_the_next_stage_is_trained_while_this_one_is_judged():
    trained, net = threading.Event(), backend("sparse", 2)
    twin = net.twin()
    net.twin = lambda: twin
    plain = twin.advance

    def advance(batches):
        losses = plain(batches)
        if len(batches) == len(ORDERS[3]):
            trained.set()
        return losses

    twin.advance = advance
    for number, _ in enumerate(stages(net, ORDERS)):
        if number == 2:
            assert trained.wait(20), "nobody trained on"
            assert net.step == sum(len(batches) for batches in ORDERS[:3])  # and yet it stands here


def test_who_stops_early_goes_on_from_there():
    alone, net = backend("dense", 1), backend("dense", 2)
    for batches in ORDERS[1:3]:
        alone.advance(batches)
    run = stages(net, ORDERS)
    for _ in range(3):
        next(run)
    run.close()
    assert seen(net) == seen(alone)
    assert np.array_equal(net.advance(ORDERS[3]), alone.advance(ORDERS[3]))


def test_a_busy_machine_trains_when_asked(monkeypatch):
    monkeypatch.setattr(ahead, "free_cores", lambda: 1)
    net, threads = backend("sparse", 2), set()
    twin = net.twin()
    net.twin, plain = lambda: twin, twin.advance
    twin.advance = lambda batches: threads.add(threading.current_thread()) or plain(batches)
    assert len(list(stages(net, ORDERS))) == len(ORDERS)
    assert threads == {threading.current_thread()}


def test_a_failure_of_the_twin_reaches_the_caller():
    net = backend("sparse", 2)
    with pytest.raises(IndexError):
        list(stages(net, [*ORDERS, np.full((1, 20), 10**6, np.int32)]))


def test_autograd_and_one_thread_have_no_twin(monkeypatch):
    monkeypatch.setattr(ahead, "ThreadPoolExecutor", None)
    for net in (backend("reference", 2), backend("dense", 1)):
        assert [len(losses) for losses in stages(net, ORDERS)] == [len(batches) for batches in ORDERS]
