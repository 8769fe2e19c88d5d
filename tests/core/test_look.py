"""Pictures of a net in training: what they show, and that training takes no notice of them."""

import base64
import dataclasses
import threading

import numpy as np
import pytest

from lth_core import engine
from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.nets.drawn import followed
from lth_core.nets.params import initial, weight_names
from lth_core.running.look import Look
from lth_core.running.options import Options
from lth_core.spec import Data, Net, Pruning, Training
from tests.core.examples import same

SMALL = Lottery(data=Data(pool=7, train=600), net=Net(sizes=(16, 10, 10)),
                training=Training(steps=60, eval_every=20), pruning=Pruning(rate=0.5, rounds=2))
LARGE = dataclasses.replace(SMALL, data=Data(pool=1, train=600), net=Net(sizes=(784, 80, 70, 10)))


def values(picture, net):
    """The weights of a picture as a browser reads them."""
    ends = np.cumsum([before * after for before, after in zip(net.sizes, net.sizes[1:], strict=False)])
    matrix = np.searchsorted(ends, followed(net), side="right")
    whole = np.frombuffer(base64.b64decode(picture["weights"]), "<i2")
    return whole * np.array(picture["scales"])[matrix]


def alive(picture, count):
    bits = np.frombuffer(base64.b64decode(picture["alive"]), np.uint8)
    return np.unpackbits(bits, bitorder="little")[:count].astype(bool)


def drawn(params, net):
    return np.concatenate([params[name].ravel() for name in weight_names(net)])[followed(net)]


@pytest.mark.parametrize("spec", [SMALL, LARGE], ids=["drawn whole", "a sample"])
@pytest.mark.parametrize("threads", [1, 2])
def test_after_each_training_the_picture_is_what_it_left(spec, threads):
    look, net = Look(), spec.net
    for snapshot in engine.stream(spec, Options(threads, look=look)):
        if snapshot.stage == "cell":
            picture = look.picture()
            assert (picture["round"], picture["condition"], picture["step"]) == (snapshot.round, "ticket", 60)
            last = picture
        result = snapshot.result or None
    died = np.concatenate([result.arrays[f"died/{name}"].ravel() for name in weight_names(net)])[followed(net)]
    assert np.array_equal(alive(last, len(died)), died == 0)
    final = np.zeros(sum(before * after for before, after in zip(net.sizes, net.sizes[1:], strict=False)), np.float32)
    kept = np.concatenate([result.arrays[f"died/{name}"].ravel() == 0 for name in weight_names(net)])
    final[kept] = result.arrays["final/2"]
    wanted = final[followed(net)]
    assert np.abs(values(last, net) - wanted).max() <= max(last["scales"])  # half a step of 16 bits, and its rounding
    assert ("biases" in last) == (spec is SMALL)


def test_a_picture_is_told_once_and_shows_the_start_exactly_enough():
    net, look = SMALL.net, Look()
    params = initial(net, 0)

    class Still:
        step = 7

        def params(self):
            return params

    look.at(net, Mask.dense(net), round=0, rounds=2, condition="ticket", steps=60)(Still())
    picture = look.picture()
    assert np.allclose(values(picture, net), drawn(params, net), atol=max(picture["scales"]))
    assert look.picture() is None  # nothing has moved


def test_numbers_that_are_none_do_not_break_a_picture():
    net, look = SMALL.net, Look()
    params = {name: np.full_like(value, np.nan) for name, value in initial(net, 0).items()}
    still = type("Still", (), {"step": 0, "params": lambda self: params})()
    look.at(net, Mask.dense(net), round=0)(still)
    assert not values(look.picture(), net).any()


def test_nets_with_convolutions_have_no_picture():
    net = Net("conv2", (784, 256, 256, 10))
    look = Look()
    look.at(net, Mask.dense(net), round=0)(None)
    assert look.picture() is None


@pytest.mark.parametrize("threads", [1, 2])
def test_who_looks_changes_no_bit(threads):
    """Another thread takes pictures as fast as it can, all the time."""
    look, over, taken = Look(), threading.Event(), []

    def gaze():
        while not over.is_set():
            if look.picture():
                taken.append(1)

    thread = threading.Thread(target=gaze)
    thread.start()
    seen = engine.run(LARGE, Options(threads, clock=lambda: 0.0, look=look))  # seconds differ from run to run
    over.set()
    thread.join()
    assert taken
    assert same(seen, engine.run(LARGE, Options(threads, clock=lambda: 0.0)))
