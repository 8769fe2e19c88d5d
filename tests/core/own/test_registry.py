"""Functions of one's own, by name: what they do to a run, to its key and to its manifest."""

import dataclasses
import functools

import numpy as np
import pytest

import lth_core as lth
from lth_core.experiments import Dense
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.own import registry
from lth_core.own.functions import OwnError, began
from lth_core.own.source import Unreadable, told
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Spec, Training
from lth_core.training.backends import build, choose
from lth_core.training.schedule import schedule
from tests.core.small import problem, start

NET, DATA = Net(sizes=(16, 8, 10)), Data(pool=7, train=400, validation=100)
TRAINING = Training(steps=12, eval_every=6, batch=20)
TABLE = [1.0, 2.0]
FACTOR = 0.5


def lottery(**parts):
    return lth.Lottery(**{"data": DATA, "net": NET, "training": TRAINING, "pruning": Pruning(rounds=2), **parts})


def test_a_criterion_by_name_prunes_as_the_built_in_one_it_copies():
    @lth.criterion("my-movement")
    def mine(trained, first):
        return np.abs(trained - first)

    own, known = (lth.run(lottery(pruning=Pruning(rounds=2, criterion=word))) for word in ("my-movement", "movement"))
    assert all(np.array_equal(own.arrays[f"died/{name}"], known.arrays[f"died/{name}"])
               for name in ("fc1.weight", "fc2.weight"))
    assert own.key != known.key


def test_a_condition_by_name_starts_from_what_it_returns():
    @lth.condition("negated")
    def negated(begin):
        return {name: -value for name, value in begin.rewound.items()}

    @lth.condition("coin", fresh=True)
    def coin(begin):
        return begin.reinit(), {name: begin.rng.random(alive.shape) < FACTOR for name, alive in begin.mask.items()}

    spec = lottery(conditions=(Condition("ticket"), Condition("negated"), Condition("coin"), Condition("coin", 1)),
                   rewind=Rewind(step=3))
    cells = lth.run(spec).tables["cells"]
    row = {(name.partition("@")[0], replicate): index for index, (name, replicate, level)
           in enumerate(zip(cells["condition"], cells["replicate"], cells["round"], strict=True)) if level == 2}
    assert cells["first_step"][row["negated", 0]] == 3 and cells["first_step"][row["coin", 0]] == 0
    assert cells["kept"][row["negated", 0]] == cells["kept"][row["ticket", 0]]
    assert cells["kept"][row["coin", 0]] != cells["kept"][row["coin", 1]]  # a stream of its own for each replicate


def test_a_schedule_by_name_multiplies_the_learning_rate():
    @lth.schedule("falling")
    def falling(step, steps):
        return 1 - step / steps

    assert schedule(Training(steps=4, lr=2.0, schedule="falling"), 1, 4).tolist() == [1.5, 1.0, 0.5]


def test_an_optimiser_by_name_trains_as_torchs_own_and_holds_pruned_weights_at_zero():
    @lth.optimiser("decayed-sgd")
    def mine(params, lr):
        import torch

        return torch.optim.SGD(params, lr=lr, momentum=0.9, weight_decay=0.1)

    net, data = Net(sizes=(12, 6, 3)), problem()
    params, mask = start(net, 0.5)
    kinds = (Training(steps=9, lr=0.1, batch=20, optimiser="decayed-sgd"),
             Training(steps=9, lr=0.1, batch=20, optimiser="sgd", momentum=0.9, weight_decay=0.1))
    nets = [build("reference", net, training, params, mask, data) for training in kinds]
    batches = np.arange(180, dtype=np.int32).reshape(9, 20)
    assert np.array_equal(*(backend.advance(batches) for backend in nets))
    own, known = (backend.params() for backend in nets)
    assert all(np.array_equal(own[name], known[name]) for name in own)
    assert all(not own[name][~mask[name]].any() for name in mask)
    assert choose(net, kinds[0], mask) == "reference"
    with pytest.raises(lth.SpecError, match="backend"):
        build("dense", net, kinds[0], params, mask, data)


def test_the_key_follows_the_source_and_nothing_else():
    def register(body):
        registry._ENTRIES.clear()
        lth.criterion("mine")(body)
        return lottery(pruning=Pruning(criterion="mine"))

    def plain(trained, first):
        return abs(trained)

    first = register(plain)

    def plain(trained, first):
        """With a word about it."""
        return abs(trained)  # and a remark

    assert register(plain).key == first.key

    def plain(trained, first):
        return abs(first)

    assert register(plain).key != first.key


