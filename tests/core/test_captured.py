"""What a graphics card runs, taken step by step on the CPU: the same buffers, the same arithmetic, nothing captured."""

import gc
from dataclasses import replace

import numpy as np
import pytest

from lth_core.experiments.draws.tickets import draw
from lth_core.nets.params import initial
from lth_core.presets import preset
from lth_core.spec import Net, Training
from lth_core.training.backends import build
from lth_core.training.backends.captured import ROOM, Captured, Machine
from lth_core.training.backends.many import Many, train_many
from lth_core.training.backends.replicas import train_replicas
from lth_core.training.order import batches
from tests.core.test_nets_trained import TINY, pictures, problem, sparse_start

KINDS = {"adam": Training(lr=0.01, batch=20, steps=8, warmup=4),
         "sgd": Training(optimiser="sgd", lr=0.05, momentum=0.9, weight_decay=1e-3, batch=20, steps=8, augment=True)}
ORDER = batches(0, 160, 20, 0, 8)


def apart(one, other):
    return max(float(np.abs(one[name] - other[name]).max()) for name in one)


@pytest.mark.parametrize("name", ["conv2", "resnet20"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_trains_as_the_reference_does_and_goes_on_from_its_own_state(name, kind):
    small, data = TINY[name], problem(64)
    params, mask = sparse_start(small)
    plain = build("reference", small, KINDS[kind], params, mask, data)
    ours, half = (Captured(small, KINDS[kind], params, mask, data) for _ in range(2))
    assert plain.advance(ORDER) == pytest.approx(ours.advance(ORDER), abs=1e-4)
    assert apart(plain.params(), ours.params()) < 1e-4
    assert plain.evaluate("test") == pytest.approx(ours.evaluate("test"), abs=1e-3)
    assert all(not ours.params()[weight][~mask[weight]].any() for weight in mask)
    half.advance(ORDER[:3])
    resumed = Captured(small, KINDS[kind], params, mask, data)
    resumed.restore(half.state())
    resumed.advance(ORDER[3:])
    assert apart(resumed.params(), ours.params()) == 0
    with pytest.raises(ValueError, match="not the state"):
        resumed.restore({"step": np.array(0)})


def test_a_machine_is_lent_to_the_next_training_and_brings_nothing_of_the_last(monkeypatch):
    made, begin = [], Machine.__init__
    monkeypatch.setattr(Machine, "__init__", lambda self, *args: made.append(begin(self, *args)))
    small, data, training = TINY["conv2"], problem(64), KINDS["adam"]
    params, mask = sparse_start(small)
    first = Captured(small, training, params, mask, data)
    first.advance(ORDER)
    alone = first.params()
    beside = Captured(small, replace(training, lr=0.5), params, mask, data)
    beside.advance(ORDER)
    assert len(made) == 2, "two at once need a machine each"
    del first, beside
    gc.collect()
    again = Captured(small, training, params, mask, data)
    again.advance(ORDER)
    assert len(made) == 2
    assert apart(again.params(), alone) == 0


def test_more_steps_than_lie_on_a_card_at_a_time():
    small, data = Net(sizes=(64, 10)), problem(64)
    training = Training(optimiser="sgd", lr=0.05, batch=4, steps=ROOM + 30)
    params, mask = sparse_start(small)
    order = batches(0, 160, 4, 0, ROOM + 30)
    plain, ours = build("reference", small, training, params, mask, data), Captured(small, training, params, mask, data)
    assert plain.advance(order) == pytest.approx(ours.advance(order), abs=1e-4)
    assert len(ours.advance(order[:0])) == 0


@pytest.mark.parametrize("sizes", [(64, 20, 10), (64, 12, 8, 10)])
@pytest.mark.parametrize("kind", ["adam", "sgd"])
def test_many_nets_read_what_the_replica_kernel_reads(sizes, kind):
    net, data = Net(sizes=sizes), problem(64)
    training = replace(KINDS[kind], warmup=0, augment=False, weight_decay=0.0)
    masks = [draw(net, 0.3, 0, ticket) for ticket in range(5)]
    asked = net, training, [initial(net, seed) for seed in range(5)], masks, data, ORDER
    here = sorted(train_replicas(*asked), key=lambda one: one.index)
    there = list(train_many("cpu", *asked))
    assert [one.index for one in there] == list(range(5))
    for one, other in zip(here, there, strict=True):
        assert one.losses == pytest.approx(other.losses, abs=1e-5)
        assert one.figures["test"] == pytest.approx(other.figures["test"], abs=1e-5)


def test_many_nets_keep_pruned_weights_at_zero():
    net, masks = Net(sizes=(64, 20, 10)), [draw(Net(sizes=(64, 20, 10)), 0.3, 0, ticket) for ticket in range(2)]
    many = Many(net, preset("tickets").training, [initial(net, 0)] * 2, masks, problem(64), "cpu")
    many.advance(batches(0, len(pictures(64)), 60, 0, 5))
    for k, mask in enumerate(masks):
        assert not many.weights["fc1.weight"][k].detach().numpy()[~mask["fc1.weight"]].any()