def test_the_source_tells_of_constants_and_helpers_around_it():
    def helper(x):
        return x * FACTOR

    def uses(trained, first):
        return helper(trained)

    text = told(uses, "it")
    assert "FACTOR = 0.5" in text and "return x * FACTOR" in text

    strength = 3

    def closes(trained, first):
        return trained ** strength

    assert "strength = 3" in told(closes, "it")


def test_sources_that_cannot_be_told_are_refused_by_name():
    def reads(trained, first):
        return trained * TABLE[0]

    for function, words in ((lambda trained, first: trained, "lambda"), (abs, "def"), (functools.partial(max), "def"),
                            (reads, "TABLE")):
        with pytest.raises(Unreadable, match=words):
            lth.criterion("mine")(function)


@pytest.mark.parametrize("name", ["magnitude", "Mine", "", "a b", "x" * 41, 3, "mine@0123456789ab"])
def test_names_that_are_taken_or_none_are_refused(name):
    with pytest.raises(ValueError, match="name"):
        lth.criterion(name)


def test_what_is_stored_is_read_without_the_function_and_run_only_with_it(tmp_path):
    @lth.criterion("mine")
    def mine(trained, first):
        return abs(trained)

    spec = lottery(pruning=Pruning(rounds=1, criterion="mine"))
    store = lth.Store(tmp_path)
    store.save(lth.run(spec))
    registry._ENTRIES.clear()
    found = store.load(spec.key)
    assert found.spec == spec == Spec.from_json(spec.to_json())
    (name, source), = found.manifest["own"].items()
    assert name == f"criterion {spec.pruning.criterion}" and "abs(trained)" in source
    with pytest.raises(lth.SpecError, match=r"@lth.criterion\('mine'\)"):
        lth.run(spec)

    @lth.criterion("mine")
    def other(trained, first):
        return -abs(trained)

    with pytest.raises(lth.SpecError, match="reads otherwise"):
        lth.run(spec)


def test_a_name_nobody_registered_is_refused_with_the_way_to_do_it():
    with pytest.raises(lth.SpecError, match=r"@lth\.criterion"):
        lottery(pruning=Pruning(criterion="nobodys"))
    with pytest.raises(lth.SpecError, match="schedule"):
        Dense(training=Training(schedule="nobodys"))


def test_keys_of_specs_without_own_functions_are_what_they_were():
    assert "schedule" not in lth.Lottery().to_dict()["training"]
    assert dataclasses.replace(lth.Lottery(), seed=0).key == lth.Lottery().key


def test_wrong_returns_are_told():
    mask, layer = Mask({"fc1.weight": np.ones((2, 3), bool)}), np.ones((2, 3), np.float32)
    params = {"fc1.weight": layer}

    def short(trained, first):
        return trained[0]

    def hollow(trained, first):
        return trained * float("nan")

    for function, words in ((short, "shape"), (hollow, "NaN")):
        lth.criterion("mine")(function)
        with pytest.raises(OwnError, match=words):
            prune(Pruning(criterion="mine"), mask, params, 0, 1, params)

    def nothing(begin):
        return None

    def wide(begin):
        return {"fc1.weight": np.ones((3, 3))}

    def masked(begin):
        return begin.rewound, {"fc1.weight": begin.mask["fc1.weight"] * 2}

    for function, words in ((nothing, "by name"), (wide, r"\(2, 3\)"), (masked, "0 and 1")):
        lth.condition("mine")(function)
        with pytest.raises(OwnError, match=words):
            began(Condition("mine").name, mask, dict(params), dict, np.random.default_rng(0))

    def negative(step, steps):
        return -1

    lth.schedule("mine")(negative)
    with pytest.raises(OwnError, match="at least 0"):
        schedule(Training(schedule="mine"), 0, 1)

    def forgetful(params, lr):
        import torch

        return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)

    def empty(params, lr):
        return None

    net = Net(sizes=(12, 3))
    for function, words in ((forgetful, "fc1.weight"), (empty, "NoneType")):
        lth.optimiser("mine")(function)
        with pytest.raises(OwnError, match=words):
            build("reference", net, Training(optimiser="mine"), *start(net, 0.5), problem())
